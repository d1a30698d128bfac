import { z } from 'zod';
import { prepaidPackage } from './selling.ts';
import { agentName, decimal, orderView, time } from './values.ts';

/** What a seller has to sell ahead. */
export const packageOffer = z.object({
  origin: z.string(),
  sellerAddress: z.string(),
  packages: z.array(prepaidPackage),
  /** What one call costs without; null where the seller did not say. */
  perCall: decimal.nullable(),
});
export type PackageOffer = z.infer<typeof packageOffer>;

/** Bought again by itself when fewer calls than `below` are left, for at most `upTo`. Only the owner makes such a rule. */
export const renewal = z.strictObject({ below: z.number().int().min(1).max(10_000_000), upTo: decimal });
export type Renewal = z.infer<typeof renewal>;

export const creditView = z.object({
  id: z.string(),
  origin: z.string(),
  package: z.string(),
  name: z.string(),
  /** `groat` is bound to its seller and buyer by all its fields; `ag402` is that system's. */
  form: z.enum(['groat', 'ag402']),
  /** Who bought it; every agent may use it. */
  agent: z.string(),
  calls: z.number().int(),
  remaining: z.number().int(),
  price: decimal,
  boughtAt: time,
  expiresAt: time,
  /** Calls a day over the last seven days, or since it was bought. */
  burnPerDay: z.number(),
  /** Until it ends or is used up, whichever is first. */
  daysLeft: z.number(),
  /** Against paying each of the calls made so far by itself; negative where that would have been cheaper. Null: not known. */
  saved: decimal.nullable(),
  warning: z.enum(['low', 'expiring', 'used-up', 'expired', 'refused']).nullable(),
  renewal: renewal.nullable(),
});
export type CreditView = z.infer<typeof creditView>;

/** A package that was paid for, or may have been, and whose credential is not here yet. */
export const pendingPurchase = z.object({
  order: z.string(),
  origin: z.string(),
  package: z.string(),
  price: decimal,
  since: time,
  /** `paying`: the chain does not show the payment yet. `claiming`: paid, and the seller has not given the credential yet. */
  state: z.enum(['paying', 'claiming', 'failed']),
  why: z.string().nullable(),
});
export type PendingPurchase = z.infer<typeof pendingPurchase>;

export const prepaidStatus = z.object({
  credits: z.array(creditView),
  pending: z.array(pendingPurchase),
  totalRemaining: z.number().int(),
});
export type PrepaidStatus = z.infer<typeof prepaidStatus>;

/** What a purchase came to: a credential, a payment whose fate is open, or a no of policy's. */
export const purchaseResult = z.discriminatedUnion('outcome', [
  z.object({ outcome: z.literal('bought'), credit: creditView, order: orderView }),
  z.object({ outcome: z.literal('pending'), purchase: pendingPurchase }),
  z.object({
    outcome: z.literal('refused'),
    decision: z.enum(['denied', 'deferred', 'expired']),
    reason: z.string(),
    detail: z.string(),
    approval: z.string().nullable(),
  }),
]);
export type PurchaseResult = z.infer<typeof purchaseResult>;

/** An API key of the owner's for one origin: sent there, when it asks for money that is not paid, and nowhere else. */
export const originSecret = z.object({
  origin: z.string(),
  /** Who may use it; empty: every agent. */
  agents: z.array(agentName),
  createdAt: time,
});
export type OriginSecret = z.infer<typeof originSecret>;
