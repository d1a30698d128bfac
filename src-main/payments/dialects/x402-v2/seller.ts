import { isDeepStrictEqual } from 'node:util';
import type { Atomic, Network } from '../../../../src-shared/model/index.ts';
import type { CheckpointReached } from '../../../base/checkpoint.ts';
import type { LogSink } from '../../../base/log-sink.ts';
import type { Chain } from '../../../chain/index.ts';
import { checkSettlement, type SettlementRequirement } from '../../../wallet/index.ts';
import type { PresentedPayment, Settlements } from '../../ports.ts';
import type { Collected, Collector } from '../../rails/solana/collect.ts';
import {
  decodeHeader,
  encodeHeader,
  type PaymentPayload,
  paymentPayloadSchema,
  paymentRequiredHeader,
  paymentResponseHeader,
  type Requirement,
  type SettleResponse,
} from './codec.ts';

/** What one request to a shop costs; the same for both requests of a payment, since the buyer copies the offer. */
export interface Price {
  readonly amount: Atomic;
  readonly payTo: string;
  readonly feePayer: string;
  /** The full URL that is paid for. */
  readonly resource: string;
  readonly description: string;
  readonly shop: string;
}

type Header = readonly [name: string, value: string];

/** A 402 in the making: its headers, and the code that says why. */
export interface Unpaid {
  readonly kind: 'unpaid';
  readonly headers: readonly Header[];
  readonly error: string;
}

/** A payment that holds every rule and is claimed for this request. Exactly one of `settle` and `abandon` must follow. */
export interface Admitted {
  readonly kind: 'admitted';
  readonly payer: string;
  settle(): Promise<Settled>;
  /** The buyer is not charged: the claim is given back. */
  abandon(): Promise<void>;
}

export type Settled =
  | { readonly kind: 'settled'; readonly headers: readonly Header[] }
  /** 402 with these headers and the body `{}`; the answer that was made must not go out. */
  | { readonly kind: 'unsettled'; readonly headers: readonly Header[]; readonly error: string };

export interface X402Seller {
  unpaid(price: Price, error?: string): Unpaid;
  /** `header` is the raw PAYMENT-SIGNATURE, or null. What cannot be read counts as no payment (section 2). */
  admit(price: Price, header: string | null): Promise<Unpaid | Admitted>;
}

const maxTimeoutSeconds = 60;
/** Of `accepted.extra`, what the scheme lets a buyer carry beside what was offered (section 2.2). */
const dynamicExtra = new Set(['recentBlockhash', 'lastValidBlockHeight']);

