import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { GroatError } from '../../../src-shared/errors/index.ts';
import type { NetworkName } from '../../../src-shared/model/index.ts';
import type { LogSink } from '../../base/log-sink.ts';
import type { Random } from '../../base/random.ts';
import type { SealedBlob } from '../signer/messages.ts';
import type { Signer } from '../signer/signer.ts';
import { refusal, type SignerThread, startSignerThread } from '../signer/signer-thread.ts';
import { type DeskSecrets, deriveDeskSecrets } from './desk-secrets.ts';
import { keyRoles } from './key-role.ts';
import { type SealedKeys, type Sealing, sealedKey } from './ports.ts';
import { chooseSealing, reopenSealing, type SealingWish } from './sealing-choice.ts';

export interface WalletOptions {
  readonly network: NetworkName;
  /** Groat's folder; it exists. */
  readonly dir: string;
  readonly keys: SealedKeys;
  readonly sealing: SealingWish;
  readonly log: LogSink;
  readonly random: Random;
}

export interface Wallet {
  readonly signer: Signer;
  readonly secrets: DeskSecrets;
}

/**
 * Opens the network's wallet in a signer's thread; makes it when there is none yet. The keys are made in that thread and
 * only leave it sealed. A wallet that exists is opened or the call throws (`key-sealed`, `keychain-locked`,
 * `config-invalid`): it is never replaced. A new one is saved before anybody learns its addresses.
 */
export async function openWallet(options: WalletOptions): Promise<Wallet> {
  const stored = parseStored(options.keys.load());
  const thread = startSignerThread(options.log);
  try {
    return stored === null ? await generate(options, thread) : await reopen(options, thread, stored);
  } catch (error) {
    await thread.stop();
    throw error;
  }
}

async function generate(options: WalletOptions, thread: SignerThread): Promise<Wallet> {
  const { network, keys, log } = options;
  const { sealing, key } = await chooseSealing(options.sealing, options);
  // Before the key is moved into the thread: nothing of it is left here then.
  const secrets = deriveDeskSecrets(key, network);
  const outcome = await thread.ask({ op: 'generate', network, key });
  if (outcome.kind !== 'generated') throw refusal(outcome);
  keys.save(outcome.blobs.map((blob) => ({ ...blob, sealing })));
  log.info('wallet made', { network, sealing: sealing.kind, address: outcome.addresses.spender });
  return { signer: thread.signer(outcome), secrets };
}

async function reopen(options: WalletOptions, thread: SignerThread, stored: Stored): Promise<Wallet> {
  const { network, log } = options;
  const { sealing, blobs } = stored;
  const key = await reopenSealing(sealing, options.sealing, options);
  const secrets = deriveDeskSecrets(key, network);
  const outcome = await thread.ask({ op: 'open', network, key, blobs });
  if (outcome.kind === 'sealed') throw altered(`its ${outcome.role} key does not open`);
  if (outcome.kind !== 'opened') throw refusal(outcome);
  log.info('wallet opened', { network, sealing: sealing.kind, address: outcome.addresses.spender });
  return { signer: thread.signer(outcome), secrets };
}

interface Stored {
  readonly sealing: Sealing;
  readonly blobs: readonly SealedBlob[];
}

/** Null when no wallet was ever made. */
function parseStored(loaded: unknown): Stored | null {
  const parsed = z.array(sealedKey).safeParse(loaded);
  if (!parsed.success) throw altered('its sealed keys cannot be read');
  const [first, ...others] = parsed.data;
  if (first === undefined) return null;
  const { sealing } = first;
  const whole =
    parsed.data.length === keyRoles.length && keyRoles.every((role) => parsed.data.some((key) => key.role === role));
  if (!whole || !others.every((key) => isDeepStrictEqual(key.sealing, sealing))) {
    throw altered('its sealed keys are not complete');
  }
  return { sealing, blobs: parsed.data.map(({ role, address, sealed }) => ({ role, address, sealed })) };
}

function altered(problem: string): GroatError {
  return new GroatError('key-sealed', { problem, next: 'Restore the database from a backup; nothing was changed.' });
}
