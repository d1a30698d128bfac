export { type Keychain, systemKeychain } from './keychain.ts';
export { openWallet, type WalletOptions } from './open-wallet.ts';
export type { PassphrasePrompt } from './passphrase.ts';
export type { SealingWish } from './sealing-choice.ts';
