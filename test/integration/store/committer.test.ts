import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { type Committer, createCommitter } from '../../../src-main/store/committer.ts';
import { createLogSync } from '../../../src-main/store/log-sync.ts';

let committer: Committer;
let insert: (text: string) => void;
/** What another connection sees: only what is committed. */
let seen: () => string[];
let rollBack: () => void;
/** Stands for the disk. */
let syncs: { count: number; fails: boolean; next(): Promise<void> };
/** How hard the commit that is being made asks the disk: 2 is FULL, 1 is NORMAL. */
let mode: () => unknown;

beforeEach(() => {
  const file = join(mkdtempSync(join(tmpdir(), 'groat-committer-')), 'x.db');
  const db = new Database(file);
  db.pragma('journal_mode = WAL');
  db.exec('CREATE TABLE t (id INTEGER PRIMARY KEY, text TEXT UNIQUE) STRICT');
  const reader = new Database(file, { readonly: true });
  onTestFinished(() => {
    committer.close();
    reader.close();
    db.close();
  });
  const log = createLogSync(file);
  let told: () => void = () => undefined;
  syncs = {
    count: 0,
    fails: false,
    next: () =>
      new Promise((resolve) => {
        told = resolve;
      }),
  };
  committer = createCommitter(db, {
    ...log,
    async sync() {
      await log.sync();
      syncs.count += 1;
      if (syncs.fails) throw new Error('the disk does not answer');
      told();
    },
  });
  insert = (text) => void db.prepare('INSERT INTO t (text) VALUES (?)').run(text);
  mode = () => db.pragma('synchronous', { simple: true });
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

const light = (work: () => void): Promise<void> =>
  new Promise((settle, fail) => committer.writeLight({ work, settle, fail }));

test('a commit of light jobs alone asks the disk for nothing, and any other job makes it a full one', async () => {
  const modes: unknown[] = [];
  const note = (text: string) => () => {
    insert(text);
    modes.push([text, mode()]);
  };
  await light(note('light'));
  await committer.write(note('full'));
  await Promise.all([light(note('light 1')), light(note('light 2'))]);
  await Promise.all([light(note('with')), committer.write(note('another'))]);
  await Promise.all([committer.writeSoon(note('soon')), light(note('behind it'))]);
  await committer.writeAside(note('aside'));
  expect(modes).toEqual([
    ['light', 1],
    ['full', 2],
    ['light 1', 1],
    ['light 2', 1],
    ['with', 2],
    ['another', 2],
    ['soon', 2],
    ['behind it', 2],
    ['aside', 2],
  ]);
  expect(seen()).toEqual(modes.map((entry) => (entry as string[])[0]));
});

test('what is written aside never rides with a light commit', async () => {
  const modes: unknown[] = [];
  const aside = committer.writeAside(() => modes.push(mode()));
  const committed = light(() => insert('light'));
  committer.hurry();
  await committed;
  expect(modes).toEqual([]);
  await aside;
  expect(modes).toEqual([2]);
});

test('a light job that throws takes no other with it', async () => {
  const results = await Promise.allSettled([
    light(() => insert('one')),
    light(() => rejectWith('no')),
    light(() => insert('two')),
  ]);
  expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect(seen()).toEqual(['one', 'two']);
});

test('where the disk does not say that it holds the log, light commits are made in full', async () => {
  syncs.fails = true;
  await light(() => insert('light'));
  await committer.flushed();
  const modes: unknown[] = [];
  await light(() => modes.push(mode()));
  expect(modes).toEqual([2]);
});

test('the disk is asked once for the light commits of 10 ms, and not for those that a full one has covered', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  onTestFinished(() => void vi.useRealTimers());
  for (const text of ['a', 'b', 'c']) {
    const committed = light(() => insert(text));
    committer.hurry();
    await committed;
  }
  expect(syncs.count).toBe(0);
  const synced = syncs.next();
  vi.advanceTimersByTime(10);
  await synced;
  expect(syncs.count).toBe(1);
  void light(() => insert('d'));
  committer.hurry();
  await committer.write(() => insert('e'));
  await committer.flushed();
  expect(syncs.count).toBe(1);
  void light(() => insert('f'));
  committer.hurry();
  // A full commit that wrote nothing has covered nothing.
  await committer.write(() => undefined);
  await committer.flushed();
  expect(syncs.count).toBe(2);
});

test('who is in a hurry has the light jobs so far committed at once, and a full one at the end of the turn', async () => {
  const told: string[] = [];
  const job = (text: string) => ({
    work: () => insert(text),
    settle: () => void told.push(text),
    fail: () => void told.push('failed'),
  });
  committer.writeLight(job('one'));
  committer.writeLight(job('two'));
  expect([told, seen()]).toEqual([[], []]);
  committer.hurry();
  expect([told, seen()]).toEqual([
    ['one', 'two'],
    ['one', 'two'],
  ]);
  const full = committer.writeSoon(() => insert('full'));
  committer.writeLight(job('three'));
  committer.hurry();
  expect(told).toHaveLength(2);
  await full;
  expect(told).toEqual(['one', 'two', 'three']);
});

test('nobody in a hurry: light jobs are committed all the same, together', async () => {
  const modes: unknown[] = [];
  await Promise.all([light(() => modes.push(mode())), light(() => modes.push(mode()))]);
  expect(modes).toEqual([1, 1]);
});
