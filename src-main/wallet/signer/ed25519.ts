import { createPrivateKey, createPublicKey, type KeyObject, verify } from 'node:crypto';
import { createRecent } from '../../base/recent.ts';
import { type Address, getAddressDecoder, getAddressEncoder } from './solana-codecs.ts';

// RFC 8410: a raw key is the tail of a fixed DER prefix.
const pkcs8Prefix = Buffer.from('302e020100300506032b657004220420', 'hex');
const spkiPrefix = Buffer.from('302a300506032b6570032100', 'hex');

export interface OpenedKey {
  readonly address: Address;
  readonly key: KeyObject;
}

/** A key that can sign, from its 32-byte seed. The caller zeroes the seed; the copy made here is zeroed. */
export function openSeed(seed: Uint8Array): OpenedKey {
  const der = Buffer.concat([pkcs8Prefix, seed]);
  try {
    const key = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
    const spki = createPublicKey(key).export({ format: 'der', type: 'spki' });
    return { address: getAddressDecoder().decode(spki.subarray(spkiPrefix.length)), key };
  } finally {
    der.fill(0);
  }
}

/** Seed and public key, 64 bytes in a buffer of their own, which the caller zeroes. */
export function exportKeypair({ address, key }: OpenedKey): Uint8Array<ArrayBuffer> {
  const der = key.export({ format: 'der', type: 'pkcs8' });
  try {
    const keypair = new Uint8Array(64);
    keypair.set(der.subarray(pkcs8Prefix.length, pkcs8Prefix.length + 32));
    keypair.set(getAddressEncoder().encode(address), 32);
    return keypair;
  } finally {
    der.fill(0);
  }
}

/** Making a key of its bytes takes half as long as the check itself. Only of keys that signed: anybody can name others. */
const signed = createRecent<KeyObject>(1024);

/** True when `signature` (64 bytes) is `signer`'s over `message`. */
export function isSignedBy(signer: Address, message: Uint8Array, signature: Uint8Array): boolean {
  const known = signed.get(signer);
  const key = known ?? publicKeyOf(signer);
  const isSigned = verify(null, message, key, signature);
  if (isSigned && known === undefined) signed.set(signer, key);
  return isSigned;
}

function publicKeyOf(signer: Address): KeyObject {
  const der = Buffer.concat([spkiPrefix, Uint8Array.from(getAddressEncoder().encode(signer))]);
  return createPublicKey({ key: der, format: 'der', type: 'spki' });
}
