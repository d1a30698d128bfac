export type { RecentBlockhash } from './blockhash-cache.ts';
export type { Chain, SimulationOutcome, TransactionStatus } from './chain.ts';
export { type ChainSource, type ConnectOptions, connectChain } from './connect.ts';
export type { EndpointHealth, EndpointPulse } from './endpoint.ts';
export type { HistoryEntry } from './history.ts';
export type { LandedTransaction, TokenDelta } from './landed-transaction.ts';
export { type Sandbox, type SandboxOptions, startSandbox } from './sandbox/sandbox.ts';
export type { MintFacts } from './token-account.ts';
