import type Database from 'better-sqlite3';
import { invariant } from '../base/assert.ts';

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
  /**
   * As `writeSoon`, in no order with any other job: rides with the next commit that has something to write, and asks for
   * one of its own after 10 ms. For what is put on record about a decision that wrote nothing: it must not make that wait.
   */
  writeAside<T>(work: () => T): Promise<T>;
  /** Resolves when all that was asked for so far is on disk. */
  flushed(): Promise<void>;
  /**
   * Only inside a job: runs `tell` once the job's commit is on disk, in the order asked for; never when the job or the
   * commit failed. It must not throw: what it throws surfaces as an uncaught exception, after everybody was told.
   */
  afterCommit(tell: () => void): void;
}

export function createCommitter(db: Database.Database): Committer {
  let queue: Job[] = [];
  let aside: Job[] = [];
  /** A flush stands at the end of this turn. */
  let asked = false;
  let timer: NodeJS.Timeout | null = null;
  /** What the job that runs now wants told; null between jobs. */
  let telling: (() => void)[] | null = null;
  const changes = db.prepare<[], bigint>('SELECT total_changes()').pluck();
  const begin = db.prepare('BEGIN IMMEDIATE');
  const commit = db.prepare('COMMIT');
  const rollback = db.prepare('ROLLBACK');
  const savepoint = db.prepare('SAVEPOINT job');
  const release = db.prepare('RELEASE job');
  const rollbackTo = db.prepare('ROLLBACK TO job');

  const flush = (withAside: boolean): void => {
    let jobs = queue;
    queue = [];
    asked = false;
    if (timer !== null && (withAside || aside.length === 0)) {
      clearTimeout(timer);
      timer = null;
    }
    if (jobs.length + (withAside ? aside.length : 0) === 0) return;
    const done: Job[] = [];
    const broken: { job: Job; error: unknown }[] = [];
    const tellings: (() => void)[] = [];
    const run = (job: Job): void => {
      savepoint.run();
      telling = [];
      try {
        job.work();
        release.run();
        done.push(job);
        tellings.push(...telling);
      } catch (error) {
        if (!db.inTransaction) throw error;
        rollbackTo.run();
        release.run();
        broken.push({ job, error });
      }
    };
    try {
      const changesBefore = changes.get();
      begin.run();
      for (const job of jobs) run(job);
      if (aside.length > 0 && (withAside || changes.get() !== changesBefore)) {
        const riding = aside;
        aside = [];
        jobs = [...jobs, ...riding];
        for (const job of riding) run(job);
      }
      commit.run();
    } catch (error) {
      if (db.inTransaction) rollback.run();
      if (withAside) jobs = [...jobs, ...aside.splice(0)];
      for (const job of jobs) job.fail(error);
      return;
    } finally {
      telling = null;
    }
    for (const { job, error } of broken) job.fail(error);
    for (const job of done) job.settle();
    for (const tell of tellings) {
      try {
        tell();
      } catch (error) {
        setImmediate(() => {
          throw error;
        });
      }
    }
  };

  const askForCommit = (): void => {
    if (!asked) setImmediate(flush, false);
    asked = true;
  };

  const awaitCommit = (): void => {
    timer ??= setTimeout(flush, soonMs, true);
  };

  const enqueue = <T>(work: () => T, into: () => Job[], ask: () => void): Promise<T> =>
    new Promise<T>((resolve, reject) => {
      let result: { value: T } | null = null;
      into().push({
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

  const inOrder = () => queue;
  const write = <T>(work: () => T): Promise<T> => enqueue(work, inOrder, askForCommit);
  return {
    write,
    writeSoon: (work) => enqueue(work, inOrder, awaitCommit),
    writeAside: (work) => enqueue(work, () => aside, awaitCommit),
    flushed: async () => {
      const last = enqueue(
        () => undefined,
        () => aside,
        awaitCommit,
      );
      flush(true);
      await last;
    },
    afterCommit(tell) {
      invariant(telling !== null, 'only a job of the committer can have something told after its commit');
      telling.push(tell);
    },
  };
}
