import type { SealedKey, SealedKeys } from '../../src-main/wallet/keys/ports.ts';

/** `SealedKeys` in memory, with what was saved to look at. Save refuses a second wallet, as the port promises. */
export function memorySealedKeys(saved: readonly SealedKey[] = []): SealedKeys & { saved: readonly SealedKey[] } {
  const memory = {
    saved,
    load: () => memory.saved,
    save: (keys: readonly SealedKey[]) => {
      if (memory.saved.length > 0) throw new Error('there are sealed keys already');
      memory.saved = keys;
    },
  };
  return memory;
}
