import type { Address, Rpc, Signature, SolanaRpcApi } from '@solana/kit';
import { historyAnswer } from './answers.ts';
import type { CallLimit } from './endpoint.ts';

/** A landed transaction that names the account. */
export interface HistoryEntry {
  readonly signature: string;
  readonly slot: bigint;
  /** It landed and failed: it cost its fee and did nothing else. */
  readonly failed: boolean;
}

export interface HistoryQuery {
  readonly account: Address;
  /** Newest entry that is known already; it and older ones are left out. */
  readonly until: Signature | null;
  readonly commitment: 'confirmed' | 'finalized';
  readonly minContextSlot: bigint | null;
}

const pageSize = 1_000;
/** An endpoint that never ends its history must not fill our memory. */
const maxPages = 100;

/** Every entry after `until`, oldest first, from one endpoint. Throws rather than leave some out. */
export async function readHistory(
  rpc: Rpc<SolanaRpcApi>,
  limit: CallLimit,
  { account, until, commitment, minContextSlot }: HistoryQuery,
): Promise<readonly HistoryEntry[]> {
  const entries: HistoryEntry[] = [];
  let before: Signature | null = null;
  for (let page = 0; page < maxPages; page += 1) {
    const answer: unknown = await rpc
      .getSignaturesForAddress(account, {
        commitment,
        limit: pageSize,
        ...(before !== null && { before }),
        ...(until !== null && { until }),
        ...(minContextSlot !== null && { minContextSlot }),
      })
      .send(limit());
    const found = historyAnswer.parse(answer);
    for (const { signature, slot, err } of found) entries.push({ signature, slot, failed: err !== null });
    if (found.length < pageSize) return entries.reverse();
    before = found.at(-1)?.signature ?? null;
  }
  throw new RangeError(`the history has more than ${maxPages * pageSize} new entries`);
}

/** What any of the endpoints knows, oldest first. */
export function unionOf(histories: readonly (readonly HistoryEntry[])[]): readonly HistoryEntry[] {
  const bySignature = new Map(histories.flat().map((entry) => [entry.signature, entry]));
  return [...bySignature.values()].sort((a, b) => Number(a.slot - b.slot));
}
