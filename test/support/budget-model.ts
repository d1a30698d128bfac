import type { Terms } from '../../src-main/policy/index.ts';
import type { Usage } from '../../src-main/policy/ports.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

export interface ModelOrder {
  readonly id: string;
  /** Own delegation first, the desk's last. */
  readonly chain: readonly string[];
  readonly amount: bigint;
  readonly grant: string | null;
  state: 'reserved' | 'sent' | 'unknown' | 'committed' | 'released';
  /** When it was seen on the chain, by the time that never runs back. */
  committedAt: number;
}

export interface ModelGrant {
  readonly id: string;
  readonly agent: string;
  readonly url: string;
  readonly payee: string;
  readonly scope: 'once' | 'payee-day';
  readonly upTo: bigint;
  readonly until: number;
}

/** What budgets mean, without an index or a table: every order ever, looked at each time. */
export interface BudgetModel {
  readonly orders: ModelOrder[];
  readonly grants: ModelGrant[];
  usage(subject: string, now: number): Usage;
  /** Null when nothing of its limits would be passed by that sum. */
  overLimit(subject: string, limits: Terms['limits'], amount: bigint, now: number): string | null;
  /** Whether an approval may carry it at that moment. */
  allows(grant: ModelGrant, order: { agent: string; url: string; payee: string; amount: bigint }, now: number): boolean;
}

const isOpen = ({ state }: ModelOrder) => state === 'reserved' || state === 'sent' || state === 'unknown';

export function createBudgetModel(): BudgetModel {
  const orders: ModelOrder[] = [];
  const usage = (subject: string, now: number): Usage => {
    const counted = orders.filter((order) => order.state !== 'released' && order.chain.includes(subject));
    const within = (ms: number) => counted.filter((order) => isOpen(order) || order.committedAt > now - ms);
    const sum = (some: readonly ModelOrder[]) => some.reduce((total, { amount }) => total + amount, 0n);
    return {
      minute: sum(within(minuteMs)),
      minuteCount: within(minuteMs).length,
      hour: sum(within(hourMs)),
      day: sum(within(dayMs)),
      month: sum(within(30 * dayMs)),
      total: sum(counted),
      totalCount: counted.length,
    };
  };
  return {
    orders,
    grants: [],
    usage,
    overLimit(subject, limits, amount, now) {
      const used = usage(subject, now);
      const rows: readonly (readonly [string, bigint | number | null, bigint | number])[] = [
        ['over-payment-limit', limits.perPayment, amount],
        ['over-minute-limit', limits.perMinute, used.minute + amount],
        ['over-hour-limit', limits.perHour, used.hour + amount],
        ['over-day-limit', limits.perDay, used.day + amount],
        ['over-month-limit', limits.perMonth, used.month + amount],
        ['over-total-limit', limits.total, used.total + amount],
        ['over-minute-count', limits.perMinuteCount, used.minuteCount + 1],
        ['over-total-count', limits.totalCount, used.totalCount + 1],
      ];
      return rows.find(([, limit, would]) => limit !== null && would > limit)?.[0] ?? null;
    },
    allows({ id, agent, url, payee, scope, upTo, until }, order, now) {
      if (agent !== order.agent || payee !== order.payee || now >= until) return false;
      const on = orders.filter(({ grant, state }) => grant === id && state !== 'released');
      if (scope === 'once') return on.length === 0 && url === order.url && order.amount <= upTo;
      return on.reduce((sum, { amount }) => sum + amount, 0n) + order.amount <= upTo;
    },
  };
}
