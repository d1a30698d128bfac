import type { Asset, OrderEvent, OrderFacts, OrderLife, OrderState } from '../../src-shared/model/index.ts';
import type { LogData } from '../log/index.ts';

/**
 * Accounts of the double-entry ledger, per asset. Money enters from and leaves to `external`, the only account that may
 * be negative; every posting sums to zero.
 */
export type Account = 'available' | 'reserved' | 'spent' | 'fees' | 'received' | 'external';

export const accounts = ['available', 'reserved', 'spent', 'fees', 'received', 'external'] as const;

export interface Entry {
  readonly account: Account;
  /** Mint address, or `native` for SOL. */
  readonly asset: string;
  /** Positive: into the account. */
  readonly amount: bigint;
}

/** One order as it is kept. */
export interface OrderRecord extends OrderFacts {
  /** Counts orders from 1, without a gap; a later order was never made earlier. */
  readonly seq: number;
  readonly life: OrderLife;
  readonly httpStatus: number | null;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly steps: readonly OrderStep[];
}

export interface OrderStep {
  readonly at: number;
  readonly state: string;
  readonly event: string;
}

/** What one event does to an order: the pure result that the store writes in one transaction. */
export interface OrderChange {
  readonly life: OrderLife;
  readonly event: OrderEvent;
  readonly entries: readonly Entry[];
  /** True when the money is now known to have moved: the row gets its running total for the limits. */
  readonly commits: boolean;
  readonly httpStatus: number | null;
  /** What the log keeps of it. */
  readonly entry: LogData;
}

/** A line of our own token account's history on the chain. */
export interface StatementLine {
  readonly signature: string;
  readonly slot: bigint;
  /** Mint address of that account. */
  readonly asset: string;
  /** What the line did to our token account; negative when it left. */
  readonly delta: bigint;
  readonly messageHash: string;
  /** All signatures of the transaction, ours among them where it is ours. */
  readonly signatures: readonly string[];
}

export interface OrderStore {
  /**
   * One transaction: reads the order, lets `step` decide, writes the change with its ledger entries. `step` returning
   * null writes nothing. Writes are made in the order of the calls. Durable when it resolves. Throws `order-unknown`.
   * `soon` lets it wait some milliseconds for another commit. A crash may forget it: money is safe, since `submitting` was
   * written and the chain tells the rest, but a delivery that was just over is then shown as broken off.
   */
  change(id: string, step: (order: OrderRecord) => OrderChange | null, when?: 'now' | 'soon'): Promise<OrderRecord>;
  /** By its own id, or by the transaction that paid it. */
  get(id: string): OrderRecord | null;
  /** Newest first. */
  list(page: { readonly limit: number; readonly before?: string }): readonly OrderRecord[];
  /** Every order whose fate is not settled, oldest first. */
  unclosed(): readonly OrderRecord[];
  countByState(): Readonly<Record<string, number>>;
  /** What was committed in the last 24 hours plus what is open: under one agent's delegation, or by all. */
  spentToday(agent?: string): bigint;
}

/** What a screen looks for among orders. Null: any. */
export interface OrderFilter {
  /** Part of the URL, payee, order id or transaction; letters from A to Z are the same in upper and lower case. */
  readonly text: string | null;
  readonly agent: string | null;
  readonly states: readonly OrderState[] | null;
  /** When it was made, in ms since the epoch. */
  readonly from: number | null;
  /** Up to and not with it. */
  readonly until: number | null;
}

/** Orders as screens read them, none with its steps. Nothing here is on the path of a payment, or makes one slower. */
export interface OrderSearch {
  /**
   * Newest first, those before `before` (a `seq`; null: from the newest on). Looks at no more than a few thousand, so that it
   * takes a few milliseconds however little it finds. `next`: where to go on; null: there is nothing older.
   */
  look(
    filter: OrderFilter,
    page: { readonly before: number | null; readonly limit: number },
  ): { readonly orders: readonly OrderRecord[]; readonly next: number | null };
  line(id: string): OrderRecord | null;
  /** All orders there ever were. */
  count(): number;
  inState(state: OrderState): number;
}

