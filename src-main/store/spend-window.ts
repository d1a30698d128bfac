import { type Atomic, toAtomic } from '../../src-shared/model/index.ts';
import type { Connection } from './connection.ts';

const dayMs = 24 * 60 * 60 * 1000;

/** What an agent has committed and what it has open. Cost does not grow with history: two seeks and the open orders. */
export interface SpendWindow {
  committedInDay(agent: string, asset: string, now: number): Atomic;
  pending(agent: string, asset: string): Atomic;
  /** The agent's total up to now; the next committed order adds to it. */
  total(agent: string, asset: string): bigint;
}

export function createSpendWindow({ db }: Connection): SpendWindow {
  const totalAt = db
    .prepare<[string, string, number], bigint>(
      `SELECT running_total FROM orders
       WHERE agent = ? AND asset = ? AND committed_at IS NOT NULL AND committed_at <= ?
       ORDER BY committed_at DESC, running_total DESC LIMIT 1`,
    )
    .pluck();
  const pending = db
    .prepare<[string, string], bigint>(
      `SELECT COALESCE(SUM(amount), 0) FROM orders INDEXED BY orders_pending
       WHERE agent = ? AND asset = ? AND committed_at IS NULL AND state <> 'released'`,
    )
    .pluck();
  const total = (agent: string, asset: string, at: number) => totalAt.get(agent, asset, at) ?? 0n;
  return {
    total: (agent, asset) => total(agent, asset, Number.MAX_SAFE_INTEGER),
    committedInDay: (agent, asset, now) =>
      toAtomic(total(agent, asset, Number.MAX_SAFE_INTEGER) - total(agent, asset, now - dayMs)),
    pending: (agent, asset) => toAtomic(pending.get(agent, asset) ?? 0n),
  };
}
