import { createHmac, type KeyObject, timingSafeEqual } from 'node:crypto';
import type { NetworkName } from '../../src-shared/model/index.ts';
import { invariant } from '../base/assert.ts';
import type { PayeeSum } from '../wallet/ports.ts';
import type { Connection } from './connection.ts';

/**
 * What this desk has paid to each payee over all time, which a person reads before he says yes. Each row stands under a MAC, so
 * that nobody who writes to the file gives a stranger a past; a row that is not ours is as if it were not there. A row put back
 * from earlier, or taken away, only makes a payee look less known, and so nothing compares it with the log.
 */
export interface PayeeHistory {
  /** The file is opened before its key is known. Until then nobody was paid anything, and `add` throws `internal`. */
  unlock(key: KeyObject): void;
  of(payee: string): PayeeSum;
  /** Only inside a write of the committer. */
  add(payee: string, amount: bigint, now: number): void;
}

interface Row {
  readonly amount: bigint;
  readonly count: bigint;
  readonly lastAt: bigint;
  readonly mac: Uint8Array;
}

export function createPayeeHistory({ db }: Connection, network: NetworkName): PayeeHistory {
  const get = db.prepare<[string], Row>(
    'SELECT amount, count, last_at AS lastAt, mac FROM paid_payees WHERE payee = ?',
  );
  const put = db.prepare(
    `INSERT INTO paid_payees (payee, amount, count, last_at, mac) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT (payee) DO UPDATE SET amount = excluded.amount, count = excluded.count, last_at = excluded.last_at,
       mac = excluded.mac`,
  );
  let key: KeyObject | null = null;

  const macOf = (mac: KeyObject, payee: string, { amount, count, lastAt }: Omit<Row, 'mac'>) =>
    createHmac('sha256', mac)
      .update(
        JSON.stringify(['groat payee history v1', network, payee, amount.toString(), Number(count), Number(lastAt)]),
      )
      .digest();

  const read = (payee: string): Row | null => {
    const row = key === null ? undefined : get.get(payee);
    if (key === null || row === undefined) return null;
    const right = macOf(key, payee, row);
    return row.mac.length === right.length && timingSafeEqual(right, row.mac) ? row : null;
  };

  return {
    unlock(mac) {
      key = mac;
    },
    of(payee) {
      const row = read(payee);
      if (row === null) return { payments: 0, total: 0n, lastAt: null };
      return { payments: Number(row.count), total: row.amount, lastAt: Number(row.lastAt) };
    },
    add(payee, amount, now) {
      invariant(key !== null, 'what a payee got is added up only under the key of the policy');
      const before = read(payee);
      const row = {
        amount: (before?.amount ?? 0n) + amount,
        count: (before?.count ?? 0n) + 1n,
        lastAt: BigInt(now),
      };
      put.run(payee, row.amount, row.count, row.lastAt, macOf(key, payee, row));
    },
  };
}
