import { eventIterator } from '@orpc/contract';
import { z } from 'zod';
import { actionNames } from '../model/index.ts';
import {
  agentDetail,
  approvalLine,
  approvalState,
  approvalView,
  delegationView,
  deskEvent,
  lawDiff,
  logEntryView,
  logVerdict,
  policyView,
  termsChange,
} from './authority.ts';
import { prepaid, secrets } from './prepaid-procedures.ts';
import { operator, owner, procedure } from './procedure.ts';
import {
  deskUpdate,
  endpointHealth,
  orderFilter,
  orderPage,
  preferences,
  settingsChange,
  settingsView,
  spendingQuery,
  spendingSeries,
  walletView,
} from './screens.ts';
import { facilitator, shops } from './selling-procedures.ts';
import {
  agentName,
  decimal,
  fullStatus,
  hostStatus,
  looseSettings,
  orderLine,
  orderView,
  payStep,
  time,
  walletBalance,
} from './values.ts';

/** Everything the host does for its doors. Grouped by room; a door adds nothing of its own. */
export const contract = {
  host: {
    health: procedure.meta({ rank: 'public' }).output(z.object({ ok: z.literal(true) })),
    status: operator.output(fullStatus),
    /** A one-time link to the screens for the owner's terminal; only over the control socket, and good for 60 seconds. */
    uiLink: operator.output(z.object({ url: z.string() })),
  },
  agents: {
    /** The credential comes out once, inside the proxy URL. */
    add: operator
      .input(termsChange.extend({ agent: agentName }))
      .output(z.object({ agent: agentName, proxyUrl: z.string(), perPayment: z.string(), perDay: z.string() })),
    list: operator.output(
      z.array(
        z.object({
          agent: agentName,
          createdAt: time,
          revokedAt: time.nullable(),
          perPayment: z.string(),
          perDay: z.string(),
          spentToday: decimal,
          state: z.enum(['live', 'paused', 'revoked']),
          /** 0 to 1. */
          trust: z.number(),
        }),
      ),
    ),
    show: operator.input(z.object({ agent: agentName })).output(agentDetail),
    /** Tightening is the operator's; what loosens answers `owner-required`. */
    limit: operator.input(termsChange.extend({ agent: agentName })).output(delegationView),
    /** Hands a part of one agent's delegation to another, new one, whose credential comes out once. */
    delegate: operator
      .input(termsChange.extend({ from: agentName, agent: agentName }))
      .output(z.object({ delegation: delegationView, proxyUrl: z.string() })),
    /** A new credential in the place of the old one, which is worth nothing from then on. Off the sandbox the owner's. */
    rotate: operator.input(z.object({ agent: agentName })).output(z.object({ agent: agentName, proxyUrl: z.string() })),
    revoke: operator.input(z.object({ agent: agentName })).output(z.object({ agent: agentName })),
    pause: operator
      .input(z.object({ agent: agentName }))
      .output(z.object({ agent: agentName, paused: z.literal(true) })),
    resume: owner
      .input(z.object({ agent: agentName }))
      .output(z.object({ agent: agentName, paused: z.literal(false) })),
  },
  desk: {
    pause: operator.output(z.object({ paused: z.literal(true) })),
    /**
     * Lifts the pause of all; with `acceptBooks` also says that the owner has seen why spending stood still. Where the status
     * shows settings that nobody accepted, `accept` is what was seen of them; without it, or when they are other ones by now,
     * everything stays as it is (`config-invalid`).
     */
    resume: owner
      .input(z.object({ acceptBooks: z.boolean().default(false), accept: looseSettings.optional() }))
      .output(z.object({ paused: z.literal(false), problem: z.string().nullable() })),
    /** Approvals, breakers and log entries while they happen. */
    watch: operator.output(eventIterator(deskEvent)),
    /** The same for screens: what changed, gathered, and first of all how things stand. */
    follow: operator.output(eventIterator(deskUpdate)),
  },
  owner: {
    state: operator.output(z.object({ hasPin: z.boolean(), lockedUntil: time.nullable() })),
    /** The first one is the operator's to set; later the current one is needed. */
    setPin: operator
      .input(z.object({ pin: z.string().max(1024), currentPin: z.string().max(1024).optional() }))
      .output(z.object({ set: z.literal(true) })),
  },
  approvals: {
    list: operator
      .input(z.object({ state: approvalState.optional(), limit: z.number().int().min(1).max(1000).default(100) }))
      .output(z.array(approvalLine)),
    show: operator.input(z.object({ id: z.string() })).output(approvalView),
    approve: owner
      .input(
        z.object({ id: z.string(), scope: z.enum(['once', 'payee-day']).default('once'), upTo: decimal.optional() }),
      )
      .output(approvalView),
    deny: operator.input(z.object({ id: z.string(), blockPayee: z.boolean().default(false) })).output(approvalView),
    /** A registered approver's signed yes: the signature is its proof, not the door. */
    attest: operator
      .input(
        z.object({
          id: z.string(),
          by: z.string(),
          at: time,
          nonce: z.string().max(64),
          signature: z.string().max(128),
        }),
      )
      .output(approvalView),
  },
  policy: {
    show: operator.output(policyView),
    /** Of the desk (`desk`) or an agent. Tightening is the operator's; what loosens answers `owner-required`. */
    set: operator.input(termsChange.extend({ subject: z.string() })).output(delegationView),
    history: operator
      .input(z.object({ limit: z.number().int().min(1).max(1000).default(50) }))
      .output(z.array(logEntryView)),
    setCeilings: owner
      .input(z.object({ perPayment: decimal, perDay: decimal, perMinuteCount: z.number().int().min(1) }))
      .output(policyView),
    /** A role of one's own, or in a built-in one's place; null takes it away again. */
    setRole: owner
      .input(
        z.object({
          name: z.string().regex(/^[a-z0-9][a-z0-9._-]{0,39}$/),
          role: z
            .strictObject({
              actions: z.array(z.enum(actionNames)).min(1),
              maxPerAction: z.union([z.literal('none'), decimal]),
              trustThreshold: z.number().min(0).max(1),
              belowTrust: z.enum(['defer', 'deny']),
            })
            .nullable(),
        }),
      )
      .output(policyView),
    /** Base64 of an Ed25519 public key; null takes the approver away. */
    setApprover: owner.input(z.object({ name: agentName, key: z.string().nullable() })).output(policyView),
  },
  law: {
    show: operator.output(
      z.object({ version: z.number().int(), hash: z.string(), norms: z.array(z.record(z.string(), z.unknown())) }),
    ),
    /** What may permit more answers `owner-required`. */
    add: operator
      .input(z.object({ norms: z.array(z.record(z.string(), z.unknown())).min(1).max(64) }))
      .output(z.object({ version: z.number().int() })),
    remove: operator.input(z.object({ id: z.string() })).output(z.object({ version: z.number().int() })),
    history: operator
      .input(z.object({ limit: z.number().int().min(1).max(1000).default(50) }))
      .output(z.array(logEntryView)),
    /** Between two versions; without them between the last two. */
    diff: operator
      .input(z.object({ from: z.number().int().min(1).optional(), to: z.number().int().min(1).optional() }))
      .output(lawDiff),
  },
  log: {
    recent: operator
      .input(
        z.object({
          kind: z.string().optional(),
          agent: agentName.optional(),
          subject: z.string().optional(),
          before: z.number().int().optional(),
          limit: z.number().int().min(1).max(1000).default(50),
        }),
      )
      .output(z.array(logEntryView)),
    verify: operator.output(logVerdict),
    /** The whole log, line by line; the last line is its signed head. */
    export: owner
      .input(z.object({ format: z.enum(['jsonl', 'csv']).default('jsonl') }))
      .output(eventIterator(z.array(z.string()))),
  },
  wallet: {
    balance: operator.output(walletBalance),
    show: operator.output(walletView),
    /** The spender's secret key, base58 of 64 bytes as wallets import it. Asks for the PIN whatever the door. */
    exportKey: owner
      .input(z.object({ confirm: z.literal('export') }))
      .output(z.object({ address: z.string(), secretKey: z.string() })),
  },
  spending: { series: operator.input(spendingQuery).output(spendingSeries) },
  orders: {
    /** Newest first; `before` is the id of the last order of the page before. */
    list: operator
      .input(z.object({ limit: z.number().int().min(1).max(1000).default(50), before: z.string().optional() }))
      .output(z.array(orderView)),
    get: operator.input(z.object({ id: z.string() })).output(orderView),
    /** Newest first. A search that finds little gives what it has after a while, and where to go on. */
    search: operator
      .input(
        orderFilter.extend({
          before: z.number().int().optional(),
          limit: z.number().int().min(1).max(500).default(100),
        }),
      )
      .output(orderPage),
    /** Those that are not closed, oldest first. */
    open: operator.output(z.array(orderLine)),
    /** Looks at the chain now for one whose fate is open. */
    check: operator.input(z.object({ id: z.string() })).output(orderView),
    /** Pieces of one text, in the order of the list. */
    export: owner.input(orderFilter.extend({ format: z.enum(['csv', 'json']) })).output(eventIterator(z.string())),
  },
  chain: { health: operator.output(z.array(endpointHealth)) },
  preferences: {
    show: operator.output(preferences),
    set: operator.input(preferences.partial()).output(preferences),
  },
  settings: {
    show: operator.output(settingsView),
    /** Restarts Groat with it; where that fails, goes on as before and says why. Real money asks for the PIN whatever the door. */
    change: owner.input(settingsChange).output(z.object({ restarting: z.literal(true) })),
  },
  payments: {
    pay: operator
      .input(
        z.object({
          url: z.url({ protocol: /^https?$/ }),
          method: z
            .string()
            .regex(/^[A-Z]{1,20}$/)
            .default('GET'),
          headers: z.record(z.string(), z.string()).default({}),
          body: z
            .string()
            .max(8 * 1024 * 1024)
            .optional(),
          agent: agentName.default('cli'),
        }),
      )
      .output(eventIterator(payStep)),
  },
  shops,
  facilitator,
  prepaid,
  secrets,
  sandbox: {
    /** Opens the demo shop where it is not open yet: something to buy for a first payment. */
    demoShop: operator.output(z.object({ url: z.string() })),
    fund: operator
      .input(z.object({ address: z.string(), amount: decimal }))
      .output(z.object({ address: z.string(), amount: decimal, tokenAccount: z.string(), signature: z.string() })),
  },
};

