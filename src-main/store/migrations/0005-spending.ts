import type Database from 'better-sqlite3';

const tables = `
-- Money that moved, added up for the screens: by the hour (since the epoch, UTC) in which it was seen on the chain. Shown,
-- never decided by. At most 200 rows for an agent and hour; what is beyond them has no payee and no origin ('').
CREATE TABLE spending (
  hour INTEGER NOT NULL,
  agent TEXT NOT NULL,
  payee TEXT NOT NULL,
  origin TEXT NOT NULL,
  amount INTEGER NOT NULL,
  count INTEGER NOT NULL,
  PRIMARY KEY (hour, agent, payee, origin)
) STRICT, WITHOUT ROWID;

-- The same for each payee over all time, so that a question about it costs one look, under a MAC. It begins empty: for what
-- was paid before, a migration has no key to vouch with.
CREATE TABLE paid_payees (
  payee TEXT PRIMARY KEY,
  amount INTEGER NOT NULL,
  count INTEGER NOT NULL,
  last_at INTEGER NOT NULL,
  mac BLOB NOT NULL
) STRICT, WITHOUT ROWID;
`;

interface Paid {
  readonly at: bigint;
  readonly count: bigint;
  readonly agent: string;
  readonly payee: string;
  readonly url: string;
  readonly amount: bigint;
}

interface HourSum {
  readonly agent: string;
  readonly payee: string;
  readonly origin: string;
  readonly amount: bigint;
  readonly count: bigint;
}

const hourMs = 3_600_000n;
const rowsPerHour = 200;
const paidAtOnce = 5000;

/** Adds up what was paid so far, as it would have been then. Memory is that of one hour's sums. */
export function spending(db: Database.Database): void {
  db.exec(tables);
  const put = db.prepare('INSERT INTO spending (hour, agent, payee, origin, amount, count) VALUES (?, ?, ?, ?, ?, ?)');
  const rows = new Map<string, HourSum>();
  const rowsOf = new Map<string, number>();
  let hour = 0n;
  const keep = (): void => {
    for (const { agent, payee, origin, amount, count } of rows.values())
      put.run(hour, agent, payee, origin, amount, count);
    rows.clear();
    rowsOf.clear();
  };
  for (const { at, agent, payee, url, amount } of everyPaid(db)) {
    if (at / hourMs !== hour) keep();
    hour = at / hourMs;
    const origin = URL.parse(url)?.origin ?? '';
    const own = JSON.stringify([agent, payee, origin]);
    const known = rowsOf.get(agent) ?? 0;
    const isFull = !rows.has(own) && known >= rowsPerHour;
    const key = isFull ? JSON.stringify([agent, '', '']) : own;
    const before = rows.get(key);
    if (before === undefined) rowsOf.set(agent, known + 1);
    rows.set(key, {
      ...(isFull ? { agent, payee: '', origin: '' } : { agent, payee, origin }),
      amount: (before?.amount ?? 0n) + amount,
      count: (before?.count ?? 0n) + 1n,
    });
  }
  keep();
}

/** Oldest first. Page by page: while a statement is read row by row, its connection writes nothing. */
function* everyPaid(db: Database.Database): Generator<Paid> {
  const page = db
    .prepare<[bigint, bigint, number], Paid>(
      `SELECT spends.at, spends.count, orders.agent, orders.payee, orders.url, orders.amount
       FROM spends JOIN orders ON orders.seq = spends.order_seq
       WHERE spends.subject = '@desk' AND (spends.at, spends.count) > (+?, +?)
       ORDER BY spends.at, spends.count LIMIT ?`,
    )
    .safeIntegers(true);
  let last: Pick<Paid, 'at' | 'count'> | undefined = { at: -1n, count: 0n };
  while (last !== undefined) {
    const found: Paid[] = page.all(last.at, last.count, paidAtOnce);
    yield* found;
    last = found.at(-1);
  }
}
