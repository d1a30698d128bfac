import type { AgentName, Atomic, Deferred, Dialect, Expired } from '../../src-shared/model/index.ts';
import type { Entry } from '../wallet/ports.ts';

/** What somebody pays one of our shops for; `facilitator`: settled for another seller, who is paid in our place. */
export type Purpose = 'call' | 'package' | 'facilitator';

/** A payment that was presented here and passed every rule that needs no chain. */
export interface PresentedPayment {
  /**
   * SHA-256 of the message bytes, hex: varying the signatures does not make it another payment, and a transfer that was
   * presented in one dialect is known in every other, for calls and for packages.
   */
  readonly messageHash: string;
  /** `sale_…`: what people call it. */
  readonly sale: string;
  readonly purpose: Purpose;
  readonly dialect: Dialect;
  readonly shop: string;
  readonly method: string;
  /** The pattern of the price table that it fell under. */
  readonly route: string;
  /** Without the query string. */
  readonly url: string;
  /** SHA-256 of method and URL with its query, hex: what a receipt or a payment-identifier stands for. */
  readonly requestHash: string;
  readonly payer: string;
  /** Who is paid: an owner, not a token account. */
  readonly payTo: string;
  readonly asset: string;
  readonly amount: bigint;
  /** What landing it costs our fee payer, lamports; 0 where somebody else pays it. */
  readonly fee: bigint;
  /** x402's payment-identifier, and the hex SHA-256 of the payload that came with it; null without one. */
  readonly paymentId: string | null;
  readonly payloadHash: string | null;
}

/** How a sale stands. `claimed`: presented, nothing was sent. `sending`: sent, fate not known. */
export type SaleState = 'claimed' | 'sending' | 'settled' | 'failed';

/** What the buyer got: nothing yet, all of it, a part, or the upstream's error. */
export type SaleDelivery = 'none' | 'complete' | 'cut' | 'refused';

export interface SaleRecord extends PresentedPayment {
  readonly state: SaleState;
  readonly delivery: SaleDelivery;
  /** The transaction id: known before it is sent, but where a remote facilitator sends it. */
  readonly signature: string | null;
  /** Above this finalized height the transfer can no longer land. */
  readonly deadHeight: bigint | null;
  /** Hex SHA-256 of the receipt's secret; null where there is none. */
  readonly receiptHash: string | null;
  readonly httpStatus: number | null;
  readonly why: string | null;
  readonly createdAt: number;
  readonly settledAt: number | null;
}

/** Why a payment cannot be claimed. `known`: the same transfer was presented before; `identifier`: the payment-identifier was. */
export type Claim =
  | { readonly kind: 'claimed' }
  | { readonly kind: 'known' | 'identifier'; readonly sale: SaleRecord }
  /** The facilitator's daily SOL ceiling would be passed. */
  | { readonly kind: 'over-ceiling' };

/**
 * Keeps every payment that was ever presented for good: the replay guard. When a write resolves, the death of this process
 * cannot undo it. `claimLanded`, `abandon`, `sending` and `receiptGiven` are on the disk then, and with them all that was
 * written before; of the others a power cut may forget the last 10 ms, which the chain tells again.
 */
export interface Settlements {
  /**
   * One insert on unique indexes decides who serves a payment. Before `sending` nothing was done for it that a power cut
   * could make worth remembering: what was claimed and not sent is given back at every start.
   */
  claim(
    payment: PresentedPayment,
    and?: {
      /** Of the receipt that the buyer will get, so that a crash after the answer's head cannot lose it. */
      readonly receiptHash?: string;
      /** For `facilitator`: what all of them may cost in 24 hours, lamports; decided in the same transaction. */
      readonly feeCeiling?: bigint;
    },
  ): Promise<Claim>;
  /**
   * The same for a transfer that the chain shows already (open402, packages): settled at once, with its earnings and what
   * `alsoInTransaction` writes. It runs only on `claimed`, and what it throws undoes all.
   */
  claimLanded(
    payment: PresentedPayment,
    signature: string,
    entries: readonly Entry[],
    alsoInTransaction?: () => void,
  ): Promise<Claim>;
  /** Gives a claim back that was never sent. */
  abandon(messageHash: string): Promise<void>;
  /** Must be durable before the transaction is sent. `signature` null: a remote facilitator sends it. */
  sending(messageHash: string, signature: string | null, deadHeight: bigint): Promise<void>;
  /**
   * The transfer is on the chain: writes the earnings and the revenue in the same transaction. Once; a second call changes
   * nothing. May wait some milliseconds for another commit.
   */
  settled(messageHash: string, signature: string, entries: readonly Entry[]): Promise<void>;
  /** It executed and failed, or can no longer land. `entries` are the fee, where one was paid. */
  failed(messageHash: string, why: string, entries: readonly Entry[]): Promise<void>;
  /** The hash of the receipt that is about to be handed out, in place of any other. May wait some milliseconds for another commit. */
  receiptGiven(messageHash: string, receiptHash: string): Promise<void>;
  /** What the buyer got. May wait some milliseconds for another commit. `complete` is final. */
  delivered(messageHash: string, delivery: SaleDelivery, httpStatus: number | null): Promise<void>;
  get(messageHash: string): SaleRecord | null;
  bySale(sale: string): SaleRecord | null;
  /** Newest first. */
  list(page: {
    readonly shop: string | null;
    /** Only what is settled and was not delivered whole. */
    readonly undelivered: boolean;
    readonly before: string | null;
    readonly limit: number;
  }): readonly SaleRecord[];
  /** Sent, fate not known, oldest first. */
  sendingNow(): readonly SaleRecord[];
  /** At start: what was claimed and never sent is given back. */
  dropUnsentClaims(): Promise<void>;
  /** Lamports that settling for others cost in the last 24 hours, what is open included. */
  facilitatorFees(): bigint;
}

