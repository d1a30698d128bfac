import { GroatError } from '../../../src-shared/errors/index.ts';
import type { NetworkName } from '../../../src-shared/model/index.ts';
import type { LogSink } from '../../base/log-sink.ts';
import type { Random } from '../../base/random.ts';
import { ensureKeyFile, keyFilePath, readKeyFile } from './key-file.ts';
import { type Keychain, keychainProblem } from './keychain.ts';
import { newStretch, type PassphrasePrompt, passphraseKey, readPassphraseFile } from './passphrase.ts';
import type { Sealing } from './ports.ts';
import { type SealingKey, sealingKeyBytes, sealingKeyId, takeSealingKey } from './sealing-key.ts';

/** What the owner wishes, and what there is to seal with. */
export interface SealingWish {
  /** The setting `sealing`. It chooses for a new wallet; an existing one is opened by what sealed it. */
  readonly setting: 'auto' | Sealing['kind'];
  readonly passphraseFile: string | null;
  /** Null where nobody can be asked. */
  readonly prompt: PassphrasePrompt | null;
  readonly keychain: Keychain;
}

export interface SealingPlace {
  readonly network: NetworkName;
  /** Groat's folder, where the sandbox's key file lies. */
  readonly dir: string;
  readonly random: Random;
  readonly log: LogSink;
}

export interface Sealed {
  readonly sealing: Sealing;
  readonly key: SealingKey;
}

/**
 * A sealing for a new wallet. `auto` takes the first that there is: the keychain, if it proves itself; the passphrase
 * file; on the sandbox the key file; the owner's passphrase. A wish that cannot be met throws, and is never replaced.
 */
export async function chooseSealing(wish: SealingWish, place: SealingPlace): Promise<Sealed> {
  const { setting, passphraseFile, prompt } = wish;
  switch (setting) {
    case 'keychain': {
      const problem = await keychainProblem(wish.keychain, place.random);
      if (problem === null) return sealByKeychain(wish.keychain, place.random);
      throw cannotSeal(`the keychain cannot be used: ${problem}`);
    }
    case 'passphrase':
      return sealByPassphrase(await askPassphrase(wish, 'new'), place.random);
    case 'keyfile':
      return sealByKeyFile(place);
    case 'auto': {
      const problem = await keychainProblem(wish.keychain, place.random);
      if (problem === null) return sealByKeychain(wish.keychain, place.random);
      place.log.info('keychain not used', { problem });
      if (place.network === 'sandbox' && passphraseFile === null) return sealByKeyFile(place);
      if (passphraseFile === null && prompt === null) throw cannotSeal(`the keychain cannot be used: ${problem}`);
      return sealByPassphrase(await askPassphrase(wish, 'new'), place.random);
    }
  }
}

/** The key to a wallet that was sealed before. Throws `key-sealed` or `keychain-locked`; never makes anything. */
export async function reopenSealing(sealing: Sealing, wish: SealingWish, place: SealingPlace): Promise<SealingKey> {
  if (wish.setting !== 'auto' && wish.setting !== sealing.kind) {
    const problem = `it says ${wish.setting}, but the ${place.network} wallet is sealed by ${sealing.kind}`;
    throw new GroatError('config-invalid', { setting: 'sealing', problem });
  }
  const key = await keyFor(sealing, wish, place);
  if (key !== null && sealingKeyId(key) === sealing.keyId) return key;
  key?.fill(0);
  throw new GroatError('key-sealed', wrongKey(sealing, place.dir));
}

/** Null for what cannot be a key at all. */
async function keyFor(sealing: Sealing, wish: SealingWish, { network, dir }: SealingPlace): Promise<SealingKey | null> {
  switch (sealing.kind) {
    case 'keychain':
      return readKeychain(wish.keychain, sealing.keyId);
    case 'passphrase':
      return passphraseKey(await askPassphrase(wish, 'open'), sealing);
    case 'keyfile': {
      const key = readKeyFile(dir, network);
      if (key !== null) return key;
      const problem = `${keyFilePath(dir)}, which it is sealed with, is missing`;
      throw new GroatError('key-sealed', { problem, next: 'Put the file back; without it the wallet stays shut.' });
    }
  }
}

async function sealByKeychain(keychain: Keychain, random: Random): Promise<Sealed> {
  const key = takeSealingKey(random(sealingKeyBytes));
  const keyId = sealingKeyId(key);
  const secret = Buffer.from(key).toString('base64');
  await keychain.set(keyId, secret);
  if ((await keychain.get(keyId)) !== secret) throw cannotSeal('the keychain did not keep the new key');
  return { sealing: { kind: 'keychain', keyId }, key };
}

async function sealByPassphrase(passphrase: Buffer, random: Random): Promise<Sealed> {
  const stretch = newStretch(random);
  const key = await passphraseKey(passphrase, stretch);
  return { sealing: { kind: 'passphrase', keyId: sealingKeyId(key), ...stretch }, key };
}

function sealByKeyFile({ network, dir, random }: SealingPlace): Sealed {
  const key = ensureKeyFile(dir, network, random);
  return { sealing: { kind: 'keyfile', keyId: sealingKeyId(key) }, key };
}

async function readKeychain(keychain: Keychain, keyId: string): Promise<SealingKey | null> {
  let found: string | null;
  try {
    found = await keychain.get(keyId);
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    throw new GroatError('key-sealed', {
      problem: `the keychain, which holds its key, cannot be used: ${problem}`,
      next: 'Start Groat in a desktop session with its keyring (Linux: libsecret, D-Bus and a keyring service).',
    });
  }
  // A locked keyring answers null, as an empty one does. Either way the wallet exists: never a new key.
  if (found === null) throw new GroatError('keychain-locked', { keyId });
  const bytes = Buffer.from(found, 'base64');
  return bytes.length === sealingKeyBytes ? takeSealingKey(bytes) : null;
}

async function askPassphrase({ passphraseFile, prompt }: SealingWish, purpose: 'new' | 'open'): Promise<Buffer> {
  if (passphraseFile !== null) return readPassphraseFile(passphraseFile);
  if (prompt !== null) return prompt(purpose);
  throw new GroatError('key-sealed', {
    problem: 'it needs your passphrase, and nobody can be asked for it here',
    next: 'Start Groat on a terminal, or put the passphrase in a file of mode 0600 and name it in GROAT_PASSPHRASE_FILE.',
  });
}

function cannotSeal(problem: string): GroatError {
  return new GroatError('key-sealed', {
    problem: `there is nothing to seal a new one with: ${problem}`,
    next: 'Unlock the keychain, or put a passphrase in a file of mode 0600 and name it in GROAT_PASSPHRASE_FILE.',
  });
}

function wrongKey(sealing: Sealing, dir: string): { readonly problem: string; readonly next: string } {
  switch (sealing.kind) {
    case 'passphrase':
      return { problem: 'the passphrase is wrong', next: 'Try again with the passphrase this wallet was made with.' };
    case 'keyfile':
      return { problem: `${keyFilePath(dir)} belongs to another wallet`, next: 'Put the file that belongs here back.' };
    case 'keychain':
      return {
        problem: `the keychain's entry ${sealing.keyId} is not this wallet's key`,
        next: 'Restore that entry of the service "groat"; without it the wallet stays shut.',
      };
  }
}
