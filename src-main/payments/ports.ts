import type { Entry } from '../wallet/ports.ts';

/** A payment that was presented to a shop here and passed every rule that needs no chain. */
export interface PresentedPayment {
  /** SHA-256 of the message bytes, hex: varying the signatures does not make it another payment. */
  readonly messageHash: string;
  readonly shop: string;
  /** Without the query string. */
  readonly url: string;
  readonly payer: string;
  readonly asset: string;
  readonly amount: bigint;
  /** What landing it costs our fee payer, lamports. */
  readonly fee: bigint;
}

export interface SendingSettlement extends PresentedPayment {
  /** The transaction id: the fee payer's signature, known before it is sent. */
  readonly signature: string;
  /** Above this finalized height the transfer can no longer land. */
  readonly deadHeight: bigint;
}

/** Keeps every settled message hash for good: the replay guard. All writes are durable when they resolve. */
export interface Settlements {
  /** One insert on a unique index decides who serves a payment; false: it was presented before. */
  claim(payment: PresentedPayment): Promise<boolean>;
  /** Gives a claim back that was never sent. */
  abandon(messageHash: string): Promise<void>;
  /** Must be durable before the transaction is sent. */
  sending(messageHash: string, signature: string, deadHeight: bigint): Promise<void>;
  /**
   * The transfer is on the chain: writes the earnings in the same transaction. Once; a second call changes nothing. May
   * wait some milliseconds for another commit.
   */
  settled(messageHash: string, entries: readonly Entry[]): Promise<void>;
  /** It executed and failed, or can no longer land. `entries` are the fee, where one was paid. */
  failed(messageHash: string, why: string, entries: readonly Entry[]): Promise<void>;
  /** Sent, fate not known. */
  sendingNow(): readonly SendingSettlement[];
  /** At start: what was claimed and never sent is given back. */
  dropUnsentClaims(): Promise<void>;
}
