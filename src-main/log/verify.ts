import { type Bad, bad, createChainCheck } from './chain-check.ts';
import type { SealedEntry } from './entry.ts';
import { parseEntryLine } from './export.ts';
import { createLineSplitter } from './lines.ts';
import { headProblem, type LogOwner, parseHeadLine, type SignedHead } from './signed-head.ts';

export type Verdict = { readonly ok: true; readonly entries: number; readonly head: string } | Bad;

/**
 * Verifies an export, read as bytes in pieces of any size, in flat memory: every line byte by byte, the chain, and the
 * signed head that must be its last line and count all of it. `expect` are signed heads known from elsewhere (the home's,
 * the database's). Key and network are ours; what the file says of itself proves nothing.
 */
export async function verifyExport(
  bytes: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  owner: LogOwner,
  expect: readonly SignedHead[] = [],
): Promise<Verdict> {
  const chain = createChainCheck(owner, expect);
  const here = () => chain.head().count + 1;
  const splitter = createLineSplitter();
  let last: SignedHead | null = null;
  // Lines are judged without a turn of the event loop between them: a million of those would cost time and memory.
  for await (const piece of bytes) {
    for (const line of splitter.linesOf(piece)) {
      if (line === null) return bad(here(), 'this line is too long, or not UTF-8');
      if (last !== null) return bad(here(), 'something follows the signed head, which must be the last line');
      const sealed = parseEntryLine(line);
      if (sealed === null) {
        last = parseHeadLine(line);
        if (last === null) return bad(here(), 'this line is neither an entry nor the signed head');
        continue;
      }
      const broken = chain.entry(sealed.body, sealed.hash);
      if (broken !== null) return broken;
    }
  }
  if (splitter.cut()) return bad(here(), 'the last line has no end: something was cut off, or put behind it');
  const head = chain.head();
  if (last === null) return bad(here(), 'the signed head is missing: the end was cut off');
  const problem = headProblem(last, owner);
  if (problem !== null) return bad(here(), `of the signed head: ${problem}`);
  if (last.count > head.count) {
    return bad(here(), `${last.count} entries were signed, and only ${head.count} are there`);
  }
  if (last.count < head.count) return bad(last.count + 1, `only ${last.count} entries were signed`);
  const unmet = chain.end();
  if (unmet !== null) return unmet;
  if (last.hash !== head.hash || last.at !== head.at) {
    const vouched = expect.reduce((most, { count }) => Math.max(most, count), 0);
    return bad(vouched + 1, 'the entries are not those that were signed');
  }
  return { ok: true, entries: head.count, head: head.hash };
}

/** Verifies a log where it lies: all entries, against the signed heads that are known of it. */
export function verifyEntries(entries: Iterable<SealedEntry>, owner: LogOwner, expect: readonly SignedHead[]): Verdict {
  const chain = createChainCheck(owner, expect);
  for (const { seq, at, body, hash } of entries) {
    const broken = chain.entry(body, hash);
    if (broken !== null) return broken;
    const head = chain.head();
    if (head.count !== seq || head.at !== at) return bad(head.count, 'its columns say other than it does');
  }
  const unmet = chain.end();
  return unmet ?? { ok: true, entries: chain.head().count, head: chain.head().hash };
}
