import { createHash } from 'node:crypto';
import { isGroatError } from '../../src-shared/errors/index.ts';
import {
  type Denied,
  type Network,
  type Refusal,
  type RefusalReason,
  refusalReasons,
  zero,
} from '../../src-shared/model/index.ts';
import type { CheckpointReached } from '../base/checkpoint.ts';
import type { Clock } from '../base/clock.ts';
import type { LogSink } from '../base/log-sink.ts';
import type { Random } from '../base/random.ts';
import { hasHeader, headerValues } from '../base/raw-headers.ts';
import type { ActionRequest, Authorization, Gate } from '../policy/index.ts';
import type { Orders, Reconcile, UnderWay } from '../wallet/index.ts';
import {
  createCreditAttempt,
  createOpen402Attempt,
  createProofAttempt,
  createSecretAttempt,
  createX402Attempt,
} from './attempts.ts';
import { type Open402Offer, type RequestIdentity, requestIdOf } from './dialects/open402/buyer.ts';
import { memoOf } from './dialects/open402/codec.ts';
import { refuseByRequest } from './eligibility.ts';
import { glimpseOf } from './glimpse.ts';
import { type PayableOffer, readOffers } from './offers.ts';
import type { Attempt, Caller, Challenge, Granted, PayableRequest, Payer } from './payer.ts';
import type { OriginSecrets, PrepaidPurse } from './ports.ts';
import type { Broadcast } from './rails/solana/broadcast.ts';
import type { Unclaimed } from './unclaimed.ts';

/** A granted payment, with the offer it takes; null where it takes none. */
export interface GrantedOffer extends Granted {
  readonly offer: PayableOffer | null;
}

export interface OfferPayer extends Payer {
  pay(
    request: PayableRequest,
    challenge: Challenge,
    caller: Caller,
    without?: 'prepaid',
  ): Promise<Refusal | GrantedOffer>;
}

export interface PayerDeps {
  readonly network: Network;
  /** Plain http origins that the owner listed as payable, e.g. `http://api.lan:8080`. */
  readonly httpOrigins: () => ReadonlySet<string>;
  readonly gate: Gate;
  readonly orders: Orders;
  readonly underWay: UnderWay;
  readonly reconcile: Pick<Reconcile, 'confirm'>;
  /** For offers that want the transfer sent by us. */
  readonly broadcast: Broadcast;
  readonly unclaimed: Unclaimed;
  readonly prepaid: PrepaidPurse;
  readonly secrets: OriginSecrets;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: LogSink;
  readonly reached: CheckpointReached;
}

/** So many of a 402's offers are asked leave for, one after the other. */
const maxTries = 4;

/** What another offer of the same 402, with another payee, dialect or price, may not run into. */
const curable: ReadonlySet<RefusalReason> = new Set([
  'payee-not-allowed',
  'law-denied',
  'breaker-open',
  'under-minimum',
  'offer-unsupported',
]);

/** Only what we send ourselves costs our own SOL; the seller's facilitator pays for the rest. */
const lacksFee = ({ reason }: Denied): boolean => reason === 'insufficient-funds' || reason === 'chain-unavailable';

/** What an API key of the owner's may stand in for: there is nothing to pay, or nothing that we can. */
const unpayable: ReadonlySet<RefusalReason> = new Set(['no-offer', 'offer-unsupported', 'offer-malformed']);

/** A request with what its payment is made for. */
interface Wanted {
  readonly request: PayableRequest;
  readonly caller: Caller;
  readonly identity: RequestIdentity;
  readonly origin: string;
}

