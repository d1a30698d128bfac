import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type Entry, emptyHead } from '../../../src-main/log/entry.ts';
import { verifyEntries } from '../../../src-main/log/verify.ts';
import { draftOf, testKey } from '../../unit/log/log-fixture.ts';
import { drafts, freshFile, openLog } from './log-database.ts';

const { owner } = testKey();
const rejectWith = (message: string) => {
  throw new Error(message);
};

test('a new log is empty, and grows by whole entries that verify', async () => {
  const { log, append } = openLog();
  expect(log.head()).toEqual(emptyHead);
  const [first, second] = await append(...drafts(2));
  expect([...log.entries(1)]).toEqual([first, second]);
  expect(log.head()).toEqual({ count: 2, hash: second?.hash, at: second?.at });
  expect(verifyEntries(log.entries(1), owner, [])).toEqual({ ok: true, entries: 2, head: second?.hash });
});

test('the log goes on after a restart where it stood', async () => {
  const before = openLog();
  await before.append(...drafts(3));
  const head = before.log.head();
  await before.close();
  const { log, append } = openLog(before.file);
  expect(log.head()).toEqual(head);
  await append(draftOf(4));
  expect(verifyEntries(log.entries(1), owner, [])).toMatchObject({ ok: true, entries: 4 });
});

test('a write that fails leaves no entry and no hole, whatever stands beside it in the commit', async () => {
  const { log, connection } = openLog();
  const { committer } = connection;
  const append = (n: number) => () => log.append(draftOf(n));
  const settled = await Promise.allSettled([
    committer.write(append(1)),
    committer.write(() => {
      log.append(draftOf(2));
      log.append(draftOf(3));
      rejectWith('the reservation failed');
    }),
    committer.write(append(4)),
    committer.write(() => log.append(draftOf(5, { data: { price: 0.5 } }))),
    committer.write(append(6)),
  ]);
  expect(settled.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'rejected', 'fulfilled']);
  expect(log.recent({ limit: 9 }).map(({ seq, subject }) => [seq, subject])).toEqual([
    [3, 'ord_6'],
    [2, 'ord_4'],
    [1, 'ord_1'],
  ]);
  expect(verifyEntries(log.entries(1), owner, [])).toMatchObject({ ok: true, entries: 3 });
});

test('an entry outside a write is refused', () => {
  const { log } = openLog();
  expect(() => log.append(draftOf(1))).toThrow(expect.objectContaining({ code: 'internal' }));
  expect(log.head()).toEqual(emptyHead);
});

test('two connections that write in turns make one chain', async () => {
  const one = openLog();
  const other = openLog(one.file);
  for (let n = 1; n <= 10; n += 1) await (n % 2 === 0 ? one : other).append(draftOf(n));
  expect(verifyEntries(one.log.entries(1), owner, [])).toMatchObject({ ok: true, entries: 10 });
});

test('time never runs back in the log: not by the clock, a restart, or another connection', async () => {
  const clock = { at: 5000, now: () => clock.at, monotonic: () => 0 };
  const first = openLog(freshFile(), clock);
  await first.append(draftOf(1));
  clock.at = 3000;
  await first.append(draftOf(2));
  const second = openLog(first.file, { now: () => 9000, monotonic: () => 0 });
  await second.append(draftOf(3));
  await first.append(draftOf(4));
  await Promise.all([first.close(), second.close()]);
  const third = openLog(first.file, { now: () => 10, monotonic: () => 0 });
  expect(third.connection.peekNow()).toBe(9000);
  await third.append(draftOf(5));
  expect([...third.log.entries(1)].map(({ at }) => at)).toEqual([5000, 5000, 9000, 9000, 9000]);
});

describe('a process that is killed', () => {
  const killed = async (file: string, point: string) => {
    const child = spawn(process.execPath, [join(import.meta.dirname, 'killed-while-appending.ts'), file, point]);
    const [, signal] = await once(child, 'exit');
    expect(signal).toBe('SIGKILL');
  };
  test.each([
    ['before the entry is written', 'before', 2],
    ['between the entry and its commit', 'between', 2],
    ['after the commit', 'after', 4],
  ])('%s leaves a whole log, and the entry exactly with the action that wrote it', async (_, point, count) => {
    const file = freshFile();
    await killed(file, point);
    const { log, append, connection } = openLog(file);
    expect(verifyEntries(log.entries(1), owner, [])).toMatchObject({ ok: true, entries: count });
    expect(connection.db.prepare("SELECT COUNT(*) FROM meta WHERE key = 'action'").pluck().get()).toBe(
      count === 4 ? 1n : 0n,
    );
    await append(draftOf(9));
    expect(verifyEntries(log.entries(1), owner, [])).toMatchObject({ ok: true, entries: count + 1 });
  });
});

