import { compareDecimals, shareOf } from './money.ts';

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
