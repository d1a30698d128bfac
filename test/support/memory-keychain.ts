import type { Keychain } from '../../src-main/wallet/keys/keychain.ts';

/** An unlocked keychain in memory; `locked` makes it answer as a locked Linux keyring does. */
export function memoryKeychain(): Keychain & { readonly entries: Map<string, string>; locked: boolean } {
  const entries = new Map<string, string>();
  const keychain = {
    entries,
    locked: false,
    get: async (account: string) => (keychain.locked ? null : (entries.get(account) ?? null)),
    set: async (account: string, secret: string) => {
      if (keychain.locked) throw new Error('Cannot create an item in a locked collection');
      entries.set(account, secret);
    },
    delete: async (account: string) => !keychain.locked && entries.delete(account),
  };
  return keychain;
}
