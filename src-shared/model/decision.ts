/** Why a payment was not made. Closed and append-only: agents and scripts read it in `Groat-Reason`. */
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
] as const;

export type RefusalReason = (typeof refusalReasons)[number];

export interface Denied {
  readonly kind: 'denied';
  readonly reason: RefusalReason;
  /** One sentence for a person; amounts in dollars, never a secret. */
  readonly detail: string;
}
