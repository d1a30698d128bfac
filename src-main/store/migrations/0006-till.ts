/** Shops that come back, sales in full, credit sold and bought ahead, refunds, and API keys for single origins. */
export const till = `
ALTER TABLE settlements ADD COLUMN sale TEXT;
ALTER TABLE settlements ADD COLUMN purpose TEXT NOT NULL DEFAULT 'call' CHECK (purpose IN ('call','package','facilitator'));
ALTER TABLE settlements ADD COLUMN dialect TEXT NOT NULL DEFAULT 'x402-v2';
ALTER TABLE settlements ADD COLUMN method TEXT NOT NULL DEFAULT 'GET';
ALTER TABLE settlements ADD COLUMN route TEXT NOT NULL DEFAULT '*';
ALTER TABLE settlements ADD COLUMN request_hash TEXT NOT NULL DEFAULT '';
-- Who was paid; '' is of before, when it was always the till.
ALTER TABLE settlements ADD COLUMN pay_to TEXT NOT NULL DEFAULT '';
ALTER TABLE settlements ADD COLUMN payment_id TEXT;
ALTER TABLE settlements ADD COLUMN payload_hash TEXT;
ALTER TABLE settlements ADD COLUMN receipt_hash TEXT;
ALTER TABLE settlements ADD COLUMN delivery TEXT NOT NULL DEFAULT 'none'
  CHECK (delivery IN ('none','complete','cut','refused'));
ALTER TABLE settlements ADD COLUMN http_status INTEGER;
ALTER TABLE settlements ADD COLUMN settled_at INTEGER;
-- Of before: nobody wrote down how far their answers got.
UPDATE settlements SET sale = 'sale_' || substr(message_hash, 1, 24),
  delivery = CASE state WHEN 'settled' THEN 'complete' ELSE 'none' END,
  settled_at = CASE state WHEN 'settled' THEN updated_at END;
CREATE UNIQUE INDEX settlements_sale ON settlements (sale);
CREATE UNIQUE INDEX settlements_payment_id ON settlements (shop, payment_id) WHERE payment_id IS NOT NULL;
CREATE INDEX settlements_shop ON settlements (shop, created_at);
CREATE INDEX settlements_created ON settlements (created_at);
CREATE INDEX settlements_undelivered ON settlements (shop, created_at)
  WHERE state = 'settled' AND purpose = 'call' AND delivery <> 'complete';
CREATE INDEX settlements_facilitator ON settlements (created_at, fee) WHERE purpose = 'facilitator';

-- Answers that were paid for, for copies of the same payment and for receipts. Kept for a while only.
CREATE TABLE answers (
  seq INTEGER PRIMARY KEY,
  message_hash TEXT NOT NULL UNIQUE,
  status INTEGER NOT NULL,
  reason TEXT NOT NULL,
  headers TEXT NOT NULL,
  body BLOB NOT NULL,
  expires_at INTEGER NOT NULL
) STRICT;
CREATE INDEX answers_expiry ON answers (expires_at);

-- Earnings added up for the screens, by UTC day (since the epoch). Shown, never decided by; at most 1000 rows for a shop and
-- day, what is beyond them has neither route nor payer (''). Day -1 is all days together.
CREATE TABLE revenue (
  shop TEXT NOT NULL,
  day INTEGER NOT NULL,
  route TEXT NOT NULL,
  payer TEXT NOT NULL,
  amount INTEGER NOT NULL,
  count INTEGER NOT NULL,
  PRIMARY KEY (shop, day, route, payer)
) STRICT, WITHOUT ROWID;
INSERT INTO revenue (shop, day, route, payer, amount, count)
  SELECT shop, settled_at / 86400000, '', '', SUM(amount), COUNT(*) FROM settlements WHERE state = 'settled' GROUP BY 1, 2;
INSERT INTO revenue (shop, day, route, payer, amount, count)
  SELECT shop, -1, '', '', SUM(amount), COUNT(*) FROM settlements WHERE state = 'settled' GROUP BY 1;

-- What became of requests, written every second or so: a crash forgets the last of them.
CREATE TABLE calls (
  shop TEXT NOT NULL,
  day INTEGER NOT NULL,
  outcome TEXT NOT NULL,
  count INTEGER NOT NULL,
  PRIMARY KEY (shop, day, outcome)
) STRICT, WITHOUT ROWID;

-- One row per shop, under a MAC: nobody who writes to the file changes who is paid, or what for.
CREATE TABLE shops (
  name TEXT PRIMARY KEY,
  plan TEXT NOT NULL,
  mac BLOB NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Credit sold ahead. 'id' is the hex SHA-256 that names a credential; the credential itself can be made again and is not kept.
CREATE TABLE credits (
  id TEXT PRIMARY KEY,
  shop TEXT NOT NULL,
  form TEXT NOT NULL CHECK (form IN ('groat','ag402')),
  buyer TEXT NOT NULL,
  package TEXT NOT NULL,
  calls INTEGER NOT NULL CHECK (calls > 0),
  used INTEGER NOT NULL DEFAULT 0 CHECK (used >= 0 AND used <= calls),
  -- 1: refunded, all of it counts as used, and nothing is given back any more.
  closed INTEGER NOT NULL DEFAULT 0,
  price INTEGER NOT NULL,
  -- The transfer that paid for it: one transfer buys one package, for ever.
  message_hash TEXT NOT NULL UNIQUE,
  signature TEXT NOT NULL UNIQUE,
  -- Hex SHA-256 of the buyer's purchase secret; null for a buyer who has none (ag402).
  secret_hash TEXT,
  issued_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX credits_shop ON credits (shop, issued_at);

-- Money given back by the till: one refund for a sale. 'after' is the newest transaction of the till's token account that
-- was known when it was signed: it can only have landed later; null: none was.
CREATE TABLE refunds (
  sale TEXT PRIMARY KEY,
  state TEXT NOT NULL CHECK (state IN ('signed','settled','released')),
  payee TEXT NOT NULL,
  asset TEXT NOT NULL,
  amount INTEGER NOT NULL CHECK (amount > 0),
  fee INTEGER NOT NULL,
  signature TEXT NOT NULL UNIQUE,
  message_hash TEXT NOT NULL UNIQUE,
  wire BLOB NOT NULL,
  dead_height INTEGER NOT NULL,
  after TEXT,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX refunds_open ON refunds (created_at) WHERE state = 'signed';

-- Credit bought ahead. What it is and the credential lie sealed; the counter is here, where one statement moves it.
CREATE TABLE bought_credits (
  id TEXT PRIMARY KEY,
  origin TEXT NOT NULL,
  calls INTEGER NOT NULL CHECK (calls > 0),
  remaining INTEGER NOT NULL CHECK (remaining >= 0 AND remaining <= calls),
  expires_at INTEGER NOT NULL,
  -- Why the seller took it no longer; null while it does.
  refused TEXT,
  sealed BLOB NOT NULL,
  created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX bought_credits_origin ON bought_credits (origin, expires_at);

-- Calls paid from credit, by UTC day: for burn rate and savings.
CREATE TABLE credit_uses (
  credit TEXT NOT NULL,
  day INTEGER NOT NULL,
  count INTEGER NOT NULL,
  -- Null: no price was known of any of them.
  saved INTEGER,
  PRIMARY KEY (credit, day)
) STRICT, WITHOUT ROWID;

-- Packages that were paid for, or may have been, until their credential is here.
CREATE TABLE purchases (
  order_id TEXT PRIMARY KEY,
  origin TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('paying','claiming','done','failed')),
  why TEXT,
  sealed BLOB NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX purchases_origin ON purchases (origin, created_at);
CREATE INDEX purchases_open ON purchases (created_at) WHERE state IN ('paying','claiming');

CREATE TABLE origin_secrets (
  origin TEXT PRIMARY KEY,
  sealed BLOB NOT NULL,
  created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
`;