/** The corridor from a 402 to a payment: what was paid before → credit → offers, each by the gate → the owner's own key. */
export function createPayer(deps: PayerDeps): OfferPayer {
  const { network, httpOrigins, gate, orders, underWay, broadcast, unclaimed, prepaid, secrets } = deps;

  const eligible = (request: PayableRequest) => refuseByRequest(request, httpOrigins(), gate.mayBrowse);
  const refused = ({ agent, method, url }: PayableRequest, denied: Denied): Denied => {
    gate.refused({ agent, method, url: withoutQuery(url) }, denied);
    return denied;
  };

  /** Null: nothing was paid for this before. */
  const shownAgain = async (
    { request: { agent }, identity }: Wanted,
    offers: readonly PayableOffer[],
  ): Promise<Denied | GrantedOffer | null> => {
    const open402 = offers.filter((offer): offer is Open402Offer => offer.dialect === 'open402');
    const found = open402.length === 0 ? null : await unclaimed.take({ agent, ...identity }, open402);
    if (found === null) return null;
    if (found.kind === 'open') {
      const detail = `Order ${found.orderId} may have paid for this already and is still being looked up on the chain.`;
      return { kind: 'denied', reason: 'chain-unavailable', detail };
    }
    const { proof } = found;
    try {
      gate.assertStanding(agent);
    } catch (error) {
      unclaimed.release(proof.orderId, true);
      const denied = withdrawn(error);
      if (denied === null) throw error;
      return denied;
    }
    return { kind: 'granted', offer: null, attempt: createProofAttempt(proof, deps) };
  };

  const fromCredit = async (
    { request: { agent }, identity, origin }: Wanted,
    offers: readonly PayableOffer[],
  ): Promise<Refusal | GrantedOffer | null> => {
    const use = await prepaid.takeFor(origin, agent, { ...identity, price: offers[0]?.amount ?? null });
    if (use === null || 'kind' in use) return use;
    return { kind: 'granted', offer: null, attempt: createCreditAttempt(use) };
  };

  const attemptFor = async (
    { id }: ActionRequest,
    offer: PayableOffer,
    { identity }: Wanted,
    authorization: Authorization,
  ): Promise<Denied | Attempt> => {
    if (offer.dialect !== 'open402') {
      const { feePayer, memo } = offer;
      return createX402Attempt(id, offer, await orders.prepare(authorization, { feePayer, memo }), deps);
    }
    const requestId = requestIdOf(id, identity);
    const transfer = await broadcast.prepare(authorization, id, memoOf(requestId));
    return 'kind' in transfer ? transfer : createOpen402Attempt(id, requestId, offer, transfer, deps);
  };

  const take = async (wanted: Wanted, offer: PayableOffer): Promise<Refusal | GrantedOffer> => {
    const { request, caller } = wanted;
    const { amount, payTo, dialect, asset } = offer;
    const intent = intentFor(wanted, { action: 'pay', id: newId('ord', deps), dialect, asset, amount, payee: payTo });
    underWay.add(intent.id);
    try {
      const glimpse = () => glimpseOf(request, offer, caller.body());
      const authorized = await gate.authorize(intent, { ...patienceOf(wanted), glimpse });
      if (authorized.kind !== 'granted') {
        underWay.delete(intent.id);
        return authorized;
      }
      const attempt = await attemptFor(intent, offer, wanted, authorized.authorization);
      if (!('kind' in attempt)) return { kind: 'granted', offer, attempt };
      underWay.delete(intent.id);
      return attempt;
    } catch (error) {
      const denied = withdrawn(error);
      // Granted, and taken back before it was signed.
      if (denied !== null) await orders.report(intent.id, { kind: 'abandoned', why: denied.detail });
      underWay.delete(intent.id);
      const refusal = denied ?? unsigned(error);
      if (refusal === null) throw error;
      return refusal;
    }
  };

  /** From the cheapest on; the answer is what was said to that, where none can be taken. */
  const takeOne = async (wanted: Wanted, offers: readonly PayableOffer[]): Promise<Refusal | GrantedOffer> => {
    let first: Denied | null = null;
    for (const offer of offers.slice(0, maxTries)) {
      if (wanted.caller.gone?.aborted === true && first !== null) break;
      const outcome = await take(wanted, offer);
      // The owner was asked, or the rules say no to all of them.
      if (outcome.kind !== 'denied') return outcome;
      if (!curable.has(outcome.reason) && !(offer.dialect === 'open402' && lacksFee(outcome))) return first ?? outcome;
      first ??= outcome;
    }
    return first ?? noOffer;
  };

  /** Null: the owner has set no key for this origin, or the request brings one of its own. */
  const byKey = async (wanted: Wanted): Promise<Refusal | GrantedOffer | null> => {
    const { request, origin } = wanted;
    const secret = hasHeader(request.rawHeaders, 'Authorization') ? null : secrets.for(origin, request.agent);
    if (secret === null) return null;
    const free = { action: 'use-secret', dialect: 'secret', asset: '', amount: zero, payee: '' } as const;
    const intent = intentFor(wanted, { ...free, id: newId('use', deps) });
    const authorized = await gate.authorize(intent, patienceOf(wanted));
    if (authorized.kind !== 'granted') return authorized;
    try {
      gate.redeem(authorized.authorization);
    } catch (error) {
      const denied = withdrawn(error);
      if (denied === null) throw error;
      return denied;
    }
    return { kind: 'granted', offer: null, attempt: createSecretAttempt(secret) };
  };

  const intentFor = (
    { request: { agent }, identity, origin }: Wanted,
    terms: Pick<ActionRequest, 'id' | 'action' | 'dialect' | 'asset' | 'amount' | 'payee'>,
  ): ActionRequest => ({ ...terms, ...identity, agent, origin, network: network.caip2 });

  return {
    mayPay: eligible,
    refused,
    async pay(request, challenge, caller, without) {
      const refusal = eligible(request);
      if (refusal !== null) return refused(request, refusal);
      const wanted = { request, caller, identity: identityOf(request, caller), origin: originOf(request.url) };
      const found = readOffers(challenge, {
        network: network.caip2,
        usdc: network.usdc,
        takesProofs: network.name !== 'mainnet',
      });
      const offers = found.kind === 'offers' ? found.offers : [];
      const paid = await shownAgain(wanted, offers);
      if (paid !== null) return paid;
      const credit = without === 'prepaid' ? null : await fromCredit(wanted, offers);
      if (credit !== null) return credit;
      const outcome = found.kind === 'offers' ? await takeOne(wanted, offers) : found;
      if (outcome.kind !== 'denied' || !unpayable.has(outcome.reason)) return outcome;
      const keyed = await byKey(wanted);
      if (keyed !== null) return keyed;
      return found.kind === 'denied' ? refused(request, found) : outcome;
    },
  };
}

