import { type DatedHead, emptyHead, hashBody, openCanonicalEntry } from './entry.ts';
import { headProblem, type LogOwner, type SignedHead } from './signed-head.ts';

/** `firstBad` is the place of the first entry that is not as it was written: 1 for the first, count + 1 for a missing one. */
export interface Bad {
  readonly ok: false;
  readonly firstBad: number;
  readonly why: string;
}

export interface ChainCheck {
  /** The next entry. Null when it follows; after a `Bad` the check is over. */
  entry(body: string, hash: string): Bad | null;
  /** Nothing follows. */
  end(): Bad | null;
  /** What was found good so far. */
  head(): DatedHead;
}

/**
 * Follows a chain entry by entry, in flat memory, and holds it against the signed heads that are `expected` of it, in
 * any order. A chain that was altered and hashed again is whole in itself; it is the signed heads that it cannot meet.
 */
export function createChainCheck(
  owner: LogOwner,
  expected: readonly SignedHead[],
  from: DatedHead = emptyHead,
): ChainCheck {
  const heads = expected.filter(({ count }) => count >= from.count).sort((one, other) => one.count - other.count);
  let head = from;
  let met = 0;
  /** How far a signature vouches for what was read. */
  let vouched = from.count;

  const meetHeads = (): Bad | null => {
    for (let next = heads[met]; next !== undefined && next.count === head.count; next = heads[met]) {
      const problem = headProblem(next, owner);
      if (problem !== null) return bad(vouched + 1, `of the head signed at ${next.count}: ${problem}`);
      if (next.hash !== head.hash || next.at !== head.at) {
        return bad(vouched + 1, `entries after ${vouched} are not those that were signed at ${next.count}`);
      }
      vouched = head.count;
      met += 1;
    }
    return null;
  };

  return {
    entry(body, hash) {
      const early = meetHeads();
      if (early !== null) return early;
      const seq = head.count + 1;
      if (hashBody(body) !== hash) return bad(seq, 'its bytes and its hash do not belong together');
      const entry = openCanonicalEntry(body, hash);
      if (entry === null) return bad(seq, 'it is not written as Groat writes entries');
      if (entry.seq !== seq) return bad(seq, `entry ${entry.seq} stands in its place`);
      if (entry.prev !== head.hash) return bad(seq, 'it does not follow the entry before it');
      if (entry.at < head.at) return bad(seq, 'it is older than the entry before it');
      head = { count: seq, hash, at: entry.at };
      return meetHeads();
    },
    end() {
      const early = meetHeads();
      if (early !== null) return early;
      const missing = heads[met];
      if (missing === undefined) return null;
      const problem = headProblem(missing, owner);
      if (problem !== null) return bad(head.count + 1, `of the head signed at ${missing.count}: ${problem}`);
      return bad(head.count + 1, `${missing.count} entries were signed, and only ${head.count} are there`);
    },
    head: () => head,
  };
}

export function bad(firstBad: number, why: string): Bad {
  return { ok: false, firstBad, why };
}
