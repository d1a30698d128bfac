import type { KeyObject } from 'node:crypto';
import type { NetworkName } from '../../src-shared/model/index.ts';
import { type OriginKey, type OriginSecretBook, originKey } from '../payments/rails/prepaid/ports.ts';
import type { Connection } from './connection.ts';
import type { Log } from './log.ts';
import { createSealedBox, toText } from './sealed-box.ts';

interface Row {
  readonly origin: string;
  readonly sealed: Uint8Array;
  readonly created_at: bigint;
}

const table = 'origin_secrets';

export function createOriginSecrets(
  { db, committer, recordedNow }: Connection,
  network: NetworkName,
  key: KeyObject,
  log: Log,
): OriginSecretBook {
  const box = createSealedBox(key, network);
  const upsert = db.prepare(
    `INSERT INTO origin_secrets (origin, sealed, created_at) VALUES (?, ?, ?)
     ON CONFLICT (origin) DO UPDATE SET sealed = excluded.sealed, created_at = excluded.created_at`,
  );
  const drop = db.prepare('DELETE FROM origin_secrets WHERE origin = ?');
  const byOrigin = db.prepare<[string], Row>('SELECT * FROM origin_secrets WHERE origin = ?');
  const all = db.prepare<[], Row>('SELECT * FROM origin_secrets ORDER BY origin');

  const keyOf = (row: Row | undefined): OriginKey | null => {
    if (row === undefined) return null;
    const text = box.open(table, row.origin, row.sealed);
    const found = text === null ? undefined : originKey.safeParse(JSON.parse(text)).data;
    return found === undefined || found.origin !== row.origin ? null : found;
  };
  const note = (origin: string, what: string): void => {
    log.append({ kind: 'owner', agent: null, subject: origin, data: { what } });
  };

  return {
    set: (wish) =>
      committer.write(() => {
        upsert.run(wish.origin, box.seal(table, wish.origin, toText(wish)), recordedNow());
        note(wish.origin, 'API key set');
      }),
    remove: (origin) =>
      committer.write(() => {
        const removed = drop.run(origin).changes > 0;
        if (removed) note(origin, 'API key removed');
        return removed;
      }),
    list: () =>
      all.all().flatMap((row) => {
        const found = keyOf(row);
        return found === null
          ? []
          : [{ origin: found.origin, agents: found.agents, createdAt: Number(row.created_at) }];
      }),
    for(origin, agent) {
      const found = keyOf(byOrigin.get(origin));
      if (found === null) return null;
      return found.agents.length === 0 || found.agents.includes(agent) ? found.secret : null;
    },
  };
}
