import { createHash } from 'node:crypto';

/** 32 bytes in a buffer of their own, so that they can be moved into the signer's thread and leave nothing behind. */
export type SealingKey = Uint8Array<ArrayBuffer>;

export const sealingKeyBytes = 32;

export function isSealingKey(value: unknown): value is SealingKey {
  return value instanceof Uint8Array && value.length === sealingKeyBytes && value.buffer instanceof ArrayBuffer;
}

/** Moves 32 bytes into a buffer of their own and zeroes where they came from. */
export function takeSealingKey(from: Uint8Array): SealingKey {
  const key = new Uint8Array(sealingKeyBytes);
  key.set(from);
  from.fill(0);
  return key;
}

/** Names a sealing key without telling it: 32 hex digits of its hash. */
export function sealingKeyId(key: SealingKey): string {
  return createHash('sha256').update('groat sealing key id').update(key).digest('hex').slice(0, 32);
}
