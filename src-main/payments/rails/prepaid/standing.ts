import type { BoughtCredit, CreditRecord, CreditUses } from './ports.ts';

/** What a person should know about a credit; the first that holds. */
export type CreditWarning = 'low' | 'expiring' | 'used-up' | 'expired' | 'refused';

export interface Standing {
  /** Calls a day over the last seven days, or since it was bought. */
  readonly burnPerDay: number;
  /** Until it ends or is used up, whichever is first. */
  readonly daysLeft: number;
  readonly warning: CreditWarning | null;
}

const dayMs = 24 * 60 * 60_000;
export const burnWindowMs = 7 * dayMs;
/** Of calls, and of time. */
const lowShare = 0.1;
/** What was bought a moment ago is counted by the day: a first test is no rate. */
const leastSpanMs = dayMs;

/** Pure. `uses` are those of the last seven days. */
export function standingOf({ credit, remaining, refused }: CreditRecord, uses: CreditUses, now: number): Standing {
  const spanMs = Math.min(Math.max(now - credit.boughtAt, leastSpanMs), burnWindowMs);
  const burnPerDay = uses.count / (spanMs / dayMs);
  const untilEnd = Math.max(0, credit.expiresAt - now) / dayMs;
  const untilUsed = burnPerDay === 0 ? Number.POSITIVE_INFINITY : remaining / burnPerDay;
  return {
    burnPerDay,
    daysLeft: refused !== null || remaining === 0 ? 0 : Math.min(untilEnd, untilUsed),
    warning: warningOf(credit, remaining, refused, now),
  };
}

function warningOf(
  { calls, boughtAt, expiresAt }: BoughtCredit,
  remaining: number,
  refused: string | null,
  now: number,
): CreditWarning | null {
  if (refused !== null) return 'refused';
  if (expiresAt <= now) return 'expired';
  if (remaining === 0) return 'used-up';
  if (remaining < calls * lowShare) return 'low';
  const left = expiresAt - now;
  return left < dayMs || left < (expiresAt - boughtAt) * lowShare ? 'expiring' : null;
}
