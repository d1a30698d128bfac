import type { Clock } from '../base/clock.ts';

export interface RecentBlockhash {
  /** Base58. */
  readonly blockhash: string;
  readonly lastValidBlockHeight: bigint;
}

/** Young enough to sign with as it is. */
const freshMs = 5_000;
/** Up to here it is still given out, while a new one is fetched behind it. A blockhash lives about 60 s. */
const staleMs = 30_000;

/**
 * The latest blockhash without a round trip for whoever pays often. No timer: a chain that nobody uses costs nothing.
 * Parallel fetches are one. `onFailure` hears of a fetch that nobody waits for.
 */
export function createBlockhashCache(
  clock: Clock,
  fetchLatest: () => Promise<RecentBlockhash>,
  onFailure: (error: unknown) => void,
): () => Promise<RecentBlockhash> {
  let cached: { readonly value: RecentBlockhash; readonly atMs: number } | null = null;
  let fetching: Promise<RecentBlockhash> | null = null;

  const refresh = async (): Promise<RecentBlockhash> => {
    // Its age counts from the asking: the answer may have been long on the way.
    const atMs = clock.monotonic();
    try {
      const value = await fetchLatest();
      cached = { value, atMs };
      return value;
    } finally {
      fetching = null;
    }
  };

  return async () => {
    const ageMs = cached === null ? Number.POSITIVE_INFINITY : clock.monotonic() - cached.atMs;
    if (cached !== null && ageMs < freshMs) return cached.value;
    fetching ??= refresh();
    if (cached === null || ageMs >= staleMs) return fetching;
    fetching.catch(onFailure);
    return cached.value;
  };
}
