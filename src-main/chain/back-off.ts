import type { Random } from '../base/random.ts';

/** Doubling waits with jitter: try 1 waits `firstMs`, each further one twice as long up to `mostMs`, less up to a half by chance. */
export interface BackOff {
  readonly firstMs: number;
  readonly mostMs: number;
}

export function backOffMs({ firstMs, mostMs }: BackOff, tries: number, random: Random): number {
  const [byte = 0] = random(1);
  return Math.min(mostMs, firstMs * 2 ** (tries - 1)) * (0.5 + byte / 510);
}
