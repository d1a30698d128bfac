import { createHash } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { GroatError } from '../../../../src-shared/errors/index.ts';
import type { AgentName, Denied, Network, OrderEvent, Refusal } from '../../../../src-shared/model/index.ts';
import type { CheckpointReached } from '../../../base/checkpoint.ts';
import type { Clock } from '../../../base/clock.ts';
import type { LogSink } from '../../../base/log-sink.ts';
import type { Random } from '../../../base/random.ts';
import type { ActionRequest, Authorization, Gate } from '../../../policy/index.ts';
import type { OrderStore, Orders, UnderWay } from '../../../wallet/index.ts';
import { withdrawn } from '../../pay.ts';
import { readCredential } from './credential.ts';
import { type OfferedPackage, type OfferedPackages, readPackages } from './packages.ts';
import type { BoughtCredit, BoughtCredits, PrepaidForm, Purchase, PurchaseRecord, Purchases } from './ports.ts';
import type { SellerLine } from './seller-line.ts';

export interface PackageWish {
  /** Any URL of the seller. */
  readonly url: URL;
  readonly package: string;
  readonly agent: AgentName;
  readonly form: PrepaidForm;
  /** Null: whatever the seller asks when it is bought, as far as policy goes. */
  readonly terms: PackageTerms | null;
  /** The credit whose rule wants it bought. Null: somebody asked for it. */
  readonly renews: string | null;
}

/** What somebody was shown, or has made a rule of: a seller may have another list a moment later. */
export interface PackageTerms {
  readonly upTo: bigint;
  /** At the least. */
  readonly calls: number;
  readonly days: number;
}

export type Bought =
  | { readonly kind: 'bought'; readonly credit: BoughtCredit }
  /** Paid, or perhaps paid, and the credential is not here yet: it is asked for until it is. */
  | { readonly kind: 'pending'; readonly purchase: PurchaseRecord }
  | Refusal;

/** Sends a transfer that was authorized, once, and looks for it (own-transfers.ts). */
export interface OwnTransfers {
  /**
   * Resolves when the chain shows it (`landed`), or nobody can say yet (`open`; reconcile finds out). `failed`: it did not
   * leave, or was executed and failed. Rejects only where nothing has left, and what was reserved is released by then. The
   * order is durably `submitting` before a byte leaves.
   */
  pay(
    authorization: Authorization,
    order: string,
    memo: string,
  ): Promise<
    | { readonly kind: 'landed'; readonly signature: string }
    | { readonly kind: 'open' }
    | { readonly kind: 'failed'; readonly denied: Denied }
  >;
}

/** Buys packages of calls, and sees every purchase through that was begun. */
export interface PackageBuyer {
  /** Throws `prepaid-invalid` where there is nothing that we could buy. */
  packages(url: URL): Promise<OfferedPackages & { readonly origin: string }>;
  buy(wish: PackageWish): Promise<Bought>;
  /** Asks once more for everything that is not here yet; failed ones of the last 30 days too. Never throws. */
  recover(): Promise<void>;
  /** What was begun and is not done, and what failed within a day, or was paid within 30. Oldest first. */
  pending(): readonly PurchaseRecord[];
  /** One round of what waits, every half a minute. Never throws. */
  tick(): Promise<void>;
  /** Lets what is under way end, for so long at the most: it is found again at the next start. */
  stop(graceMs: number): Promise<void>;
}

const triesAtOnce = [0, 2_000, 4_000] as const;
const roundMs = 30_000;
/** A seller that says no is asked less and less often, and after a day no more by itself. */
const mostWaitMs = 60 * 60_000;
const insistMs = 24 * 60 * 60_000;
const rememberMs = 30 * 24 * 60 * 60_000;

export interface PackageBuyerDeps {
  readonly network: Network;
  /** Our own address, which pays. */
  readonly spender: string;
  readonly line: SellerLine;
  /** Why nothing may be paid to such a URL; null when it may. */
  readonly refuseUrl: (url: URL) => Denied | null;
  readonly gate: Pick<Gate, 'authorize' | 'refused'>;
  readonly orders: Pick<Orders, 'report'>;
  readonly orderStore: Pick<OrderStore, 'get'>;
  readonly transfers: OwnTransfers;
  readonly underWay: UnderWay;
  readonly purchases: Purchases;
  readonly credits: BoughtCredits;
  readonly now: () => number;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: LogSink;
  readonly reached: CheckpointReached;
  readonly changed: () => void;
  /** Between tries, in ms; for tests. */
  readonly wait?: (ms: number) => Promise<void>;
}

/** How a step ended. `again`: later; `no`: the seller answered and gives nothing. */
type Step = { readonly kind: 'done'; readonly credit: BoughtCredit } | { readonly kind: 'again' | 'no' | 'over' };

