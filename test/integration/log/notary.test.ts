import { expect, test, vi } from 'vitest';
import { silentLog } from '../../../src-main/base/log-sink.ts';
import { checkAtOpen } from '../../../src-main/log/check-at-open.ts';
import { exportJsonl } from '../../../src-main/log/export.ts';
import { createHeadFile } from '../../../src-main/log/head-file.ts';
import { createNotary, type NotaryDeps } from '../../../src-main/log/notary.ts';
import { headProblem } from '../../../src-main/log/signed-head.ts';
import { verifyEntries, verifyExport } from '../../../src-main/log/verify.ts';
import { testKey } from '../../unit/log/log-fixture.ts';
import { drafts, freshFolder, openLog } from './log-database.ts';

function setUp(change: Partial<NotaryDeps> = {}) {
  const key = testKey();
  const database = openLog();
  const outside = createHeadFile(freshFolder(), 'sandbox');
  const deps: NotaryDeps = {
    store: database.log,
    sign: async (facts) => key.signature(facts),
    outside,
    owner: key.owner,
    every: 10,
    log: silentLog,
    ...change,
  };
  return { key, database, deps, outside, counts: () => database.log.heads().map(({ count }) => count) };
}

test('signs at its start, after every N entries and at its stop, inside and outside alike', async () => {
  const { key, database, deps, outside, counts } = setUp();
  const notary = createNotary(deps);
  await vi.waitFor(() => expect(counts()).toEqual([0]));
  await database.append(...drafts(9));
  expect(counts()).toEqual([0]);
  await database.append(...drafts(1, 10));
  await vi.waitFor(() => expect(counts()).toEqual([0, 10]));
  await database.append(...drafts(15, 11));
  await vi.waitFor(() => expect(counts()).toHaveLength(3));
  await database.append(...drafts(1, 26));
  await notary.stop();
  expect(counts().at(-1)).toBe(26);
  for (const head of database.log.heads()) expect(headProblem(head, key.owner)).toBeNull();
  expect(await outside.read()).toEqual(database.log.lastHead());
  expect(verifyEntries(database.log.entries(1), key.owner, database.log.heads())).toMatchObject({ ok: true });
  expect(await checkAtOpen(database.log, outside, key.owner)).toEqual({ kind: 'whole' });
});

test('after its stop nothing more is signed', async () => {
  const { database, deps, counts } = setUp();
  const notary = createNotary(deps);
  await notary.stop();
  await database.append(...drafts(30));
  await database.connection.committer.flushed();
  expect(counts()).toEqual([0]);
});

test('a head that is signed already is not signed again, however many ask at once', async () => {
  let signed = 0;
  const { key, database, deps } = setUp();
  const notary = createNotary({
    ...deps,
    sign: async (facts) => {
      signed += 1;
      return key.signature(facts);
    },
  });
  await database.append(...drafts(3));
  const heads = await Promise.all([notary.vouch(), notary.vouch(), notary.vouch()]);
  expect(new Set(heads).size).toBe(1);
  expect(heads[0]).toMatchObject({ count: 3 });
  expect(signed).toBeLessThanOrEqual(2);
  await notary.stop();
});

test('an export under the head that it was asked for verifies', async () => {
  const { key, database, deps } = setUp();
  const notary = createNotary(deps);
  await database.append(...drafts(7));
  const head = await notary.vouch();
  await database.append(...drafts(2, 8));
  const bytes = [...exportJsonl(database.log, head)].map((line) => Buffer.from(line));
  expect(await verifyExport(bytes, key.owner, database.log.heads())).toMatchObject({ ok: true, entries: 7 });
  await notary.stop();
});

test('a head that could not be kept outside is not kept inside, so the outside is never behind; the next one is', async () => {
  const { key, database, deps, outside, counts } = setUp();
  let full = true;
  const notary = createNotary({
    ...deps,
    outside: { ...outside, write: (head) => (full ? Promise.reject(new Error('disk full')) : outside.write(head)) },
  });
  await database.append(...drafts(12));
  await expect(notary.vouch()).rejects.toThrow('disk full');
  expect(counts()).toEqual([]);
  expect(await checkAtOpen(database.log, outside, key.owner)).toEqual({ kind: 'whole' });
  full = false;
  await notary.stop();
  expect(counts()).toEqual([12]);
});

test('a signer that is gone does not keep the host from stopping', async () => {
  const events: string[] = [];
  const { database, deps, counts } = setUp({
    sign: () => Promise.reject(new Error('signer stopped')),
    log: { ...silentLog, error: (event) => void events.push(event) },
  });
  const notary = createNotary(deps);
  await database.append(...drafts(2));
  await notary.stop();
  expect(counts()).toEqual([]);
  expect(events).toContain('log head not signed');
});
