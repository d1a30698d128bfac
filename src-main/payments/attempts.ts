import { invariant } from '../base/assert.ts';
import type { Clock } from '../base/clock.ts';
import type { Random } from '../base/random.ts';
import { headerValues } from '../base/raw-headers.ts';
import type { PreparedPayment } from '../wallet/index.ts';
import { type Open402Offer, proofHeaders } from './dialects/open402/buyer.ts';
import { type X402V1Offer, xPayment } from './dialects/x402-v1/buyer.ts';
import { xPaymentHeader, xPaymentResponseHeader } from './dialects/x402-v1/codec.ts';
import { claimedTransaction, paymentSignature, wantsPaymentId, type X402Offer } from './dialects/x402-v2/buyer.ts';
import { paymentSignatureHeader } from './dialects/x402-v2/codec.ts';
import { createOrderReports, type ReportDeps } from './order-reports.ts';
import type { Attempt, PaymentHeaders } from './payer.ts';
import type { PrepaidUse } from './ports.ts';
import type { ReadyTransfer } from './rails/solana/broadcast.ts';
import type { Proof, Unclaimed } from './unclaimed.ts';

/** The seller's own wish is kept within what an agent can wait for; the transfer expires after about a minute anyway. */
const minAnswerMs = 10_000;
const maxAnswerMs = 120_000;
/** Where nobody names a time. */
const plainAnswerMs = 60_000;

const answerTimeoutMs = ({ maxTimeoutSeconds }: { readonly maxTimeoutSeconds: number }): number =>
  Math.min(Math.max(maxTimeoutSeconds * 1000, minAnswerMs), maxAnswerMs);

/** x402: the seller gets a signed transfer and lands it itself. */
export function createX402Attempt(
  orderId: string,
  offer: X402Offer | X402V1Offer,
  prepared: PreparedPayment,
  deps: ReportDeps & { readonly random: Random },
): Attempt {
  const reports = createOrderReports(orderId, deps);
  const identified = offer.dialect === 'x402-v2' && wantsPaymentId(offer);
  const paymentId = identified ? `pay_${Buffer.from(deps.random(16)).toString('hex')}` : null;
  const responseHeader = offer.dialect === 'x402-v1' ? xPaymentResponseHeader : undefined;
  let headers: PaymentHeaders | null = null;
  return {
    orderId,
    by: offer.dialect,
    answerTimeoutMs: answerTimeoutMs(offer),
    repeatable: identified,
    fallsBack: false,
    async submit() {
      const { wire } = await prepared.submit();
      headers =
        offer.dialect === 'x402-v1'
          ? [[xPaymentHeader, xPayment(offer, wire)]]
          : [[paymentSignatureHeader, paymentSignature(offer, wire, paymentId)]];
      return { kind: 'ready', headers };
    },
    again() {
      invariant(headers !== null, 'nothing was submitted');
      return headers;
    },
    neverSent(why) {
      reports.abandoned(why);
      return 'unspent';
    },
    sent: () => reports.sent(),
    answered: (status, rawHeaders) => reports.answered(status, claimedTransaction(rawHeaders, responseHeader)),
    delivered: () => reports.delivered(),
    lost: (why) => reports.lost(why, null),
  };
}

export interface ProvingDeps extends ReportDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly unclaimed: Unclaimed;
}

