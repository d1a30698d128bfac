import { z } from 'zod';
import { networkNames, orderStates, refusalReasons } from '../model/index.ts';
import { approvalLine } from './authority.ts';
import { agentName, decimal, looseSettings, orderLine, time } from './values.ts';

/** Dollars, or `none` where there is no limit. */
const cap = z.union([z.literal('none'), decimal]);

/** What stands on top of every screen. Sums are USDC decimals. */
export const deskStatus = z.object({
  network: z.enum(networkNames),
  available: decimal,
  reserved: decimal,
  /** Rolling windows of 24 hours, 7 days and 30 days; what is open or unknown counts as spent. */
  spent: z.object({ day: decimal, week: decimal, month: decimal }),
  /** The desk's own. */
  limits: z.object({ perDay: cap, perMonth: cap }),
  /** Of the desk and of single agents. */
  paused: z.object({ all: z.boolean(), agents: z.array(z.string()) }),
  waiting: z.number().int(),
  /** Orders that are under way, and orders whose fate is not known. */
  underWay: z.number().int(),
  unknown: z.number().int(),
  /** All orders there ever were. */
  payments: z.number().int(),
  /** Those that are not closed. */
  breakers: z.array(z.object({ scope: z.string(), state: z.enum(['open', 'half-open']) })),
  hasPin: z.boolean(),
  /** More lies in the wallet than the owner wants there. */
  aboveCeiling: z.boolean(),
  /** Why nothing is granted at the moment; null in good times. */
  problem: z.string().nullable(),
  /** In force and not what the owner accepted: to accept the books is to accept them too. Null where there is nothing new. */
  unaccepted: looseSettings.nullable(),
});
export type DeskStatus = z.infer<typeof deskStatus>;

/** A request that was not paid, or not yet. */
export const refusalLine = z.object({
  /** Its entry in the log. */
  seq: z.number().int(),
  at: time,
  agent: z.string(),
  decision: z.enum(['denied', 'deferred', 'expired']),
  reason: z.enum(refusalReasons),
  method: z.string(),
  url: z.string(),
  /** Null where it was refused before there was an offer. */
  amount: decimal.nullable(),
  payee: z.string().nullable(),
  /** How many alike this line stands for; more than 1 where an agent insists. */
  times: z.number().int(),
});
export type RefusalLine = z.infer<typeof refusalLine>;

/**
 * What changed since the update before, at most four times a second; the first one is the whole of it. Lists hold the newest
 * of what changed, newest first; `more` counts what did not fit, for whoever wants to say so.
 */
export const deskUpdate = z.object({
  /** Null when nothing of it changed. */
  status: deskStatus.nullable(),
  orders: z.array(orderLine),
  refusals: z.array(refusalLine),
  approvals: z.array(approvalLine),
  more: z.number().int(),
  /** Agents, limits, law, pauses or the PIN changed: what was read of them is old. */
  rules: z.boolean(),
  /** A shop was opened or closed, or sold something. */
  shops: z.boolean(),
  /** Credit was bought or used. */
  prepaid: z.boolean(),
});
export type DeskUpdate = z.infer<typeof deskUpdate>;

export const spendingQuery = z.object({
  by: z.enum(['agent', 'payee', 'origin']),
  step: z.enum(['hour', 'day', 'week']),
  /** How many steps, the last one being the one that is now. */
  steps: z.number().int().min(1).max(200),
  /** Only this agent's. */
  agent: agentName.optional(),
  /** Minutes that the reader's clock is ahead of UTC: days begin at the reader's midnight, weeks on Monday. */
  utcOffset: z.number().int().min(-900).max(900).default(0),
});

/** Money that moved, by when it moved. Every row has as many amounts as there are steps. */
export const spendingSeries = z.object({
  /** When each step begins, oldest first. */
  at: z.array(time),
  /** The largest first, at most eight; what is left over is one row with the key null. */
  rows: z.array(z.object({ key: z.string().nullable(), total: decimal, amounts: z.array(decimal) })),
});
export type SpendingSeries = z.infer<typeof spendingSeries>;

export const orderFilter = z.object({
  /** Part of the URL, payee, order id or transaction; upper and lower case are one. */
  text: z.string().max(200).optional(),
  agent: agentName.optional(),
  states: z.array(z.enum(orderStates)).optional(),
  from: time.optional(),
  /** Up to and not with it. */
  until: time.optional(),
});
export type OrderFilter = z.infer<typeof orderFilter>;

export const orderPage = z.object({
  orders: z.array(orderLine),
  /** Where the search stopped: give it as `before` to go on. Null: there is nothing older. */
  next: z.number().int().nullable(),
});

export const endpointHealth = z.object({
  url: z.string(),
  ok: z.boolean(),
  latencyMs: z.number().int().nullable(),
  slot: z.number().int().nullable(),
  problem: z.string().nullable(),
});
export type EndpointHealth = z.infer<typeof endpointHealth>;

/** How Groat shows itself. Nothing here lets anybody spend, so the operator may change it. */
export const preferences = z.object({
  /** The first-run wizard was gone through or left. */
  welcomed: z.boolean(),
  /** `attention`: only what waits for the owner or went wrong. */
  notifications: z.enum(['all', 'attention', 'none']),
  startAtLogin: z.boolean(),
  /** A window in the Dock or taskbar too, where a tray icon may be hidden. */
  dockIcon: z.boolean(),
  /** Told about when the wallet holds more than this. */
  walletCeiling: cap,
});
export type Preferences = z.infer<typeof preferences>;

const port = z.number().int().min(0).max(65_535);

/** What `groat.json` says; a change is in force after the restart that it causes. */
export const settingsChange = z.strictObject({
  network: z.enum(networkNames).optional(),
  proxyPort: port.nullable().optional(),
  rpcPort: port.nullable().optional(),
  uiPort: port.nullable().optional(),
  rpcUrls: z
    .array(z.url({ protocol: /^https?$/ }))
    .max(8)
    .optional(),
});
export type SettingsChange = z.infer<typeof settingsChange>;

export const settingsView = z.object({
  network: z.enum(networkNames),
  /** Null: the default one, or a free one where that is taken. */
  proxyPort: port.nullable(),
  rpcPort: port.nullable(),
  uiPort: port.nullable(),
  /** Empty: the network's own. */
  rpcUrls: z.array(z.string()),
  /** Settings that a flag or the environment holds: they cannot be changed here. */
  held: z.array(z.string()),
  version: z.string(),
  home: z.string(),
  /** Where it runs: in the tray app or without a window. */
  shell: z.enum(['app', 'headless']),
  /** What went wrong with the last change, which was taken back; null when nothing did. */
  problem: z.string().nullable(),
});
export type SettingsView = z.infer<typeof settingsView>;

export const walletView = z.object({
  /** An address means another wallet on another network: never draw one beside another network's name. */
  network: z.enum(networkNames),
  /** Base58. */
  spender: z.string(),
  till: z.string(),
  feePayer: z.string(),
  /** Asset the spender pays in: symbol and mint. */
  asset: z.object({ symbol: z.string(), mint: z.string() }),
  /** What the fee payer holds; null while the chain does not answer. */
  sol: decimal.nullable(),
  /** How the keys are sealed: `keychain`, `passphrase` or `keyfile`. */
  sealing: z.string(),
});
export type WalletView = z.infer<typeof walletView>;
