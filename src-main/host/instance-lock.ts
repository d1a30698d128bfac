import { closeSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { z } from 'zod';
import { GroatError } from '../../src-shared/errors/index.ts';

/** Where a running host can be reached; written when it is ready, for the CLI of the same home. */
const whereabouts = z.object({ pid: z.number().int(), control: z.string() });
export type Whereabouts = z.infer<typeof whereabouts>;

export interface InstanceLock {
  announce(where: Whereabouts): void;
  release(): void;
}

/**
 * One host per home. The lock is the operating system's, taken by SQLite on a file of its own, so it is gone with the
 * process however that ends, and no stale file can keep Groat from starting.
 */
export function lockInstance(home: string): InstanceLock {
  mkdirSync(home, { recursive: true, mode: 0o700 });
  const file = join(home, 'instance.lock');
  closeSync(openSync(file, 'a', 0o600));
  const db = new Database(file, { timeout: 0 });
  try {
    db.pragma('journal_mode = MEMORY');
    db.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    db.close();
    if (error instanceof Error && 'code' in error && String(error.code).startsWith('SQLITE_BUSY')) {
      throw new GroatError('already-running', { home, pid: readWhereabouts(home)?.pid ?? null });
    }
    throw error;
  }
  const announced = join(home, 'host.json');
  return {
    announce(where) {
      const draft = `${announced}.new`;
      writeFileSync(draft, JSON.stringify(where), { mode: 0o600 });
      renameSync(draft, announced);
    },
    release() {
      rmSync(announced, { force: true });
      db.close();
    },
  };
}

/** Null when no host announced itself; what it says may be stale after a crash. */
export function readWhereabouts(home: string): Whereabouts | null {
  try {
    return whereabouts.parse(JSON.parse(readFileSync(join(home, 'host.json'), 'utf8')));
  } catch {
    return null;
  }
}
