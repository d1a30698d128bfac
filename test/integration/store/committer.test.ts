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
let rollBack: () => void;

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
  rollBack = () => void db.exec('ROLLBACK');
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

const rejectWith = (message: string) => {
  throw new Error(message);
};

test('what a job wants told is told after its commit, in order, and never of a job that failed', async () => {
  const told: string[] = [];
  const tell = (text: string) => committer.afterCommit(() => told.push(`${text} of ${seen().length}`));
  const results = await Promise.allSettled([
    committer.write(() => {
      insert('one');
      tell('one');
      expect(told).toEqual([]);
    }),
    committer.write(() => {
      insert('two');
      tell('two');
      rejectWith('no');
    }),
    committer.writeSoon(() => {
      insert('three');
      tell('three');
      tell('more');
    }),
  ]);
  expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect(told).toEqual(['one of 2', 'three of 2', 'more of 2']);
});

test('outside a job nothing can be told, not even right after one', async () => {
  expect(() => committer.afterCommit(() => undefined)).toThrow();
  await committer.write(() => rejectWith('no')).catch(() => undefined);
  expect(() => committer.afterCommit(() => undefined)).toThrow();
});

test('a commit that fails tells nothing', async () => {
  const told: string[] = [];
  const failed = committer.write(() => {
    committer.afterCommit(() => told.push('told'));
    // Ends the transaction under the committer, as SQLite does when the disk is full.
    insert('x');
    rollBack();
    insert('x');
    insert('x');
  });
  await expect(failed).rejects.toThrow();
  await committer.flushed();
  expect(told).toEqual([]);
});
