import { scrypt } from 'node:crypto';
import { GroatError } from '../../../src-shared/errors/index.ts';
import type { Random } from '../../base/random.ts';
import { readSecretFile } from './owner-file.ts';
import type { Sealing } from './ports.ts';
import { type SealingKey, sealingKeyBytes, takeSealingKey } from './sealing-key.ts';

const setting = 'passphraseFile';
const minCharacters = 8;

/**
 * Asks the owner, where there is a terminal or a window; for a `new` one twice, until both agree. Answers with UTF-8
 * bytes without a line end, which are zeroed after use. Throws when the owner gives up.
 */
export type PassphrasePrompt = (purpose: 'new' | 'open') => Promise<Buffer>;

/** scrypt's costs and salt. One guess takes about half a second and 128 MiB. */
export type Stretch = Omit<Extract<Sealing, { kind: 'passphrase' }>, 'kind' | 'keyId'>;

export function newStretch(random: Random): Stretch {
  return { n: 2 ** 17, r: 8, p: 1, salt: Buffer.from(random(32)).toString('base64') };
}

/** The file's content without one line end. Throws `config-invalid` for a file that is missing, or open to others. */
export function readPassphraseFile(file: string): Buffer {
  return readSecretFile(file, (problem) => new GroatError('config-invalid', { setting, problem }));
}

/** Stretches a passphrase into a sealing key, and zeroes the passphrase. */
export async function passphraseKey(passphrase: Buffer, { n, r, p, salt }: Stretch): Promise<SealingKey> {
  try {
    if (characters(passphrase) < minCharacters) {
      throw new GroatError('key-sealed', {
        problem: `the passphrase has fewer than ${minCharacters} characters`,
        next: 'Use a longer one.',
      });
    }
    const stretched = await new Promise<Buffer>((resolve, reject) => {
      const options = { N: n, r, p, maxmem: 256 * n * r };
      scrypt(passphrase, Buffer.from(salt, 'base64'), sealingKeyBytes, options, (error, key) =>
        error === null ? resolve(key) : reject(error),
      );
    });
    return takeSealingKey(stretched);
  } finally {
    passphrase.fill(0);
  }
}

/** Counted in place, so that no string of it is left behind: every UTF-8 byte that does not continue a character. */
function characters(utf8: Buffer): number {
  return utf8.reduce((count, byte) => count + ((byte & 0xc0) === 0x80 ? 0 : 1), 0);
}
