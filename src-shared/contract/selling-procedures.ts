import { z } from 'zod';
import { operator, owner } from './procedure.ts';
import {
  facilitatorView,
  localServer,
  refundView,
  saleView,
  shopDetail,
  shopName,
  shopView,
  shopWish,
} from './selling.ts';
import { decimal } from './values.ts';

/** What this Groat sells. */
export const shops = {
  /**
   * Opens a shop, or one that is there already with what is new of it; it comes back after a restart. Off the sandbox the
   * owner's: another pay-to than the till, a remote facilitator, another address than loopback, open402 on mainnet.
   */
  open: operator.input(shopWish).output(shopView),
  list: operator.output(z.array(shopView)),
  /** What keeps buyers from paying although a shop is open, a sentence each. Asks the chain. */
  gaps: operator.output(z.array(z.string())),
  show: operator.input(z.object({ name: shopName })).output(shopDetail),
  /** Where Prometheus reads it, and the bearer token for that; the URL is null while it is closed. Off the sandbox the owner's. */
  metrics: operator
    .input(z.object({ name: shopName }))
    .output(z.object({ url: z.string().nullable(), token: z.string() })),
  /** Closed after what is under way, and not opened at the next start; `start` opens it again. */
  stop: operator.input(z.object({ name: shopName })).output(shopView),
  start: operator.input(z.object({ name: shopName })).output(shopView),
  /** Its sales stay in the books. */
  remove: operator.input(z.object({ name: shopName })).output(z.object({ name: z.string(), removed: z.literal(true) })),
  /** Newest first; `before` is the id of the last sale of the page before. */
  sales: operator
    .input(
      z.object({
        name: shopName.optional(),
        undelivered: z.boolean().default(false),
        before: z.string().optional(),
        limit: z.number().int().min(1).max(500).default(50),
      }),
    )
    .output(z.array(saleView)),
  /** Gives a sale's money back, all of it or a part, from the till to whoever paid. Once; asks for the PIN whatever the door. */
  refund: owner.input(z.object({ sale: z.string(), amount: decimal.optional() })).output(refundView),
  /** Looks for servers on this machine at the ports that such servers use, and at those that are named. */
  detect: operator
    .input(z.object({ ports: z.array(z.number().int().min(1).max(65_535)).max(32).default([]) }))
    .output(z.array(localServer)),
};

/** Settling for other sellers. */
export const facilitator = {
  show: operator.output(facilitatorView),
  /** The token comes out once. */
  enable: owner
    .input(
      z.object({
        port: z.number().int().min(0).max(65_535).default(0),
        solPerDay: decimal.default('0.01'),
        perMinute: z.number().int().min(1).max(100_000).default(120),
      }),
    )
    .output(facilitatorView.extend({ url: z.string(), token: z.string() })),
  disable: operator.output(facilitatorView),
};
