import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { type LogDraft, type SealedEntry, sealEntry } from '../../../src-main/log/entry.ts';
import { type Connection, openConnection } from '../../../src-main/store/connection.ts';
import { createLog, type Log } from '../../../src-main/store/log.ts';
import { draftOf, headOf } from '../../unit/log/log-fixture.ts';

export interface LogDatabase {
  readonly file: string;
  readonly connection: Connection;
  readonly log: Log;
  /** One committed write of its own for each draft. */
  append(...drafts: readonly LogDraft[]): Promise<readonly SealedEntry[]>;
  close(): Promise<void>;
}

/** In a folder that is removed when the test ends. */
export function freshFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'groat-log-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export const freshFile = (): string => join(freshFolder(), 'groat.db');

/** A clock that counts its readings, so that every entry has its own time. */
const countingClock = () => {
  let at = 1_700_000_000_000;
  return {
    now() {
      at += 1;
      return at;
    },
    monotonic: () => at,
  };
};

export function openLog(file = freshFile(), clock = countingClock()): LogDatabase {
  const connection = openConnection(file, 'sandbox', clock);
  const log = createLog(connection);
  const { committer } = connection;
  const close = async () => {
    if (!connection.db.open) return;
    await committer.flushed();
    connection.close();
  };
  onTestFinished(close);
  return {
    file,
    connection,
    log,
    append: (...drafts) => Promise.all(drafts.map((draft) => committer.write(() => log.append(draft)))),
    close,
  };
}

export const drafts = (count: number, from = 1): readonly LogDraft[] =>
  Array.from({ length: count }, (_, i) => draftOf(from + i));

/** As somebody does who writes to the file with other means: the entry at `from` is another, and all after it fit it again. */
export function rebuildFrom({ connection: { db } }: LogDatabase, from: number, change: Partial<LogDraft>): void {
  db.exec('DROP TRIGGER IF EXISTS log_keeps');
  const rows = db
    .prepare<[], SealedEntry>('SELECT seq, at, body, lower(hex(hash)) AS hash FROM log ORDER BY seq')
    .safeIntegers(false)
    .all();
  const update = db.prepare('UPDATE log SET body = ?, hash = unhex(?) WHERE seq = ?');
  let head = headOf(rows[from - 2]);
  for (const { seq, at, body } of rows.slice(from - 1)) {
    const { kind, agent, subject, data } = JSON.parse(body);
    const sealed = sealEntry({ kind, agent, subject, data, ...(seq === from ? change : {}) }, at, head);
    update.run(sealed.body, sealed.hash, seq);
    head = headOf(sealed);
  }
}
