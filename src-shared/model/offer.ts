import type { Atomic } from './amount.ts';

/** How a 402 spells its offers, and a paid request its payment. */
export const dialects = ['x402-v2', 'x402-v1', 'open402'] as const;
export type Dialect = (typeof dialects)[number];

/** One way to pay that a 402 lists, parsed and bounded. */
export interface Offer {
  readonly dialect: Dialect;
  readonly scheme: 'exact';
  /** CAIP-2, also where the dialect has names of its own. */
  readonly network: string;
  /** Mint address. */
  readonly asset: string;
  readonly amount: Atomic;
  readonly payTo: string;
  /**
   * The facilitator's address that pays the network fee and broadcasts. Null: the buyer broadcasts and then proves it
   * (open402), at the cost of our own fee payer.
   */
  readonly feePayer: string | null;
  readonly memo: string | null;
  readonly maxTimeoutSeconds: number;
}
