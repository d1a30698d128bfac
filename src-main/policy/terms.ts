import { z } from 'zod';
import { type ActionName, type Atomic, actionNames, maxAtomic, toAtomic } from '../../src-shared/model/index.ts';
import { originPattern } from './origin-pattern.ts';

/**
 * A sum that is not to be passed: atomic units in decimal digits, or the word `none`. There is no third spelling: what is
 * missing, empty, negative or too large does not parse, and what does not parse denies.
 */
export const cap = z.codec(
  z.union([z.literal('none'), z.string().regex(/^(0|[1-9]\d{0,18})$/)]),
  z.union([z.null(), z.custom<Atomic>((value) => typeof value === 'bigint' && value >= 0n && value <= maxAtomic)]),
  {
    decode: (text, payload): Atomic | null => {
      if (text === 'none') return null;
      const value = BigInt(text);
      if (value <= maxAtomic) return toAtomic(value);
      payload.issues.push({ code: 'custom', input: text, message: 'it is more than there can be' });
      return z.NEVER;
    },
    encode: (value) => (value === null ? 'none' : value.toString()),
  },
);

/** As `cap`, of payments or actions instead of money. */
export const countCap = z.codec(
  z.union([z.literal('none'), z.number().int().min(0).max(Number.MAX_SAFE_INTEGER)]),
  z.union([z.null(), z.number()]),
  { decode: (stored) => (stored === 'none' ? null : stored), encode: (value) => value ?? 'none' },
);

/** A change of a delegation goes on record whole, and an entry has its bound. */
const maxListed = 64;

/** What is permitted, and what of it is not after all: deny beats allow. */
const list = <T extends z.ZodType<string>>(item: T) =>
  z.strictObject({
    allow: z.union([z.literal('any'), z.array(item).max(maxListed)]),
    deny: z.array(item).max(maxListed),
  });

const time = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER);
const address = z.string().regex(/^[1-9A-HJ-NP-Za-km-z]{32,44}$/);

export const limitsSchema = z.strictObject({
  perPayment: cap,
  /** Against a limit that is nibbled away in dust. */
  minPerPayment: cap,
  perMinute: cap,
  perMinuteCount: countCap,
  perHour: cap,
  /** Rolling 24 hours. */
  perDay: cap,
  /** Rolling 30 days. */
  perMonth: cap,
  total: cap,
  totalCount: countCap,
});

export const approvalRules = z.strictObject({
  always: z.boolean(),
  askAbove: cap,
  /** A payee or an origin that this agent has not paid before. */
  askNewPayeeAbove: cap,
  /** How long an agent's request waits for the owner before it gets its 402 back. */
  holdMs: z.number().int().min(0).max(50_000),
});

/** What a delegation permits. Every field is there, or the delegation permits nothing. */
export const termsSchema = z.strictObject({
  role: z.string().regex(/^[a-z0-9][a-z0-9._-]{0,39}$/),
  actions: z.array(z.enum(actionNames)).max(actionNames.length),
  limits: limitsSchema,
  validFrom: time,
  validUntil: z.union([time, z.literal('open')]),
  origins: list(originPattern),
  payees: list(address),
  assets: list(address),
  networks: list(z.string().regex(/^[a-z0-9-]{3,8}:[A-Za-z0-9_-]{1,64}$/)),
  approval: approvalRules,
  /** Whether requests that look like a web page's may be paid. */
  browserRequests: z.boolean(),
});

export type Terms = z.output<typeof termsSchema>;
export type Limits = Terms['limits'];
export type AllowDeny = Terms['payees'];
export type PermittedActions = readonly ActionName[];

/** The desk's own delegation stands above all agents. No agent can have this name. */
export const desk = '@desk';

/** Whom a delegation is for: an agent, or the desk. */
export const delegationSchema = z.strictObject({
  subject: z.string(),
  /** Who handed it on: an agent or the desk; null for the desk itself. */
  parent: z.string().nullable(),
  terms: termsSchema,
  createdAt: time,
  revokedAt: time.nullable(),
});

export type Delegation = z.output<typeof delegationSchema>;
