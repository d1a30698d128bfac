import type { AnswerKeeper, Demand, KeptAnswer, Quote, Sale, Till } from '../../src-main/payments/index.ts';

/** What a till of a test was told, in order. */
export interface FakeTill extends Till {
  readonly told: string[];
  readonly quotes: Quote[];
  /** Of payments with this text: what `settle` comes to, when it is let. */
  settleWhen: Promise<void>;
  settles: boolean;
  /** Kept answers by payment; copies of a kept one get it. */
  readonly kept: Map<string, KeptAnswer>;
}

const demandOf = (quote: Quote, error: string | null): Demand => ({
  headers: [
    'PAYMENT-REQUIRED',
    Buffer.from(JSON.stringify({ x402Version: 2, accepts: [{ amount: `${quote.amount}` }], error })).toString('base64'),
  ],
  body: JSON.stringify({ x402Version: 1, accepts: [], error: error ?? 'pay' }),
  error,
});

/** Takes every `PAYMENT-SIGNATURE` that begins with `pay:` once, by the payer named behind it: `pay:<payer>:<nonce>`. */
export function fakeTill(): FakeTill {
  const told: string[] = [];
  const quotes: Quote[] = [];
  const kept = new Map<string, KeptAnswer>();
  const seen = new Set<string>();
  const till: FakeTill = {
    told,
    quotes,
    kept,
    settleWhen: Promise.resolve(),
    settles: true,
    demand: (quote) => demandOf(quote, null),
    async admit(quote, { paymentSignature: [payment = ''] }) {
      quotes.push(quote);
      const known = kept.get(payment);
      if (known !== undefined) return { kind: 'answered', answer: known };
      if (payment === 'conflict') {
        return { kind: 'problem', status: 409, code: 'conflict', title: 'Conflict', detail: 'Another payload.' };
      }
      if (!payment.startsWith('pay:') || seen.has(payment))
        return { kind: 'demand', demand: demandOf(quote, 'refused') };
      seen.add(payment);
      await Promise.resolve();
      return { kind: 'admitted', sale: saleOf(quote, payment) };
    },
  };

  function saleOf(quote: Quote, payment: string): Sale {
    return {
      payer: payment.split(':')[1] ?? 'payer',
      dialect: 'x402-v2',
      keeper: payment.endsWith(':keep') ? keeperOf(payment) : null,
      async settle() {
        told.push('settle');
        await till.settleWhen;
        if (!till.settles) return { kind: 'unsettled', demand: demandOf(quote, 'unsettled') };
        return { kind: 'settled', headers: ['PAYMENT-RESPONSE', 'receipt'] };
      },
      async abandon() {
        seen.delete(payment);
        told.push('abandon');
      },
      delivered: (outcome, status) => told.push(`delivered ${outcome} ${status}`),
    };
  }

  function keeperOf(payment: string): AnswerKeeper {
    let answer: KeptAnswer | null = null;
    let open = true;
    return {
      head: (status, reason, headers) => {
        answer = { status, reason, headers, body: Buffer.alloc(0) };
      },
      data: (chunk) => {
        if (answer !== null) answer = { ...answer, body: Buffer.concat([answer.body, chunk]) };
      },
      end: () => {
        open = false;
        if (answer !== null) kept.set(payment, answer);
        told.push('kept');
      },
      broken: () => {
        if (open) told.push('not kept');
        open = false;
      },
      get wants() {
        return open && answer !== null;
      },
    };
  }

  return till;
}
