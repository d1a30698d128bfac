export { type Authorization, type Authorized, authorize, redeem } from './authorize.ts';
export type { Intent, LimitStore, Limits, Reservations, SpendFacts } from './ports.ts';
