import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { type Committer, createCommitter } from '../../../src-main/store/committer.ts';

let committer: Committer;
let insert: (text: string) => void;
/** What another connection sees: only what is committed. */
let seen: () => string[];

beforeEach(() => {
  const file = join(mkdtempSync(join(tmpdir(), 'groat-committer-')), 'x.db');
  const db = new Database(file);
  db.pragma('journal_mode = WAL');
  db.exec('CREATE TABLE t (id INTEGER PRIMARY KEY, text TEXT UNIQUE) STRICT');
  const reader = new Database(file, { readonly: true });
  onTestFinished(() => {
    reader.close();
    db.close();
  });
  committer = createCommitter(db);
  insert = (text) => void db.prepare('INSERT INTO t (text) VALUES (?)').run(text);
  seen = () => reader.prepare<[], string>('SELECT text FROM t ORDER BY id').pluck().all();
});

test('what may wait is written by the next commit, before the jobs that came after it', async () => {
  const soon = committer.writeSoon(() => insert('soon'));
  await committer.write(() => insert('now'));
  expect(seen()).toEqual(['soon', 'now']);
  await soon;
});

test('what may wait is written without another commit too, and flushed waits for it', async () => {
  await committer.writeSoon(() => insert('alone'));
  expect(seen()).toEqual(['alone']);
  const last = committer.writeSoon(() => insert('last'));
  await committer.flushed();
  expect(seen()).toEqual(['alone', 'last']);
  await last;
});
