import type { Atomic } from '../../src-shared/model/index.ts';
import type { LogDraft } from '../log/index.ts';
import type { Approval, UsedApproval } from './approval.ts';
import type { Usage } from './facts.ts';
import type { ActionRequest } from './request.ts';

export type { Approval, ApprovalLife, UsedApproval } from './approval.ts';
export { approvalSchema, rememberedUntil } from './approval.ts';
export type { BookChange, BookStamp, BookState, BookWritten, PolicyBook } from './book-port.ts';
export type { Usage } from './facts.ts';
export type { ActionRequest } from './request.ts';

/** What the store knows, read inside the transaction that writes the decision. */
export interface FactReader {
  /** Wall time that never runs back, across restarts too. */
  readonly now: number;
  /** Why spending stands still until the owner has looked; null in good times. */
  readonly suspicion: string | null;
  usage(subject: string): Usage;
  /** Free in the ledger. */
  available(asset: string): bigint;
  lastPrice(method: string, url: string): Atomic | null;
  hasPaid(agent: string, what: 'payee' | 'origin', value: string): boolean;
  /** What this agent asked about this payee before, newest first, with what was spent on each. */
  asked(agent: string, payee: string): readonly UsedApproval[];
  /** Whether any approval of anybody waits: if not, there is none to look for. */
  readonly anyWaiting: boolean;
  /** The agent's prompts since then. */
  prompts(agent: string, since: number): readonly { readonly payee: string; readonly waiting: boolean }[];
}

/** What the gate made of the facts, and all that has to be written for it. */
export type Judged =
  | {
      readonly kind: 'granted';
      /** The delegations it counts under, own first. */
      readonly charged: readonly string[];
      /** The approval that it uses up; null where none was needed. */
      readonly grant: string | null;
      /** Waiting approvals that it makes pointless. */
      readonly overtaken: readonly Approval[];
      readonly entry: LogDraft;
    }
  /** A question that nobody was asked yet. */
  | { readonly kind: 'deferred'; readonly approval: Approval; readonly entry: LogDraft }
  /**
   * No, or a question that is being asked already. The entry is null where the same refusal was put on record often enough,
   * and is only counted.
   */
  | { readonly kind: 'refused'; readonly entry: LogDraft | null };

/** Sets money aside. */
export interface Reservations {
  /**
   * Atomic: in one `BEGIN IMMEDIATE` transaction reads the facts, calls `judge` on them, and writes what it says: on granted
   * the order in state `reserved` (for an action without money, its count) with its holds, its ledger entries and its log
   * entry; on deferred the approval with its log entry. Durable when it resolves. No other writer can come between facts and
   * reservation. A refusal has nothing that must outlive a crash: it is answered at once, and its log entry is written with
   * the next commit. Failure: throws, nothing is reserved.
   */
  reserve<J extends Judged>(request: ActionRequest, judge: (facts: FactReader) => J): Promise<J>;
}

/** Keeps approvals, each under a MAC: one that was written or changed by somebody else is none. */
export interface ApprovalStore {
  get(id: string): Approval | null;
  /** Newest first. */
  list(page: { readonly state: Approval['life']['state'] | null; readonly limit: number }): readonly Approval[];
  /** Every one that waits, oldest first. */
  waiting(): readonly Approval[];
  /**
   * One transaction: reads the approval, lets `step` decide, writes the change and its log entry. `step` returning null, or
   * what it was given, writes nothing. Durable when it resolves. Throws `approval-unknown`, and what `step` throws.
   */
  change(id: string, step: (approval: Approval, now: number) => Approval | null): Promise<Approval>;
}

/** Reasons not to trust our own books. They stay until the owner has looked, across restarts too. */
export interface Suspicions {
  current(): string | null;
  /** Durable, with a log entry, when it resolves. */
  raise(why: string): Promise<void>;
  /** The owner has looked. */
  dismiss(): Promise<void>;
}

/** Events for the log that no transaction of ours carries: breakers, pauses, sign-ins. */
export interface Journal {
  /** Only inside a transaction of the store, such as the one of `PolicyBook.change`. */
  append(draft: LogDraft): void;
  /** Durable when it resolves; may wait some milliseconds for another commit. */
  note(draft: LogDraft): Promise<void>;
}

/** What is folded out of the log, so that it need not be read from its beginning. */
export interface Projections {
  /** Null when there is none, or somebody else wrote it: it is then made again from the log. */
  load(name: string): { readonly seq: number; readonly state: string } | null;
  /** Durable when it resolves. */
  save(name: string, seq: number, state: string): Promise<void>;
}
