import type { NetworkName } from '../../../src-shared/model/index.ts';
import type { Random } from '../../base/random.ts';
import type { KeyRole } from '../keys/key-role.ts';
import { seal, unseal } from '../keys/seal.ts';
import { type OpenedKey, openSeed } from './ed25519.ts';
import { openLogKey } from './log-key.ts';
import type { SealedBlob } from './messages.ts';

/**
 * The three keys, open, and the log key, which is derived from the spender's. Never leaves the signer's thread: Node can
 * neither clone nor print what is in a key object, and only the owner takes the spender's out (`exportKeypair`).
 */
export type OpenedWallet = { readonly [R in KeyRole]: OpenedKey } & {
  readonly network: NetworkName;
  readonly log: OpenedKey;
};

/** Three new keys, and the same sealed under `sealingKey`. */
export function generateWallet(
  network: NetworkName,
  sealingKey: Uint8Array,
  random: Random,
): { readonly wallet: OpenedWallet; readonly blobs: readonly SealedBlob[] } {
  const generate = <T>(role: KeyRole, derive: (seed: Uint8Array) => T) => {
    const seed = random(32);
    const opened = openSeed(seed);
    const derived = derive(seed);
    const { address } = opened;
    const sealed = seal(seed, sealingKey, { network, role, address }, random);
    seed.fill(0);
    return { opened, derived, blob: { role, address, sealed } };
  };
  const spender = generate('spender', (seed) => openLogKey(seed, network));
  const [till, feePayer] = [generate('till', nothing), generate('feePayer', nothing)];
  return {
    wallet: { network, spender: spender.opened, till: till.opened, feePayer: feePayer.opened, log: spender.derived },
    blobs: [spender.blob, till.blob, feePayer.blob],
  };
}

/** Opens sealed keys; the first role whose key is missing or stays shut instead. */
export function reopenWallet(
  network: NetworkName,
  sealingKey: Uint8Array,
  blobs: readonly SealedBlob[],
): OpenedWallet | KeyRole {
  const reopen = <T>(role: KeyRole, derive: (seed: Uint8Array) => T) => {
    const blob = blobs.find((candidate) => candidate.role === role);
    const seed = blob === undefined ? null : unseal(blob.sealed, sealingKey, { network, role, address: blob.address });
    if (seed === null) return null;
    const opened = openSeed(seed);
    const derived = derive(seed);
    seed.fill(0);
    return { opened, derived };
  };
  const spender = reopen('spender', (seed) => openLogKey(seed, network));
  const [till, feePayer] = [reopen('till', nothing), reopen('feePayer', nothing)];
  if (spender !== null && till !== null && feePayer !== null) {
    return { network, spender: spender.opened, till: till.opened, feePayer: feePayer.opened, log: spender.derived };
  }
  return spender === null ? 'spender' : till === null ? 'till' : 'feePayer';
}

const nothing = () => null;
