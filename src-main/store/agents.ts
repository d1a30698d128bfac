import type { AgentName } from '../../src-shared/model/index.ts';
import type { AgentStore } from '../identity/ports.ts';
import type { Connection } from './connection.ts';

interface Row {
  readonly name: AgentName;
  readonly token_hash: Uint8Array;
  readonly created_at: bigint;
  readonly revoked_at: bigint | null;
}

export function createAgentStore({ db, committer }: Connection): AgentStore {
  const all = db.prepare<[], Row>(
    'SELECT name, token_hash, created_at, revoked_at FROM agents ORDER BY created_at, name',
  );
  const save = db.prepare(
    `INSERT INTO agents (name, token_hash, created_at, revoked_at) VALUES (?, ?, ?, ?)
     ON CONFLICT (name) DO UPDATE SET token_hash = excluded.token_hash, created_at = excluded.created_at,
       revoked_at = excluded.revoked_at`,
  );
  return {
    all: () =>
      all.all().map((row) => ({
        name: row.name,
        tokenHash: row.token_hash,
        createdAt: Number(row.created_at),
        revokedAt: row.revoked_at === null ? null : Number(row.revoked_at),
      })),
    save: ({ name, tokenHash, createdAt, revokedAt }) =>
      committer.write(() => void save.run(name, tokenHash, createdAt, revokedAt)),
  };
}
