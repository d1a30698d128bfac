import { createHmac } from 'node:crypto';
import type { SellerAnswer, SellerLine } from '../../src-main/payments/rails/prepaid/seller-line.ts';

/** A seller of packages as ag402's gateway is one (its reference, section 6), for whoever asks it without a socket. */
export interface Ag402Gateway {
  readonly line: SellerLine;
  /** Transactions that it has seen paid, with what they paid for: only these buy anything. */
  readonly paid: Map<string, { readonly memo: string; readonly amount: bigint }>;
  /** What the next purchases are answered instead; taken from the front. */
  readonly instead: (SellerAnswer | 'lose the answer')[];
  /** How many credentials it gave for how many different payments. */
  readonly given: Map<string, number>;
  asked: number;
}

export const ag402Seller = '9xQeWvG816bUx9EPjHmaT23yvVM2ZWbrrpZb9PusVFin';
const signingKey = '0123456789abcdef'.repeat(4);

const answer = (status: number, body: object): SellerAnswer => ({ kind: 'answer', status, body: JSON.stringify(body) });

export function ag402Gateway(
  changes: { readonly sold?: object; readonly credential?: (own: Record<string, unknown>) => unknown } = {},
): Ag402Gateway {
  const gateway: Ag402Gateway = {
    paid: new Map(),
    instead: [],
    given: new Map(),
    asked: 0,
    line: {
      get: async () =>
        answer(200, {
          packages: [
            {
              package_id: 'p3d_100',
              name: 'Starter',
              calls: 100,
              days: 3,
              price_usdc: 1.5,
              token: 'USDC',
              seller_address: ag402Seller,
              ...changes.sold,
            },
          ],
        }),
      async post(_, body) {
        gateway.asked += 1;
        const { buyer_address: buyer, package_id: id, tx_hash: tx } = body as Record<string, string>;
        const instead = gateway.instead.shift();
        if (instead !== undefined && instead !== 'lose the answer') return instead;
        const found = gateway.paid.get(tx ?? '');
        if (found === undefined || found.amount < 1_500_000n)
          return answer(402, { error: 'payment_verification_failed', detail: 'Transaction verification failed' });
        gateway.given.set(tx ?? '', (gateway.given.get(tx ?? '') ?? 0) + 1);
        // The n-th payment's credential ends n microseconds later: no two are the same.
        const nth = String([...gateway.given.keys()].indexOf(tx ?? '') + 1).padStart(6, '0');
        const expires = `2027-01-04T00:00:00.${nth}+00:00`;
        const own = {
          buyer_address: buyer,
          package_id: id,
          remaining_calls: 100,
          expires_at: expires,
          signature: createHmac('sha256', signingKey).update(`${buyer}|${id}|${expires}`).digest('hex'),
          seller_address: ag402Seller,
          created_at: '2027-01-01T00:00:00+00:00',
        };
        if (instead === 'lose the answer') return { kind: 'none', why: 'socket hang up' };
        return answer(201, { credential: changes.credential?.(own) ?? own });
      },
    },
  };
  return gateway;
}
