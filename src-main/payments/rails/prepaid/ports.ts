import { z } from 'zod';
import { type Atomic, maxAtomic } from '../../../../src-shared/model/index.ts';

/** `groat` is our own, bound to its seller by all its fields; `ag402` is that system's (its reference, section 6). */
export const prepaidForms = ['groat', 'ag402'] as const;
export type PrepaidForm = (typeof prepaidForms)[number];

/** Atomic units as they are spelled in JSON. */
const atomic = z
  .string()
  .regex(/^(0|[1-9]\d{0,18})$/)
  .transform((text) => BigInt(text))
  .refine((value) => value <= maxAtomic)
  .transform((value) => value as Atomic);

const count = z.number().int().min(1).max(10_000_000);
const time = z.number().int().min(0);

export const renewalRule = z.strictObject({ below: count, upTo: atomic });
/** The owner's rule: bought again when fewer than `below` calls are left, for at most `upTo`. */
export type RenewalRule = z.output<typeof renewalRule>;

/** Credit that was bought, as it lies sealed: nobody who writes to the file can change what it is or where it goes. */
export const boughtCredit = z.strictObject({
  id: z.string(),
  /** The only one that ever sees the credential. */
  origin: z.string(),
  seller: z.string(),
  package: z.string(),
  name: z.string(),
  form: z.enum(prepaidForms),
  agent: z.string(),
  order: z.string(),
  price: atomic,
  /** What one call costs without; null where the seller did not say. */
  perCall: atomic.nullable(),
  /** Never more than was offered. */
  calls: count,
  header: z.string(),
  boughtAt: time,
  expiresAt: time,
  /** In what it is less than what was paid for; null where it is not. */
  short: z.string().nullable(),
  renewal: renewalRule.nullable(),
});
export type BoughtCredit = z.output<typeof boughtCredit>;

export interface CreditRecord {
  readonly credit: BoughtCredit;
  readonly remaining: number;
  /** Why the seller took it no longer; null while it does. */
  readonly refused: string | null;
}

export interface CreditUses {
  readonly count: number;
  /** Atomic units, against paying each by itself; null where no price was known. */
  readonly saved: bigint | null;
}

/** Keeps bought credit. A row whose sealed part does not open, or says something else than the row, is no credit. */
export interface BoughtCredits {
  /**
   * One transaction: the credit is there, the purchase is done, and the rule of the credit that it renews has gone over to
   * it. `known`: that credential is here already, and nothing was written. Durable when it resolves.
   */
  add(credit: BoughtCredit, renews: string | null): Promise<'added' | 'known'>;
  /** What can be used at that origin now, the one that ends first; null without. */
  usable(origin: string, now: number): CreditRecord | null;
  /** One statement: false where nothing is left, it has expired, or the seller takes it no longer. */
  take(id: string, now: number): Promise<boolean>;
  /** One call more, but never above `most` or what was bought. May wait some milliseconds for another commit. */
  giveBack(id: string, most: number): Promise<void>;
  /** Makes less of what is left, never more. May wait some milliseconds for another commit. */
  lower(id: string, remaining: number): Promise<void>;
  /** A use that counts: for burn rate and savings. May wait some milliseconds for another commit. */
  used(id: string, saved: bigint | null): Promise<void>;
  refuse(id: string, why: string): Promise<void>;
  get(id: string): CreditRecord | null;
  /** Newest first. */
  list(): readonly CreditRecord[];
  /** Since the UTC day of that time. */
  usesSince(id: string, from: number): CreditUses;
  /** Null: there is no such credit. Durable when it resolves, with its log entry. */
  setRenewal(id: string, renewal: RenewalRule | null): Promise<CreditRecord | null>;
  /** Takes away what is expired, used up, refused or unreadable; answers how many. */
  purge(now: number): Promise<number>;
}

/** A package that is about to be paid for, sealed before a byte of its payment leaves. */
export const purchase = z.strictObject({
  order: z.string(),
  origin: z.string(),
  agent: z.string(),
  seller: z.string(),
  package: z.string(),
  name: z.string(),
  calls: count,
  days: z.number().int().min(1).max(3650),
  price: atomic,
  perCall: atomic.nullable(),
  form: z.enum(prepaidForms),
  /** 64 hex digits, whose hash is in the payment's memo: whoever has it is the buyer. Null in ag402's form. */
  secret: z.string().nullable(),
  /** The credit whose rule had it bought; null: somebody bought it. */
  renews: z.string().nullable(),
});
export type Purchase = z.output<typeof purchase>;

export type PurchaseState = 'paying' | 'claiming' | 'done' | 'failed';

export interface PurchaseRecord {
  readonly purchase: Purchase;
  readonly state: PurchaseState;
  readonly why: string | null;
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** All writes are durable when they resolve. */
export interface Purchases {
  begin(purchase: Purchase): Promise<void>;
  /** Does nothing to one that is done. */
  move(order: string, state: 'paying' | 'claiming' | 'failed', why: string | null): Promise<void>;
  get(order: string): PurchaseRecord | null;
  /** `paying` and `claiming`, oldest first. */
  open(): readonly PurchaseRecord[];
  /** Failed ones since then, oldest first. */
  failedSince(from: number): readonly PurchaseRecord[];
  /** The newest purchase that a rule made at that origin, in ms since the epoch; null: there was none. */
  renewedAt(origin: string): number | null;
}

export const originKey = z.strictObject({
  origin: z.string(),
  secret: z.string().min(1).max(4096),
  /** Who may use it; empty: every agent. */
  agents: z.array(z.string()),
});
export type OriginKey = z.output<typeof originKey>;

/** The owner's API keys for single origins, sealed. Writes are durable when they resolve, with their log entries. */
export interface OriginSecretBook {
  set(key: OriginKey): Promise<void>;
  remove(origin: string): Promise<boolean>;
  list(): readonly { readonly origin: string; readonly agents: readonly string[]; readonly createdAt: number }[];
  /** Null: there is none, its row does not open, or the agent is not among those who may. */
  for(origin: string, agent: string): string | null;
}