const noOffer: Denied = { kind: 'denied', reason: 'no-offer', detail: 'The 402 lists nothing to pay.' };

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

/** Sorts by time; the random part keeps it unguessable. */
function newId(prefix: 'ord' | 'use', { clock, random }: Pick<PayerDeps, 'clock' | 'random'>): string {
  return `${prefix}_${clock.now().toString(36).padStart(9, '0')}${Buffer.from(random(8)).toString('hex')}`;
}

/** RFC 7240, section 4.1. */
const asksForAsync = (value: string): boolean => /(?:^|[,;])\s*respond-async\s*(?:$|[,;])/i.test(value);

const patienceOf = ({ request, caller }: Wanted) => ({
  respondAsync: headerValues(request.rawHeaders, 'Prefer').some(asksForAsync),
  signal: caller.gone,
});

/** `example.com.` is the host `example.com`, and no rule about the one may miss the other. */
const originOf = (url: URL): string => url.origin.replace(/\.+(?=:\d+$|$)/, '');

const withoutQuery = (url: URL): string => `${originOf(url)}${url.pathname}`.slice(0, 2048);

function identityOf({ method, url }: PayableRequest, { bodyHash }: Caller): RequestIdentity {
  const queryHash = url.search === '' ? null : createHash('sha256').update(url.search).digest('hex');
  return { method, url: withoutQuery(url), queryHash, bodyHash };
}
