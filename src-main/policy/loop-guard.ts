/** What makes two paid requests the same. Hashes in hex, null where the request has no query or body. */
export interface LoopFacts {
  readonly agent: string;
  readonly method: string;
  /** Without its query. */
  readonly url: string;
  readonly queryHash: string | null;
  readonly bodyHash: string | null;
}

/** A list, not a joined text: no part can be made to look like two. */
export function loopKey({ agent, method, url, queryHash, bodyHash }: LoopFacts): string {
  return JSON.stringify([agent, method, url, queryHash, bodyHash]);
}

export interface LoopGuardSettings {
  /** So many of one key in a window are allowed; the next is a loop. */
  readonly max: number;
  readonly windowMs: number;
  /** Bound of memory: at most so many keys, each with `max` times. */
  readonly maxKeys: number;
}

export const defaultLoopSettings: LoopGuardSettings = { max: 300, windowMs: 60_000, maxKeys: 16_384 };

/**
 * Counts how often the same request was paid of late. Note only what was granted, so that nobody fills the memory with
 * refused requests. When it is full of keys within their window, the one noted longest ago is forgotten. To refuse the new
 * one instead would let one agent stop all others; and a loop is hidden this way only by `maxKeys` other payments between
 * two halves of it, which limits of count and sum stop long before.
 */
export interface LoopGuard {
  /** Within the window before `now`, 0 to `max`; `max` means that one more is a loop. */
  count(key: string, now: number): number;
  note(key: string, now: number): void;
}

export function createLoopGuard({ max, windowMs, maxKeys }: LoopGuardSettings): LoopGuard {
  /** Times oldest first; keys in the order in which they were last noted. */
  const seen = new Map<string, number[]>();

  const makeRoom = (): void => {
    for (const key of seen.keys()) {
      if (seen.size < maxKeys) return;
      seen.delete(key);
    }
  };

  return {
    count(key, now) {
      const times = seen.get(key);
      return times === undefined ? 0 : live(times, now, windowMs).length;
    },
    note(key, now) {
      const times = live(seen.get(key) ?? [], now, windowMs);
      if (times.length === max) times.shift();
      times.push(now);
      seen.delete(key);
      makeRoom();
      seen.set(key, times);
    },
  };
}

/** Trims in place. A time that a clock since set back has left in the future counts as now, and so runs out in its turn. */
function live(times: number[], now: number, windowMs: number): number[] {
  for (let last = times.length - 1; last >= 0 && (times[last] ?? 0) > now; last -= 1) times[last] = now;
  const first = times.findIndex((at) => now - at < windowMs);
  times.splice(0, first === -1 ? times.length : first);
  return times;
}
