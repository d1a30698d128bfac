import type { ShopDetail } from '../../../src-shared/contract/index.ts';
import { addDecimals } from '../../ui/money.ts';
import type { Sums } from '../../ui/sums.ts';

const dayMs = 86_400_000;
const days = 30;
const label = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short', timeZone: 'UTC' });

/** The last 30 UTC days up to the one of `now`, oldest first; days without a sale are there too. */
export function lastDays(
  byDay: ShopDetail['byDay'],
  now: number,
): readonly { readonly day: number; readonly amount: string; readonly count: number }[] {
  const known = new Map(byDay.map((one) => [one.day, one]));
  const today = Math.floor(now / dayMs);
  return Array.from({ length: days }, (_, at) => {
    const day = (today - days + 1 + at) * dayMs;
    const { amount = '0', count = 0 } = known.get(new Date(day).toISOString().slice(0, 10)) ?? {};
    return { day, amount, count };
  });
}

export function revenueSums(byDay: ShopDetail['byDay'], now: number): Sums {
  const all = lastDays(byDay, now);
  return {
    series: [
      {
        member: 'row0',
        key: 'Revenue',
        total: all.reduce((sum, { amount }) => addDecimals(sum, amount), '0'),
        colour: 'var(--series-1)',
      },
    ],
    data: all.map(({ day, amount }) => ({ step: label.format(day), row0: Number(amount) })),
  };
}
