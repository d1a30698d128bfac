/** Why a payment was not made, or not yet. Closed and append-only: agents and scripts read it in `Groat-Reason`. */
export const refusalReasons = [
  'over-payment-limit',
  'over-day-limit',
  'insufficient-funds',
  'agent-revoked',
  'insecure-origin',
  'browser-request',
  'payment-header-present',
  'body-too-large',
  'no-offer',
  'offer-malformed',
  'offer-unsupported',
  'too-many-offers',
  'chain-unavailable',
  'internal',
  // What is wrong with us or our rules.
  'books-suspect',
  'policy-unreadable',
  'owner-missing',
  'request-invalid',
  'paused',
  'agent-paused',
  // The delegation and those above it.
  'delegation-missing',
  'delegation-revoked',
  'delegation-not-yet-valid',
  'delegation-expired',
  'delegation-too-deep',
  'action-not-permitted',
  'origin-not-allowed',
  'payee-not-allowed',
  'asset-not-allowed',
  'network-not-allowed',
  // Role and law.
  'role-unknown',
  'role-forbids',
  'over-role-limit',
  'law-denied',
  // Sums.
  'over-ceiling',
  'under-minimum',
  'over-minute-limit',
  'over-minute-count',
  'over-hour-limit',
  'over-month-limit',
  'over-total-limit',
  'over-total-count',
  // What went before.
  'breaker-open',
  'trust-too-low',
  // What waits for a person.
  'request-loop',
  'price-drift',
  'law-asks',
  'always-ask',
  'above-ask-limit',
  'new-payee',
  'new-origin',
  'approval-denied',
  'approval-expired',
  'too-many-approvals',
] as const;

export type RefusalReason = (typeof refusalReasons)[number];

export interface Denied {
  readonly kind: 'denied';
  readonly reason: RefusalReason;
  /** One sentence for a person; amounts in dollars, never a secret. */
  readonly detail: string;
}

/** Waits for a person. The request may be repeated as it is: once approved, the repetition pays. */
export interface Deferred {
  readonly kind: 'deferred';
  readonly reason: RefusalReason;
  readonly detail: string;
  readonly approval: string;
  /** When a repetition makes sense. */
  readonly retryAfterSeconds: number;
}

/** Nobody answered in time. Final for a while, like a denial. */
export interface Expired {
  readonly kind: 'expired';
  readonly reason: RefusalReason;
  readonly detail: string;
}

/** Every decision but yes. */
export type Refusal = Denied | Deferred | Expired;
