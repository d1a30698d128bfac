import { close, fdatasync, open } from 'node:fs';
import { promisify } from 'node:util';

/** Brings a database's write-ahead log to the disk, off this thread. */
export interface LogSync {
  /** What was committed before the call is on the disk when it resolves; rejects when the disk does not say so. */
  sync(): Promise<void>;
  close(): void;
}

const [openFile, syncFile, closeFile] = [promisify(open), promisify(fdatasync), promisify(close)];

/**
 * By a descriptor of our own: a sync concerns the file, whoever wrote to it. SQLite holds no lock on its log, so that
 * closing this descriptor gives none away, and keeps the same file for as long as the database is open.
 */
export function createLogSync(databaseFile: string): LogSync {
  let file: Promise<number> | null = null;
  let last: Promise<void> = Promise.resolve();
  return {
    sync() {
      // For writing, because Windows flushes no other.
      file ??= openFile(`${databaseFile}-wal`, 'r+');
      const opened = file;
      last = last.catch(() => undefined).then(async () => syncFile(await opened));
      return last;
    },
    close() {
      const opened = file;
      if (opened === null) return;
      file = null;
      const closed = last.catch(() => undefined).then(async () => closeFile(await opened));
      closed.catch(() => undefined); // It was never opened, or is of no use any more.
    },
  };
}
