import type { DatedHead, Entry, LogKind, SealedEntry } from './entry.ts';
import type { SignedHead } from './signed-head.ts';

export interface LogQuery {
  readonly kind?: LogKind;
  readonly agent?: string;
  readonly subject?: string;
  /** Only entries before this seq. */
  readonly before?: number;
  readonly limit: number;
}

/**
 * Where the log of one network rests.
 * Promise: entries are only ever added, one after the other without a hole; an entry is there exactly when the action
 * that wrote it is. Failure: everything throws what the database throws; nothing is ever skipped.
 */
export interface LogStore {
  /** Where the log stands; `emptyHead` when nothing is on record. */
  head(): DatedHead;
  /** From this seq on, in order, in flat memory. Other work, writes too, may happen between two entries. */
  entries(from: number): Iterable<SealedEntry>;
  /** Newest first. Throws for an entry that cannot be read, which only damage or a foreign hand can make. */
  recent(query: LogQuery): readonly Entry[];
  /** All signed heads, lowest count first. What they say is for the reader to verify. */
  heads(): readonly SignedHead[];
  /** The one with the highest count. */
  lastHead(): SignedHead | null;
  /**
   * Durable when it resolves. Heads of the same or a higher count go: there are none, unless the owner has accepted a
   * log that lost its end, and then they speak of entries that will never be again.
   */
  saveHead(head: SignedHead): Promise<void>;
  /**
   * Tells of entries after their commit, in their order, and never of one that was rolled back. A listener must not
   * throw. The answer ends it.
   */
  onAppended(listener: (entries: readonly Entry[]) => void): () => void;
}

/**
 * The last signed head, kept where a copy of the database does not reach, so that an older copy put in its place shows.
 * Promise: `read` gives what was last written, `none` when nothing ever was, and `unreadable` (never `none`) when there
 * is something that is no head or it cannot be told. Atomicity: `write` replaces as a whole, and is durable when it
 * resolves; it rejects when it could not.
 */
export interface HeadKeeper {
  read(): Promise<SignedHead | 'none' | 'unreadable'>;
  write(head: SignedHead): Promise<void>;
}
