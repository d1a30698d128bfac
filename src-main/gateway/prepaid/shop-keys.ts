import { createHmac, createSecretKey, type KeyObject } from 'node:crypto';

/** What one shop's credentials are made with: another shop's prove nothing here. */
export interface ShopKeys {
  readonly groat: KeyObject;
  /** That system's keys are text: ours is the hex of 32 bytes. */
  readonly ag402: KeyObject;
}

export function deriveShopKeys(issuing: KeyObject, shop: string): ShopKeys {
  const derive = (form: string) => createHmac('sha256', issuing).update(`${form} ${shop}`).digest('hex');
  return {
    groat: createSecretKey(derive('groat'), 'hex'),
    ag402: createSecretKey(derive('ag402'), 'utf8'),
  };
}
