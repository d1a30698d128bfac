import { hkdfSync } from 'node:crypto';
import type { NetworkName } from '../../../src-shared/model/index.ts';
import { type OpenedKey, openSeed } from './ed25519.ts';

/**
 * The key that signs the log's heads, derived from the spender's seed (HKDF-SHA256): a wallet has it as long as it has
 * its money, and nothing new must be sealed. It signs no transaction, and the seed cannot be told from it.
 */
export function openLogKey(spenderSeed: Uint8Array, network: NetworkName): OpenedKey {
  const seed = Buffer.from(hkdfSync('sha256', spenderSeed, new Uint8Array(0), `groat log key v1 ${network}`, 32));
  try {
    return openSeed(seed);
  } finally {
    seed.fill(0);
  }
}
