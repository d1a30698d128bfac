export type { DeskSecrets } from './keys/desk-secrets.ts';
export { type Keychain, keychainProblem, systemKeychain } from './keys/keychain.ts';
export { openWallet, type Wallet } from './keys/open-wallet.ts';
export { readSecretFile } from './keys/owner-file.ts';
export type { PassphrasePrompt } from './keys/passphrase.ts';
export { earned, feePaid, refunded, refundReturned, sentByUs } from './ledger.ts';
export {
  createOrders,
  type Orders,
  type PreparedPayment,
  type PreparedTransfer,
  type TransferTerms,
  type UnderWay,
} from './orders.ts';
export type {
  Entry,
  LedgerStore,
  OrderFilter,
  OrderRecord,
  OrderSearch,
  OrderStore,
  Purse,
  SpendingBook,
  SpendingKey,
  StatementStore,
} from './ports.ts';
export { createReconcile, type Reconcile } from './reconcile.ts';
export {
  type Cosigned,
  checkSettlement,
  type PaymentFacts,
  type SentTransfer,
  type SettlementCheck,
  type SettlementRequirement,
  type SignedTransfer,
  type Signer,
} from './signer/index.ts';
export { tokenAccountOf } from './signer/token-account.ts';
