import { type AgentName, toAtomic } from '../../src-shared/model/index.ts';
import type { LimitStore, Limits } from '../policy/ports.ts';
import type { Connection } from './connection.ts';

interface Row {
  readonly per_payment: bigint;
  readonly per_day: bigint;
}

export function createLimitStore({ db, committer }: Connection): LimitStore {
  const get = db.prepare<[string], Row>('SELECT per_payment, per_day FROM limits WHERE agent = ?');
  const set = db.prepare(
    `INSERT INTO limits (agent, per_payment, per_day) VALUES (?, ?, ?)
     ON CONFLICT (agent) DO UPDATE SET per_payment = excluded.per_payment, per_day = excluded.per_day`,
  );
  return {
    get(agent: AgentName): Limits | null {
      const row = get.get(agent);
      return row === undefined ? null : { perPayment: toAtomic(row.per_payment), perDay: toAtomic(row.per_day) };
    },
    set: (agent, { perPayment, perDay }) => committer.write(() => void set.run(agent, perPayment, perDay)),
  };
}
