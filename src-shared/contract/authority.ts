import { z } from 'zod';
import { actionNames, refusalReasons } from '../model/index.ts';
import { agentName, decimal, time } from './values.ts';

/** A sum in dollars, or `none` for no limit of its own (those above it still hold). */
const cap = z.union([
  z.literal('none'),
  z.string().regex(/^(0|[1-9]\d{0,12})(\.\d{1,6})?$/, { message: 'it is not a sum such as 0.25' }),
]);
const countCap = z.union([z.literal('none'), z.number().int().min(0).max(1_000_000_000)]);

export const limitsView = z.object({
  perPayment: cap,
  minPerPayment: cap,
  perMinute: cap,
  perMinuteCount: countCap,
  perHour: cap,
  perDay: cap,
  perMonth: cap,
  total: cap,
  totalCount: countCap,
});
export type LimitsView = z.infer<typeof limitsView>;

const listView = z.object({ allow: z.union([z.literal('any'), z.array(z.string())]), deny: z.array(z.string()) });

export const termsView = z.object({
  role: z.string(),
  actions: z.array(z.enum(actionNames)),
  limits: limitsView,
  validFrom: time,
  validUntil: z.union([time, z.literal('open')]),
  origins: listView,
  payees: listView,
  assets: listView,
  networks: listView,
  approval: z.object({ always: z.boolean(), askAbove: cap, askNewPayeeAbove: cap, holdMs: z.number().int() }),
  browserRequests: z.boolean(),
});
export type TermsView = z.infer<typeof termsView>;

/** What is to change of a delegation; what is left out stays. A list replaces the one that was there. */
export const termsChange = z.strictObject({
  role: z.string().optional(),
  actions: z.array(z.enum(actionNames)).optional(),
  ...limitsView.partial().shape,
  validFrom: time.optional(),
  validUntil: z.union([time, z.literal('open')]).optional(),
  allowOrigins: z.union([z.literal('any'), z.array(z.string())]).optional(),
  denyOrigins: z.array(z.string()).optional(),
  allowPayees: z.union([z.literal('any'), z.array(z.string())]).optional(),
  denyPayees: z.array(z.string()).optional(),
  allowAssets: z.union([z.literal('any'), z.array(z.string())]).optional(),
  denyAssets: z.array(z.string()).optional(),
  allowNetworks: z.union([z.literal('any'), z.array(z.string())]).optional(),
  denyNetworks: z.array(z.string()).optional(),
  askAbove: cap.optional(),
  askNewPayeeAbove: cap.optional(),
  alwaysAsk: z.boolean().optional(),
  holdMs: z.number().int().min(0).max(50_000).optional(),
  browserRequests: z.boolean().optional(),
});
export type TermsChange = z.infer<typeof termsChange>;

export const usageView = z.object({
  minute: decimal,
  minuteCount: z.number().int(),
  hour: decimal,
  day: decimal,
  month: decimal,
  total: decimal,
  totalCount: z.number().int(),
});

export const delegationView = z.object({
  subject: z.string(),
  parent: z.string().nullable(),
  terms: termsView,
  createdAt: time,
  revokedAt: time.nullable(),
  usage: usageView,
});
export type DelegationView = z.infer<typeof delegationView>;

export const statisticsView = z.object({
  requests: z.number().int(),
  granted: z.number().int(),
  denied: z.number().int(),
  deniedBy: z.record(z.string(), z.number().int()),
  deferred: z.number().int(),
  expired: z.number().int(),
  delivered: z.number().int(),
  undelivered: z.number().int(),
  /** Granted of all, 0 to 1; null before the first request. */
  successRate: z.number().nullable(),
  /** Mean over granted ones only, 0 to 1. */
  meanTrust: z.number().nullable(),
  spent: decimal,
});

export const agentDetail = z.object({
  agent: agentName,
  /** `not-valid`: its delegation, or one above it, has run out, is not valid yet or is too deep. */
  state: z.enum(['live', 'paused', 'revoked', 'not-valid']),
  /** Its own, then what stands above it, the desk last. */
  delegations: z.array(delegationView),
  /** Names of agents that it handed a part on to. */
  handedOnTo: z.array(z.string()),
  trust: z.object({
    role: z.string(),
    score: z.number(),
    t3: z.number(),
    v3: z.number(),
    parts: z.record(z.string(), z.number()),
  }),
  statistics: statisticsView,
});
export type AgentDetail = z.infer<typeof agentDetail>;

export const approvalState = z.enum(['waiting', 'approved', 'denied', 'expired', 'overtaken']);

