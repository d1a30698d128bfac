export { type ActionName, actionNames, actions } from './action.ts';
export {
  type Atomic,
  addAtomic,
  formatDecimal,
  maxAtomic,
  parseDecimal,
  parseWireAmount,
  toAtomic,
  zero,
} from './amount.ts';
export {
  type Deferred,
  type Denied,
  type Expired,
  type Refusal,
  type RefusalReason,
  refusalReasons,
} from './decision.ts';
export { type AgentName, isAgentName, toAgentName } from './ids.ts';
export {
  type Asset,
  type DefaultLimits,
  type HardCeilings,
  type Network,
  type NetworkName,
  networkNames,
  networks,
  sol,
} from './network.ts';
export { type Dialect, dialects, type Offer } from './offer.ts';
export {
  type Delivery,
  isClosed,
  type OrderEvent,
  type OrderFacts,
  type OrderLife,
  type OrderState,
  orderStates,
  type SignedPayment,
  transition,
} from './order.ts';
