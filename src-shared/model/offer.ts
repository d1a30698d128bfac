import type { Atomic } from './amount.ts';

/** One way to pay that a 402 lists, parsed and bounded; `wire` is what the dialect needs to echo it. */
export interface Offer {
  readonly dialect: 'x402-v2';
  readonly scheme: 'exact';
  /** CAIP-2. */
  readonly network: string;
  readonly asset: string;
  readonly amount: Atomic;
  readonly payTo: string;
  /** The facilitator's address that pays the network fee and broadcasts. */
  readonly feePayer: string;
  readonly memo: string | null;
  readonly maxTimeoutSeconds: number;
}
