import type Database from 'better-sqlite3';

/** As before, with what the gate needs, without the running totals, and with no index entry for what is not there yet. */
const orders = `
CREATE TABLE orders_next (
  seq INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  action TEXT NOT NULL,
  agent TEXT NOT NULL,
  method TEXT NOT NULL,
  url TEXT NOT NULL,
  query_hash TEXT,
  dialect TEXT NOT NULL,
  network TEXT NOT NULL,
  asset TEXT NOT NULL,
  amount INTEGER NOT NULL CHECK (amount > 0),
  payee TEXT NOT NULL,
  -- The delegations it counts under, own first: JSON list of subjects.
  charged TEXT NOT NULL,
  -- The approval it was granted by.
  grant_id TEXT,
  state TEXT NOT NULL CHECK (state IN
    ('reserved','submitting','submitted','delivering','settled','released','failed','unknown')),
  delivery TEXT NOT NULL CHECK (delivery IN ('none','refused','open','complete','cut')),
  why TEXT,
  message_hash TEXT,
  own_signature TEXT,
  last_valid_height INTEGER,
  landed TEXT,
  http_status INTEGER,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT;
INSERT INTO orders_next SELECT seq, id, 'pay', agent, method, url, query_hash, dialect, network, asset, amount, payee,
  json_array(agent, '@desk'), NULL, state, delivery, why, message_hash, own_signature, last_valid_height, landed,
  http_status, created_at, updated_at FROM orders;
DROP TABLE orders;
ALTER TABLE orders_next RENAME TO orders;
CREATE UNIQUE INDEX orders_message ON orders (message_hash) WHERE message_hash IS NOT NULL;
CREATE UNIQUE INDEX orders_own ON orders (own_signature) WHERE own_signature IS NOT NULL;
CREATE UNIQUE INDEX orders_landed ON orders (landed) WHERE landed IS NOT NULL;
CREATE INDEX orders_unclosed ON orders (seq) WHERE state NOT IN ('settled','released','failed');
CREATE INDEX orders_state ON orders (state);
CREATE INDEX orders_grant ON orders (grant_id) WHERE grant_id IS NOT NULL;
`;

const tables = `
-- What is set aside under each delegation for an order whose fate is open; counted whole against every limit.
CREATE TABLE holds (
  subject TEXT NOT NULL,
  order_seq INTEGER NOT NULL REFERENCES orders (seq),
  amount INTEGER NOT NULL CHECK (amount >= 0),
  PRIMARY KEY (subject, order_seq)
) STRICT, WITHOUT ROWID;

-- One row for each delegation that a committed order (or an action without money) counts under, with that delegation's
-- running totals up to and with it: a window over a limit is the difference of two rows, found by two seeks.
CREATE TABLE spends (
  subject TEXT NOT NULL,
  at INTEGER NOT NULL,
  count INTEGER NOT NULL,
  total INTEGER NOT NULL,
  order_seq INTEGER,
  PRIMARY KEY (subject, at, count)
) STRICT, WITHOUT ROWID;

-- Whom an agent has paid and what a route cost, each the last time, under a MAC.
CREATE TABLE paid_before (
  subject TEXT NOT NULL,
  what TEXT NOT NULL,
  amount INTEGER NOT NULL,
  first_at INTEGER NOT NULL,
  last_at INTEGER NOT NULL,
  mac BLOB NOT NULL,
  PRIMARY KEY (subject, what)
) STRICT, WITHOUT ROWID;

CREATE TABLE approvals (
  id TEXT PRIMARY KEY,
  agent TEXT NOT NULL,
  payee TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('waiting','approved','denied','expired','overtaken')),
  created_at INTEGER NOT NULL,
  -- When what it says now is over: the waiting, the grant, or the memory of the answer.
  until INTEGER NOT NULL,
  -- Canonical JSON, under a MAC.
  record TEXT NOT NULL,
  mac BLOB NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX approvals_match ON approvals (agent, payee, created_at);
CREATE INDEX approvals_waiting ON approvals (until) WHERE state = 'waiting';
CREATE INDEX approvals_created ON approvals (created_at);

-- What is folded out of the log, with how far it got; it can be made again from the log alone.
CREATE TABLE projections (name TEXT PRIMARY KEY, seq INTEGER NOT NULL, state TEXT NOT NULL, mac BLOB NOT NULL) STRICT, WITHOUT ROWID;
`;

interface Old {
  readonly seq: bigint;
  readonly agent: string;
  readonly amount: bigint;
  readonly at: bigint;
}

/** Every order counts under its agent's delegation and the desk's; those from before are counted so too. */
export function authority(db: Database.Database): void {
  const committed = db
    .prepare<[], Old>(
      'SELECT seq, agent, amount, committed_at AS at FROM orders WHERE committed_at IS NOT NULL ORDER BY committed_at, seq',
    )
    .all();
  const open = db
    .prepare<[], Old>("SELECT seq, agent, amount FROM orders WHERE committed_at IS NULL AND state <> 'released'")
    .all();
  db.exec(orders);
  db.exec(tables);
  const count = new Map<string, { count: bigint; total: bigint }>();
  const spend = db.prepare('INSERT INTO spends (subject, at, count, total, order_seq) VALUES (?, ?, ?, ?, ?)');
  for (const { seq, agent, amount, at } of committed) {
    for (const subject of [agent, '@desk']) {
      const before = count.get(subject) ?? { count: 0n, total: 0n };
      const after = { count: BigInt(before.count) + 1n, total: BigInt(before.total) + BigInt(amount) };
      count.set(subject, after);
      spend.run(subject, at, after.count, after.total, seq);
    }
  }
  const hold = db.prepare('INSERT INTO holds (subject, order_seq, amount) VALUES (?, ?, ?)');
  for (const { seq, agent, amount } of open) {
    for (const subject of [agent, '@desk']) hold.run(subject, seq, amount);
  }
}
