/** Agents with their limits, the sealed keys, orders with their ledger, our account's statement, and what shops settled. */
export const firstCorridor = `
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;

CREATE TABLE agents (
  name TEXT PRIMARY KEY,
  token_hash BLOB NOT NULL UNIQUE,
  created_at INTEGER NOT NULL,
  revoked_at INTEGER
) STRICT, WITHOUT ROWID;

CREATE TABLE limits (
  agent TEXT PRIMARY KEY,
  per_payment INTEGER NOT NULL CHECK (per_payment >= 0),
  per_day INTEGER NOT NULL CHECK (per_day >= 0)
) STRICT, WITHOUT ROWID;

CREATE TABLE sealed_keys (role TEXT PRIMARY KEY, record TEXT NOT NULL) STRICT, WITHOUT ROWID;

CREATE TABLE orders (
  seq INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  agent TEXT NOT NULL,
  method TEXT NOT NULL,
  url TEXT NOT NULL,
  query_hash TEXT,
  dialect TEXT NOT NULL,
  network TEXT NOT NULL,
  asset TEXT NOT NULL,
  amount INTEGER NOT NULL CHECK (amount > 0),
  payee TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN
    ('reserved','submitting','submitted','delivering','settled','released','failed','unknown')),
  delivery TEXT NOT NULL CHECK (delivery IN ('none','refused','open','complete','cut')),
  why TEXT,
  message_hash TEXT UNIQUE,
  own_signature TEXT UNIQUE,
  last_valid_height INTEGER,
  landed TEXT UNIQUE,
  http_status INTEGER,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  -- When the money was seen to have moved, by a clock that never runs back, and the agent's total up to and with it:
  -- a window over the limits is the difference of two rows, found by two seeks.
  committed_at INTEGER,
  running_total INTEGER
) STRICT;
CREATE INDEX orders_committed ON orders (agent, asset, committed_at, running_total) WHERE committed_at IS NOT NULL;
-- Money set aside whose fate is open; counted whole against every limit.
CREATE INDEX orders_pending ON orders (agent, asset, amount)
  WHERE committed_at IS NULL AND state <> 'released';
CREATE INDEX orders_unclosed ON orders (seq) WHERE state NOT IN ('settled','released','failed');
CREATE INDEX orders_state ON orders (state);

CREATE TABLE order_steps (
  order_seq INTEGER NOT NULL REFERENCES orders (seq),
  step INTEGER NOT NULL,
  at INTEGER NOT NULL,
  state TEXT NOT NULL,
  event TEXT NOT NULL,
  PRIMARY KEY (order_seq, step)
) STRICT, WITHOUT ROWID;

CREATE TABLE entries (
  id INTEGER PRIMARY KEY,
  at INTEGER NOT NULL,
  -- What it was for: an order's id, a statement line's signature, or a settlement's message hash.
  reference TEXT NOT NULL,
  account TEXT NOT NULL,
  asset TEXT NOT NULL,
  amount INTEGER NOT NULL
) STRICT;
CREATE TABLE balances (
  account TEXT NOT NULL,
  asset TEXT NOT NULL,
  amount INTEGER NOT NULL CHECK (account = 'external' OR amount >= 0),
  PRIMARY KEY (account, asset)
) STRICT, WITHOUT ROWID;

CREATE TABLE statement (
  signature TEXT PRIMARY KEY,
  slot INTEGER NOT NULL,
  delta INTEGER NOT NULL,
  order_id TEXT,
  recorded_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX statement_recorded ON statement (recorded_at, slot);
CREATE TABLE cursors (account TEXT PRIMARY KEY, signature TEXT NOT NULL) STRICT, WITHOUT ROWID;

-- One row per payment that was ever presented to a shop here and got past verification; kept for good (replay guard).
CREATE TABLE settlements (
  message_hash TEXT PRIMARY KEY,
  state TEXT NOT NULL CHECK (state IN ('claimed','sending','settled','failed')),
  shop TEXT NOT NULL,
  url TEXT NOT NULL,
  payer TEXT NOT NULL,
  asset TEXT NOT NULL,
  amount INTEGER NOT NULL CHECK (amount > 0),
  signature TEXT UNIQUE,
  -- Above this finalized height it can no longer land.
  dead_height INTEGER,
  fee INTEGER NOT NULL,
  why TEXT,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX settlements_open ON settlements (created_at) WHERE state IN ('claimed','sending');
`;
