import type Database from 'better-sqlite3';

const tables = `
-- Money that moved, added up for the screens: by the hour (since the epoch, UTC) in which it was seen on the chain. Shown,
-- never decided by.
CREATE TABLE spending (
  hour INTEGER NOT NULL,
  agent TEXT NOT NULL,
  payee TEXT NOT NULL,
  origin TEXT NOT NULL,
  amount INTEGER NOT NULL,
  count INTEGER NOT NULL,
  PRIMARY KEY (hour, agent, payee, origin)
) STRICT, WITHOUT ROWID;

-- The same for each payee over all time, so that a question about it costs one look.
CREATE TABLE paid_payees (
  payee TEXT PRIMARY KEY,
  amount INTEGER NOT NULL,
  count INTEGER NOT NULL,
  last_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
`;

interface Paid {
  readonly at: bigint;
  readonly agent: string;
  readonly payee: string;
  readonly url: string;
  readonly amount: bigint;
}

interface Sum {
  readonly amount: bigint;
  readonly count: bigint;
  readonly lastAt: bigint;
}

interface HourSum extends Sum {
  readonly hour: bigint;
  readonly agent: string;
  readonly payee: string;
  readonly origin: string;
}

const hourMs = 3_600_000n;

/** Adds up what was paid so far. Memory is that of the sums, not of the orders. */
export function spending(db: Database.Database): void {
  db.exec(tables);
  const paid = db
    .prepare<[], Paid>(
      `SELECT spends.at, orders.agent, orders.payee, orders.url, orders.amount
       FROM spends JOIN orders ON orders.seq = spends.order_seq WHERE spends.subject = '@desk'`,
    )
    .safeIntegers(true);
  const hours = new Map<string, HourSum>();
  const payees = new Map<string, Sum>();
  for (const one of paid.iterate()) {
    const { agent, payee, url } = one;
    const hour = one.at / hourMs;
    const origin = URL.parse(url)?.origin ?? '';
    const key = JSON.stringify([Number(hour), agent, payee, origin]);
    hours.set(key, { hour, agent, payee, origin, ...sumOf(hours.get(key), one) });
    payees.set(payee, sumOf(payees.get(payee), one));
  }
  const putHour = db.prepare(
    'INSERT INTO spending (hour, agent, payee, origin, amount, count) VALUES (?, ?, ?, ?, ?, ?)',
  );
  for (const { hour, agent, payee, origin, amount, count } of hours.values())
    putHour.run(hour, agent, payee, origin, amount, count);
  const putPayee = db.prepare('INSERT INTO paid_payees (payee, amount, count, last_at) VALUES (?, ?, ?, ?)');
  for (const [payee, { amount, count, lastAt }] of payees) putPayee.run(payee, amount, count, lastAt);
}

const sumOf = (before: Sum | undefined, { amount, at }: Paid): Sum => ({
  amount: (before?.amount ?? 0n) + amount,
  count: (before?.count ?? 0n) + 1n,
  lastAt: before === undefined || at > before.lastAt ? at : before.lastAt,
});