export function createPackageBuyer(deps: PackageBuyerDeps): PackageBuyer {
  const { network, spender, line, gate, orders, orderStore, transfers, underWay, purchases, credits, now, log } = deps;
  const wait = deps.wait ?? ((ms: number) => delay(ms, undefined, { ref: false }));
  /** By order: the one who works on it now. */
  const working = new Map<string, Promise<Step>>();
  /** By order: when a seller that said no is asked again. */
  const backOff = new Map<string, { readonly tries: number; readonly at: number }>();
  /** Purchases that are paid for in this process: their orders say nothing final yet. */
  const paying = new Set<string>();
  /** By order: transactions that the chain has shown and our books need not show yet. */
  const seen = new Map<string, string>();
  /** By origin, package and agent: two at once would be two payments. */
  const beginning = new Map<string, Promise<Bought>>();
  let stopped = false;

  const report = (order: string, event: OrderEvent): Promise<void> =>
    orders.report(order, event).then(
      () => undefined,
      (error) => log.error('order event could not be written', { order, report: event.kind, error }),
    );

  const packages = async (url: URL) => {
    const origin = originOf(url);
    const refused = deps.refuseUrl(url);
    if (refused !== null) throw invalid(origin, refused.detail);
    const answer = await line.get(new URL('/prepaid/packages', origin));
    if (answer.kind === 'none') throw invalid(origin, answer.why);
    if (answer.status !== 200) throw invalid(origin, `it answered ${answer.status}`);
    const found = readPackages(answer.body, network.usdc);
    if (found === null) throw invalid(origin, 'what it answered is no list of packages that we could buy');
    return { origin, ...found };
  };

  /** Ends a purchase that came to nothing; its order is closed by then. */
  const fail = async (order: string, why: string): Promise<Step> => {
    await purchases.move(order, 'failed', why);
    underWay.delete(order);
    backOff.delete(order);
    seen.delete(order);
    deps.changed();
    return { kind: 'over' };
  };

  const keep = async (paid: Purchase, body: string, status: number): Promise<Step> => {
    const { order } = paid;
    const read = readCredential(body, paid, spender, now());
    if (read.kind === 'unusable') {
      log.warn('a seller was paid for a package and gave no good credential', { order, why: read.why });
      await purchases.move(order, 'claiming', `the seller’s answer ${read.why}`);
      return { kind: 'no' };
    }
    deps.reached('purchase-claimed');
    const { credential } = read;
    if (credential.short !== null)
      log.warn('a package holds less than was paid for', { order, origin: paid.origin, short: credential.short });
    // Before the credit is here: a crash between finds the purchase open, and the seller gives the same credential again.
    if (orderStore.get(order)?.life.state === 'failed') {
      await orders.report(order, { kind: 'redelivered' });
    } else {
      await orders.report(order, { kind: 'answered', httpStatus: status, why: 'the seller gave the credential' });
      await orders.report(order, { kind: 'delivered' });
    }
    const { origin, seller, name, form, agent, price, perCall, renews } = paid;
    const { id, header, calls, expiresAt, short } = credential;
    const about = { id, origin, seller, package: paid.package, name, form, agent, order, price, perCall };
    const credit = { ...about, calls, header, boughtAt: now(), expiresAt, short, renewal: null };
    if ((await credits.add(credit, renews)) === 'known' && credits.get(id)?.credit.order !== order) {
      log.warn('a seller gave the same credential for a second payment', { order, origin });
      await purchases.move(order, 'claiming', 'the seller gave a credential that was bought before');
      return { kind: 'no' };
    }
    deps.reached('purchase-kept');
    underWay.delete(order);
    backOff.delete(order);
    seen.delete(order);
    deps.changed();
    return { kind: 'done', credit: credits.get(id)?.credit ?? credit };
  };

  const claim = async (paid: Purchase, signature: string): Promise<Step> => {
    const { order, origin, form, secret } = paid;
    const own = form === 'groat' && secret !== null ? { form, secret } : {};
    const question = { buyer_address: spender, package_id: paid.package, tx_hash: signature, ...own };
    const answer = await line.post(new URL('/prepaid/purchase', origin), question);
    if (answer.kind === 'none') {
      await purchases.move(order, 'claiming', answer.why);
      return { kind: 'again' };
    }
    if (answer.status === 200 || answer.status === 201) return keep(paid, answer.body, answer.status);
    await purchases.move(order, 'claiming', `the seller answered ${answer.status}`);
    return answer.status === 429 || answer.status >= 500 ? { kind: 'again' } : { kind: 'no' };
  };

  /** Looks where a purchase stands, by its order, and does what is next. */
  const step = async ({ purchase }: PurchaseRecord): Promise<Step> => {
    const { order } = purchase;
    if (paying.has(order)) return { kind: 'again' };
    const life = orderStore.get(order)?.life;
    if (life === undefined) return fail(order, 'there is no order for it');
    if (life.state === 'reserved') {
      // Groat stopped before it was signed: nothing has left.
      await report(order, { kind: 'abandoned', why: 'Groat stopped while it was under way' });
      return fail(order, 'it was not paid: Groat stopped before');
    }
    if (life.state === 'released') return fail(order, `it was not paid: ${life.why}`);
    const signature = life.landed ?? seen.get(order);
    return signature === undefined ? { kind: 'again' } : claim(purchase, signature);
  };

  /** One at a time for each purchase, whoever asks. */
  const advance = (record: PurchaseRecord): Promise<Step> => {
    const { order } = record.purchase;
    const busy = working.get(order);
    if (busy !== undefined) return busy;
    const work = step(record)
      .catch((error): Step => {
        log.error('a purchase could not be seen through yet', { order, error });
        return { kind: 'again' };
      })
      .finally(() => working.delete(order));
    working.set(order, work);
    return work;
  };

  const outcome = async (order: string, tries: readonly number[]): Promise<Bought> => {
    for (const waitMs of tries) {
      if (waitMs > 0) await wait(waitMs);
      const record = purchases.get(order);
      if (record === null) throw new GroatError('order-unknown', { order });
      const ended = await advance(record);
      if (ended.kind === 'done') return { kind: 'bought', credit: ended.credit };
      if (ended.kind === 'no' || ended.kind === 'over' || stopped) break;
    }
    const record = purchases.get(order);
    if (record === null) throw new GroatError('order-unknown', { order });
    return { kind: 'pending', purchase: record };
  };

  /** Pays for what is written down already. Null: it landed, or may land. Rejects only where nothing has left. */
  const pay = async (authorization: Authorization, order: string, memo: string): Promise<Denied | null> => {
    paying.add(order);
    try {
      const paid = await transfers.pay(authorization, order, memo);
      if (paid.kind === 'failed') return paid.denied;
      if (paid.kind === 'landed') seen.set(order, paid.signature);
      return null;
    } finally {
      paying.delete(order);
    }
  };

  const begin = async (wish: PackageWish): Promise<Bought> => {
    const { agent, form, terms, renews } = wish;
    const refused = deps.refuseUrl(wish.url);
    if (refused !== null) {
      gate.refused({ agent, method: 'POST', url: originOf(wish.url) }, refused);
      return refused;
    }
    const { origin, seller, perCall, packages: offered } = await packages(wish.url);
    const wanted = offered.find(({ id }) => id === wish.package);
    if (wanted === undefined) throw invalid(origin, `it has no package ${wish.package}`);
    if (!wanted.forms.includes(form)) throw invalid(origin, `it does not give credentials of the form ${form}`);
    if (form === 'ag402' && network.name === 'mainnet')
      throw invalid(origin, 'credentials of the form ag402 are not bought with real money: anybody could claim them');
    const worse = terms === null ? null : worseThan(terms, wanted);
    if (worse !== null) return worse;
    const order = orderId(deps.clock, deps.random);
    const secret = form === 'groat' ? Buffer.from(deps.random(32)).toString('hex') : null;
    const memo =
      secret === null
        ? `Ag402-v1|${Buffer.from(deps.random(16)).toString('hex')}`
        : `groat-prepaid:${createHash('sha256').update(secret).digest('hex')}`;
    underWay.add(order);
    const asked = await gate
      .authorize(requestFor(network, { order, origin, seller, agent, wanted, form }), {
        respondAsync: renews !== null,
        signal: null,
      })
      .catch((error: unknown) => {
        underWay.delete(order);
        throw error;
      });
    if (asked.kind !== 'granted') {
      underWay.delete(order);
      return asked;
    }
    const { id, name, calls, days, price } = wanted;
    const about = { order, origin, agent, seller, package: id, name, calls, days, price, perCall, form };
    try {
      // From here on whatever happens, the purchase is found again by its order.
      await purchases.begin({ ...about, secret, renews });
    } catch (error) {
      await report(order, { kind: 'abandoned', why: 'the purchase could not be written down' });
      underWay.delete(order);
      throw error;
    }
    deps.reached('purchase-begun');
    deps.changed();
    let denied: Denied | null;
    try {
      denied = await pay(asked.authorization, order, memo);
    } catch (error) {
      denied = withdrawn(error);
      await fail(order, denied?.detail ?? 'the package could not be paid for');
      if (denied === null) throw error;
      // Taken back between the grant and the signature.
      await report(order, { kind: 'abandoned', why: denied.detail });
      return denied;
    }
    if (denied === null) return outcome(order, triesAtOnce);
    await fail(order, denied.detail);
    return denied;
  };

  /** What was begun already is seen through, not paid again. */
  const sameOpen = ({ url, package: wanted, agent }: PackageWish) =>
    purchases.open().find(({ purchase: { origin, package: one, agent: buyer } }) => {
      return origin === originOf(url) && one === wanted && buyer === agent;
    });

  const tick = async (force: boolean): Promise<void> => {
    const waiting = force ? pending() : purchases.open();
    for (const record of waiting) {
      if (stopped) return;
      const { order } = record.purchase;
      const due = backOff.get(order);
      if (!force && due !== undefined && due.at > deps.clock.monotonic()) continue;
      const ended = await advance(record);
      if (ended.kind !== 'no') continue;
      const tries = (due?.tries ?? 0) + 1;
      backOff.set(order, { tries, at: deps.clock.monotonic() + Math.min(roundMs * 2 ** tries, mostWaitMs) });
      if (record.state === 'failed' || now() - record.createdAt < insistMs) continue;
      const why = purchases.get(order)?.why ?? 'the seller gives no credential';
      await report(order, { kind: 'lost', why });
      await fail(order, why);
    }
  };

  const isPaid = ({ purchase: { order } }: PurchaseRecord): boolean => {
    const life = orderStore.get(order)?.life;
    return life !== undefined && 'landed' in life && life.landed !== null;
  };
  const pending = () => {
    const failed = purchases
      .failedSince(now() - rememberMs)
      .filter((one) => one.createdAt > now() - insistMs || isPaid(one));
    return [...failed, ...purchases.open()].sort((a, b) => a.createdAt - b.createdAt);
  };

  let round: Promise<void> | null = null;
  const run = (force: boolean): Promise<void> => {
    const work = (round ?? Promise.resolve())
      .then(() => tick(force))
      .catch((error) => log.error('purchases could not be looked at', { error }))
      .finally(() => {
        if (round === work) round = null;
      });
    round = work;
    return work;
  };
  return {
    packages,
    pending,
    buy(wish) {
      const begun = sameOpen(wish);
      if (begun !== undefined) return outcome(begun.purchase.order, [0]);
      const key = JSON.stringify([originOf(wish.url), wish.package, wish.agent]);
      const busy = beginning.get(key);
      if (busy !== undefined) return busy;
      const work = begin(wish).finally(() => beginning.delete(key));
      beginning.set(key, work);
      return work;
    },
    recover: () => run(true),
    tick: () => round ?? run(false),
    async stop(graceMs) {
      stopped = true;
      const all = Promise.allSettled([round, ...working.values(), ...beginning.values()]);
      await Promise.race([all, delay(graceMs, undefined, { ref: false })]);
    },
  };
}

