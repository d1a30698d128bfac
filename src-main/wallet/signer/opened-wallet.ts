import type { NetworkName } from '../../../src-shared/model/index.ts';
import type { Random } from '../../base/random.ts';
import type { KeyRole } from '../keys/key-role.ts';
import { seal, unseal } from '../keys/seal.ts';
import { type OpenedKey, openSeed } from './ed25519.ts';
import type { SealedBlob } from './messages.ts';

/** The three keys, open. Never leaves the signer's thread: Node can neither clone nor print what is in a key object. */
export type OpenedWallet = { readonly [R in KeyRole]: OpenedKey };

/** Three new keys, and the same sealed under `sealingKey`. */
export function generateWallet(
  network: NetworkName,
  sealingKey: Uint8Array,
  random: Random,
): { readonly wallet: OpenedWallet; readonly blobs: readonly SealedBlob[] } {
  const generate = (role: KeyRole) => {
    const seed = random(32);
    const opened = openSeed(seed);
    const { address } = opened;
    const sealed = seal(seed, sealingKey, { network, role, address }, random);
    seed.fill(0);
    return { opened, blob: { role, address, sealed } };
  };
  const [spender, till, feePayer] = [generate('spender'), generate('till'), generate('feePayer')];
  return {
    wallet: { spender: spender.opened, till: till.opened, feePayer: feePayer.opened },
    blobs: [spender.blob, till.blob, feePayer.blob],
  };
}

/** Opens sealed keys; the first role whose key is missing or stays shut instead. */
export function reopenWallet(
  network: NetworkName,
  sealingKey: Uint8Array,
  blobs: readonly SealedBlob[],
): OpenedWallet | KeyRole {
  const reopen = (role: KeyRole): OpenedKey | null => {
    const blob = blobs.find((candidate) => candidate.role === role);
    const seed = blob === undefined ? null : unseal(blob.sealed, sealingKey, { network, role, address: blob.address });
    if (seed === null) return null;
    const opened = openSeed(seed);
    seed.fill(0);
    return opened;
  };
  const [spender, till, feePayer] = [reopen('spender'), reopen('till'), reopen('feePayer')];
  if (spender !== null && till !== null && feePayer !== null) return { spender, till, feePayer };
  return spender === null ? 'spender' : till === null ? 'till' : 'feePayer';
}
