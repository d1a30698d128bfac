import { setImmediate as nextTurn } from 'node:timers/promises';
import type { SpendingSeries } from '../../src-shared/contract/index.ts';
import type { SpendingBook, SpendingKey } from '../wallet/index.ts';

export interface SeriesQuery {
  readonly by: SpendingKey;
  readonly step: 'hour' | 'day' | 'week';
  readonly steps: number;
  /** Only this agent's; null: everybody's. */
  readonly agent: string | null;
  /** Minutes that the reader's clock is ahead of UTC. */
  readonly utcOffset: number;
}

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;
const stepMs = { hour: hourMs, day: dayMs, week: 7 * dayMs } as const;
/** 1970 began on a Thursday. */
const firstMondayMs = 4 * dayMs;
const mostRows = 8;
/** Asked for in one go; more of them let other work happen in between. */
const hoursAtOnce = 168;

/** When each step begins, oldest first; the last one is the one that `now` is in. */
export function stepsUpTo(
  now: number,
  { step, steps, utcOffset }: Pick<SeriesQuery, 'step' | 'steps' | 'utcOffset'>,
): number[] {
  const ms = stepMs[step];
  // What is added to a time so that steps begin at whole multiples of their length.
  const shift = utcOffset * minuteMs - (step === 'week' ? firstMondayMs : 0);
  const last = Math.floor((now + shift) / ms) * ms - shift;
  return Array.from({ length: steps }, (_, i) => last - (steps - 1 - i) * ms);
}

/**
 * What moved in each step, the largest keys by themselves and the others together. What is added up by the hour of UTC counts
 * in the step that the hour begins in, also for a reader whose hours begin elsewhere.
 */
export async function spendingSeries(
  book: Pick<SpendingBook, 'sums'>,
  query: SeriesQuery,
  now: number,
  format: (amount: bigint) => string,
): Promise<SpendingSeries> {
  const { by, step, agent } = query;
  const at = stepsUpTo(now, query);
  const byKey = new Map<string, bigint[]>();
  const all = at.map(() => 0n);
  let hours = 0;
  for (const [index, from] of at.entries()) {
    for (const [key, amount] of book.sums({ by, from, until: from + stepMs[step], agent })) {
      const amounts = byKey.get(key) ?? at.map(() => 0n);
      amounts[index] = amount;
      byKey.set(key, amounts);
      all[index] = (all[index] ?? 0n) + amount;
    }
    hours += stepMs[step] / hourMs;
    if (hours < hoursAtOnce) continue;
    hours = 0;
    await nextTurn();
  }

  const totals = [...byKey].map(([key, amounts]) => ({ key, amounts, total: sum(amounts) }));
  const largestFirst = totals.sort((a, b) =>
    a.total === b.total ? (a.key < b.key ? -1 : 1) : a.total > b.total ? -1 : 1,
  );
  const shown = largestFirst.slice(0, mostRows);
  const rest = all.map((total, index) => total - sum(shown.map(({ amounts }) => amounts[index] ?? 0n)));
  const rows = [...shown, ...(largestFirst.length > mostRows ? [{ key: null, amounts: rest, total: sum(rest) }] : [])];
  return {
    at,
    rows: rows.map(({ key, amounts, total }) => ({ key, total: format(total), amounts: amounts.map(format) })),
  };
}

const sum = (amounts: readonly bigint[]): bigint => amounts.reduce((total, amount) => total + amount, 0n);
