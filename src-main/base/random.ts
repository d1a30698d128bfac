import { randomBytes } from 'node:crypto';

/** Randomness as an argument; must be fit for keys and tokens. */
export type Random = (size: number) => Uint8Array;

export const systemRandom: Random = (size) => randomBytes(size);
