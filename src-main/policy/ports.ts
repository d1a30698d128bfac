import type { AgentName, Atomic, Denied, OrderFacts } from '../../src-shared/model/index.ts';

/** A request that wants to spend: who, for what, to whom, how much. `id` becomes the order's. */
export interface Intent extends OrderFacts {
  readonly agent: AgentName;
  /** SHA-256 of the query string, hex; null without one. The string itself is kept nowhere. */
  readonly queryHash: string | null;
}

/** What an agent may spend. Equality with a limit is allowed. */
export interface Limits {
  readonly perPayment: Atomic;
  /** Over a rolling 24 hours. */
  readonly perDay: Atomic;
}

/** All that the decision may depend on, read in the transaction that writes the reservation. */
export interface SpendFacts {
  readonly agentLive: boolean;
  readonly limits: Limits;
  /** Committed by this agent in the last 24 hours. */
  readonly spentToday: Atomic;
  /** Set aside for orders whose fate is not known yet: reserved, on their way, unknown. */
  readonly open: Atomic;
  /** Free in the ledger. */
  readonly available: Atomic;
}

/** Sets money aside. */
export interface Reservations {
  /**
   * Atomic: in one `BEGIN IMMEDIATE` transaction reads the facts, calls `decide` on them, and on null (granted) writes
   * the order in state `reserved` with its ledger entries. Durable when it resolves. No other writer can come between
   * facts and reservation. Failure: throws, nothing is reserved.
   */
  reserve(intent: Intent, decide: (facts: SpendFacts) => Denied | null): Promise<Denied | null>;
}

export interface LimitStore {
  get(agent: AgentName): Limits | null;
  /** Durable when it resolves. */
  set(agent: AgentName, limits: Limits): Promise<void>;
}
