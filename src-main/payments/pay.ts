import { createHash } from 'node:crypto';
import { isGroatError } from '../../src-shared/errors/index.ts';
import {
  type Denied,
  type Network,
  type OrderEvent,
  type Refusal,
  refusalReasons,
} from '../../src-shared/model/index.ts';
import type { CheckpointReached } from '../base/checkpoint.ts';
import type { Clock } from '../base/clock.ts';
import type { LogSink } from '../base/log-sink.ts';
import type { Random } from '../base/random.ts';
import { headerValues } from '../base/raw-headers.ts';
import type { ActionRequest, Gate } from '../policy/index.ts';
import type { Orders, PreparedPayment, Reconcile, UnderWay } from '../wallet/index.ts';
import { claimedTransaction, type PayableOffer, paymentSignature, readOffers } from './dialects/x402-v2/buyer.ts';
import { paymentSignatureHeader } from './dialects/x402-v2/codec.ts';
import { refuseByRequest } from './eligibility.ts';
import { glimpseOf } from './glimpse.ts';
import type { Attempt, Caller, Challenge, Granted, PayableRequest, Payer } from './payer.ts';

/** The seller's own wish is kept within what an agent can wait for; the transfer expires after about a minute anyway. */
const minAnswerMs = 10_000;
const maxAnswerMs = 120_000;

/** A granted payment, with the offer it takes. */
export interface GrantedOffer extends Granted {
  readonly offer: PayableOffer;
}

export interface OfferPayer extends Payer {
  pay(request: PayableRequest, challenge: Challenge, caller: Caller): Promise<Refusal | GrantedOffer>;
}

export interface PayerDeps {
  readonly network: Network;
  /** Plain http origins that the owner listed as payable, e.g. `http://api.lan:8080`. */
  readonly httpOrigins: () => ReadonlySet<string>;
  readonly gate: Gate;
  readonly orders: Orders;
  readonly underWay: UnderWay;
  readonly reconcile: Pick<Reconcile, 'confirm'>;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: LogSink;
  readonly reached: CheckpointReached;
}

/** The corridor from a 402 to a signed payment: offers → the cheapest → authorize → sign. */
export function createPayer(deps: PayerDeps): OfferPayer {
  const { network, httpOrigins, gate, orders, underWay } = deps;
  const accept = { network: network.caip2, asset: network.usdc.mint };

  const eligible = (request: PayableRequest) => refuseByRequest(request, httpOrigins(), gate.mayBrowse);
  const refused = ({ agent, method, url }: PayableRequest, denied: Denied): Denied => {
    gate.refused({ agent, method, url: withoutQuery(url) }, denied);
    return denied;
  };

  return {
    mayPay: eligible,
    refused,
    async pay(request, challenge, { gone, bodyHash, body }) {
      const refusal = eligible(request);
      if (refusal !== null) return refused(request, refusal);
      const found = readOffers(challenge.rawHeaders, accept);
      if (found.kind === 'denied') return refused(request, found);
      const offer = cheapest(found.offers);
      const intent = toIntent(request, offer, bodyHash, orderId(deps.clock, deps.random));
      underWay.add(intent.id);
      try {
        const respondAsync = headerValues(request.rawHeaders, 'Prefer').some(asksForAsync);
        const glimpse = () => glimpseOf(request, offer, body());
        const authorized = await gate.authorize(intent, { respondAsync, signal: gone, glimpse });
        if (authorized.kind !== 'granted') {
          underWay.delete(intent.id);
          return authorized;
        }
        const { feePayer, memo } = offer;
        const prepared = await orders.prepare(authorized.authorization, { feePayer, memo });
        return { kind: 'granted', offer, attempt: createAttempt(intent.id, offer, prepared, deps) };
      } catch (error) {
        const denied = withdrawn(error);
        // Granted, and taken back before it was signed.
        if (denied !== null) await orders.report(intent.id, { kind: 'abandoned', why: denied.detail });
        underWay.delete(intent.id);
        const refusal = denied ?? unsigned(error);
        if (refusal === null) throw error;
        return refusal;
      }
    },
  };
}

