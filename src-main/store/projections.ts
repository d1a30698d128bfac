import { createHmac, type KeyObject, timingSafeEqual } from 'node:crypto';
import type { NetworkName } from '../../src-shared/model/index.ts';
import type { Projections } from '../policy/ports.ts';
import type { Connection } from './connection.ts';

interface Row {
  readonly seq: bigint;
  readonly state: string;
  readonly mac: Uint8Array;
}

export function createProjections({ db, committer }: Connection, network: NetworkName, key: KeyObject): Projections {
  const get = db.prepare<[string], Row>('SELECT seq, state, mac FROM projections WHERE name = ?');
  const put = db.prepare(
    `INSERT INTO projections (name, seq, state, mac) VALUES (?, ?, ?, ?)
     ON CONFLICT (name) DO UPDATE SET seq = excluded.seq, state = excluded.state, mac = excluded.mac`,
  );
  const macOf = (name: string, seq: number, state: string) =>
    createHmac('sha256', key)
      .update(JSON.stringify(['groat projection v1', network, name, seq, state]))
      .digest();

  return {
    load(name) {
      const row = get.get(name);
      if (row === undefined) return null;
      const seq = Number(row.seq);
      const right = macOf(name, seq, row.state);
      const ours = row.mac.length === right.length && timingSafeEqual(right, row.mac);
      return ours ? { seq, state: row.state } : null;
    },
    save: (name, seq, state) => committer.writeAside(() => void put.run(name, seq, state, macOf(name, seq, state))),
  };
}