interface PackageRequest {
  readonly order: string;
  readonly origin: string;
  readonly seller: string;
  readonly agent: AgentName;
  readonly wanted: OfferedPackage;
  readonly form: PrepaidForm;
}

function requestFor(network: Network, { order, origin, seller, agent, wanted, form }: PackageRequest): ActionRequest {
  return {
    id: order,
    action: 'buy-prepaid',
    agent,
    method: 'POST',
    // Each package has a price of its own: the last one's is no measure for another.
    url: `${origin}/prepaid/purchase#${wanted.id}`,
    origin,
    queryHash: null,
    bodyHash: createHash('sha256')
      .update(JSON.stringify([wanted.id, form]))
      .digest('hex'),
    dialect: 'prepaid',
    network: network.caip2,
    asset: network.usdc.mint,
    amount: wanted.price,
    payee: seller,
  };
}

/** Null: it is as good as that. */
function worseThan({ upTo, calls, days }: PackageTerms, offered: OfferedPackage): Denied | null {
  if (offered.price > upTo)
    return { kind: 'denied', reason: 'over-payment-limit', detail: 'The package now costs more than was agreed to.' };
  return offered.calls < calls || offered.days < days
    ? { kind: 'denied', reason: 'offer-unsupported', detail: 'The package now holds less than was agreed to.' }
    : null;
}

/** `example.com.` is the host `example.com`. */
export const originOf = (url: URL): string => url.origin.replace(/\.+(?=:\d+$|$)/, '');

/** Sorts by time; the random part keeps it unguessable. */
const orderId = (clock: Clock, random: Random): string =>
  `ord_${clock.now().toString(36).padStart(9, '0')}${Buffer.from(random(8)).toString('hex')}`;

const invalid = (origin: string, problem: string) => new GroatError('prepaid-invalid', { origin, problem });
