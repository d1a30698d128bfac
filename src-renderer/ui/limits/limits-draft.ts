import type { TermsView } from '../../../src-shared/contract/index.ts';

/** Sums as a person types them: dollars, or nothing at all for no limit. */
export type SumName =
  | 'perPayment'
  | 'minPerPayment'
  | 'perMinute'
  | 'perHour'
  | 'perDay'
  | 'perMonth'
  | 'total'
  | 'askAbove'
  | 'askNewPayeeAbove';
export type CountName = 'perMinuteCount' | 'totalCount';
/** One entry a line. */
export type ListName = 'allowOrigins' | 'denyOrigins' | 'allowPayees' | 'denyPayees';

/** Limits while somebody edits them: exactly what stands in the fields, right or wrong. */
export interface LimitsDraft extends Readonly<Record<SumName | CountName | ListName, string>> {
  /** `any` leaves the list of what is allowed aside. */
  readonly whichOrigins: 'any' | 'listed';
  readonly whichPayees: 'any' | 'listed';
  readonly alwaysAsk: boolean;
  readonly holdSeconds: string;
  readonly browserRequests: boolean;
  /** As a `datetime-local` field has it, in the reader's own time; empty for at once and for ever. */
  readonly validFrom: string;
  readonly validUntil: string;
  readonly role: string;
}

export function draftOf({ limits, approval, origins, payees, ...terms }: TermsView): LimitsDraft {
  return {
    perPayment: sumText(limits.perPayment),
    minPerPayment: sumText(limits.minPerPayment),
    perMinute: sumText(limits.perMinute),
    perHour: sumText(limits.perHour),
    perDay: sumText(limits.perDay),
    perMonth: sumText(limits.perMonth),
    total: sumText(limits.total),
    askAbove: sumText(approval.askAbove),
    askNewPayeeAbove: sumText(approval.askNewPayeeAbove),
    perMinuteCount: sumText(String(limits.perMinuteCount)),
    totalCount: sumText(String(limits.totalCount)),
    whichOrigins: origins.allow === 'any' ? 'any' : 'listed',
    allowOrigins: origins.allow === 'any' ? '' : origins.allow.join('\n'),
    denyOrigins: origins.deny.join('\n'),
    whichPayees: payees.allow === 'any' ? 'any' : 'listed',
    allowPayees: payees.allow === 'any' ? '' : payees.allow.join('\n'),
    denyPayees: payees.deny.join('\n'),
    alwaysAsk: approval.always,
    holdSeconds: String(approval.holdMs / 1_000),
    browserRequests: terms.browserRequests,
    validFrom: terms.validFrom === 0 ? '' : localTime(terms.validFrom),
    validUntil: terms.validUntil === 'open' ? '' : localTime(terms.validUntil),
    role: terms.role,
  };
}

const sumText = (cap: string): string => (cap === 'none' ? '' : cap);

/** To the minute, in the reader's own time. */
function localTime(at: number): string {
  const date = new Date(at);
  const two = (part: number): string => String(part).padStart(2, '0');
  const day = [String(date.getFullYear()).padStart(4, '0'), two(date.getMonth() + 1), two(date.getDate())].join('-');
  return `${day}T${two(date.getHours())}:${two(date.getMinutes())}`;
}
