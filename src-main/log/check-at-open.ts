import { createChainCheck } from './chain-check.ts';
import { type DatedHead, emptyHead, hashBody, openCanonicalEntry } from './entry.ts';
import type { HeadKeeper, LogStore } from './ports.ts';
import { headProblem, type LogOwner, type SignedHead } from './signed-head.ts';

export type LogState =
  | { readonly kind: 'whole' }
  /** The log is not what was last vouched for; spending waits for the owner. `firstBad` counts from 1. */
  | { readonly kind: 'suspect'; readonly firstBad: number; readonly why: string };

type CheckedStore = Pick<LogStore, 'head' | 'entries' | 'heads' | 'lastHead'>;

/**
 * What a start can tell without reading the whole log: the last signed head in the database and the one outside are
 * ours and speak of entries that are there, and what came after the last one follows from it. The outside is written
 * first, so a crash never leaves it behind the database, and one that is behind was put back.
 */
export async function checkAtOpen(store: CheckedStore, outside: HeadKeeper, owner: LogOwner): Promise<LogState> {
  const inside = store.lastHead();
  const kept = await outside.read();
  const { count } = store.head();
  if (kept === 'unreadable') return suspect(vouchedBy(store, owner) + 1, 'the head outside the database is unreadable');
  if (kept === 'none' && inside !== null) {
    return suspect(vouchedBy(store, owner) + 1, 'the head outside the database is missing');
  }
  const heads = [inside, kept].filter((head) => head !== null && head !== 'none');
  for (const head of heads) {
    const problem = headProblem(head, owner);
    const place = head === inside ? 'in' : 'outside';
    if (problem !== null) return suspect(vouchedBy(store, owner) + 1, `of the head ${place} the database: ${problem}`);
    if (head.count > count) {
      const why = `${head.count} entries were signed, and only ${count} are there: an older copy, or its end was cut off`;
      return suspect(count + 1, why);
    }
    if (!isAt(store, head)) {
      return suspect(vouchedBy(store, owner) + 1, `the entries are not those that were signed at ${head.count}`);
    }
  }
  if (kept !== 'none' && inside !== null && kept.count < inside.count) {
    return suspect(kept.count + 1, 'the head outside the database is older than the one in it');
  }
  return follow(store, owner, heads);
}

/** Reads what came after the highest head; all of it, once, when nothing was ever signed. */
function follow(store: CheckedStore, owner: LogOwner, heads: readonly SignedHead[]): LogState {
  const from = heads.reduce<DatedHead>((best, head) => (head.count >= best.count ? head : best), emptyHead);
  const chain = createChainCheck(owner, [], from);
  for (const { body, hash } of store.entries(from.count + 1)) {
    const broken = chain.entry(body, hash);
    if (broken !== null) return suspect(broken.firstBad, broken.why);
  }
  return { kind: 'whole' };
}

/** The entry at the head's count is there, is what its hash says, and is the one that was signed. */
function isAt(store: CheckedStore, { count, hash, at }: DatedHead): boolean {
  if (count === 0) return hash === emptyHead.hash;
  for (const sealed of store.entries(count)) {
    const whole = sealed.hash === hash && hashBody(sealed.body) === hash;
    return whole && sealed.seq === count && openCanonicalEntry(sealed.body, hash)?.at === at;
  }
  return false;
}

/** Up to where signed heads vouch for what is there; asked only when something is wrong. */
function vouchedBy(store: CheckedStore, owner: LogOwner): number {
  const good = store.heads().filter((head) => headProblem(head, owner) === null && isAt(store, head));
  return good.reduce((most, { count }) => Math.max(most, count), 0);
}

function suspect(firstBad: number, why: string): LogState {
  return { kind: 'suspect', firstBad, why };
}