/** What a pause or a revocation that came after the grant means to the agent; null for any other error. */
export function withdrawn(error: unknown): Denied | null {
  if (!isGroatError(error, 'authorization-withdrawn')) return null;
  const { reason, detail } = error.context;
  return { kind: 'denied', reason: refusalReasons.find((one) => one === reason) ?? 'internal', detail };
}

/** What kept the signer from signing, as far as it is the offer's or the chain's doing; the reservation is released by then. */
function unsigned(error: unknown): Denied | null {
  if (isGroatError(error, 'signer-refused')) return { kind: 'denied', reason: 'offer-unsupported', detail: error.what };
  if (isGroatError(error, 'rpc-failed')) return { kind: 'denied', reason: 'chain-unavailable', detail: error.what };
  return null;
}

function cheapest(offers: readonly PayableOffer[]): PayableOffer {
  return offers.reduce((best, offer) => (offer.amount < best.amount ? offer : best));
}

/** Sorts by time; the random part keeps it unguessable. */
function orderId(clock: Clock, random: Random): string {
  return `ord_${clock.now().toString(36).padStart(9, '0')}${Buffer.from(random(8)).toString('hex')}`;
}

/** RFC 7240, section 4.1. */
const asksForAsync = (value: string): boolean => /(?:^|[,;])\s*respond-async\s*(?:$|[,;])/i.test(value);

/** `example.com.` is the host `example.com`, and no rule about the one may miss the other. */
const originOf = (url: URL): string => url.origin.replace(/\.+(?=:\d+$|$)/, '');

const withoutQuery = (url: URL): string => `${originOf(url)}${url.pathname}`.slice(0, 2048);

function toIntent(
  { agent, method, url }: PayableRequest,
  offer: PayableOffer,
  bodyHash: string | null,
  id: string,
): ActionRequest {
  return {
    id,
    action: 'pay',
    agent,
    method,
    url: withoutQuery(url),
    origin: originOf(url),
    bodyHash,
    queryHash: url.search === '' ? null : createHash('sha256').update(url.search).digest('hex'),
    dialect: offer.dialect,
    network: offer.network,
    asset: offer.asset,
    amount: offer.amount,
    payee: offer.payTo,
  };
}

function createAttempt(id: string, offer: PayableOffer, prepared: PreparedPayment, deps: PayerDeps): Attempt {
  const { orders, reconcile, underWay, log, reached } = deps;
  const report = (event: OrderEvent): Promise<void> =>
    orders.report(id, event).then(
      () => undefined,
      (error) => log.error('order event could not be written', { order: id, report: event.kind, error }),
    );
  /** The attempt is over: what its last report did not say, reconcile finds out. */
  const end = (event: OrderEvent): Promise<void> => report(event).finally(() => underWay.delete(id));

  return {
    orderId: id,
    answerTimeoutMs: Math.min(Math.max(offer.maxTimeoutSeconds * 1000, minAnswerMs), maxAnswerMs),
    async submit() {
      const { wire } = await prepared.submit();
      return [[paymentSignatureHeader, paymentSignature(offer, wire)]];
    },
    neverSent(why) {
      void end({ kind: 'abandoned', why });
    },
    sent() {
      reached('paid-request-sent');
      void report({ kind: 'sent' });
    },
    answered(httpStatus, rawHeaders) {
      reached('answer-head');
      const claimed = claimedTransaction(rawHeaders);
      void report({ kind: 'answered', httpStatus, why: `the seller answered ${httpStatus} to the paid request` })
        .then(() => reached('delivering'))
        .then(() => reconcile.confirm(id, claimed));
    },
    delivered() {
      void end({ kind: 'delivered' }).then(() => reached('answer-delivered'));
    },
    lost(why) {
      void end({ kind: 'lost', why }).then(() => reconcile.confirm(id, null));
    },
  };
}
