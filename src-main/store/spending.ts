import type { KeyObject } from 'node:crypto';
import type { NetworkName } from '../../src-shared/model/index.ts';
import type { SpendingBook, SpendingKey } from '../wallet/ports.ts';
import type { Connection } from './connection.ts';
import { createPayeeHistory } from './payee-history.ts';

const hourMs = 3_600_000;

/**
 * Threat: an agent that makes up a site for every request would else have the book grow, and whoever adds it up wait, with
 * each payment. Beyond so many rows for an agent in an hour, what is new has no name there.
 */
export const rowsPerHour = 200;

export interface Spending extends SpendingBook {
  /** As `PayeeHistory` has it. */
  unlock(key: KeyObject): void;
  /** Only inside a write of the committer: the order's money moved at `now`. */
  add(
    order: { readonly agent: string; readonly payee: string; readonly url: string; readonly amount: bigint },
    now: number,
  ): void;
}

interface KeyRow {
  readonly key: string;
  readonly amount: bigint;
}

export function createSpending(connection: Connection, network: NetworkName): Spending {
  const { db } = connection;
  const payees = createPayeeHistory(connection, network);
  const addToRow = db.prepare<[bigint, number, string, string, string]>(
    `UPDATE spending SET amount = amount + ?, count = count + 1
     WHERE hour = ? AND agent = ? AND payee = ? AND origin = ?`,
  );
  const rowsOf = db
    .prepare<[number, string], bigint>('SELECT COUNT(*) FROM spending WHERE hour = +? AND agent = ?')
    .pluck();
  const addRow = db.prepare<[number, string, string, string, bigint]>(
    'INSERT INTO spending (hour, agent, payee, origin, amount, count) VALUES (?, ?, ?, ?, ?, 1)',
  );
  const hourFrom = db
    .prepare<[number, number], bigint>('SELECT hour FROM spending WHERE hour >= +? AND hour < +? ORDER BY hour LIMIT 1')
    .pluck();
  const sums = (key: SpendingKey) => ({
    all: db.prepare<[bigint], KeyRow>(
      `SELECT ${key} AS key, SUM(amount) AS amount FROM spending WHERE hour = +? GROUP BY ${key}`,
    ),
    ofAgent: db.prepare<[bigint, string], KeyRow>(
      `SELECT ${key} AS key, SUM(amount) AS amount FROM spending WHERE hour = +? AND agent = ? GROUP BY ${key}`,
    ),
  });
  const statements = { agent: sums('agent'), payee: sums('payee'), origin: sums('origin') };
  const totalAt = db
    .prepare<[number], bigint>(
      "SELECT total FROM spends WHERE subject = '@desk' AND at <= +? ORDER BY at DESC, count DESC LIMIT 1",
    )
    .pluck();

  return {
    unlock: payees.unlock,
    add({ agent, payee, url, amount }, now) {
      const hour = Math.floor(now / hourMs);
      // A chart must never keep a payment from being written.
      const origin = URL.parse(url)?.origin ?? '';
      const isKept =
        addToRow.run(amount, hour, agent, payee, origin).changes === 1 ||
        // Where there is a row without a name, the others are all there.
        addToRow.run(amount, hour, agent, '', '').changes === 1;
      if (!isKept) {
        const isFull = Number(rowsOf.get(hour, agent) ?? 0n) >= rowsPerHour;
        addRow.run(hour, agent, isFull ? '' : payee, isFull ? '' : origin, amount);
      }
      payees.add(payee, amount, now);
    },
    hour({ by, from, until, agent }) {
      const hour = hourFrom.get(Math.ceil(from / hourMs), Math.ceil(until / hourMs));
      if (hour === undefined) return null;
      const { all, ofAgent } = statements[by];
      const rows = agent === null ? all.all(hour) : ofAgent.all(hour, agent);
      return { at: Number(hour) * hourMs, sums: new Map(rows.map(({ key, amount }) => [key, amount])) };
    },
    paidTo: payees.of,
    totalAt: (at) => totalAt.get(at) ?? 0n,
  };
}