export type Contract = typeof contract;
export type {
  AgentDetail,
  ApprovalLine,
  ApprovalView,
  DelegationView,
  DeskEvent,
  Glimpse,
  LimitsView,
  LogEntryView,
  LogVerdictView,
  PolicyView,
  TermsChange,
  TermsView,
} from './authority.ts';
export type {
  CreditView,
  OriginSecret,
  PackageOffer,
  PendingPurchase,
  PrepaidStatus,
  PurchaseResult,
  Renewal,
} from './prepaid.ts';
export type { ProcedureMeta, Rank } from './procedure.ts';
export type {
  DeskStatus,
  DeskUpdate,
  EndpointHealth,
  OrderFilter,
  Preferences,
  RefusalLine,
  SettingsChange,
  SettingsView,
  SpendingSeries,
  WalletView,
} from './screens.ts';
export type {
  CallOutcome,
  FacilitatorView,
  LocalServer,
  PrepaidPackage,
  RoutePrice,
  SaleView,
  ShopDetail,
  ShopLimits,
  ShopView,
  ShopWish,
} from './selling.ts';
export { callOutcomes, prepaidPackage, routePrice, shopDialects, shopLimits, shopName } from './selling.ts';
export type {
  FullStatus,
  HostStatus,
  LooseSettings,
  OrderLine,
  OrderView,
  PayStep,
  WalletBalance,
} from './values.ts';
export { hostStatus };
