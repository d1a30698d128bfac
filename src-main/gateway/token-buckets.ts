/** Requests by key, at most so many a minute each; a quiet key has saved up a minute's worth. */
export interface TokenBuckets {
  /** Takes one. Null: taken; else the seconds until there is one, at least 1. `now` is monotonic ms. */
  take(key: string, now: number): number | null;
}

interface Bucket {
  tokens: number;
  at: number;
}

const maxKeys = 20_000;
const swept = 200;

export function createTokenBuckets(perMinute: number): TokenBuckets {
  const buckets = new Map<string, Bucket>();
  const perMs = perMinute / 60_000;

  const makeRoom = (now: number): void => {
    let looked = 0;
    for (const [key, bucket] of buckets) {
      if (bucket.tokens + (now - bucket.at) * perMs >= perMinute) buckets.delete(key);
      looked += 1;
      if (looked === swept) break;
    }
    if (buckets.size < maxKeys) return;
    // All are in use. The oldest key starts afresh: memory has a bound before fairness has.
    for (const key of buckets.keys()) {
      buckets.delete(key);
      return;
    }
  };

  return {
    take(key, now) {
      let bucket = buckets.get(key);
      if (bucket === undefined) {
        if (buckets.size >= maxKeys) makeRoom(now);
        bucket = { tokens: perMinute, at: now };
        buckets.set(key, bucket);
      } else {
        bucket.tokens = Math.min(perMinute, bucket.tokens + (now - bucket.at) * perMs);
        bucket.at = now;
      }
      if (bucket.tokens < 1) return Math.max(1, Math.ceil((1 - bucket.tokens) / perMs / 1000));
      bucket.tokens -= 1;
      return null;
    },
  };
}

/** Who an address is: an IPv6 host has 2^64 of them and counts as one. */
export function addressKey(address: string | undefined): string {
  if (address === undefined) return '';
  if (!address.includes(':')) return address;
  if (address.startsWith('::ffff:')) return address.slice(7);
  const [left = '', right] = address.split('::');
  const groups = left === '' ? [] : left.split(':');
  if (right !== undefined) {
    const after = right === '' ? [] : right.split(':');
    while (groups.length + after.length < 8) groups.push('0');
    groups.push(...after);
  }
  return groups.slice(0, 4).join(':');
}
