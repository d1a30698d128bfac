import { createSecretKey, hkdfSync, type KeyObject } from 'node:crypto';
import type { NetworkName } from '../../../src-shared/model/index.ts';
import type { SealingKey } from './sealing-key.ts';

/**
 * What the host keeps of the sealing key once the signer's thread has that: keys of their own, from which neither it
 * nor a wallet's key can be found. They change when the wallet is sealed with another key.
 */
export interface DeskSecrets {
  /** Seals what the owner decides. */
  readonly policyMac: KeyObject;
  /** 32 bytes; without them a stolen database says nothing about the owner's PIN. */
  readonly pinPepper: Buffer;
  /** AES-256-GCM: what lies sealed in the database, such as bought credentials and API keys. */
  readonly box: KeyObject;
  /** HMAC-SHA256: from it comes the key that each shop of ours signs its prepaid credentials with. */
  readonly issuing: KeyObject;
}

export function deriveDeskSecrets(key: SealingKey, network: NetworkName): DeskSecrets {
  const derive = (purpose: string) => Buffer.from(hkdfSync('sha256', key, '', `groat ${purpose} v1 ${network}`, 32));
  const keyFor = (purpose: string): KeyObject => {
    const bytes = derive(purpose);
    const made = createSecretKey(bytes);
    bytes.fill(0);
    return made;
  };
  return {
    policyMac: keyFor('policy mac'),
    pinPepper: derive('pin pepper'),
    box: keyFor('box'),
    issuing: keyFor('prepaid issuing'),
  };
}
