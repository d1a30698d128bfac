import type { ApprovalLine, DeskStatus, DeskUpdate, OrderLine, RefusalLine } from '../../src-shared/contract/index.ts';

/** How the page stands to the host. */
export type Link = 'connecting' | 'live' | 'lost' | 'signed-out';

/** One line of what happens: a payment with its newest state, or a request that was not paid. */
export type FeedLine =
  | { readonly kind: 'payment'; readonly at: number; readonly key: string; readonly order: OrderLine }
  | { readonly kind: 'refusal'; readonly at: number; readonly key: string; readonly refusal: RefusalLine };

/** What a page knows without asking. Every value is replaced, never changed. */
export interface Live {
  readonly link: Link;
  readonly status: DeskStatus | null;
  /** Newest first. */
  readonly feed: readonly FeedLine[];
  /** Those that wait, oldest first. */
  readonly waiting: readonly ApprovalLine[];
}

export interface LiveStore {
  get(): Live;
  subscribe(listener: () => void): () => void;
  /** Every update as it comes, for a screen that keeps its own rows up to date. */
  onUpdate(listener: (update: DeskUpdate) => void): () => void;
  take(update: DeskUpdate, first: boolean): void;
  setLink(link: Link): void;
}

const feedLength = 100;
const nothing: Live = { link: 'connecting', status: null, feed: [], waiting: [] };

export function createLiveStore(): LiveStore {
  let live = nothing;
  const listeners = new Set<() => void>();
  const followers = new Set<(update: DeskUpdate) => void>();
  const set = (next: Live): void => {
    live = next;
    for (const listener of listeners) listener();
  };
  return {
    get: () => live,
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    onUpdate(listener) {
      followers.add(listener);
      return () => void followers.delete(listener);
    },
    take(update, first) {
      set(joined(first ? nothing : live, update));
      for (const follower of followers) follower(update);
    },
    setLink(link) {
      if (live.link !== link) set({ ...live, link });
    },
  };
}

function joined(before: Live, update: DeskUpdate): Live {
  const { status, orders, refusals, approvals } = update;
  return {
    link: 'live',
    status: status ?? before.status,
    feed: orders.length + refusals.length === 0 ? before.feed : newest(before.feed, orders, refusals),
    waiting: approvals.length === 0 ? before.waiting : stillWaiting(before.waiting, approvals),
  };
}

function newest(before: readonly FeedLine[], orders: readonly OrderLine[], refusals: readonly RefusalLine[]) {
  const lines = new Map(before.map((line) => [line.key, line]));
  for (const order of orders) lines.set(order.id, { kind: 'payment', at: order.createdAt, key: order.id, order });
  for (const refusal of refusals) {
    const key = `refusal-${refusal.seq}`;
    lines.set(key, { kind: 'refusal', at: refusal.at, key, refusal });
  }
  return [...lines.values()].sort((a, b) => b.at - a.at || (a.key < b.key ? 1 : -1)).slice(0, feedLength);
}

function stillWaiting(before: readonly ApprovalLine[], changed: readonly ApprovalLine[]) {
  const all = new Map(before.map((approval) => [approval.id, approval]));
  for (const approval of changed) all.set(approval.id, approval);
  // Ids sort by the time they were made.
  return [...all.values()].filter(({ state }) => state === 'waiting').sort((a, b) => (a.id < b.id ? -1 : 1));
}