/** An answer that was paid for, kept for whoever may have it again. */
export interface KeptAnswer {
  readonly status: number;
  readonly reason: string;
  /** As it went out: name, value, name, value. */
  readonly headers: readonly string[];
  readonly body: Uint8Array;
}

/** Keeps answers for a while, at most so many bytes in all: the oldest go first. */
export interface Answers {
  /** May wait some milliseconds for another commit; for 10 ms more a power cut may forget it. */
  keep(messageHash: string, answer: KeptAnswer, until: number): Promise<void>;
  /** Null: none, or its time is over. */
  get(messageHash: string, now: number): KeptAnswer | null;
}

/** Money that the till gives back for a sale. `signed`: on its way; `released`: it can no longer land, and nothing was given. */
export interface RefundRecord {
  readonly sale: string;
  readonly state: 'signed' | 'settled' | 'released';
  /** Who paid the sale. */
  readonly payee: string;
  readonly asset: string;
  readonly amount: bigint;
  /** What landing it costs our fee payer, lamports. */
  readonly fee: bigint;
  readonly signature: string;
  readonly messageHash: string;
  readonly wire: Uint8Array;
  /** Above this finalized height it can no longer land. */
  readonly deadHeight: bigint;
  /** The newest transaction of the till's token account known when it was signed; null: none was. */
  readonly after: string | null;
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** Refunds, at most one that counts for each sale. All writes are durable when they resolve, each with its log entry. */
export interface Refunds {
  /**
   * Must be durable before the transfer is sent. One transaction: writes the refund with its entries and, for a package, uses
   * up its credit. `known`: the sale has one that is on its way or has landed. `short`: the till has earned less than that.
   */
  sign(
    refund: Omit<RefundRecord, 'state' | 'createdAt' | 'updatedAt'>,
    entries: readonly Entry[],
    closesCredit: boolean,
  ): Promise<'signed' | 'known' | 'short'>;
  /** The chain shows it. Once; a second call changes nothing. */
  settled(signature: string, entries: readonly Entry[]): Promise<void>;
  /** It executed and failed, or can no longer land. Once. */
  released(signature: string, why: string, entries: readonly Entry[]): Promise<void>;
  get(sale: string): RefundRecord | null;
  /** `signed` ones, oldest first. */
  open(): readonly RefundRecord[];
}

export interface RevenueSum {
  readonly amount: bigint;
  readonly count: number;
}

/** What shops earned, calls and packages; days are counted since the epoch, UTC. */
export interface Revenue {
  /** Since the shop's beginning. */
  total(shop: string): RevenueSum;
  /** Oldest first; days without any are left out. */
  days(shop: string, from: number): readonly (RevenueSum & { readonly day: number })[];
  /** The largest first. `key`: a route's pattern or a payer; '' are those that were too many to tell apart. */
  by(
    what: 'route' | 'payer',
    shop: string,
    from: number,
    limit: number,
  ): readonly (RevenueSum & { readonly key: string })[];
}

/** The call that credit is to pay for, as the 402 to it was seen. Hashes in hex; null without a query or a body. */
export interface PrepaidCall {
  readonly method: string;
  /** Without its query. */
  readonly url: string;
  readonly queryHash: string | null;
  readonly bodyHash: string | null;
  /** What the cheapest offer of its 402 asks, atomic units: what the credit saves. Null: there is none. */
  readonly price: Atomic | null;
}

/** Credit that was bought ahead. */
export interface PrepaidPurse {
  /**
   * Takes one call from credit that was bought from exactly this origin, by the gate's leave (`use-prepaid`). Null: there is
   * none, or the agent may not; then the 402 is paid otherwise. A refusal: a person is asked, and is to be asked nothing else
   * about this request. Costs nothing where no credit was ever bought.
   */
  takeFor(origin: string, agent: AgentName, call: PrepaidCall): Promise<PrepaidUse | Deferred | Expired | null>;
}

/** One call taken from credit. Say once what became of it: the first word counts, and nothing is given back twice. */
export interface PrepaidUse {
  /** Value of `X-Prepaid-Credential`. Only for the origin that was asked for, and never after a redirect. */
  readonly header: string;
  /** The credit's id. */
  readonly credit: string;
  /**
   * The answer's head came; 402, 429 and 5xx give the call back. `remaining`: what `X-Prepaid-Remaining` says, null without;
   * it can only make less of what we think is left.
   */
  answered(status: number, remaining: number | null): void;
  /** No head of an answer: given back. */
  lost(): void;
  /** No byte left this process: given back. */
  neverSent(): void;
}

/** API keys of the owner's own. */
export interface OriginSecrets {
  /** The owner's key for exactly this origin, where the agent may use it. Not to be logged or kept. */
  for(origin: string, agent: AgentName): string | null;
}
