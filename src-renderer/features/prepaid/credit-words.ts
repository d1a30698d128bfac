import type { CreditView, PackageOffer, PendingPurchase, PrepaidPackage } from '../../../src-shared/contract/index.ts';
import { compareDecimals, divideDecimal, dollars } from '../../ui/money.ts';
import type { ToneName } from '../../ui/tone.ts';

/** What an owner should know about a credit. */
export const warningWords: {
  readonly [W in NonNullable<CreditView['warning']>]: {
    readonly word: string;
    readonly tone: ToneName;
    readonly means: string;
  };
} = {
  low: { word: 'Running low', tone: 'warn', means: 'Few calls are left; after that each call is paid by itself.' },
  expiring: { word: 'Ends soon', tone: 'warn', means: 'What is not used by then is lost.' },
  'used-up': { word: 'Used up', tone: 'neutral', means: 'Each call is paid by itself again.' },
  expired: { word: 'Over', tone: 'neutral', means: 'Its time is over; each call is paid by itself again.' },
  refused: {
    word: 'Refused by the seller',
    tone: 'bad',
    means: 'The seller does not take it any more, so Groat does not use it. Ask the seller why.',
  },
};

/** Nothing more can be got out of it. */
export const isOver = ({ warning }: Pick<CreditView, 'warning'>): boolean =>
  warning === 'used-up' || warning === 'expired';

export const pendingWords: {
  readonly [S in PendingPurchase['state']]: {
    readonly word: string;
    readonly tone: ToneName;
    readonly means: string;
  };
} = {
  paying: {
    word: 'Being paid',
    tone: 'info',
    means: 'The chain does not show the payment yet. Groat never pays a second time for it.',
  },
  claiming: {
    word: 'Paid, waiting for the seller',
    tone: 'warn',
    means: 'The seller has the money and has not given the credit yet. Groat asks again every half minute.',
  },
  failed: { word: 'Failed', tone: 'bad', means: 'No credit came of it.' },
};

/** "12.5 calls a day", by the last seven days. */
export function burnText(perDay: number, used: boolean): string {
  if (perDay <= 0) return used ? 'not in the last week' : 'not used yet';
  const shown = perDay.toLocaleString(undefined, { maximumFractionDigits: perDay < 10 ? 1 : 0 });
  return `${perDay < 0.05 ? 'under 0.1' : shown} calls a day`;
}

/** "9 days", "under a day". */
export function daysText(days: number): string {
  if (days <= 0) return 'none';
  if (days < 1) return 'under a day';
  const whole = Math.floor(days);
  return whole === 1 ? '1 day' : `${whole.toLocaleString()} days`;
}

/** Whether buying ahead has paid off so far; one that has not is never called a saving. */
export function savedText(saved: string | null): { readonly name: string; readonly text: string } {
  if (saved === null) return { name: 'Saved', text: 'not known' };
  if (compareDecimals(saved, '0') >= 0) return { name: 'Saved', text: dollars(saved) };
  return { name: 'Cost more than single calls', text: dollars(saved.replace('-', '')) };
}

/** A package against single calls: "$0.015 a call instead of $0.02". */
export function comparison(
  { price, calls }: Pick<PrepaidPackage, 'price' | 'calls'>,
  perCall: PackageOffer['perCall'],
): { readonly each: string; readonly text: string; readonly better: boolean | null } {
  const each = divideDecimal(price, calls);
  if (perCall === null || compareDecimals(perCall, '0') <= 0)
    return { each, text: `${dollars(each)} a call`, better: null };
  const order = compareDecimals(each, perCall);
  if (order < 0) return { each, text: `${dollars(each)} a call instead of ${dollars(perCall)}`, better: true };
  return {
    each,
    text: `${dollars(each)} a call, ${order === 0 ? 'the same as' : 'more than'} the ${dollars(perCall)} of a single one`,
    better: false,
  };
}

/** What stands of a package, for a bar: 0 to 1. */
export const remainingShare = ({ remaining, calls }: Pick<CreditView, 'remaining' | 'calls'>): number =>
  calls <= 0 ? 0 : Math.min(1, Math.max(0, remaining / calls));
