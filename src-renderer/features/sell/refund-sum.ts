import { compareDecimals, dollars, typedDollars } from '../../ui/money.ts';

/** What is wrong with a sum to be given back of what was paid; null where nothing is. */
export function refundProblem(text: string, paid: string): string | null {
  const sum = typedDollars(text);
  if (sum === null || compareDecimals(sum, '0') === 0) return 'A sum such as 0.01';
  return compareDecimals(sum, paid) > 0 ? `At most the ${dollars(paid)} that were paid` : null;
}
