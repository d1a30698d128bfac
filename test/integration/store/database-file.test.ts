import { createHash } from 'node:crypto';
import { chmodSync, copyFileSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, onTestFinished, test } from 'vitest';
import { systemClock } from '../../../src-main/base/clock.ts';
import { openConnection } from '../../../src-main/store/connection.ts';
import { openStore } from '../../../src-main/store/index.ts';
import { migrations } from '../../../src-main/store/migrations/index.ts';
import { GroatError } from '../../../src-shared/errors/index.ts';
import { type NetworkName, toAgentName } from '../../../src-shared/model/index.ts';
import { freshFile } from '../../support/test-store.ts';

const freshFolder = () => dirname(freshFile());

/** Every file of a folder with a hash of its bytes. */
const contents = (folder: string) =>
  readdirSync(folder)
    .sort()
    .map(
      (name) =>
        `${name} ${createHash('sha256')
          .update(readFileSync(join(folder, name)))
          .digest('hex')}`,
    );

const bot = { name: toAgentName('bot'), tokenHash: new Uint8Array(32), createdAt: 1, revokedAt: null };

/** A closed database of the sandbox with an agent in it. */
async function someStore(): Promise<{ folder: string; file: string }> {
  const folder = freshFolder();
  const file = join(folder, 'groat.db');
  const store = openStore(file, 'sandbox', systemClock);
  await store.agents.save(bot);
  await store.close();
  return { folder, file };
}

function edit(file: string, change: (db: Database.Database) => void): void {
  const db = new Database(file);
  change(db);
  db.close();
}

function refusal(file: string, network: NetworkName = 'sandbox'): GroatError {
  try {
    openConnection(file, network, systemClock).close();
  } catch (error) {
    if (error instanceof GroatError) return error;
    throw error;
  }
  throw new Error('the file was opened');
}

/** The refusal, and that no byte of the folder has changed by it and no file was left behind. */
function refusedUntouched(folder: string, file: string, network: NetworkName = 'sandbox'): GroatError {
  const before = contents(folder);
  const error = refusal(file, network);
  expect(contents(folder)).toEqual(before);
  return error;
}

describe('a file that is not ours to write is refused and left untouched', () => {
  test('a database of a newer Groat', async () => {
    const { folder, file } = await someStore();
    edit(file, (db) => db.pragma(`user_version = ${migrations.length + 1}`));
    const error = refusedUntouched(folder, file);
    expect(error.code).toBe('store-newer');
    expect(error.context).toEqual({ file, found: migrations.length + 1, known: migrations.length });
    expect(error.what).toContain('untouched');
    expect(readdirSync(folder)).toEqual(['groat.db']);
  });

  test('a newer one that a crash left with its write-ahead log: what it holds is not written back', async () => {
    const { file: made } = await someStore();
    const folder = freshFolder();
    const file = join(folder, 'groat.db');
    edit(made, (db) => {
      db.pragma(`user_version = ${migrations.length + 1}`);
      copyFileSync(made, file);
      copyFileSync(`${made}-wal`, `${file}-wal`);
    });
    const before = contents(folder);
    expect(refusal(file).code).toBe('store-newer');
    expect(contents(folder)).toEqual(expect.arrayContaining(before));
  });

  test('another network’s', async () => {
    const { folder, file } = await someStore();
    const error = refusedUntouched(folder, file, 'devnet');
    expect(error.code).toBe('store-foreign');
    expect(error.what).toContain('sandbox, not devnet');
  });

  test('another program’s, whatever version it counts', () => {
    for (const version of [0, 1, 99]) {
      const folder = freshFolder();
      const file = join(folder, 'groat.db');
      edit(file, (db) => {
        db.exec('CREATE TABLE theirs (x); INSERT INTO theirs VALUES (1)');
        db.pragma(`user_version = ${version}`);
      });
      expect(refusedUntouched(folder, file).code).toBe('store-foreign');
    }
  });

  test('another program’s in WAL mode', () => {
    const folder = freshFolder();
    const file = join(folder, 'groat.db');
    edit(file, (db) => {
      db.pragma('journal_mode = WAL');
      db.exec('CREATE TABLE theirs (x)');
    });
    expect(refusedUntouched(folder, file).code).toBe('store-foreign');
  });

  test('what is no database', () => {
    for (const bytes of ['not a database', 'SQLite format 3\0', Buffer.alloc(8192, 7)]) {
      const folder = freshFolder();
      const file = join(folder, 'groat.db');
      writeFileSync(file, bytes);
      expect(refusedUntouched(folder, file).code).toBe('store-foreign');
    }
  });

  test('one whose network cannot be read', async () => {
    const { folder, file } = await someStore();
    edit(file, (db) => db.exec('DROP TABLE meta'));
    expect(refusedUntouched(folder, file).code).toBe('store-foreign');
  });
});

test('an empty file, as a crash at the first start leaves it, is filled', () => {
  const file = join(freshFolder(), 'groat.db');
  writeFileSync(file, '');
  const { db, close } = openConnection(file, 'sandbox', systemClock);
  expect(db.prepare('SELECT value FROM meta').pluck().get()).toBe('sandbox');
  close();
});

test('what was written is there after a restart, and a clean stop leaves one file', async () => {
  const { folder, file } = await someStore();
  expect(readdirSync(folder)).toEqual(['groat.db']);
  const store = openStore(file, 'sandbox', systemClock);
  expect([...store.agents.all()].map(({ name }) => name)).toEqual(['bot']);
  await store.close();
});

test('the files can be read by their owner alone, whatever the umask and whatever they were before', () => {
  const before = process.umask(0);
  onTestFinished(() => void process.umask(before));
  const folder = join(freshFolder(), 'inner');
  const file = join(folder, 'groat.db');
  openConnection(file, 'sandbox', systemClock).close();
  chmodSync(file, 0o644);
  const { close } = openConnection(file, 'sandbox', systemClock);
  const modes = readdirSync(folder).map((name) => [name, (statSync(join(folder, name)).mode & 0o777).toString(8)]);
  close();
  expect(Object.fromEntries(modes)).toEqual({ 'groat.db': '600', 'groat.db-shm': '600', 'groat.db-wal': '600' });
  expect((statSync(folder).mode & 0o777).toString(8)).toBe('700');
});

test('every commit is on disk: WAL with synchronous=FULL, foreign keys and no trusted schema', () => {
  const { db, close } = openConnection(join(freshFolder(), 'groat.db'), 'sandbox', systemClock);
  const pragma = (name: string) => String(db.pragma(name, { simple: true }));
  expect(pragma('journal_mode')).toBe('wal');
  expect(pragma('synchronous')).toBe('2');
  expect(pragma('foreign_keys')).toBe('1');
  expect(pragma('trusted_schema')).toBe('0');
  close();
});
