import { z } from 'zod';
import { networkNames, orderStates, refusalReasons } from '../model/index.ts';

/** Money crosses the contract as a plain decimal in the asset's own unit ("0.01"), never as a float. */
export const decimal = z.string().regex(/^-?\d{1,19}(\.\d{1,18})?$/);

export const agentName = z.string().regex(/^[a-z0-9][a-z0-9._-]{0,39}$/);

/** Milliseconds since the epoch. */
export const time = z.number().int().nonnegative();

export const network = z.enum(networkNames);

export const balance = z.object({ asset: z.string(), amount: decimal });

export const orderView = z.object({
  id: z.string(),
  agent: z.string(),
  method: z.string(),
  url: z.string(),
  amount: decimal,
  asset: z.string(),
  payee: z.string(),
  state: z.enum(orderStates),
  /** Transaction id on the chain, once we have seen it there ourselves. */
  signature: z.string().nullable(),
  httpStatus: z.number().int().nullable(),
  why: z.string().nullable(),
  createdAt: time,
  updatedAt: time,
  steps: z.array(z.object({ at: time, state: z.string(), event: z.string() })),
});
export type OrderView = z.infer<typeof orderView>;

/** A payment as a row of a list: without its steps, which are another look-up. `seq` counts orders from 1, without a gap. */
export const orderLine = orderView.omit({ steps: true }).extend({ seq: z.number().int() });
export type OrderLine = z.infer<typeof orderLine>;

export const hostStatus = z.object({
  ready: z.literal(true),
  pid: z.number().int(),
  proxyUrl: z.string(),
  /** The sandbox's JSON-RPC; null on other networks. */
  rpcUrl: z.string().nullable(),
  mode: network,
  /** CAIP-2 id. */
  network: z.string(),
  /** Where agents' money lies: the spender's address. */
  address: z.string(),
  home: z.string(),
  demoUrl: z.string().nullable(),
  /** Where a browser finds the screens, without a slash at its end; null where they are only in the app's own window. */
  uiUrl: z.string().nullable(),
});
export type HostStatus = z.infer<typeof hostStatus>;

/**
 * Settings that loosen, as they are in force: RPC endpoints in the order of their use, and plain http origins that may be paid.
 * Whoever accepts them says which, and is refused when they are other ones by then.
 */
export const looseSettings = z.strictObject({ rpcUrls: z.array(z.string()), httpOrigins: z.array(z.string()) });
export type LooseSettings = z.infer<typeof looseSettings>;

export const fullStatus = hostStatus.extend({
  balances: z.array(balance),
  reserved: decimal,
  /** Over the rolling 24 hours, open orders included. */
  spentToday: decimal,
  orders: z.partialRecord(z.enum(orderStates), z.number().int()),
  paused: z.boolean(),
  /** Approvals that wait. */
  waiting: z.number().int(),
  /** Why nothing is granted at the moment; null in good times. */
  problem: z.string().nullable(),
  /** In force and not what the owner accepted: to accept the books is to accept them too. Null where there is nothing new. */
  unaccepted: looseSettings.nullable(),
});
export type FullStatus = z.infer<typeof fullStatus>;

export const walletBalance = z.object({
  asset: z.string(),
  available: decimal,
  reserved: decimal,
  onChain: decimal,
});
export type WalletBalance = z.infer<typeof walletBalance>;

/** The six steps of a negotiation, as `groat pay` shows them while they happen. */
export const payStep = z.discriminatedUnion('step', [
  z.object({ step: z.literal('request'), method: z.string(), url: z.string() }),
  z.object({ step: z.literal('challenge'), httpStatus: z.number().int() }),
  z.object({
    step: z.literal('offer'),
    /** How the seller spells it, `prepaid` for credit that was bought before, `secret` for the owner's own API key. */
    dialect: z.string(),
    amount: decimal,
    asset: z.string(),
    payee: z.string(),
    network: z.string(),
  }),
  z.object({
    step: z.literal('decision'),
    decision: z.enum(['granted', 'denied', 'deferred', 'expired']),
    /** What the owner is asked to say yes to; null otherwise. */
    approval: z.string().nullable(),
    order: z.string().nullable(),
    reason: z.enum(refusalReasons).nullable(),
    detail: z.string().nullable(),
  }),
  z.object({ step: z.literal('submitted'), order: z.string() }),
  z.object({
    step: z.literal('answer'),
    httpStatus: z.number().int(),
    contentType: z.string().nullable(),
    /** The body as text, at most 1 MiB of it. */
    body: z.string(),
    /** True when there was more of it. */
    truncated: z.boolean(),
    order: orderView.nullable(),
  }),
  /** The payment has left and no whole answer came: the order says what is known, and it must not be paid again. */
  z.object({ step: z.literal('lost'), order: orderView.nullable(), why: z.string() }),
]);
export type PayStep = z.infer<typeof payStep>;
