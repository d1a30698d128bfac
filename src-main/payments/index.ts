export type { LandedTransaction } from '../chain/index.ts';
export { openPaymentCap } from './demand.ts';
export { paymentResponseHeader, paymentSignatureHeader } from './dialects/x402-v2/codec.ts';
export { refuseByRequest } from './eligibility.ts';
export { createFacilitator, type Facilitator } from './facilitator/facilitator.ts';
export { createRemoteSettlers } from './facilitator/remote-settler.ts';
export type { Settler } from './facilitator/settler.ts';
export { createPayer, type GrantedOffer, type OfferPayer, withdrawn } from './pay.ts';
export type {
  Attempt,
  BodySample,
  Challenge,
  Granted,
  PaidBy,
  PayableRequest,
  Payer,
  PaymentHeaders,
  Submitted,
} from './payer.ts';
export type {
  Answers,
  Claim,
  KeptAnswer,
  OriginSecrets,
  PrepaidCall,
  PrepaidPurse,
  PrepaidUse,
  PresentedPayment,
  RefundRecord,
  Refunds,
  Revenue,
  SaleRecord,
  Settlements,
} from './ports.ts';
export { createPackageBuyer, type OwnTransfers, originOf, type PackageBuyer } from './rails/prepaid/buyer.ts';
export { createOwnTransfers } from './rails/prepaid/own-transfers.ts';
export type {
  BoughtCredits,
  CreditRecord,
  OriginSecretBook,
  PurchaseRecord,
  Purchases,
} from './rails/prepaid/ports.ts';
export { createPrepaidPurse } from './rails/prepaid/purse.ts';
export { createRenewals } from './rails/prepaid/renewals.ts';
export { createSellerLine } from './rails/prepaid/seller-line.ts';
export { burnWindowMs, standingOf } from './rails/prepaid/standing.ts';
export { type Broadcast, type Broadcasted, createBroadcast, type ReadyTransfer } from './rails/solana/broadcast.ts';
export { type Collected, type Collector, createCollector } from './rails/solana/collect.ts';
export { type TransferProblem, type TransferRule, transferBreaks } from './rails/solana/landed-transfer.ts';
export { receiptHeader, saleOf } from './receipt.ts';
export type { Admission, AnswerKeeper, Demand, Presented, Quote, Sale, Settled, Till } from './seller.ts';
export { createTill, type OpenTill, type TillDeps } from './till.ts';
export { createUnclaimed, type Unclaimed } from './unclaimed.ts';
