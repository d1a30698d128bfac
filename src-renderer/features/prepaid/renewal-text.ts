import type { Renewal } from '../../../src-shared/contract/index.ts';
import { compareDecimals, typedDollars } from '../../ui/money.ts';

/** A rule to buy again as it is typed. */
export interface RenewalText {
  readonly below: string;
  readonly upTo: string;
}

/** What a rule would usually be: a tenth of the package left, at the price it had. */
export const renewalText = (
  renewal: Renewal | null,
  { calls, price }: { readonly calls: number; readonly price: string },
): RenewalText =>
  renewal === null
    ? { below: String(Math.max(1, Math.round(calls / 10))), upTo: price }
    : { below: String(renewal.below), upTo: renewal.upTo };

export function typedRenewal(
  { below, upTo }: RenewalText,
  { calls }: { readonly calls: number },
): { readonly renewal: Renewal | null; readonly problems: { readonly [F in keyof RenewalText]: string | null } } {
  const count = /^\d{1,8}$/.test(below.trim()) ? Number(below.trim()) : 0;
  const sum = typedDollars(upTo);
  const countOk = count >= 1 && count < calls;
  const sumOk = sum !== null && compareDecimals(sum, '0') > 0;
  return {
    renewal: countOk && sumOk ? { below: count, upTo: sum } : null,
    problems: {
      below: countOk ? null : `A number from 1 to ${Math.max(1, calls - 1)}`,
      upTo: sumOk ? null : 'A sum such as 1.50',
    },
  };
}
