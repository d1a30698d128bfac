export { type ProxyLimits, type ProxyOptions, type RunningProxy, startProxy } from './listener.ts';
export type { AgentDirectory, Attempt, Challenge, PayableRequest, Payer, PaymentHeaders } from './ports.ts';
