import path from 'node:path';
import { GroatError } from '../../../src-shared/errors/index.ts';
import type { NetworkName } from '../../../src-shared/model/index.ts';
import type { Random } from '../../base/random.ts';
import { createOwnerFile, readOwnerFile } from './owner-file.ts';
import { type SealingKey, sealingKeyBytes, takeSealingKey } from './sealing-key.ts';

/** Where the key file lies in Groat's folder: the 32 bytes, as they are. */
export function keyFilePath(dir: string): string {
  return path.join(dir, 'sandbox.key');
}

/**
 * The key in the key file; null when there is none. Throws `key-sealed` for a file that cannot be one, and on every
 * network but the sandbox: a key that lies beside what it seals protects play money only.
 */
export function readKeyFile(dir: string, network: NetworkName): SealingKey | null {
  requireSandbox(network);
  const file = keyFilePath(dir);
  const found = readOwnerFile(file, sealingKeyBytes);
  if (found.kind === 'missing') return null;
  if (found.kind === 'read' && found.bytes.length === sealingKeyBytes) return takeSealingKey(found.bytes);
  const problem = found.kind === 'refused' ? found.problem : `does not hold ${sealingKeyBytes} bytes`;
  throw new GroatError('key-sealed', {
    problem: `${file} ${problem}`,
    next: 'Put the right file back, or, if this wallet is worth nothing to you, start with another GROAT_HOME.',
  });
}

/**
 * The key for a new wallet. A key file that is already there is used again: it was made by a start that broke off before
 * the wallet was saved, or its wallet is gone.
 */
export function ensureKeyFile(dir: string, network: NetworkName, random: Random): SealingKey {
  const existing = readKeyFile(dir, network);
  if (existing !== null) return existing;
  const key = takeSealingKey(random(sealingKeyBytes));
  createOwnerFile(keyFilePath(dir), key);
  return key;
}

function requireSandbox(network: NetworkName): void {
  if (network === 'sandbox') return;
  throw new GroatError('key-sealed', {
    problem: `a key file does not protect a wallet on ${network}`,
    next: 'Use the keychain, or a passphrase (GROAT_PASSPHRASE_FILE).',
  });
}
