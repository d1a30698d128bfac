import { isClosed, type OrderLife, type RefusalReason } from '../../src-shared/model/index.ts';
import type { TrustOutcome } from './trust.ts';

/**
 * What the end of an order says about the agent that placed it; null while it is open, when it was closed before, and
 * for an order that was given up without a word from the seller: that is nobody's merit and nobody's fault.
 */
export function outcomeOfOrder(before: OrderLife, after: OrderLife): TrustOutcome | null {
  if (isClosed(before)) return null;
  switch (after.state) {
    case 'settled':
      return 'delivered';
    case 'failed':
      return 'undelivered';
    case 'released':
      return 'delivery' in before && before.delivery === 'refused' ? 'refused' : null;
    default:
      return null;
  }
}

/**
 * Only what is the agent's own doing: that the desk has spent enough, or a seller's price a ceiling, is not. A person's no
 * is not here either: it counts once, when it is said, not each time that it is remembered.
 */
const outcomes: { readonly [R in RefusalReason]?: TrustOutcome } = {
  'over-payment-limit': 'over-limit',
  'over-minute-limit': 'over-limit',
  'over-minute-count': 'over-limit',
  'over-hour-limit': 'over-limit',
  'over-day-limit': 'over-limit',
  'over-month-limit': 'over-limit',
  'over-total-limit': 'over-limit',
  'over-total-count': 'over-limit',
  'over-role-limit': 'over-limit',
  'request-loop': 'loop',
};

/** Null where a refusal says nothing about the agent. A limit of a delegation above its own is for the caller to leave out. */
export function outcomeOfRefusal(reason: RefusalReason): TrustOutcome | null {
  return outcomes[reason] ?? null;
}