/** What a script reads. `expiresAt` is when what the state says is over: the waiting, the grant, or the memory of a no. */
export const approvalLine = z.object({
  id: z.string(),
  agent: z.string(),
  method: z.string(),
  url: z.string(),
  amount: decimal,
  asset: z.string(),
  payee: z.string(),
  reason: z.enum(refusalReasons),
  state: approvalState,
  expiresAt: time,
});
export type ApprovalLine = z.infer<typeof approvalLine>;

/**
 * The request behind a question, as far as it may be shown: kept in memory only while it waits, so null after a restart.
 * Values of headers that carry secrets are null. Everything in it is from outside and may lie or try to look like us.
 */
export const glimpse = z.object({
  headers: z.array(z.object({ name: z.string(), value: z.string().nullable() })),
  body: z
    .object({
      contentType: z.string().nullable(),
      bytes: z.number().int(),
      /** The first 2 KiB where it is text; null where it is not, or was not kept. */
      text: z.string().nullable(),
      cut: z.boolean(),
    })
    .nullable(),
  /** What the seller asked for, in its own words. */
  offer: z.object({
    description: z.string().nullable(),
    resource: z.string().nullable(),
    scheme: z.string(),
    network: z.string(),
    payTo: z.string(),
    maxTimeoutSeconds: z.number().int(),
  }),
});
export type Glimpse = z.infer<typeof glimpse>;

export const approvalView = approvalLine.extend({
  detail: z.string(),
  action: z.enum(actionNames),
  origin: z.string(),
  dialect: z.string(),
  createdAt: time,
  requestHash: z.string(),
  needed: z.number().int(),
  /** Who has said yes so far. */
  witnesses: z.array(z.string()),
  scope: z.enum(['once', 'payee-day']).nullable(),
  upTo: decimal.nullable(),
  /** When the agent's first payment to this payee and origin was seen; null: never. */
  payeeSince: time.nullable(),
  originSince: time.nullable(),
  lastPrice: decimal.nullable(),
  /** What this desk has paid the payee so far, whichever agent it was. */
  payeeHistory: z.object({ payments: z.number().int(), total: decimal, lastAt: time.nullable() }),
  glimpse: glimpse.nullable(),
  /** What each limit would have left after it, by delegation; only those that there are. */
  remaining: z.array(z.object({ subject: z.string(), limit: z.string(), left: decimal })),
});
export type ApprovalView = z.infer<typeof approvalView>;

export const policyView = z.object({
  version: z.number().int(),
  readable: z.boolean(),
  /** Why nothing is granted at the moment; null in good times. */
  problem: z.string().nullable(),
  paused: z.object({ all: z.boolean(), agents: z.array(z.string()) }),
  hasPin: z.boolean(),
  delegations: z.array(delegationView),
  roles: z.array(
    z.object({
      name: z.string(),
      actions: z.array(z.enum(actionNames)),
      maxPerAction: cap,
      trustThreshold: z.number(),
      belowTrust: z.enum(['defer', 'deny']),
    }),
  ),
  ceilings: z.object({ perPayment: decimal, perDay: decimal, perMinuteCount: z.number().int() }).nullable(),
  approvers: z.array(z.object({ name: z.string(), key: z.string() })),
  breakers: z.array(z.object({ scope: z.string(), state: z.string() })),
});
export type PolicyView = z.infer<typeof policyView>;

export const logEntryView = z.object({
  seq: z.number().int(),
  at: time,
  kind: z.string(),
  agent: z.string().nullable(),
  subject: z.string().nullable(),
  data: z.record(z.string(), z.unknown()),
});
export type LogEntryView = z.infer<typeof logEntryView>;

export const logVerdict = z.discriminatedUnion('ok', [
  z.object({ ok: z.literal(true), entries: z.number().int(), head: z.string() }),
  z.object({ ok: z.literal(false), firstBad: z.number().int(), why: z.string() }),
]);
export type LogVerdictView = z.infer<typeof logVerdict>;

const normView = z.record(z.string(), z.unknown());

export const lawDiff = z.object({
  from: z.number().int(),
  to: z.number().int(),
  added: z.array(normView),
  removed: z.array(normView),
  changed: z.array(z.object({ id: z.string(), before: normView, after: normView })),
});

/** What whoever watches is told while it happens. */
export const deskEvent = z.discriminatedUnion('event', [
  z.object({ event: z.literal('approval'), approval: approvalLine }),
  z.object({ event: z.literal('breaker'), scope: z.string(), from: z.string(), to: z.string(), why: z.string() }),
  z.object({ event: z.literal('entry'), entry: logEntryView }),
]);
export type DeskEvent = z.infer<typeof deskEvent>;
