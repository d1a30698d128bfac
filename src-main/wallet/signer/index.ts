export { checkSettlement } from './settlement-check.ts';
export type {
  Cosigned,
  LogHeadFacts,
  PaymentFacts,
  SentTransfer,
  SettlementCheck,
  SettlementRequirement,
  SignedTransfer,
  Signer,
  WalletAddresses,
} from './signer.ts';
