import { closeSync, mkdirSync, openSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { GroatError } from '../../../src-shared/errors/index.ts';
import { type Birth, columns, putAccount } from './journal.ts';

const applicationId = 0x67726f63;
const format = 1;

const schema = `
  CREATE TABLE genesis (
    time_ms INTEGER NOT NULL, secret BLOB NOT NULL, faucet_seed BLOB NOT NULL, mint BLOB NOT NULL,
    high_water INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE accounts (
    address BLOB PRIMARY KEY, lamports INTEGER NOT NULL, owner BLOB NOT NULL, data BLOB NOT NULL,
    executable INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE transactions (
    seq INTEGER PRIMARY KEY, signature BLOB NOT NULL UNIQUE, message_hash BLOB NOT NULL UNIQUE, slot INTEGER NOT NULL,
    block_time INTEGER NOT NULL, error TEXT NOT NULL, wire BLOB NOT NULL, effects TEXT NOT NULL
  ) STRICT;
  CREATE TABLE mentions (
    address BLOB NOT NULL, seq INTEGER NOT NULL, PRIMARY KEY (address, seq)
  ) STRICT, WITHOUT ROWID;
`;

/**
 * Opens `chain.db`, or makes it with what `birth` gives, which is asked only then. Throws `store-newer` or
 * `store-foreign` (also when another process has it), leaving the file as it was.
 */
export function openChainFile(dir: string, birth: () => Birth): Database.Database {
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const file = join(dir, 'chain.db');
  // Made here so that it never exists with wider rights; SQLite gives its side files the same ones.
  closeSync(openSync(file, 'a', 0o600));
  const db = new Database(file);
  try {
    prepare(db, file, birth);
    return db;
  } catch (error) {
    db.close();
    if (!(error instanceof Database.SqliteError)) throw error;
    if (error.code === 'SQLITE_BUSY') throw foreign(file, 'another process is using it', error);
    if (error.code === 'SQLITE_NOTADB') throw foreign(file, 'it is no SQLite file', error);
    throw error;
  }
}

function prepare(db: Database.Database, file: string, birth: () => Birth): void {
  // Exclusive: two sandboxes on one file would each keep their own idea of the accounts in memory.
  db.pragma('locking_mode = EXCLUSIVE');
  db.pragma('busy_timeout = 0');
  const found = Number(db.pragma('user_version', { simple: true }));
  const owner = Number(db.pragma('application_id', { simple: true }));
  const isNew = found === 0 && owner === 0 && db.prepare('SELECT count(*) FROM sqlite_schema').pluck().get() === 0;
  if (!isNew && owner !== applicationId) {
    throw foreign(file, 'it is not a sandbox chain');
  }
  if (found > format) throw new GroatError('store-newer', { file, found, known: format });
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = FULL');
  // In KiB. The driver's own 16 MB would be filled by history that nobody reads.
  db.pragma('cache_size = -2000');

  if (isNew) {
    const { timeMs, secret, faucetSeed, mint, accounts } = birth();
    db.transaction(() => {
      db.exec(schema);
      const put = db.prepare(putAccount);
      for (const { address, state } of accounts) put.run(...columns(address, state));
      db.prepare('INSERT INTO genesis VALUES (?, ?, ?, ?, 0)').run(timeMs, secret, faucetSeed, mint);
      db.pragma(`application_id = ${applicationId}`);
      db.pragma(`user_version = ${format}`);
    }).immediate();
  }
}

function foreign(file: string, problem: string, cause?: unknown): GroatError {
  return new GroatError('store-foreign', { file, problem }, cause);
}
