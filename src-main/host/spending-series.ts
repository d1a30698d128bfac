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
/** So many keys are remembered while they are added up; when there are more, the smaller half of them is forgotten. */
const mostKeys = 4000;

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

/** What moved under one key so far, by the number of the step. */
interface KeySum {
  readonly key: string;
  total: bigint;
  readonly amounts: Map<number, bigint>;
}

/**
 * What moved in each step, the largest keys by themselves and the others together. What is added up by the hour of UTC counts
 * in the step that the hour begins in, also for a reader whose hours begin elsewhere. Other work has its turn between any two
 * hours. Of thousands of keys, one that was small for long may count among the others for that time.
 */
export async function spendingSeries(
  book: Pick<SpendingBook, 'hour'>,
  query: SeriesQuery,
  now: number,
  format: (amount: bigint) => string,
): Promise<SpendingSeries> {
  const { by, step, agent } = query;
  const at = stepsUpTo(now, query);
  const [begin = now] = at;
  const until = begin + at.length * stepMs[step];
  const all = at.map(() => 0n);
  let byKey = new Map<string, KeySum>();
  let found = book.hour({ by, from: begin, until, agent });
  while (found !== null) {
    const index = Math.floor((found.at - begin) / stepMs[step]);
    for (const [key, amount] of found.sums) {
      all[index] = (all[index] ?? 0n) + amount;
      if (key !== '') addTo(byKey, key, index, amount);
    }
    if (byKey.size > mostKeys) byKey = withoutSmall(byKey);
    await nextTurn();
    found = book.hour({ by, from: found.at + hourMs, until, agent });
  }

  const shown = largest(byKey.values(), mostRows).map(({ key, total, amounts }) => ({
    key,
    total,
    amounts: at.map((_, index) => amounts.get(index) ?? 0n),
  }));
  const left = all.map((total, index) => total - sum(shown.map(({ amounts }) => amounts[index] ?? 0n)));
  const others = { key: null, total: sum(left), amounts: left };
  return {
    at,
    rows: [...shown, ...(others.total > 0n ? [others] : [])].map(({ key, amounts, total }) => ({
      key,
      total: format(total),
      amounts: amounts.map(format),
    })),
  };
}

function addTo(byKey: Map<string, KeySum>, key: string, index: number, amount: bigint): void {
  const one = byKey.get(key) ?? { key, total: 0n, amounts: new Map() };
  one.total += amount;
  one.amounts.set(index, (one.amounts.get(index) ?? 0n) + amount);
  byKey.set(key, one);
}

/** The larger half of them, without those that are as large as the one in the middle. */
function withoutSmall(byKey: ReadonlyMap<string, KeySum>): Map<string, KeySum> {
  // An array of plain 64-bit numbers is sorted many times faster than one of objects.
  const totals = BigInt64Array.from([...byKey.values()], ({ total }) => total).sort();
  const middle = totals[totals.length >> 1] ?? 0n;
  return new Map([...byKey].filter(([, { total }]) => total > middle));
}

/** In one pass: there may be thousands. */
function largest(sums: Iterable<KeySum>, most: number): readonly KeySum[] {
  let top: KeySum[] = [];
  for (const one of sums) {
    const last = top.at(most - 1);
    if (last === undefined || bySize(one, last) < 0) top = [...top, one].sort(bySize).slice(0, most);
  }
  return top;
}

function bySize(a: KeySum, b: KeySum): number {
  if (a.total !== b.total) return a.total > b.total ? -1 : 1;
  return a.key < b.key ? -1 : 1;
}

const sum = (amounts: readonly bigint[]): bigint => amounts.reduce((total, amount) => total + amount, 0n);
