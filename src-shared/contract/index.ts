import { eventIterator, oc } from '@orpc/contract';
import { z } from 'zod';
import {
  agentName,
  decimal,
  fullStatus,
  hostStatus,
  orderView,
  payStep,
  shopView,
  time,
  walletBalance,
} from './values.ts';

/** Least rank that may call a procedure (architecture page, "One contract, three doors, four ranks"). */
export type Rank = 'public' | 'agent' | 'operator' | 'owner';

export interface ProcedureMeta {
  readonly rank: Rank;
}

const procedure = oc.$meta<ProcedureMeta>({ rank: 'owner' }).errors({
  /** A `GroatError`, with its code and its two sentences. */
  GROAT: { data: z.object({ code: z.string(), what: z.string(), next: z.string() }) },
});
const operator = procedure.meta({ rank: 'operator' });

/** Everything the host does for its doors. Grouped by room; a door adds nothing of its own. */
export const contract = {
  host: {
    health: procedure.meta({ rank: 'public' }).output(z.object({ ok: z.literal(true) })),
    status: operator.output(fullStatus),
  },
  agents: {
    /** The credential comes out once, inside the proxy URL. */
    add: operator
      .input(z.object({ agent: agentName, perPayment: decimal.optional(), perDay: decimal.optional() }))
      .output(z.object({ agent: agentName, proxyUrl: z.string(), perPayment: decimal, perDay: decimal })),
    list: operator.output(
      z.array(
        z.object({
          agent: agentName,
          createdAt: time,
          revokedAt: time.nullable(),
          perPayment: decimal,
          perDay: decimal,
          spentToday: decimal,
        }),
      ),
    ),
    revoke: operator.input(z.object({ agent: agentName })).output(z.object({ agent: agentName })),
  },
  wallet: { balance: operator.output(walletBalance) },
  orders: {
    /** Newest first; `before` is the id of the last order of the page before. */
    list: operator
      .input(z.object({ limit: z.number().int().min(1).max(1000).default(50), before: z.string().optional() }))
      .output(z.array(orderView)),
    get: operator.input(z.object({ id: z.string() })).output(orderView),
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
  shops: {
    open: operator
      .input(
        z.object({
          name: z.string().min(1).max(40).default('shop'),
          target: z.url({ protocol: /^https?$/ }),
          price: decimal,
          port: z.number().int().min(0).max(65_535).default(0),
        }),
      )
      .output(shopView),
    list: operator.output(z.array(shopView)),
  },
  sandbox: {
    fund: operator
      .input(z.object({ address: z.string(), amount: decimal }))
      .output(z.object({ address: z.string(), amount: decimal, tokenAccount: z.string(), signature: z.string() })),
  },
};

export type Contract = typeof contract;
export type { FullStatus, HostStatus, OrderView, PayStep, ShopView, WalletBalance } from './values.ts';
export { hostStatus };
