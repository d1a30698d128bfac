export { type Authorization, type Authorized, authorize, isAuthorization } from './authorize.ts';
export type { Intent, LimitStore, Limits, Reservations, SpendFacts } from './ports.ts';
