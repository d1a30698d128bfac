import { setTimeout as delay } from 'node:timers/promises';
import type { ShopWish } from '../../src-shared/contract/index.ts';
import { asGroatError, GroatError } from '../../src-shared/errors/index.ts';
import type { Network } from '../../src-shared/model/index.ts';
import type { LogSink } from '../base/log-sink.ts';
import { defaultLimits, type Shop, type ShopBook, type ShopPlan } from '../gateway/index.ts';
import type { Author } from '../policy/index.ts';
import { claimPort } from './claim-port.ts';
import type { PortWish } from './config.ts';
import { ownersPart, planOf } from './shop-terms.ts';
import type { ShopState } from './shop-view.ts';

/** The shops of this host. They come back after a restart; changes happen one after the other. */
export interface Shops {
  /**
   * Reads what shops there are and, where wanted, opens those that were open when Groat stopped. Never rejects: one that cannot
   * be opened is `failed` and says why. One that takes long, for its facilitator does not answer, goes on opening afterwards.
   */
  comeBack(open: boolean): Promise<void>;
  /**
   * Opens a new shop, or one that is there already with what is new of it; what is in flight there finishes. Throws
   * `owner-required`, `shop-invalid`, `port-taken`; then everything is as it was.
   */
  open(wish: ShopWish, author: Author): Promise<ShopState>;
  /** Opens a shop for as long as this host lives; a default port that is taken gives way. */
  openForNow(shop: Pick<ShopPlan, 'name' | 'target' | 'price' | 'description'>, port: PortWish): Promise<ShopState>;
  list(): readonly ShopState[];
  /** Throws `shop-unknown`. */
  get(name: string): ShopState;
  stop(name: string): Promise<ShopState>;
  start(name: string): Promise<ShopState>;
  remove(name: string): Promise<void>;
  /** Where shops of this host listen. */
  ports(): readonly number[];
  /** Tells that the list, or what it says of one, is another. The answer ends it. */
  onChanged(listener: () => void): () => void;
  /** For what a shop cannot say by itself: it sold something. */
  changed(): void;
  stopAll(graceMs: number): Promise<void>;
}

interface Entry {
  plan: ShopPlan;
  /** Its row is not ours: it is not opened before the owner has said anew what it is. */
  readonly altered: boolean;
  /** Lasts as long as the host. */
  readonly forNow: boolean;
  shop: Shop | null;
  problem: string | null;
  openedAt: number;
}

/** Nothing else waits longer at start for a shop that cannot open yet. */
const comeBackMs = 3_000;
/** For what is in flight when one shop is closed or changed. */
const graceMs = 30_000;

