import { copyFileSync, readdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { checkAtOpen } from '../../../src-main/log/check-at-open.ts';
import { createHeadFile } from '../../../src-main/log/head-file.ts';
import type { HeadKeeper } from '../../../src-main/log/ports.ts';
import type { SignedHead } from '../../../src-main/log/signed-head.ts';
import { verifyEntries } from '../../../src-main/log/verify.ts';
import { type TestKey, testKey } from '../../unit/log/log-fixture.ts';
import { drafts, freshFile, freshFolder, type LogDatabase, openLog, rebuildFrom } from './log-database.ts';

let key: TestKey;
let outside: HeadKeeper;
let database: LogDatabase;

beforeEach(() => {
  key = testKey();
  outside = createHeadFile(freshFolder(), 'sandbox');
  database = openLog();
});

const check = () => checkAtOpen(database.log, outside, key.owner);
/** What the notary does: outside first. */
const vouch = async (): Promise<SignedHead> => {
  const head = key.signed(database.log.head());
  await outside.write(head);
  await database.log.saveHead(head);
  return head;
};
/** Entries 1 to 5 signed at 2 and 4. */
const aSignedLog = async (): Promise<void> => {
  await database.append(...drafts(2));
  await vouch();
  await database.append(...drafts(2, 3));
  await vouch();
  await database.append(...drafts(1, 5));
};
const tamper = (sql: string) => {
  database.connection.db.exec('DROP TRIGGER log_keeps; DROP TRIGGER log_stays');
  database.connection.db.exec(sql);
};

describe('is whole', () => {
  test('a new log, and one in which nothing was signed yet', async () => {
    expect(await check()).toEqual({ kind: 'whole' });
    await database.append(...drafts(3));
    expect(await check()).toEqual({ kind: 'whole' });
  });

  test('a log with entries after its last signed head', async () => {
    await aSignedLog();
    expect(await check()).toEqual({ kind: 'whole' });
  });

  test('one whose process died between the head outside and the head inside', async () => {
    await aSignedLog();
    await outside.write(key.signed(database.log.head()));
    expect(await check()).toEqual({ kind: 'whole' });
  });

  test('one whose empty beginning was signed', async () => {
    await vouch();
    await database.append(...drafts(1));
    expect(await check()).toEqual({ kind: 'whole' });
  });
});

describe('is suspect, and names the first bad entry:', () => {
  test('an older copy of the database put over the file', async () => {
    await database.append(...drafts(3));
    await vouch();
    await database.close();
    const older = freshFile();
    copyFileSync(database.file, older);
    database = openLog(database.file);
    await database.append(...drafts(4, 4));
    await vouch();
    await database.close();
    for (const name of readdirSync(dirname(database.file))) rmSync(join(dirname(database.file), name));
    copyFileSync(older, database.file);
    database = openLog(database.file);
    expect(await check()).toMatchObject({ kind: 'suspect', firstBad: 4, why: expect.stringContaining('older copy') });

    // And used on, until it has as many entries again: they are others.
    await database.append(...drafts(6, 20));
    expect(await check()).toMatchObject({ kind: 'suspect', firstBad: 4 });
  });

  test('a tail that was cut off', async () => {
    await aSignedLog();
    tamper('DELETE FROM log WHERE seq >= 4');
    expect(await check()).toMatchObject({ kind: 'suspect', firstBad: 4 });
  });

  test('an entry after the last signed head that was changed', async () => {
    await aSignedLog();
    tamper(`UPDATE log SET body = replace(body, '10000', '10') WHERE seq = 5`);
    expect(await check()).toMatchObject({ kind: 'suspect', firstBad: 5 });
  });

  test('the very entry that the last head was signed over, changed', async () => {
    await aSignedLog();
    tamper(`UPDATE log SET body = replace(body, '10000', '10') WHERE seq = 4`);
    expect(await check()).toMatchObject({ kind: 'suspect', firstBad: 3 });
  });

  test('a chain that was changed long ago and hashed again', async () => {
    await aSignedLog();
    rebuildFrom(database, 3, { agent: 'forged' });
    expect(await check()).toMatchObject({ kind: 'suspect', firstBad: 3 });
  });

  test('a head inside with a signature that is not ours', async () => {
    await aSignedLog();
    await database.log.saveHead({ ...testKey().signed(database.log.head()), key: key.owner.key });
    expect(await check()).toMatchObject({ kind: 'suspect', firstBad: 5, why: expect.stringContaining('signature') });
  });

  test('a head outside by another key', async () => {
    await aSignedLog();
    await outside.write(testKey().signed(database.log.head()));
    expect(await check()).toMatchObject({ kind: 'suspect', firstBad: 5, why: expect.stringContaining('another key') });
  });

  test('a head outside of another network', async () => {
    await aSignedLog();
    await outside.write(key.signed(database.log.head(), 'devnet'));
    expect(await check()).toMatchObject({ kind: 'suspect', why: expect.stringContaining('devnet') });
  });

  test('an older head put back outside, with the database left as it is', async () => {
    await database.append(...drafts(2));
    const old = await vouch();
    await database.append(...drafts(2, 3));
    await vouch();
    await outside.write(old);
    expect(await check()).toMatchObject({ kind: 'suspect', firstBad: 3, why: expect.stringContaining('older') });
  });

  test('a head outside that is missing though one was signed, or that cannot be read', async () => {
    await aSignedLog();
    const answering = (answer: 'none' | 'unreadable'): HeadKeeper => ({ ...outside, read: async () => answer });
    for (const answer of ['none', 'unreadable'] as const) {
      expect(await checkAtOpen(database.log, answering(answer), key.owner)).toMatchObject({
        kind: 'suspect',
        firstBad: 5,
      });
    }
  });

  test('everything, when the database has the heads of another wallet', async () => {
    await aSignedLog();
    expect(await checkAtOpen(database.log, outside, testKey().owner)).toMatchObject({ kind: 'suspect', firstBad: 1 });
  });
});

test('without the heads inside, the one outside still shows a rebuilt chain', async () => {
  await aSignedLog();
  rebuildFrom(database, 1, { agent: 'forged' });
  database.connection.db.exec('DELETE FROM log_heads');
  expect(await check()).toMatchObject({ kind: 'suspect', firstBad: 1 });
});

test('a start reads from the last signed head on, however long the log is', async () => {
  await database.append(...drafts(300));
  await vouch();
  await database.append(...drafts(5, 301));
  const read: number[] = [];
  const { log } = database;
  const watched = {
    head: log.head,
    heads: log.heads,
    lastHead: log.lastHead,
    *entries(from: number) {
      for (const entry of log.entries(from)) {
        read.push(entry.seq);
        yield entry;
      }
    },
  };
  expect(await checkAtOpen(watched, outside, key.owner)).toEqual({ kind: 'whole' });
  expect(Math.min(...read)).toBe(300);
});

test('a log that the owner accepted without its end goes on: the heads of what is lost are gone', async () => {
  await aSignedLog();
  tamper('DELETE FROM log WHERE seq >= 4');
  await vouch();
  expect(await check()).toEqual({ kind: 'whole' });
  expect(database.log.heads().map(({ count }) => count)).toEqual([2, 3]);
  await database.append(...drafts(3, 30));
  expect(verifyEntries(database.log.entries(1), key.owner, database.log.heads())).toMatchObject({ ok: true });
});

describe('verifying all of it against the signed heads', () => {
  test('names what lies before the last head too', async () => {
    await aSignedLog();
    rebuildFrom(database, 2, { agent: 'forged' });
    expect(verifyEntries(database.log.entries(1), key.owner, database.log.heads())).toMatchObject({
      ok: false,
      firstBad: 1,
    });
  });

  test('notices a date that says other than its entry', async () => {
    await aSignedLog();
    tamper('UPDATE log SET at = at - 1 WHERE seq = 2');
    expect(verifyEntries(database.log.entries(1), key.owner, [])).toMatchObject({ ok: false, firstBad: 2 });
  });
});
