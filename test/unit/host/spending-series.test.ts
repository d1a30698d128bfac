import { describe, expect, test } from 'vitest';
import { type SeriesQuery, spendingSeries, stepsUpTo } from '../../../src-main/host/spending-series.ts';

const at = (text: string) => Date.parse(text);
const iso = (times: readonly number[]) => times.map((time) => new Date(time).toISOString());

describe('steps begin where the reader’s own hours, days and weeks begin', () => {
  test.for([
    ['hour', 0, '2026-11-20T10:20:00Z', ['2026-11-20T09:00:00.000Z', '2026-11-20T10:00:00.000Z']],
    ['hour', 330, '2026-11-20T10:20:00Z', ['2026-11-20T08:30:00.000Z', '2026-11-20T09:30:00.000Z']],
    ['hour', 345, '2026-11-20T10:20:00Z', ['2026-11-20T09:15:00.000Z', '2026-11-20T10:15:00.000Z']],
    ['day', 0, '2026-11-20T00:00:00Z', ['2026-11-19T00:00:00.000Z', '2026-11-20T00:00:00.000Z']],
    ['day', 0, '2026-11-19T23:59:59.999Z', ['2026-11-18T00:00:00.000Z', '2026-11-19T00:00:00.000Z']],
    ['day', 60, '2026-11-19T23:00:00Z', ['2026-11-18T23:00:00.000Z', '2026-11-19T23:00:00.000Z']],
    ['day', -480, '2026-11-20T07:59:00Z', ['2026-11-18T08:00:00.000Z', '2026-11-19T08:00:00.000Z']],
    ['day', 345, '2026-11-20T18:15:00Z', ['2026-11-19T18:15:00.000Z', '2026-11-20T18:15:00.000Z']],
    // 20 November 2026 is a Friday, 16 November a Monday.
    ['week', 0, '2026-11-20T10:00:00Z', ['2026-11-09T00:00:00.000Z', '2026-11-16T00:00:00.000Z']],
    ['week', 0, '2026-11-16T00:00:00Z', ['2026-11-09T00:00:00.000Z', '2026-11-16T00:00:00.000Z']],
    ['week', 840, '2026-11-15T10:00:00Z', ['2026-11-08T10:00:00.000Z', '2026-11-15T10:00:00.000Z']],
    ['week', -60, '2026-11-16T00:30:00Z', ['2026-11-02T01:00:00.000Z', '2026-11-09T01:00:00.000Z']],
  ] as const)('%s, %i minutes ahead of UTC, at %s', ([step, utcOffset, now, begins]) => {
    expect(iso(stepsUpTo(at(now), { step, steps: 2, utcOffset }))).toEqual(begins);
  });
});

const hourMs = 3_600_000;

/** A book that says of each hour what this says of it. */
const series = (
  sums: (hour: number) => readonly (readonly [string, bigint])[],
  query: Partial<SeriesQuery> = {},
  asked: () => void = () => undefined,
) =>
  spendingSeries(
    {
      hour({ from, until }) {
        asked();
        for (let hour = Math.ceil(from / hourMs) * hourMs; hour < until; hour += hourMs) {
          const found = sums(hour);
          if (found.length > 0) return { at: hour, sums: new Map(found) };
        }
        return null;
      },
    },
    { by: 'agent', step: 'hour', steps: 2, agent: null, utcOffset: 0, ...query },
    at('2026-11-20T10:20:00Z'),
    String,
  );

test('nothing spent is no rows, and every step all the same', async () => {
  expect(await series(() => [])).toEqual({
    at: [at('2026-11-20T09:00:00Z'), at('2026-11-20T10:00:00Z')],
    rows: [],
  });
});

test('the eight largest stand by themselves, and all the others together in the last row', async () => {
  const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j'];
  const { rows } = await series(() => names.map((name, i) => [name, BigInt(i + 1)]));
  expect(rows.map(({ key, total }) => [key, total])).toEqual([
    ['j', '20'],
    ['i', '18'],
    ['h', '16'],
    ['g', '14'],
    ['f', '12'],
    ['e', '10'],
    ['d', '8'],
    ['c', '6'],
    [null, '6'],
  ]);
  expect(rows.at(-1)?.amounts).toEqual(['3', '3']);
});

test('eight are shown without a row for others', async () => {
  const { rows } = await series(() => ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'].map((name) => [name, 1n]));
  expect(rows.map(({ key }) => key)).toEqual(['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']);
});

test('who spent in one step only has zero in the others', async () => {
  const { rows } = await series((from) => (from === at('2026-11-20T09:00:00Z') ? [['a', 5n]] : [['b', 3n]]));
  expect(rows).toEqual([
    { key: 'a', total: '5', amounts: ['5', '0'] },
    { key: 'b', total: '3', amounts: ['0', '3'] },
  ]);
});

test('an hour counts in the step that it begins in, hours of one day together', async () => {
  const spent = new Map([
    ['2026-11-19T17:00:00Z', 1n],
    ['2026-11-19T18:00:00Z', 2n],
    ['2026-11-19T19:00:00Z', 4n],
    ['2026-11-20T10:00:00Z', 8n],
  ]);
  const sums = (hour: number) => {
    const amount = spent.get(`${new Date(hour).toISOString().slice(0, 19)}Z`);
    return amount === undefined ? [] : [['a', amount] as const];
  };
  // A day in Nepal begins at 18:15 UTC.
  const { rows } = await series(sums, { step: 'day', utcOffset: 345 });
  expect(rows).toEqual([{ key: 'a', total: '15', amounts: ['3', '12'] }]);
});

test('what has no name of its own is among the others, however much it is', async () => {
  const { rows } = await series(() => [
    ['', 100n],
    ['a', 5n],
  ]);
  expect(rows).toEqual([
    { key: 'a', total: '10', amounts: ['5', '5'] },
    { key: null, total: '200', amounts: ['100', '100'] },
  ]);
});

test('a site of its own for every payment: the large ones still stand out, and nothing is lost', async () => {
  let n = 0;
  const sums = () => [
    ['large', 500n] as const,
    ...Array.from({ length: 300 }, () => {
      n += 1;
      return [`site${n}`, 1n] as const;
    }),
  ];
  const { rows } = await series(sums, { step: 'day', steps: 3 });
  const hours = 24 + 24 + 24;
  expect(rows).toHaveLength(9);
  expect(rows[0]).toMatchObject({ key: 'large', total: String(hours * 500) });
  expect(rows.reduce((total, row) => total + Number(row.total), 0)).toBe(hours * 800);
});

test('other work has its turn after each hour', async () => {
  const asked: number[] = [];
  let turns = 0;
  let over = false;
  const turn = (): void => {
    turns += 1;
    if (!over) setImmediate(turn);
  };
  setImmediate(turn);
  await series(
    () => [['a', 1n]],
    { step: 'week', steps: 2 },
    () => asked.push(turns),
  );
  over = true;
  expect(asked.length).toBeGreaterThan(168);
  expect(new Set(asked).size).toBe(asked.length);
});
