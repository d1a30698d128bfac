import type Database from 'better-sqlite3';

const soonMs = 10;

interface Job {
  work(): void;
  settle(): void;
  fail(error: unknown): void;
}

/**
 * The only way to write. Jobs asked for in one turn of the event loop share one `BEGIN IMMEDIATE … COMMIT`, so that many
 * small durable writes cost one fsync; each is its own savepoint, so one that throws takes no other with it. They run in
 * the order in which they were asked for, and no promise settles before its commit is on disk.
 */
export interface Committer {
  write<T>(work: () => T): Promise<T>;
  /**
   * As `write`, but joins the next commit instead of asking for one, and waits for it at most 10 ms: for what a crash may
   * forget without harm to money, because the chain tells it again or because it only says how well a delivery went.
   */
  writeSoon<T>(work: () => T): Promise<T>;
  /** Resolves when all that was asked for so far is on disk. */
  flushed(): Promise<void>;
}

export function createCommitter(db: Database.Database): Committer {
  let queue: Job[] = [];
  /** A flush stands at the end of this turn. */
  let asked = false;
  let timer: NodeJS.Timeout | null = null;
  const begin = db.prepare('BEGIN IMMEDIATE');
  const commit = db.prepare('COMMIT');
  const rollback = db.prepare('ROLLBACK');
  const savepoint = db.prepare('SAVEPOINT job');
  const release = db.prepare('RELEASE job');
  const rollbackTo = db.prepare('ROLLBACK TO job');

  const flush = (): void => {
    const jobs = queue;
    queue = [];
    asked = false;
    if (timer !== null) clearTimeout(timer);
    timer = null;
    if (jobs.length === 0) return;
    const done: Job[] = [];
    const broken: { job: Job; error: unknown }[] = [];
    try {
      begin.run();
      for (const job of jobs) {
        savepoint.run();
        try {
          job.work();
          release.run();
          done.push(job);
        } catch (error) {
          if (!db.inTransaction) throw error;
          rollbackTo.run();
          release.run();
          broken.push({ job, error });
        }
      }
      commit.run();
    } catch (error) {
      if (db.inTransaction) rollback.run();
      for (const job of jobs) job.fail(error);
      return;
    }
    for (const { job, error } of broken) job.fail(error);
    for (const job of done) job.settle();
  };

  const askForCommit = (): void => {
    if (!asked) setImmediate(flush);
    asked = true;
  };

  const awaitCommit = (): void => {
    timer ??= setTimeout(flush, soonMs);
  };

  const enqueue = <T>(work: () => T, ask: () => void): Promise<T> =>
    new Promise<T>((resolve, reject) => {
      let result: { value: T } | null = null;
      queue.push({
        work() {
          result = { value: work() };
        },
        settle() {
          if (result !== null) resolve(result.value);
        },
        fail: reject,
      });
      ask();
    });

  const write = <T>(work: () => T): Promise<T> => enqueue(work, askForCommit);
  return {
    write,
    writeSoon: (work) => enqueue(work, awaitCommit),
    flushed: () => write(() => undefined),
  };
}
