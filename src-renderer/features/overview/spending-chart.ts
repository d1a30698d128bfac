import type { SpendingSeries } from '../../../src-shared/contract/index.ts';
import type { Sums } from '../../ui/sums.ts';

export type Step = 'hour' | 'day' | 'week';

const labels = {
  hour: new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' }),
  day: new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short' }),
  week: new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short' }),
} as const satisfies { readonly [S in Step]: Intl.DateTimeFormat };

export function chartOf({ at, rows }: SpendingSeries, step: Step): Sums {
  const series = rows.map(({ key, total }, row) => ({
    member: `row${row}`,
    key,
    total,
    colour: key === null ? 'var(--series-rest)' : `var(--series-${(row % 8) + 1})`,
  }));
  const data = at.map((begin, index) => ({
    step: labels[step].format(begin),
    ...Object.fromEntries(rows.map(({ amounts }, row) => [`row${row}`, Number(amounts[index] ?? '0')])),
  }));
  return { series, data };
}
