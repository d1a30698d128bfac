import { addDecimals, compareDecimals, dollars, shareOf } from '../../ui/money.ts';

export interface Bar {
  readonly key: string;
  readonly x: number;
  readonly height: number;
}

/** Bars side by side in a box; what is more than nothing can be seen. */
export function bars(amounts: readonly string[], height: number, width: number): readonly Bar[] {
  const most = amounts.reduce((max, amount) => (compareDecimals(amount, max) > 0 ? amount : max), '0');
  const step = width / Math.max(1, amounts.length);
  return amounts.map((amount, at) => {
    const share = shareOf(amount, most);
    return {
      key: `${at}`,
      x: at * step,
      height: compareDecimals(amount, '0') === 0 ? 0 : Math.max(1.5, share * height),
    };
  });
}

/** The same for those who do not see it. */
export function spokenSpending(amounts: readonly string[]): string {
  const total = amounts.reduce(addDecimals, '0');
  const busiest = amounts.filter((amount) => compareDecimals(amount, '0') > 0).length;
  if (busiest === 0) return 'Nothing spent in the last 24 hours';
  return `${dollars(total)} spent in the last 24 hours, in ${busiest} of them`;
}