export function createShops(deps: {
  readonly network: Network;
  readonly book: ShopBook;
  /** Where earnings go unless a plan says otherwise. */
  readonly till: string;
  readonly openShop: (plan: ShopPlan) => Promise<Shop>;
  readonly now: () => number;
  readonly log: LogSink;
}): Shops {
  const { network, book, till, openShop, now, log } = deps;
  const entries = new Map<string, Entry>();
  const listeners = new Set<() => void>();
  const closing = new Map<Shop, Promise<void>>();
  let last: Promise<unknown> = Promise.resolve();
  let ending = false;

  const changed = (): void => {
    for (const listener of listeners) listener();
  };
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const turn = last.then(() => {
      if (ending) throw stopping();
      return work();
    });
    last = turn.catch(() => undefined);
    return turn;
  };
  const known = (name: string): Entry => {
    const entry = entries.get(name);
    if (entry === undefined) throw new GroatError('shop-unknown', { shop: name });
    return entry;
  };
  const view = ({ plan, shop, problem, openedAt }: Entry): ShopState => ({
    plan,
    state: shop !== null ? 'open' : problem === null ? 'stopped' : 'failed',
    problem,
    url: shop?.url ?? null,
    openedAt,
  });

  const listenAs = async (plan: ShopPlan, wish: PortWish): Promise<Shop> => {
    const shop = await claimPort(wish, log, (port) => openShop({ ...plan, port }));
    if (!ending) return shop;
    await shop.stop(0);
    throw stopping();
  };
  const named = (port: number): PortWish => ({ port, named: true, flag: '--port' });

  /** Its port is free at once; what is in flight goes on for a while. */
  const close = (shop: Shop): void => {
    const closed = shop
      .stop(graceMs)
      .catch((error) => log.warn('a shop did not close cleanly', { shop: shop.name, error }))
      .finally(() => closing.delete(shop));
    closing.set(shop, closed);
  };

  /** Opens by this plan and keeps it; when that fails, what was open before is open again. */
  const reopen = async (plan: ShopPlan, before: Entry | undefined): Promise<Entry> => {
    const shopBefore = before?.shop ?? null;
    if (shopBefore !== null) close(shopBefore);
    let shop: Shop | null = null;
    try {
      shop = await listenAs(plan, named(plan.port));
      const kept = { ...plan, port: shop.port };
      await book.put(kept);
      const entry: Entry = { plan: kept, altered: false, forNow: false, shop, problem: null, openedAt: now() };
      entries.set(plan.name, entry);
      log.info('shop opened', { shop: plan.name, url: shop.url });
      return entry;
    } catch (error) {
      if (shop !== null) close(shop);
      if (before !== undefined && shopBefore !== null) await bringBack(before);
      throw error;
    } finally {
      changed();
    }
  };

  const bringBack = async (entry: Entry): Promise<void> => {
    try {
      entry.shop = await listenAs(entry.plan, named(entry.plan.port));
      entry.problem = null;
      entry.openedAt = now();
    } catch (error) {
      const { what } = asGroatError(error);
      entry.shop = null;
      entry.problem = what;
      log.error('a shop could not be opened', { shop: entry.plan.name, error });
    }
  };

  return {
    comeBack(open) {
      const all = inTurn(async () => {
        let rows: ReturnType<ShopBook['load']>;
        try {
          rows = book.load();
        } catch (error) {
          log.error('the shops could not be read; none is opened', { error });
          return;
        }
        await Promise.all(
          rows.map(async (row) => {
            const altered = row.kind === 'altered';
            const plan = altered ? unreadable(row.name) : row.plan;
            const problem = altered
              ? `It is not opened: ${row.why}. Say anew what it is with \`groat serve\`, or remove it.`
              : null;
            const entry: Entry = { plan, altered, forNow: false, shop: null, problem, openedAt: plan.createdAt };
            entries.set(plan.name, entry);
            if (altered) log.error('a shop was altered and is not opened', { shop: row.name, why: row.why });
            else if (plan.open && open) await bringBack(entry).finally(changed);
          }),
        );
        changed();
      });
      return Promise.race([all, delay(comeBackMs, undefined, { ref: false })]);
    },

    open: (wish, author) =>
      inTurn(async () => {
        const before = entries.get(wish.name);
        if (before?.forNow === true)
          throw new GroatError('shop-invalid', {
            shop: wish.name,
            problem: 'the demo shop has that name while it is open',
          });
        const planBefore = before === undefined || before.altered ? null : before.plan;
        const plan = planOf(wish, planBefore, network, now());
        const ownersWord = author === 'owner' ? null : ownersPart(plan, planBefore, network, till);
        if (ownersWord !== null) throw new GroatError('owner-required', { action: ownersWord });
        return view(await reopen(plan, before));
      }),

    openForNow: (wanted, port) =>
      inTurn(async () => {
        const name = entries.has(wanted.name) ? freeName(wanted.name, entries) : wanted.name;
        const plan: ShopPlan = { ...passing(now()), ...wanted, name };
        const shop = await listenAs(plan, port);
        const kept = { ...plan, port: shop.port };
        const entry: Entry = { plan: kept, altered: false, forNow: true, shop, problem: null, openedAt: now() };
        entries.set(name, entry);
        log.info('shop opened', { shop: name, url: shop.url });
        changed();
        return view(entry);
      }),

    list: () => [...entries.values()].map(view),
    get: (name) => view(known(name)),

    stop: (name) =>
      inTurn(async () => {
        const entry = known(name);
        const { shop } = entry;
        if (!entry.altered && !entry.forNow && (entry.plan.open || shop !== null)) {
          const plan = { ...entry.plan, open: false };
          await book.put(plan);
          entry.plan = plan;
          entry.problem = null;
        }
        if (shop !== null) close(shop);
        entry.shop = null;
        if (entry.forNow) entries.delete(name);
        changed();
        return view(entry);
      }),

    start: (name) =>
      inTurn(async () => {
        const entry = known(name);
        if (entry.shop !== null) return view(entry);
        if (entry.altered)
          throw new GroatError('shop-invalid', {
            shop: name,
            problem: entry.problem?.replace(/\.$/, '') ?? 'it was altered',
          });
        return view(await reopen({ ...entry.plan, open: true }, entry));
      }),

    remove: (name) =>
      inTurn(async () => {
        const entry = known(name);
        if (!entry.forNow) await book.remove(name);
        if (entry.shop !== null) close(entry.shop);
        entries.delete(name);
        changed();
      }),

    ports: () => [...entries.values()].flatMap(({ shop }) => (shop === null ? [] : [shop.port])),
    onChanged(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    changed,
    async stopAll(grace) {
      ending = true;
      await Promise.race([last, delay(grace, undefined, { ref: false })]);
      const open = [...entries.values()].flatMap(({ shop }) => shop ?? []);
      // Those of before are only hurried.
      await Promise.all([...open, ...closing.keys()].map((shop) => shop.stop(grace)));
    },
  };
}

const stopping = () => new GroatError('internal', { problem: 'Groat is stopping' });

function freeName(name: string, taken: ReadonlyMap<string, unknown>): string {
  for (let n = 2; ; n++) if (!taken.has(`${name} ${n}`)) return `${name} ${n}`;
}

const passing = (at: number): Omit<ShopPlan, 'name' | 'target' | 'price' | 'description'> => ({
  host: '127.0.0.1',
  port: 0,
  routes: [],
  dialects: ['x402-v2', 'x402-v1', 'open402'],
  packages: null,
  flow: 'after',
  facilitator: null,
  payTo: null,
  proofOfAgent: 'none',
  limits: defaultLimits,
  open: true,
  createdAt: at,
});

/** What can be shown of a shop whose plan nobody can trust. */
const unreadable = (name: string): ShopPlan => ({
  ...passing(0),
  name,
  target: 'http://127.0.0.1/',
  price: '0',
  description: '',
  open: false,
});
