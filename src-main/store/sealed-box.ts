import { createCipheriv, createDecipheriv, type KeyObject, randomBytes } from 'node:crypto';
import type { NetworkName } from '../../src-shared/model/index.ts';

/** Seals texts for rows of the database: what was sealed for one row opens in no other, of no other network. */
export interface SealedBox {
  seal(table: string, key: string, text: string): Buffer;
  /** Null for whatever was not sealed here for this very row. */
  open(table: string, key: string, sealed: Uint8Array): string | null;
}

const version = 1;
const ivBytes = 12;
const tagBytes = 16;

/** AES-256-GCM; a sealed text is: version, 12 bytes of nonce, ciphertext, 16 bytes of tag. */
export function createSealedBox(box: KeyObject, network: NetworkName): SealedBox {
  const aad = (table: string, key: string) => Buffer.from(JSON.stringify(['groat box v1', network, table, key]));
  return {
    seal(table, key, text) {
      const iv = randomBytes(ivBytes);
      const cipher = createCipheriv('aes-256-gcm', box, iv).setAAD(aad(table, key));
      const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
      return Buffer.concat([Buffer.of(version), iv, body, cipher.getAuthTag()]);
    },
    open(table, key, sealed) {
      if (sealed.length < 1 + ivBytes + tagBytes || sealed[0] !== version) return null;
      const [iv, body, tag] = [
        sealed.subarray(1, 1 + ivBytes),
        sealed.subarray(1 + ivBytes, -tagBytes),
        sealed.subarray(-tagBytes),
      ];
      const decipher = createDecipheriv('aes-256-gcm', box, iv, { authTagLength: tagBytes })
        .setAAD(aad(table, key))
        .setAuthTag(tag);
      try {
        return Buffer.concat([decipher.update(body), decipher.final()]).toString('utf8');
      } catch {
        // What it was is not to be told from what it is: altered, moved, or of another wallet.
        return null;
      }
    },
  };
}

/** Sums go into JSON as their digits. */
export const toText = (value: object): string =>
  JSON.stringify(value, (_, part) => (typeof part === 'bigint' ? part.toString() : part));
