/**
 * What the rest of Groat sees of the signer: addresses, four operations, each of which decides for itself, and one way out
 * for a key, which is the owner's alone.
 */
export interface Signer {
  readonly addresses: WalletAddresses;
  /** The log key's public half, base58. It holds no money and is no address. */
  readonly logKey: string;
  /**
   * Compiles and signs the transfer that `facts` describe, by the spender. Throws `signer-refused` with the rule that
   * `facts` break, `signer-stopped` when the signer is gone.
   */
  signPayment(facts: PaymentFacts): Promise<SignedTransfer>;
  /**
   * As `signPayment`, for a transfer that we send ourselves: by the spender (open402) or by the till (a refund), and signed by
   * our fee payer too. Throws `signer-refused` also where `facts.feePayer` is another one.
   */
  signOwnTransfer(from: 'spender' | 'till', facts: PaymentFacts): Promise<SentTransfer>;
  /**
   * Checks a payer's transaction against every rule of `checkSettlement`, then adds the fee payer's signature. A refusal
   * is a value. Throws `signer-stopped`. The chain is not asked: simulate first (x402 reference, section 7, rules 14, 15).
   */
  cosignSettlement(wire: Uint8Array, requirement: SettlementRequirement): Promise<Cosigned>;
  /**
   * Signs the head of this network's log by the log key; the answer is base58. Throws `signer-refused` for facts of
   * another shape or network and for a head that takes back one signed since the wallet was opened, `signer-stopped`.
   */
  signLogHead(facts: LogHeadFacts): Promise<string>;
  /**
   * The spender's secret key as Solana's wallets take it: 64 bytes, seed and public key. The thread keeps no copy of them
   * and cannot know who asks: whoever calls this has proven the owner's PIN and put it on record before. The caller zeroes
   * them. Throws `signer-stopped`.
   */
  exportSpender(): Promise<Uint8Array>;
  /** Ends the signer's thread, and with it every opened key. Calls under way end with `signer-stopped`. */
  stop(): Promise<void>;
}

/** Base58. The spender pays, the till is paid, the fee payer pays the network. */
export interface WalletAddresses {
  readonly spender: string;
  readonly till: string;
  readonly feePayer: string;
}

/** What the wallet is, for everybody to know. */
export interface WalletFace {
  readonly addresses: WalletAddresses;
  readonly logKey: string;
}

export interface LogHeadFacts {
  readonly network: string;
  /** How many entries the log has. */
  readonly count: number;
  /** Hex SHA-256 of the last entry; 64 zeros for an empty log. */
  readonly hash: string;
  /** The last entry's time, in ms since the epoch. */
  readonly at: number;
}

export interface PaymentFacts {
  readonly mint: string;
  /** SPL Token or Token-2022, whichever owns the mint. */
  readonly tokenProgram: string;
  readonly decimals: number;
  /** Atomic units. */
  readonly amount: bigint;
  /** The payee's own address, not its token account. */
  readonly payTo: string;
  readonly feePayer: string;
  /** Base58, 32 bytes, from our own RPC. */
  readonly blockhash: string;
  /** Null: a random one is made, so that equal payments differ. At most 256 bytes of UTF-8. */
  readonly memo: string | null;
}

export interface SignedTransfer {
  /** A version 0 transaction; the fee payer's slot is zero. */
  readonly wire: Uint8Array;
  /** Hex SHA-256 of the message bytes. */
  readonly messageHash: string;
  /** The spender's signature, base58. */
  readonly ownSignature: string;
}

/** Ready to be sent: every signature is there. */
export interface SentTransfer extends SignedTransfer {
  /** The transaction's id, base58: the fee payer's signature. */
  readonly signature: string;
}

/** What a payment to us must be: the seller's own terms, never the payer's copy of them. */
export interface SettlementRequirement {
  readonly amount: bigint;
  readonly asset: string;
  readonly payTo: string;
  readonly feePayer: string;
  /** Null: the offer asked for none, and any will do. */
  readonly memo: string | null;
}

export type SettlementCheck =
  | {
      readonly kind: 'valid';
      /** The authority of the transfer: whose money it is. */
      readonly payer: string;
      readonly messageHash: string;
      readonly sourceAta: string;
      readonly tokenProgram: string;
      readonly amount: bigint;
      /** As the payer wrote it; the chain refuses a transfer whose mint has another. */
      readonly decimals: number;
      /** What landing it will cost the fee payer. */
      readonly feeLamports: bigint;
    }
  | SettlementRefused;

export interface SettlementRefused {
  readonly kind: 'refused';
  /** An error code of x402 (reference, section 14). */
  readonly reason: string;
}

export type Cosigned =
  | {
      readonly kind: 'cosigned';
      readonly wire: Uint8Array;
      /** The transaction's id, base58: known before it is sent. */
      readonly signature: string;
      readonly messageHash: string;
      readonly payer: string;
    }
  | SettlementRefused;
