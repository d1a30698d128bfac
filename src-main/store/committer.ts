import type Database from 'better-sqlite3';
import { invariant } from '../base/assert.ts';
import { createLogSync, type LogSync } from './log-sync.ts';

const soonMs = 10;

/** Work for a commit, and who is told of it: one of `settle`, once it is committed, and `fail`. Neither may throw. */
export interface LightJob {
  work(): void;
  settle(): void;
  fail(error: unknown): void;
}

interface Job extends LightJob {
  /** A crash of the machine may forget it. */
  readonly light: boolean;
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
  /**
   * In order with what `write` is asked for, for counts of little worth that must not cost an fsync each: once it is settled
   * the death of this process cannot undo it, a power cut may, for the 10 ms until the disk is asked to hold it. It joins
   * the next commit, or one of its own after 10 ms, or at `hurry`. A commit of nothing but such jobs is made with
   * `synchronous=NORMAL`; one with any other job in it is made in full, and makes all before it durable.
   */
  writeLight(job: LightJob): void;
  /** Commits what waits before it returns, if all of it is light; else a commit stands at the end of this turn. */
  hurry(): void;
  /** Resolves when all that was asked for so far is on disk. */
  flushed(): Promise<void>;
  /**
   * Only inside a job: runs `tell` once the job's commit is on disk, in the order asked for; never when the job or the
   * commit failed. It must not throw: what it throws surfaces as an uncaught exception, after everybody was told.
   */
  afterCommit(tell: () => void): void;
  /** Lets go of what it holds beside the database; nothing may be asked for any more. */
  close(): void;
}

export function createCommitter(db: Database.Database, log: LogSync = createLogSync(db.name)): Committer {
  let queue: Job[] = [];
  let aside: Job[] = [];
  /** A flush stands at the end of this turn. */
  let asked = false;
  let timer: NodeJS.Timeout | null = null;
  /** Stands while a light job may be waiting; it is left to run out, for one that joins it waits only less. */
  let lightTimer: NodeJS.Timeout | null = null;
  /** What the job that runs now wants told; null between jobs. */
  let telling: (() => void)[] | null = null;
  /** Null: not known yet. */
  let mode: 'FULL' | 'NORMAL' | null = null;
  /** Stands while a light commit is not on the disk. */
  let syncTimer: NodeJS.Timeout | null = null;
  /** The disk once did not say that it holds the log: light commits are made in full from then on. */
  let distrusted = false;
  const changes = db.prepare<[], bigint>('SELECT total_changes()').pluck();
  const begin = db.prepare('BEGIN IMMEDIATE');
  const commit = db.prepare('COMMIT');
  const rollback = db.prepare('ROLLBACK');
  const savepoint = db.prepare('SAVEPOINT job');
  const release = db.prepare('RELEASE job');
  const rollbackTo = db.prepare('ROLLBACK TO job');

  /** Outside a transaction only: SQLite changes it nowhere else. */
  const setMode = (wanted: 'FULL' | 'NORMAL'): void => {
    if (mode === wanted) return;
    mode = null;
    db.pragma(`synchronous = ${wanted}`);
    mode = wanted;
  };

  const unsynced = (): void => {
    syncTimer ??= setTimeout(() => {
      void syncLog();
    }, soonMs);
  };

  const synced = (): void => {
    if (syncTimer !== null) clearTimeout(syncTimer);
    syncTimer = null;
  };

  const syncLog = async (): Promise<void> => {
    if (syncTimer === null) return;
    synced();
    try {
      await log.sync();
    } catch {
      distrusted = true; // The next full commit tells what is wrong with the disk.
    }
  };

  const flush = (withAside: boolean): void => {
    let jobs = queue;
    queue = [];
    asked = false;
    if (timer !== null && (withAside || aside.length === 0)) {
      clearTimeout(timer);
      timer = null;
    }
    if (jobs.length + (withAside ? aside.length : 0) === 0) return;
    const light = !withAside && !distrusted && jobs.every((job) => job.light);
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
      setMode(light ? 'NORMAL' : 'FULL');
      const changesBefore = light ? null : changes.get();
      begin.run();
      for (const job of jobs) run(job);
      if (!light && aside.length > 0 && (withAside || changes.get() !== changesBefore)) {
        const riding = aside;
        aside = [];
        jobs = [...jobs, ...riding];
        for (const job of riding) run(job);
      }
      commit.run();
      // A full commit that wrote nothing has asked the disk for nothing.
      if (light) unsynced();
      else if (changes.get() !== changesBefore) synced();
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

  const awaitLightCommit = (): void => {
    lightTimer ??= setTimeout(() => {
      lightTimer = null;
      flush(false);
    }, soonMs);
  };

  const enqueue = <T>(work: () => T, into: () => Job[], ask: () => void): Promise<T> =>
    new Promise<T>((resolve, reject) => {
      let result: { value: T } | null = null;
      into().push({
        light: false,
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
    writeLight({ work, settle, fail }) {
      queue.push({ light: true, work, settle, fail });
      awaitLightCommit();
    },
    hurry() {
      if (asked || queue.length === 0) return;
      if (!distrusted && queue.every((job) => job.light)) flush(false);
      else askForCommit();
    },
    flushed: async () => {
      const last = enqueue(
        () => undefined,
        () => aside,
        awaitCommit,
      );
      flush(true);
      await last;
      await syncLog();
    },
    afterCommit(tell) {
      invariant(telling !== null, 'only a job of the committer can have something told after its commit');
      telling.push(tell);
    },
    close() {
      if (lightTimer !== null) clearTimeout(lightTimer);
      synced();
      log.close();
    },
  };
}
