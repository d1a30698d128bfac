import type { SettlementRequirement } from '../../wallet/index.ts';
import type { PresentedPayment } from '../ports.ts';
import type { Collected } from '../rails/solana/collect.ts';

/** A signed payment as it was presented, with the seller's own terms for it. */
export interface SignedPayment {
  readonly wire: Uint8Array;
  /** The token account that it empties. */
  readonly source: string;
  readonly rule: SettlementRequirement;
  /** The same as a facilitator's HTTP API takes it (x402 reference, section 10). */
  readonly request: FacilitatorRequest;
}

export interface FacilitatorRequest {
  readonly x402Version: 1 | 2;
  readonly paymentPayload: unknown;
  readonly paymentRequirements: unknown;
}

/** Makes signed payments land: our own chain and fee payer, or somebody else's facilitator. */
export interface Settler {
  /** Who pays the network; null while that is not known. */
  feePayer(): string | null;
  /** Whether it also takes payments of x402 v1. */
  speaksV1(): boolean;
  /** Resolves once `feePayer` is known; rejects when this settler cannot be used. */
  ready(): Promise<void>;
  /** Asks whether it would land now, changing nothing. Null: it would; otherwise the code that says why not. Never rejects. */
  trial(signed: SignedPayment): Promise<string | null>;
  /** Never rejects. */
  collect(payment: PresentedPayment, signed: SignedPayment): Promise<Collected>;
}
