import type { DeskUpdate } from '../../src-shared/contract/index.ts';

/** The most of each that one update holds. */
export const mostInUpdate = { orders: 100, refusals: 50, approvals: 50 } as const;

/** One update that says what both say, the later one where they speak of the same. For a reader who is not that fast. */
export function joinUpdates(earlier: DeskUpdate, later: DeskUpdate): DeskUpdate {
  const orders = newestFirst(
    [...later.orders, ...earlier.orders],
    ({ id }) => id,
    (a, b) => b.seq - a.seq,
  );
  const refusals = newestFirst(
    [...later.refusals, ...earlier.refusals],
    ({ seq }) => seq,
    (a, b) => b.seq - a.seq,
  );
  const approvals = newestFirst(
    [...later.approvals, ...earlier.approvals],
    ({ id }) => id,
    () => 0,
  );
  const over =
    Math.max(0, orders.length - mostInUpdate.orders) +
    Math.max(0, refusals.length - mostInUpdate.refusals) +
    Math.max(0, approvals.length - mostInUpdate.approvals);
  return {
    status: later.status ?? earlier.status,
    orders: orders.slice(0, mostInUpdate.orders),
    refusals: refusals.slice(0, mostInUpdate.refusals),
    approvals: approvals.slice(0, mostInUpdate.approvals),
    more: earlier.more + later.more + over,
    rules: earlier.rules || later.rules,
    shops: earlier.shops || later.shops,
    prepaid: earlier.prepaid || later.prepaid,
  };
}

/** The first of each name, in order. */
function newestFirst<T>(items: readonly T[], name: (item: T) => string | number, order: (a: T, b: T) => number): T[] {
  const firsts = new Map<string | number, T>();
  for (const item of items) if (!firsts.has(name(item))) firsts.set(name(item), item);
  return [...firsts.values()].sort(order);
}
