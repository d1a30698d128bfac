import type { AgentName } from '../../src-shared/model/index.ts';

export interface AgentRecord {
  readonly name: AgentName;
  /** SHA-256 of the token: the token itself is shown once and kept nowhere. */
  readonly tokenHash: Uint8Array;
  readonly createdAt: number;
  readonly revokedAt: number | null;
}

/** Keeps agents. A name stays taken by its history: adding it again after a revocation gives it a new token. */
export interface AgentStore {
  /** Every agent, revoked ones too. */
  all(): readonly AgentRecord[];
  /** Durable when it resolves. A record of the same name is replaced. */
  save(record: AgentRecord): Promise<void>;
}
