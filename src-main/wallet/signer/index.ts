export { checkSettlement } from './settlement-check.ts';
export type {
  Cosigned,
  PaymentFacts,
  SettlementCheck,
  SettlementRequirement,
  SignedTransfer,
  Signer,
  WalletAddresses,
} from './signer.ts';
