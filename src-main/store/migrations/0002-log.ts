import type Database from 'better-sqlite3';
import { emptyHead, type Head, sealEntry } from '../../log/index.ts';

const tables = `
CREATE TABLE log (
  seq INTEGER PRIMARY KEY,
  at INTEGER NOT NULL,
  -- Canonical JSON, and the SHA-256 of it; each body holds the hash before it.
  body TEXT NOT NULL,
  hash BLOB NOT NULL CHECK (length(hash) = 32),
  -- Read from the body, so that they cannot say anything else.
  agent TEXT AS (body ->> '$.agent') VIRTUAL,
  subject TEXT AS (body ->> '$.subject') VIRTUAL,
  kind TEXT AS (body ->> '$.kind') VIRTUAL
) STRICT;
CREATE INDEX log_subject ON log (subject) WHERE subject IS NOT NULL;
CREATE INDEX log_agent ON log (agent) WHERE agent IS NOT NULL;
-- Decisions and orders are nearly all there is: the others are found by this, and those two without.
CREATE INDEX log_kind ON log (kind) WHERE kind NOT IN ('decision','order');

-- Against a slip of ours. Who writes to the file by other means drops them; the chain is for that.
CREATE TRIGGER log_keeps BEFORE UPDATE ON log BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;
CREATE TRIGGER log_stays BEFORE DELETE ON log BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;

CREATE TABLE log_heads (
  count INTEGER PRIMARY KEY,
  hash TEXT NOT NULL,
  at INTEGER NOT NULL,
  network TEXT NOT NULL,
  key TEXT NOT NULL,
  signature TEXT NOT NULL
) STRICT;
`;

interface StepRow {
  readonly seq: bigint;
  readonly step: bigint;
  readonly at: bigint;
  readonly state: string;
  readonly event: string;
  readonly id: string;
  readonly agent: string;
}

const pageSize = 1000;

/**
 * The log. The steps that orders took so far become its first entries, in the order in which they were recorded; from
 * here on an order's steps are the entries whose subject it is.
 */
export function tamperEvidentLog(db: Database.Database): void {
  db.exec(tables);
  db.exec('CREATE INDEX order_steps_at ON order_steps (at, order_seq, step)');
  const page = db.prepare<[bigint, bigint, bigint, number], StepRow>(
    `SELECT s.order_seq AS seq, s.step, s.at, s.state, s.event, o.id, o.agent
     FROM order_steps s JOIN orders o ON o.seq = s.order_seq
     WHERE (s.at, s.order_seq, s.step) > (?, ?, ?) ORDER BY s.at, s.order_seq, s.step LIMIT ?`,
  );
  const insert = db.prepare('INSERT INTO log (seq, at, body, hash) VALUES (?, ?, ?, unhex(?))');
  let head: Head = emptyHead;
  let rows = page.all(-1n, -1n, -1n, pageSize);
  while (rows.length > 0) {
    for (const { at, state, event, id, agent } of rows) {
      const sealed = sealEntry({ kind: 'order', agent, subject: id, data: { event, state } }, Number(at), head);
      insert.run(sealed.seq, sealed.at, sealed.body, sealed.hash);
      head = { count: sealed.seq, hash: sealed.hash };
    }
    const last = rows.at(-1);
    rows = last === undefined ? [] : page.all(last.at, last.seq, last.step, pageSize);
  }
  db.exec('DROP TABLE order_steps');
}
