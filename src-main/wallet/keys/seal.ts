import { createCipheriv, createDecipheriv } from 'node:crypto';
import type { NetworkName } from '../../../src-shared/model/index.ts';
import type { Random } from '../../base/random.ts';
import type { KeyRole } from './key-role.ts';

const version = 'v1';
const algorithm = 'aes-256-gcm';
const nonceBytes = 12;
const tagBytes = 16;
const seedBytes = 32;

/** What a sealed key is bound to: put in another's place, it does not open. */
export interface SealBinding {
  readonly network: NetworkName;
  readonly role: KeyRole;
  readonly address: string;
}

/** AES-256-GCM of a 32-byte seed under a 32-byte key: `v1.` + base64url of nonce, ciphertext and tag. */
export function seal(seed: Uint8Array, key: Uint8Array, binding: SealBinding, random: Random): string {
  const nonce = random(nonceBytes);
  const cipher = createCipheriv(algorithm, key, nonce, { authTagLength: tagBytes }).setAAD(boundTo(binding));
  const body = Buffer.concat([nonce, cipher.update(seed), cipher.final(), cipher.getAuthTag()]);
  return `${version}.${body.toString('base64url')}`;
}

/** The seed, which the caller zeroes; null when the key is another one, or the text or what it is bound to was altered. */
export function unseal(sealed: string, key: Uint8Array, binding: SealBinding): Buffer | null {
  const match = /^v1\.([A-Za-z0-9_-]+)$/.exec(sealed);
  const body = Buffer.from(match?.[1] ?? '', 'base64url');
  if (body.length !== nonceBytes + seedBytes + tagBytes) return null;
  const nonce = body.subarray(0, nonceBytes);
  const decipher = createDecipheriv(algorithm, key, nonce, { authTagLength: tagBytes })
    .setAAD(boundTo(binding))
    .setAuthTag(body.subarray(-tagBytes));
  const seed = decipher.update(body.subarray(nonceBytes, -tagBytes));
  try {
    decipher.final();
    return seed;
  } catch {
    seed.fill(0); // The tag does not match: these bytes mean nothing.
    return null;
  }
}

function boundTo({ network, role, address }: SealBinding): Buffer {
  return Buffer.from(JSON.stringify(['groat sealed key', version, network, role, address]));
}
