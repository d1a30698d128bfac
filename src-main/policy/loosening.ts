import type { Atomic } from '../../src-shared/model/index.ts';
import { matchesOrigin } from './origin-pattern.ts';
import type { AllowDeny, Limits, Terms } from './terms.ts';

/** Names the first thing that `after` permits and `before` did not; null when it only tightens. What loosens needs the owner. */
export function loosening(before: Terms, after: Terms): string | null {
  const { limits: old, approval: asked } = before;
  const { limits: wanted, approval: asks } = after;
  return (
    widerLimit(old, wanted) ??
    (after.role === before.role ? null : 'role') ??
    (after.actions.every((action) => before.actions.includes(action)) ? null : 'actions') ??
    (after.validFrom >= before.validFrom ? null : 'validFrom') ??
    (notAfter(after.validUntil, before.validUntil) ? null : 'validUntil') ??
    widerList('origins', before.origins, after.origins, matchesOrigin) ??
    widerList('payees', before.payees, after.payees, same) ??
    widerList('assets', before.assets, after.assets, same) ??
    widerList('networks', before.networks, after.networks, same) ??
    (asks.always || !asked.always ? null : 'approval.always') ??
    (atMost(asks.askAbove, asked.askAbove) ? null : 'approval.askAbove') ??
    (atMost(asks.askNewPayeeAbove, asked.askNewPayeeAbove) ? null : 'approval.askNewPayeeAbove') ??
    (after.browserRequests && !before.browserRequests ? 'browserRequests' : null)
  );
}

/**
 * Names the first thing that a part of a delegation has and the whole has not; null when it is a part indeed. Lists,
 * roles, validity and approvals need no look: those of every delegation above are asked at each request too.
 */
export function moreThan(whole: Terms, part: Terms): string | null {
  return (
    widerLimit(whole.limits, part.limits) ??
    (part.actions.every((action) => whole.actions.includes(action)) ? null : 'actions') ??
    (notAfter(part.validUntil, whole.validUntil) ? null : 'validUntil') ??
    (part.browserRequests && !whole.browserRequests ? 'browserRequests' : null)
  );
}

function widerLimit(before: Limits, after: Limits): string | null {
  for (const name of ['perPayment', 'perMinute', 'perHour', 'perDay', 'perMonth', 'total'] as const) {
    if (!atMost(after[name], before[name])) return name;
  }
  for (const name of ['perMinuteCount', 'totalCount'] as const) if (!atMost(after[name], before[name])) return name;
  // A smaller least sum lets more through.
  return (after.minPerPayment ?? 0n) >= (before.minPerPayment ?? 0n) ? null : 'minPerPayment';
}

/** Null is no limit at all. */
function atMost<T extends Atomic | number>(wanted: T | null, limit: T | null): boolean {
  return limit === null || (wanted !== null && wanted <= limit);
}

const notAfter = (wanted: Terms['validUntil'], limit: Terms['validUntil']): boolean =>
  limit === 'open' || (wanted !== 'open' && wanted <= limit);

function widerList(
  name: string,
  before: AllowDeny,
  after: AllowDeny,
  covers: (held: string, item: string) => boolean,
): string | null {
  const { allow } = before;
  const wider =
    allow !== 'any' &&
    (after.allow === 'any' || !after.allow.every((item) => allow.some((held) => covers(held, item))));
  const forgets = !before.deny.every((item) => after.deny.some((held) => covers(held, item)));
  return wider ? `${name}.allow` : forgets ? `${name}.deny` : null;
}

const same = (held: string, item: string): boolean => held === item;
