import { chmodSync, closeSync, existsSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'better-sqlite3';
import { GroatError } from '../../src-shared/errors/index.ts';
import type { NetworkName } from '../../src-shared/model/index.ts';
import type { Clock } from '../base/clock.ts';
import { type Committer, createCommitter } from './committer.ts';
import { migrations } from './migrations/index.ts';

export interface Connection {
  readonly db: Database.Database;
  readonly committer: Committer;
  /**
   * Wall time that never runs back, across restarts too. While the clock is behind what was recorded, time goes on from
   * there by the monotonic clock: a clock that once jumped ahead must not make every window stand still.
   */
  recordedNow(): number;
  /** The same for a reader: what it sees of a clock that jumped must not stay. */
  peekNow(): number;
  close(): void;
}

/** Marks the file as Groat's, so that another program's database is not taken for one. */
const applicationId = 0x67726f74;

/**
 * Opens one network's database: WAL, `synchronous=FULL`, mode 0600. A file from a newer Groat, of another network or of
 * another program is refused before anything is written to it (`store-newer`, `store-foreign`).
 */
export function openConnection(file: string, network: NetworkName, clock: Clock): Connection {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  if (existsSync(file)) inspect(file, network);
  else closeSync(openSync(file, 'wx', 0o600));
  // Before it is opened: SQLite gives its side files the mode that the file has.
  chmodSync(file, 0o600);
  const db = new Database(file);
  try {
    db.defaultSafeIntegers(true);
    db.pragma('journal_mode = WAL');
    db.pragma('synchronous = FULL');
    db.pragma('foreign_keys = ON');
    db.pragma('trusted_schema = OFF');
    db.pragma('busy_timeout = 5000');
    migrate(db, network);
    const committer = createCommitter(db);
    return { db, committer, ...recordedClock(db, clock), close: closer(db, committer) };
  } catch (error) {
    db.close();
    throw error;
  }
}

function inspect(file: string, network: NetworkName): void {
  // A writable connection clears away the side files that reading made it make; but it would also write back what a
  // crash left in them, so where they lie already the file is only read.
  const readonly = existsSync(`${file}-wal`) || existsSync(`${file}-journal`);
  let db: Database.Database | null = null;
  try {
    db = new Database(file, { readonly, fileMustExist: true });
    const version = Number(db.pragma('user_version', { simple: true }));
    const id = Number(db.pragma('application_id', { simple: true }));
    if (id === 0 && version === 0 && db.prepare('SELECT COUNT(*) AS n FROM sqlite_schema').pluck().get() === 0) return;
    if (id !== applicationId) throw new GroatError('store-foreign', { file, problem: 'another program made it' });
    if (version > migrations.length)
      throw new GroatError('store-newer', { file, found: version, known: migrations.length });
    const found = db.prepare('SELECT value FROM meta WHERE key = ?').pluck().get('network');
    if (found !== network) {
      throw new GroatError('store-foreign', {
        file,
        problem: `it belongs to the network ${String(found)}, not ${network}`,
      });
    }
  } catch (error) {
    if (error instanceof GroatError) throw error;
    throw new GroatError('store-foreign', { file, problem: 'it cannot be read as a database' }, error);
  } finally {
    db?.close();
  }
}

function migrate(db: Database.Database, network: NetworkName): void {
  const apply = db.transaction(() => {
    const version = Number(db.pragma('user_version', { simple: true }));
    for (const migration of migrations.slice(version)) {
      if (typeof migration === 'string') db.exec(migration);
      else migration(db);
    }
    db.pragma(`application_id = ${applicationId}`);
    db.pragma(`user_version = ${migrations.length}`);
    db.prepare("INSERT OR IGNORE INTO meta (key, value) VALUES ('network', ?)").run(network);
  });
  apply.immediate();
}

function recordedClock(db: Database.Database, clock: Clock): Pick<Connection, 'recordedNow' | 'peekNow'> {
  const newest = db
    .prepare(
      `SELECT MAX(at) FROM (SELECT * FROM (SELECT at FROM entries ORDER BY id DESC LIMIT 1)
         UNION ALL SELECT * FROM (SELECT at FROM log ORDER BY seq DESC LIMIT 1))`,
    )
    .pluck()
    .get();
  let last = Number(newest ?? 0);
  let lastMonotonic = clock.monotonic();
  /** What is recorded, had the clock stood still at the last time that it was ahead. */
  const goneOn = () => last + Math.max(0, Math.floor(clock.monotonic() - lastMonotonic));
  return {
    peekNow: () => Math.max(goneOn(), clock.now()),
    recordedNow() {
      const wall = clock.now();
      const own = goneOn();
      // Anchored to the clock only: to count on from `own` would lose a part of a millisecond at every reading.
      if (wall <= own) return own;
      last = wall;
      lastMonotonic = clock.monotonic();
      return last;
    },
  };
}

function closer(db: Database.Database, committer: Committer): () => void {
  return () => {
    committer.close();
    db.pragma('wal_checkpoint(TRUNCATE)');
    db.close();
  };
}