export type SpendingKey = 'agent' | 'payee' | 'origin';

export interface PayeeSum {
  readonly payments: number;
  readonly total: bigint;
  readonly lastAt: number | null;
}

/** Money that moved, added up by the hour of UTC in which it was seen on the chain. To be shown, and decided by nowhere. */
export interface SpendingBook {
  /**
   * The first hour in which money moved among those that begin at `from` or later and before `until` (ms since the epoch): when
   * it begins, and atomic units by key; null when there is none. One hour is never more than a few milliseconds of work. The
   * payee or origin '' is what went beyond the names that are kept for an agent and hour.
   */
  hour(query: {
    readonly by: SpendingKey;
    readonly from: number;
    readonly until: number;
    /** Only this agent's, which may be nothing; null: everybody's. */
    readonly agent: string | null;
  }): { readonly at: number; readonly sums: ReadonlyMap<string, bigint> } | null;
  /** What this desk has paid to it, whichever agent it was. Nobody who writes to the file can make that more. */
  paidTo(payee: string): PayeeSum;
  /** What had moved up to and with that time, under the desk's own delegation. */
  totalAt(at: number): bigint;
}

export interface StatementStore {
  /**
   * Records a line once, by a unique index on its signature. In the same transaction `effect` gets the order that the line
   * pays (found by message hash, or by our own signature), or null, and its change and entries are written.
   * Returns `known`, writing nothing, when the line was recorded before. May wait some milliseconds for another commit.
   */
  record(
    line: StatementLine,
    effect: (
      order: OrderRecord | null,
      /** What is free in the ledger at that moment. */
      available: bigint,
    ) => { readonly change: OrderChange | null; readonly entries: readonly Entry[] },
  ): Promise<'recorded' | 'known'>;
  isKnown(signature: string): boolean;
  /** The newest line recorded before that time: what an order made then can only have landed after. Null: none. */
  lastBefore(at: number): string | null;
  /** Signature up to which the account's history has been read without a gap. */
  cursor(account: string): string | null;
  /** May wait some milliseconds for another commit. */
  setCursor(account: string, signature: string): Promise<void>;
}

export interface LedgerStore {
  balance(account: Account, asset: string): bigint;
}

/** What reconcile needs to see of the chain; `src-main/chain` fits it. */
export interface ChainView {
  transaction(signature: string): Promise<{
    readonly signature: string;
    readonly slot: bigint;
    readonly error: unknown;
    readonly messageHash: string;
    readonly signatures: readonly string[];
    /** Lamports, paid by its first signer whether it succeeded or not. */
    readonly feeLamports: bigint;
    readonly tokenDeltas: readonly { readonly account: string; readonly delta: bigint }[];
  } | null>;
  history(
    account: string,
    until: string | null,
  ): Promise<readonly { readonly signature: string; readonly failed: boolean }[]>;
  /** The lowest over all endpoints; throws when any does not answer. */
  finalized(): Promise<{ readonly height: bigint; readonly slot: bigint }>;
  /** Union over all endpoints at `finalized`, at or after the slot; throws when any does not answer. */
  finalizedHistory(
    account: string,
    until: string | null,
    minContextSlot: bigint,
  ): Promise<readonly { readonly signature: string; readonly failed: boolean }[]>;
  recentBlockhash(): Promise<{ readonly blockhash: string; readonly lastValidBlockHeight: bigint }>;
  mint(address: string): Promise<{ readonly decimals: number; readonly tokenProgram: string }>;
}

/** The asset the wallet pays in, and where it lies. */
export interface Purse {
  readonly asset: Asset;
  /** The spender's own token account. */
  readonly tokenAccount: string;
}
