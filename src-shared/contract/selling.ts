import { z } from 'zod';
import { decimal, time } from './values.ts';

/** What a shop is called: its one name for the command line, the screens and the books. */
export const shopName = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9 ._-]{0,39}$/, 'letters, digits, space and . _ - (at most 40)');

/** How a 402 of ours may be paid (x402 reference, sections 2 and 3; ag402 reference, section 1). */
export const shopDialects = ['x402-v2', 'x402-v1', 'open402'] as const;

/**
 * What one kind of request costs. `path` is matched whole, `*` in it stands for anything; the most specific pattern wins:
 * the longest text before its first `*`, then the one with a method.
 */
export const routePrice = z.strictObject({
  /** `*`: every method. */
  method: z.string().regex(/^(\*|[A-Z]{1,20})$/),
  path: z.string().regex(/^\/[^\s?#]{0,255}$/),
  /** `0`: free. */
  price: decimal,
});
export type RoutePrice = z.infer<typeof routePrice>;

export const prepaidPackage = z.strictObject({
  id: z.string().regex(/^[A-Za-z0-9_-]{1,64}$/),
  name: z.string().min(1).max(60),
  calls: z.number().int().min(1).max(10_000_000),
  days: z.number().int().min(1).max(3650),
  price: decimal,
});
export type PrepaidPackage = z.infer<typeof prepaidPackage>;

export const shopLimits = z.strictObject({
  /** Requests a minute, by token bucket. */
  perPayerMinute: z.number().int().min(1).max(1_000_000),
  perAddressMinute: z.number().int().min(1).max(1_000_000),
  perRouteMinute: z.number().int().min(1).max(10_000_000),
  /** Bytes of one request's body. */
  bodyBytes: z
    .number()
    .int()
    .min(0)
    .max(1024 ** 3),
  /** Requests at the upstream at once. */
  concurrency: z.number().int().min(1).max(10_000),
  /** For the upstream to send the head of its answer. */
  answerSeconds: z.number().int().min(1).max(3600),
});
export type ShopLimits = z.infer<typeof shopLimits>;

/** A shop as it is asked for. What is left out is the default, or for a shop that is there already, what it was. */
export const shopWish = z.strictObject({
  name: shopName.default('shop'),
  target: z.url({ protocol: /^https?$/ }),
  /** Of a request that no route names. */
  price: decimal,
  routes: z.array(routePrice).max(200).optional(),
  /** Where it listens. Anything but loopback is the owner's to choose off the sandbox. */
  host: z.string().max(64).optional(),
  /** 0: any free one, and the same again after a restart. */
  port: z.number().int().min(0).max(65_535).optional(),
  description: z.string().max(200).optional(),
  dialects: z.array(z.enum(shopDialects)).min(1).optional(),
  prepaid: z.boolean().optional(),
  /** The shop's own; without them the five usual tiers. */
  packages: z.array(prepaidPackage).max(20).optional(),
  /** When money moves: after the upstream has answered well, or before it is asked (streams, long work). */
  flow: z.enum(['after', 'upfront']).optional(),
  /** A remote facilitator's URL; null: Groat verifies and settles by itself. */
  facilitator: z
    .url({ protocol: /^https?$/ })
    .nullable()
    .optional(),
  /** Another address than the till's own; the owner's to choose. */
  payTo: z.string().max(64).nullable().optional(),
  limits: shopLimits.partial().optional(),
});
export type ShopWish = z.infer<typeof shopWish>;

/** What became of requests: answered for money, from credit, for nothing; asked to pay; refused; failed behind the shop. */
export const callOutcomes = ['paid', 'prepaid', 'free', 'unpaid', 'refused', 'limited', 'failed'] as const;
export type CallOutcome = (typeof callOutcomes)[number];

const calls = z.partialRecord(z.enum(callOutcomes), z.number().int());

export const shopView = z.object({
  name: z.string(),
  state: z.enum(['open', 'stopped', 'failed']),
  /** Why it could not be opened; null in good times. */
  problem: z.string().nullable(),
  gatewayUrl: z.string(),
  payTo: z.string(),
  target: z.string(),
  price: decimal,
  routes: z.array(routePrice),
  network: z.string(),
  dialects: z.array(z.enum(shopDialects)),
  prepaid: z.boolean(),
  flow: z.enum(['after', 'upfront']),
  facilitator: z.string().nullable(),
  revenue: z.object({ today: decimal, total: decimal }),
  /** Today, by UTC. */
  calls,
  openedAt: time,
});
export type ShopView = z.infer<typeof shopView>;

export const refundView = z.object({
  /** `signed`: on its way, looked up until it is known. `released`: it can no longer land; nothing was given back. */
  state: z.enum(['signed', 'settled', 'released']),
  amount: decimal,
  signature: z.string(),
  at: time,
});

/** One payment to a shop. */
export const saleView = z.object({
  id: z.string(),
  shop: z.string(),
  at: time,
  dialect: z.enum(shopDialects),
  /** A call, a package of calls, or settled for another seller. */
  purpose: z.enum(['call', 'package', 'facilitator']),
  method: z.string(),
  url: z.string(),
  route: z.string(),
  payer: z.string(),
  amount: decimal,
  /** `claimed`: presented, money not moved. `sending`: sent to the chain, fate not known yet. */
  state: z.enum(['claimed', 'sending', 'settled', 'failed']),
  /** What the buyer got of the answer. */
  delivery: z.enum(['none', 'complete', 'cut', 'refused']),
  signature: z.string().nullable(),
  why: z.string().nullable(),
  refund: refundView.nullable(),
});
export type SaleView = z.infer<typeof saleView>;

const revenueRow = z.object({ key: z.string(), amount: decimal, count: z.number().int() });

export const shopDetail = shopView.extend({
  description: z.string(),
  packages: z.array(prepaidPackage),
  limits: shopLimits,
  /** The last 30 days that had any, oldest first; `day` is the UTC date. */
  byDay: z.array(z.object({ day: z.string(), amount: decimal, count: z.number().int(), calls })),
  /** Of those 30 days, the largest first, at most 50. */
  byRoute: z.array(revenueRow),
  byPayer: z.array(revenueRow),
  /** What was sold ahead and is not used up. */
  credit: z.object({ packages: z.number().int(), callsSold: z.number().int(), callsLeft: z.number().int() }),
  /** The newest 50. */
  sales: z.array(saleView),
  /** Paid, and the buyer got no whole answer: to be refunded, or presented again by the buyer. */
  undelivered: z.number().int(),
});
export type ShopDetail = z.infer<typeof shopDetail>;

/** A server on this machine that could be sold. */
export const localServer = z.object({
  /** What it is, as far as it says so. */
  kind: z.enum(['ollama', 'lm-studio', 'vllm', 'llama.cpp', 'openai-compatible', 'http']),
  url: z.string(),
  /** Models or a title, for a person to know it again. */
  detail: z.string().nullable(),
  /** The shop that sells it already. */
  soldBy: z.string().nullable(),
});
export type LocalServer = z.infer<typeof localServer>;

/** Our facilitator for other sellers: whoever has the token may have payments settled at our cost in SOL. */
export const facilitatorView = z.object({
  enabled: z.boolean(),
  url: z.string().nullable(),
  solPerDay: decimal,
  solSpentToday: decimal,
  perMinute: z.number().int(),
});
export type FacilitatorView = z.infer<typeof facilitatorView>;