/** open402: we land the transfer ourselves and then prove it. From the broadcast on, nothing is ever given up. */
export function createOpen402Attempt(
  orderId: string,
  requestId: string,
  offer: Open402Offer,
  transfer: ReadyTransfer,
  deps: ProvingDeps,
): Attempt {
  const reports = createOrderReports(orderId, deps);
  const { unclaimed } = deps;
  let proof: Proof | null = null;
  let failing = false;
  const lost = (why: string, signature: string): void => {
    reports.lost(why, signature);
    unclaimed.add(orderId, requestId, signature, reports.told());
  };
  return {
    orderId,
    by: 'open402',
    answerTimeoutMs: answerTimeoutMs(offer),
    repeatable: true,
    fallsBack: false,
    async submit() {
      const sent = await transfer.send();
      if (sent.kind !== 'confirmed') {
        lost(sent.why, sent.signature);
        return { kind: 'unknown', why: sent.why };
      }
      proof = { orderId, txHash: sent.signature, requestId, payerAddress: transfer.payer };
      return { kind: 'ready', headers: fresh(proof, deps) };
    },
    again: () => fresh(proof, deps),
    neverSent(why) {
      if (proof === null) {
        transfer.drop();
        reports.abandoned(why);
        return 'unspent';
      }
      lost(why, proof.txHash);
      return 'spent';
    },
    sent: () => reports.sent(),
    answered(status) {
      failing = status >= 400;
      reports.answered(status, proof?.txHash ?? null);
    },
    delivered() {
      // An error that was handed on is no delivery: the same request may show its proof again.
      reports.delivered();
      if (failing && proof !== null) unclaimed.add(orderId, requestId, proof.txHash, reports.told());
    },
    lost(why) {
      if (proof !== null) lost(why, proof.txHash);
    },
  };
}

/** A proof that was paid for before and got nothing: shown once more, and nothing is paid. */
export function createProofAttempt(proof: Proof, deps: ProvingDeps): Attempt {
  const { orders, unclaimed, log } = deps;
  const { orderId } = proof;
  let status: number | null = null;
  const over = (kept: boolean): void => unclaimed.release(orderId, kept);
  return {
    orderId,
    by: 'open402',
    answerTimeoutMs: plainAnswerMs,
    repeatable: true,
    fallsBack: false,
    submit: async () => ({ kind: 'ready', headers: fresh(proof, deps) }),
    again: () => fresh(proof, deps),
    neverSent() {
      over(true);
      return 'spent';
    },
    sent: () => undefined,
    answered(httpStatus) {
      status = httpStatus;
    },
    delivered() {
      if (status !== null && status < 400) {
        over(false);
        orders
          .report(orderId, { kind: 'redelivered' })
          .catch((error) => log.error('order event could not be written', { order: orderId, error }));
        return;
      }
      // A seller that wants to be paid again takes this proof for used up; any other error may pass.
      over(status !== 402);
    },
    lost: () => over(true),
  };
}

function fresh(proof: Proof | null, { clock, random }: ProvingDeps): PaymentHeaders {
  invariant(proof !== null, 'nothing was submitted');
  return proofHeaders(proof, clock.now(), random(16));
}

/** Credit: no order, no signature; what is left of it is the purse's to count. */
export function createCreditAttempt(use: PrepaidUse): Attempt {
  const headers: PaymentHeaders = [['X-Prepaid-Credential', use.header]];
  let answered = false;
  return {
    orderId: null,
    by: 'prepaid',
    answerTimeoutMs: plainAnswerMs,
    repeatable: false,
    fallsBack: true,
    submit: async () => ({ kind: 'ready', headers }),
    again: () => headers,
    neverSent() {
      use.neverSent();
      return 'unspent';
    },
    sent: () => undefined,
    answered(status, rawHeaders) {
      answered = true;
      const [remaining] = headerValues(rawHeaders, 'X-Prepaid-Remaining');
      use.answered(status, remaining !== undefined && /^\d{1,9}$/.test(remaining) ? Number(remaining) : null);
    },
    delivered: () => undefined,
    lost() {
      if (!answered) use.lost();
    },
  };
}

/** The owner's own key for this origin: the request goes out once more with it, and whatever comes is handed on. */
export function createSecretAttempt(secret: string): Attempt {
  const headers: PaymentHeaders = [['Authorization', `Bearer ${secret}`]];
  return {
    orderId: null,
    by: 'secret',
    answerTimeoutMs: plainAnswerMs,
    repeatable: false,
    fallsBack: false,
    submit: async () => ({ kind: 'ready', headers }),
    again: () => headers,
    neverSent: () => 'unspent',
    sent: () => undefined,
    answered: () => undefined,
    delivered: () => undefined,
    lost: () => undefined,
  };
}