describe('an entry cannot be', () => {
  test.each([
    ['changed', "UPDATE log SET body = '{}' WHERE seq = 1"],
    ['deleted', 'DELETE FROM log WHERE seq = 2'],
    ['said to be about something else', "UPDATE log SET subject = 'other'"],
  ])('%s by SQL of ours', async (_, sql) => {
    const { log, append, connection } = openLog();
    await append(...drafts(2));
    expect(() => connection.db.exec(sql)).toThrow();
    expect(verifyEntries(log.entries(1), owner, [])).toMatchObject({ ok: true, entries: 2 });
  });
});

describe('whoever listens', () => {
  const heard = (log: ReturnType<typeof openLog>['log']) => {
    const entries: Entry[] = [];
    const end = log.onAppended((appended) => entries.push(...appended));
    return { entries, end };
  };

  test('hears of entries in their order, as they can be read afterwards', async () => {
    const { log, append } = openLog();
    const { entries } = heard(log);
    await append(...drafts(5));
    expect(entries).toEqual([...log.recent({ limit: 9 })].reverse());
    expect(entries).toHaveLength(5);
  });

  test('hears of nothing before its commit, and of nothing that was rolled back', async () => {
    const { log, append, connection } = openLog();
    const { entries } = heard(log);
    const written = connection.committer.write(() => {
      log.append(draftOf(1));
      expect(entries).toEqual([]);
    });
    const failed = connection.committer.write(() => {
      log.append(draftOf(2));
      rejectWith('no');
    });
    await Promise.allSettled([written, failed]);
    await append(draftOf(3));
    expect(entries.map(({ subject, seq }) => [subject, seq])).toEqual([
      ['ord_1', 1],
      ['ord_3', 2],
    ]);
  });

  test('hears no more once it has ended', async () => {
    const { log, append } = openLog();
    const { entries, end } = heard(log);
    await append(draftOf(1));
    end();
    await append(draftOf(2));
    expect(entries).toHaveLength(1);
  });
});

describe('looking back', () => {
  const some = async () => {
    const database = openLog();
    await database.append(
      draftOf(1, { agent: 'a' }),
      draftOf(2, { agent: 'b', kind: 'decision' }),
      draftOf(1, { agent: 'a', kind: 'policy' }),
      draftOf(3, { agent: null, subject: null, kind: 'opened' }),
      draftOf(1, { agent: 'b', kind: 'policy' }),
    );
    return database;
  };
  test.each([
    [{}, [5, 4, 3, 2, 1]],
    [{ limit: 2 }, [5, 4]],
    [{ before: 3 }, [2, 1]],
    [{ agent: 'a' }, [3, 1]],
    [{ subject: 'ord_1' }, [5, 3, 1]],
    [{ subject: 'ord_1', before: 5, limit: 1 }, [3]],
    [{ kind: 'policy' as const }, [5, 3]],
    [{ kind: 'order' as const }, [1]],
    [{ kind: 'policy' as const, agent: 'a', subject: 'ord_1' }, [3]],
    [{ subject: 'ord_9' }, []],
  ])('%j finds, newest first, %j', async (query, seqs) => {
    const { log } = await some();
    expect(log.recent({ limit: 9, ...query }).map(({ seq }) => seq)).toEqual(seqs);
  });

  test('by subject, agent or rare kind takes an index, whatever the size of the log', async () => {
    const { connection } = await some();
    const plan = (where: string) =>
      JSON.stringify(
        connection.db
          .prepare(`EXPLAIN QUERY PLAN SELECT body FROM log WHERE ${where} ORDER BY seq DESC`)
          .safeIntegers(false)
          .all(),
      );
    expect(plan("seq < +5 AND subject = +'x'")).toContain('log_subject');
    expect(plan("seq < +5 AND agent = +'x'")).toContain('log_agent');
    expect(plan("seq < +5 AND kind = +'law' AND kind NOT IN ('decision','order')")).toContain('log_kind');
  });
});

test('other work may be done between two entries, and what is appended meanwhile is read too', async () => {
  const { log, append } = openLog();
  await append(...drafts(1200));
  let read = 0;
  for (const { seq } of log.entries(1)) {
    read += 1;
    expect(seq).toBe(read);
    if (seq === 3) await append(draftOf(1201));
  }
  expect(read).toBe(1201);
  expect([...log.entries(1200)].map(({ seq }) => seq)).toEqual([1200, 1201]);
});
