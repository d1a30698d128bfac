import type { DeskStatus } from '../../src-shared/contract/index.ts';

/** The network where something can be lost and nobody has set a PIN yet; null where all is well, or not known. */
export function unownedNetwork(status: Pick<DeskStatus, 'network' | 'hasPin'> | null): 'devnet' | 'mainnet' | null {
  if (status === null || status.hasPin || status.network === 'sandbox') return null;
  return status.network;
}