export function createX402Seller(deps: {
  readonly network: Network;
  readonly chain: Pick<Chain, 'simulate'>;
  readonly settlements: Settlements;
  readonly collector: Collector;
  readonly log: LogSink;
  readonly reached: CheckpointReached;
}): X402Seller {
  const { network, chain, settlements, collector, log, reached } = deps;

  const requirement = (price: Price): Requirement => ({
    scheme: 'exact',
    network: network.caip2,
    amount: price.amount.toString(),
    asset: network.usdc.mint,
    payTo: price.payTo,
    maxTimeoutSeconds,
    extra: { feePayer: price.feePayer },
  });

  const unpaid = (price: Price, error = 'PAYMENT-SIGNATURE header is required'): Unpaid => ({
    kind: 'unpaid',
    error,
    headers: [
      [
        paymentRequiredHeader,
        encodeHeader({
          x402Version: 2,
          error,
          resource: { url: price.resource, description: price.description },
          accepts: [requirement(price)],
        }),
      ],
    ],
  });

  const response = (fields: Omit<SettleResponse, 'network'>): readonly Header[] => [
    [paymentResponseHeader, encodeHeader({ ...fields, network: network.caip2 })],
  ];

  return {
    unpaid,
    async admit(price, header) {
      if (header === null) return unpaid(price);
      const payload = decodeHeader(paymentPayloadSchema, header);
      if (payload === null) return unpaid(price, 'invalid_payload');
      if (!matches(requirement(price), payload.accepted)) return unpaid(price, 'No matching payment requirements');
      const wire = transactionBytes(payload);
      if (wire === null) return unpaid(price, 'invalid_exact_svm_payload_transaction');

      const rule: SettlementRequirement = {
        amount: price.amount,
        asset: network.usdc.mint,
        payTo: price.payTo,
        feePayer: price.feePayer,
        memo: null,
      };
      const check = await checkSettlement(wire, rule);
      if (check.kind !== 'valid') return unpaid(price, check.reason);
      const payment: PresentedPayment = {
        messageHash: check.messageHash,
        shop: price.shop,
        url: price.resource.split('?', 1)[0] ?? price.resource,
        payer: check.payer,
        asset: network.usdc.mint,
        amount: price.amount,
        fee: check.feeLamports,
      };
      // A simulation changes nothing, so it may run while the claim is written; the claim alone decides who serves.
      const simulation = chain.simulate(wire).catch((error) => {
        log.warn('payment could not be simulated', { shop: price.shop, error });
        return null;
      });
      if (!(await settlements.claim(payment))) return unpaid(price, 'duplicate_settlement');
      reached('seller-claimed');
      const outcome = await simulation;
      if (outcome === null || outcome.error !== null) {
        await settlements.abandon(payment.messageHash);
        return unpaid(
          price,
          outcome === null ? 'unexpected_verify_error' : 'invalid_exact_svm_transaction_simulation_failed',
        );
      }
      reached('seller-verified');
      return {
        kind: 'admitted',
        payer: payment.payer,
        abandon: () => settlements.abandon(payment.messageHash),
        async settle() {
          const collected = await collector.collect(payment, wire, rule).catch((error): Collected => {
            log.warn('payment could not be settled; nothing was sent', { shop: price.shop, error });
            return { kind: 'refused', reason: 'unexpected_settle_error' };
          });
          return answer(payment, collected);
        },
      };
    },
  };

  async function answer(payment: PresentedPayment, collected: Collected): Promise<Settled> {
    const { payer } = payment;
    switch (collected.kind) {
      case 'settled':
        return { kind: 'settled', headers: response({ success: true, transaction: collected.signature, payer }) };
      case 'refused':
        await settlements.abandon(payment.messageHash);
        return unsettled(collected.reason, '', payer);
      case 'failed':
        return unsettled('invalid_exact_svm_transaction_failed', collected.signature, payer);
      case 'pending':
        return unsettled('settlement_pending', collected.signature, payer);
    }
  }

  function unsettled(errorReason: string, transaction: string, payer: string): Settled {
    return {
      kind: 'unsettled',
      error: errorReason,
      headers: response({ success: false, errorReason, transaction, payer }),
    };
  }
}

/** Section 2.2: every field but `extra` deeply equal, and the offered `extra` contained in the accepted one. */
function matches(offered: Requirement, accepted: Requirement): boolean {
  const { extra: offeredExtra, ...offeredRest } = offered;
  const { extra: acceptedExtra, ...acceptedRest } = accepted;
  if (!isDeepStrictEqual(offeredRest, acceptedRest)) return false;
  const given = acceptedExtra ?? {};
  return Object.entries(offeredExtra ?? {}).every(
    ([key, value]) => dynamicExtra.has(key) || (Object.hasOwn(given, key) && isDeepStrictEqual(given[key], value)),
  );
}

/** Standard base64 of at most Solana's packet size; null otherwise. */
function transactionBytes(payload: PaymentPayload): Uint8Array | null {
  const { transaction } = payload.payload;
  if (transaction.length % 4 !== 0 || !/^[A-Za-z0-9+/]+={0,2}$/.test(transaction)) return null;
  const wire = Buffer.from(transaction, 'base64');
  return wire.length <= 1232 ? wire : null;
}
