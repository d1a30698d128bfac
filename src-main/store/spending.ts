import type { SpendingBook, SpendingKey } from '../wallet/ports.ts';
import type { Connection } from './connection.ts';

const hourMs = 3_600_000;

export interface Spending extends SpendingBook {
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

interface PayeeRow {
  readonly amount: bigint;
  readonly count: bigint;
  readonly last_at: bigint;
}

export function createSpending({ db }: Connection): Spending {
  const addHour = db.prepare(
    `INSERT INTO spending (hour, agent, payee, origin, amount, count) VALUES (?, ?, ?, ?, ?, 1)
     ON CONFLICT (hour, agent, payee, origin) DO UPDATE SET amount = amount + excluded.amount, count = count + 1`,
  );
  const addPayee = db.prepare(
    `INSERT INTO paid_payees (payee, amount, count, last_at) VALUES (?, ?, 1, ?)
     ON CONFLICT (payee) DO UPDATE SET amount = amount + excluded.amount, count = count + 1, last_at = excluded.last_at`,
  );
  const between = 'FROM spending WHERE hour >= +@from AND hour < +@until';
  const sums = (key: SpendingKey) => ({
    all: db.prepare<[{ from: number; until: number }], KeyRow>(
      `SELECT ${key} AS key, SUM(amount) AS amount ${between} GROUP BY ${key}`,
    ),
    ofAgent: db.prepare<[{ from: number; until: number; agent: string }], KeyRow>(
      `SELECT ${key} AS key, SUM(amount) AS amount ${between} AND agent = +@agent GROUP BY ${key}`,
    ),
  });
  const statements = { agent: sums('agent'), payee: sums('payee'), origin: sums('origin') };
  const payeeRow = db.prepare<[string], PayeeRow>('SELECT amount, count, last_at FROM paid_payees WHERE payee = ?');
  const totalAt = db
    .prepare<[number], bigint>(
      "SELECT total FROM spends WHERE subject = '@desk' AND at <= +? ORDER BY at DESC, count DESC LIMIT 1",
    )
    .pluck();

  return {
    add({ agent, payee, url, amount }, now) {
      // A chart must never keep a payment from being written.
      addHour.run(Math.floor(now / hourMs), agent, payee, URL.parse(url)?.origin ?? '', amount);
      addPayee.run(payee, amount, now);
    },
    sums({ by, from, until, agent }) {
      const { all, ofAgent } = statements[by];
      const range = { from: Math.ceil(from / hourMs), until: Math.ceil(until / hourMs) };
      const rows = agent === null ? all.all(range) : ofAgent.all({ ...range, agent });
      return new Map(rows.map(({ key, amount }) => [key, amount]));
    },
    paidTo(payee) {
      const row = payeeRow.get(payee);
      if (row === undefined) return { payments: 0, total: 0n, lastAt: null };
      return { payments: Number(row.count), total: row.amount, lastAt: Number(row.last_at) };
    },
    totalAt: (at) => totalAt.get(at) ?? 0n,
  };
}
