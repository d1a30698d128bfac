import { hash } from 'node:crypto';

/** How many blocks a blockhash stays valid after its own, as on Solana. */
export const blockhashLife = 150;

/**
 * The chain's own blockhashes: SHA-256 of the genesis secret and the height, so that a restart gives the same ones and a
 * payment signed before a crash is still valid after it. The secret keeps them from being foretold.
 */
export interface Blockhashes {
  at(height: number): Uint8Array;
  /** The height of a blockhash that is valid at `height`; null for one that is expired, not yet there or foreign. */
  heightOf(blockhash: Uint8Array, height: number): number | null;
}

export function blockhashes(secret: Uint8Array): Blockhashes {
  const window = new Map<string, number>();
  let newest = -1;

  const at = (height: number): Uint8Array =>
    hash('sha256', Buffer.concat([secret, Buffer.from(`${height}`)]), 'buffer');

  return {
    at,
    heightOf(blockhash, height) {
      for (newest = Math.max(newest, height - blockhashLife - 1); newest < height; ) {
        newest += 1;
        window.set(Buffer.from(at(newest)).toString('hex'), newest);
      }
      for (const [key, old] of window) {
        if (height - old <= blockhashLife) break;
        window.delete(key);
      }
      return window.get(Buffer.from(blockhash).toString('hex')) ?? null;
    },
  };
}
