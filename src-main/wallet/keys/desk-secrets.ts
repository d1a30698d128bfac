import { createSecretKey, hkdfSync, type KeyObject } from 'node:crypto';
import type { NetworkName } from '../../../src-shared/model/index.ts';
import type { SealingKey } from './sealing-key.ts';

/**
 * What the host keeps of the sealing key once the signer's thread has that: two keys of their own, from which neither it
 * nor a wallet's key can be found. They change when the wallet is sealed with another key.
 */
export interface DeskSecrets {
  /** Seals what the owner decides. */
  readonly policyMac: KeyObject;
  /** 32 bytes; without them a stolen database says nothing about the owner's PIN. */
  readonly pinPepper: Buffer;
}

export function deriveDeskSecrets(key: SealingKey, network: NetworkName): DeskSecrets {
  const derive = (purpose: string) => Buffer.from(hkdfSync('sha256', key, '', `groat ${purpose} v1 ${network}`, 32));
  const mac = derive('policy mac');
  const policyMac = createSecretKey(mac);
  mac.fill(0);
  return { policyMac, pinPepper: derive('pin pepper') };
}
