import type { Clock } from '../base/clock.ts';
import type { LogSink } from '../base/log-sink.ts';
import type { Chain } from '../chain/index.ts';
import type { OrderRecord, OrderSearch, OrderStore, Reconcile, UnderWay } from '../wallet/index.ts';
import { type Open402Offer, type RequestIdentity, requestIdOf } from './dialects/open402/buyer.ts';
import { memoOf } from './dialects/open402/codec.ts';

/** What shows an open402 seller that it was paid. */
export interface Proof {
  readonly orderId: string;
  /** The transaction's id. */
  readonly txHash: string;
  readonly requestId: string;
  readonly payerAddress: string;
}

export type Found =
  | { readonly kind: 'proof'; readonly proof: Proof }
  /** Paid, perhaps, and not seen on the chain yet: paying again would be paying twice. */
  | { readonly kind: 'open'; readonly orderId: string };

/**
 * Open402 payments of the last ten minutes that got nothing for their money. The agent's next identical request shows the
 * proof again instead of paying again (promise P1); what a crash left behind is found too.
 */
export interface Unclaimed {
  /** `told`: its order has been told how it ended. */
  add(orderId: string, requestId: string, signature: string, told: Promise<void>): void;
  /** Takes what it finds: until `release`, nobody else gets it. Null: nothing was paid for this. */
  take(request: RequestIdentity & { readonly agent: string }, offers: readonly Open402Offer[]): Promise<Found | null>;
  /** `kept`: it may be shown once more. */
  release(orderId: string, kept: boolean): void;
}

const memoryMs = 10 * 60_000;

interface Entry {
  readonly orderId: string;
  /** Null for what an earlier process paid: the chain tells. */
  readonly requestId: string | null;
  readonly signature: string | null;
  readonly at: number;
  readonly told: Promise<void>;
}

export function createUnclaimed(deps: {
  readonly orders: Pick<OrderStore, 'get'>;
  readonly search: Pick<OrderSearch, 'look'>;
  readonly reconcile: Pick<Reconcile, 'confirm'>;
  readonly chain: Pick<Chain, 'transaction'>;
  readonly underWay: UnderWay;
  readonly spender: string;
  readonly clock: Clock;
  readonly log: LogSink;
}): Unclaimed {
  const { orders, search, reconcile, chain, underWay, spender, clock, log } = deps;
  const entries = new Map<string, Entry>();
  const taken = new Set<string>();
  let seeded: Promise<void> | null = null;

  /** What an earlier process left, once. */
  const seed = async (): Promise<void> => {
    const now = clock.now();
    const filter = { text: null, agent: null, states: null, from: now - memoryMs, until: now };
    let before: number | null = null;
    do {
      const found = search.look(filter, { before, limit: 500 });
      for (const { id, dialect, createdAt } of found.orders) {
        if (dialect !== 'open402' || underWay.has(id) || entries.has(id)) continue;
        entries.set(id, { orderId: id, requestId: null, signature: null, at: createdAt, told: Promise.resolve() });
      }
      before = found.next;
      await new Promise((resolve) => setImmediate(resolve));
    } while (before !== null);
  };

  /** Whether the transaction was made for this very request: its memo was derived from it. */
  const isFor = async ({ requestId }: Entry, landed: string, wanted: string): Promise<boolean> =>
    requestId === null
      ? ((await chain.transaction(landed))?.memos.includes(memoOf(wanted)) ?? false)
      : requestId === wanted;

  const standing = async (entry: Entry, request: RequestIdentity): Promise<Found | 'other' | 'over'> => {
    const { orderId, requestId, signature } = entry;
    const wanted = requestIdOf(orderId, request);
    if (requestId !== null && requestId !== wanted) return 'other';
    await entry.told;
    const look = (): OrderRecord['life'] | undefined => orders.get(orderId)?.life;
    if (look()?.state !== 'failed') await reconcile.confirm(orderId, signature);
    const life = look();
    if (life === undefined || life.state === 'released' || life.state === 'settled') return 'over';
    if (life.state !== 'failed') return { kind: 'open', orderId };
    if (!(await isFor(entry, life.landed, wanted))) return 'other';
    return { kind: 'proof', proof: { orderId, txHash: life.landed, requestId: wanted, payerAddress: spender } };
  };

  const matches = (order: OrderRecord | null, request: RequestIdentity & { readonly agent: string }) =>
    order !== null && order.agent === request.agent && order.method === request.method && order.url === request.url;

  return {
    add(orderId, requestId, signature, told) {
      entries.set(orderId, { orderId, requestId, signature, at: clock.now(), told });
    },
    async take(request, offers) {
      seeded ??= seed().catch((error) => {
        log.error('earlier open402 payments could not be looked up', { error });
        seeded = null;
        throw error;
      });
      await seeded;
      for (const entry of [...entries.values()]) {
        const { orderId, at } = entry;
        if (at < clock.now() - memoryMs) {
          entries.delete(orderId);
          continue;
        }
        const order = orders.get(orderId);
        const asked = offers.some(({ payTo, amount }) => payTo === order?.payee && amount === order.amount);
        if (taken.has(orderId) || !asked || !matches(order, request)) continue;
        taken.add(orderId);
        const found = await standing(entry, request).catch((error): Found => {
          log.warn('an earlier open402 payment could not be looked up yet', { order: orderId, error });
          return { kind: 'open', orderId };
        });
        if (typeof found !== 'string' && found.kind === 'proof') return found;
        taken.delete(orderId);
        if (found === 'over') entries.delete(orderId);
        if (typeof found !== 'string') return found;
      }
      return null;
    },
    release(orderId, kept) {
      taken.delete(orderId);
      if (!kept) entries.delete(orderId);
    },
  };
}
