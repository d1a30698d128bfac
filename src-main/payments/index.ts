export { paymentResponseHeader, paymentSignatureHeader } from './dialects/x402-v2/codec.ts';
export { createX402Seller, type Price, type X402Seller } from './dialects/x402-v2/seller.ts';
export { createPayer, type GrantedOffer, type OfferPayer, withdrawn } from './pay.ts';
export type { Attempt, BodySample, Challenge, Granted, PayableRequest, Payer } from './payer.ts';
export type { PresentedPayment, SendingSettlement, Settlements } from './ports.ts';
export { type Collected, type Collector, createCollector } from './rails/solana/collect.ts';
