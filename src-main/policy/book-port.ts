/** Names one state of the book. */
export interface BookStamp {
  /** Counts the changes, from 1; 0 when nothing was ever written. */
  readonly version: number;
  /** SHA-256 of all rows, hex; empty when nothing was ever written. */
  readonly hash: string;
}

export type BookState =
  | ({ readonly kind: 'read'; readonly rows: ReadonlyMap<string, string> } & BookStamp)
  /** Nothing was ever written, or somebody took all of it away: whoever knows that there was a book must say so. */
  | { readonly kind: 'empty' }
  /** The row that is wrong, where one can be named. `why` reads on from "the policy". */
  | { readonly kind: 'altered'; readonly key: string | null; readonly why: string };

export interface BookChange {
  /** Such as `delegation/bot`, `pause/@all`, `pin`. */
  readonly key: string;
  /** Canonical JSON; null takes the row away. */
  readonly value: string | null;
}

export interface BookWritten extends BookStamp {
  /** What the changed rows held; null where there was none. */
  readonly before: ReadonlyMap<string, string | null>;
}

/**
 * Everything the owner decides, sealed: each row under a MAC of its own, all of them together under the book's.
 * Promise: a row that was edited, taken away, added or put back from an older copy by anybody without the key is noticed,
 * by `load` and by `change`. A whole older book with its seal is one that we wrote: within one process it is noticed, and
 * across restarts the caller compares `version` with what it knows from elsewhere (the log).
 */
export interface PolicyBook {
  /** Never throws: what cannot be read is `altered`, and nothing may be granted by it. */
  load(): BookState;
  /**
   * Atomic: writes all changes, the seal and what `alsoInTransaction` writes, or nothing. Durable when it resolves. Changes
   * are made one after the other, so `before` is what stands. Failure: rejects with `policy-altered` when the stored book
   * is not the one that was last loaded or written here, or was never loaded; with what the callback throws; nothing was
   * written then. The callback must not load.
   */
  change(changes: readonly BookChange[], alsoInTransaction: (written: BookWritten) => void): Promise<BookStamp>;
}
