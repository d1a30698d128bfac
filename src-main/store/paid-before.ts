import { createHmac, type KeyObject, timingSafeEqual } from 'node:crypto';
import { type Atomic, type NetworkName, toAtomic } from '../../src-shared/model/index.ts';
import { invariant } from '../base/assert.ts';
import type { Connection } from './connection.ts';

const desk = '@desk';

export interface Paid {
  readonly agent: string;
  readonly method: string;
  readonly url: string;
  readonly payee: string;
  readonly amount: bigint;
}

/**
 * Whom an agent has paid, where, and what each route cost: what makes a payee new and a price strange. Each row stands under
 * a MAC, so that nobody who writes to the file makes a stranger known; a row that is not ours is as if it were not there.
 */
export interface PaidBefore {
  /** The file is opened before its key is known. Until then nobody is known, and `remember` throws `internal`. */
  unlock(key: KeyObject): void;
  /** When the agent's first payment to it was seen on the chain; null when there was none. */
  firstAt(agent: string, what: 'payee' | 'origin', value: string): number | null;
  lastPrice(method: string, url: string): Atomic | null;
  /** Whether payee, origin and route of such a payment are all there. */
  remembers(paid: Paid): boolean;
  /** Only inside a write of the committer. */
  remember(paid: Paid, now: number): void;
}

interface Row {
  readonly amount: bigint;
  readonly firstAt: bigint;
  readonly lastAt: bigint;
  readonly mac: Uint8Array;
}

interface Name {
  readonly subject: string;
  readonly what: string;
}

export function createPaidBefore({ db }: Connection, network: NetworkName): PaidBefore {
  const get = db.prepare<[string, string], Row>(
    'SELECT amount, first_at AS firstAt, last_at AS lastAt, mac FROM paid_before WHERE subject = ? AND what = ?',
  );
  const put = db.prepare(
    `INSERT INTO paid_before (subject, what, amount, first_at, last_at, mac) VALUES (?, ?, ?, ?, ?, ?)
     ON CONFLICT (subject, what) DO UPDATE SET amount = excluded.amount, first_at = excluded.first_at,
       last_at = excluded.last_at, mac = excluded.mac`,
  );
  let key: KeyObject | null = null;

  // Canonical JSON, which for a list of texts and whole numbers is what JSON.stringify writes, at any length of an address.
  const macOf = (mac: KeyObject, { subject, what }: Name, { amount, firstAt, lastAt }: Omit<Row, 'mac'>) =>
    createHmac('sha256', mac)
      .update(
        JSON.stringify([
          'groat paid before v1',
          network,
          subject,
          what,
          amount.toString(),
          Number(firstAt),
          Number(lastAt),
        ]),
      )
      .digest();

  const read = (name: Name): Row | null => {
    const row = key === null ? undefined : get.get(name.subject, name.what);
    if (key === null || row === undefined) return null;
    const right = macOf(key, name, row);
    return row.mac.length === right.length && timingSafeEqual(right, row.mac) ? row : null;
  };

  return {
    unlock(mac) {
      key = mac;
    },
    firstAt(agent, what, value) {
      const row = read({ subject: agent, what: `${what} ${value}` });
      return row === null ? null : Number(row.firstAt);
    },
    lastPrice(method, url) {
      const row = read(routeOf(method, url));
      return row === null ? null : toAtomic(row.amount);
    },
    remembers: (paid) => namesOf(paid).every((name) => read(name) !== null),
    remember(paid, now) {
      invariant(key !== null, 'whom an agent has paid is remembered only under the key of the policy');
      const lastAt = BigInt(now);
      for (const name of namesOf(paid)) {
        const row = { amount: paid.amount, firstAt: read(name)?.firstAt ?? lastAt, lastAt };
        put.run(name.subject, name.what, row.amount, row.firstAt, row.lastAt, macOf(key, name, row));
      }
    },
  };
}

const routeOf = (method: string, url: string): Name => ({ subject: desk, what: `route ${method} ${url}` });

const namesOf = ({ agent, method, url, payee }: Paid): readonly Name[] => [
  { subject: agent, what: `payee ${payee}` },
  { subject: agent, what: `origin ${new URL(url).origin}` },
  routeOf(method, url),
];
