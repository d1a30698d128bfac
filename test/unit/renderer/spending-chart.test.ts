import { expect, test } from 'vitest';
import { chartOf } from '../../../src-renderer/features/overview/spending-chart.ts';

test('no name from outside becomes a member of the chart’s data', () => {
  const { series, data } = chartOf(
    {
      at: [0, 3_600_000],
      rows: [
        { key: '__proto__', total: '0.03', amounts: ['0.01', '0.02'] },
        { key: null, total: '0.5', amounts: ['0.5', '0'] },
      ],
    },
    'hour',
  );
  expect(series.map(({ member, key }) => [member, key])).toEqual([
    ['row0', '__proto__'],
    ['row1', null],
  ]);
  expect(data.map(({ row0, row1 }) => [row0, row1])).toEqual([
    [0.01, 0.5],
    [0.02, 0],
  ]);
});

test('what is left over has a colour of its own, whatever row it is', () => {
  const rest = { key: null, total: '1', amounts: ['1'] };
  expect(chartOf({ at: [0], rows: [rest] }, 'day').series[0]?.colour).toBe('var(--series-rest)');
});
