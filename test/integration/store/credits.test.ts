import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { expect, onTestFinished, test } from 'vitest';
import type { CreditRecord } from '../../../src-main/gateway/ports.ts';
import { createCredits } from '../../../src-main/store/credits.ts';
import { freshFile, openTestStore, setClock, type TestStore } from '../../support/test-store.ts';

const credit: Omit<CreditRecord, 'used'> = {
  id: 'a'.repeat(32),
  shop: 'shop',
  form: 'groat',
  buyer: 'buyer',
  package: 'p3d_100',
  calls: 10,
  price: 1_500_000n,
  messageHash: 'm1',
  signature: 's1',
  secretHash: null,
  issuedAt: 1_795_000_000_000,
  expiresAt: 1_795_000_000_000 + 3 * 86_400_000,
};

const open = (file?: string) => {
  const store = openTestStore(setClock(credit.issuedAt), file);
  return { store, credits: createCredits(store.connection) };
};

const move = (credits: ReturnType<typeof createCredits>, id: string, calls: number): Promise<boolean> =>
  new Promise((moved, failed) => credits.move(id, calls, { moved, failed }));

const issue = ({ connection }: TestStore, credits: ReturnType<typeof createCredits>, what = credit) =>
  connection.committer.write(() => credits.issue(what));

test('keeps a credit as it was issued, and finds it by its payment', async () => {
  const { store, credits } = open();
  await issue(store, credits);
  expect(credits.get(credit.id)).toEqual({ ...credit, used: 0 });
  expect(credits.bySignature('s1')).toEqual({ ...credit, used: 0 });
  expect(credits.get('b'.repeat(32))).toBeNull();
  expect(credits.bySignature('s2')).toBeNull();
});

test.each([
  ['the same id', { messageHash: 'm2', signature: 's2' }],
  ['the same transfer with other signatures', { id: 'b', signature: 's2' }],
  ['the same transaction', { id: 'b', messageHash: 'm2' }],
])('issues nothing twice for %s', async (_, other) => {
  const { store, credits } = open();
  await issue(store, credits);
  await expect(issue(store, credits, { ...credit, ...other })).rejects.toThrow(/UNIQUE/);
  expect(credits.sums('shop', 0).packages).toBe(1);
});

test('never counts past what was sold or below nothing, however many ask in one turn', async () => {
  const { store, credits } = open();
  await issue(store, credits);
  const taken = await Promise.all(Array.from({ length: 32 }, () => move(credits, credit.id, 1)));
  expect(taken.filter((moved) => moved)).toHaveLength(10);
  expect(credits.get(credit.id)?.used).toBe(10);
  const given = await Promise.all(Array.from({ length: 32 }, () => move(credits, credit.id, -1)));
  expect(given.filter((moved) => moved)).toHaveLength(10);
  expect(credits.get(credit.id)?.used).toBe(0);
});

test('what one credit lacks takes nothing from another in the same turn', async () => {
  const { store, credits } = open();
  const other = { ...credit, id: 'b', messageHash: 'm2', signature: 's2', calls: 1 };
  await issue(store, credits);
  await issue(store, credits, other);
  const moves = [credit.id, 'b', 'b', credit.id, 'unknown'].map((id) => move(credits, id, 1));
  expect(await Promise.all(moves)).toEqual([true, true, false, true, false]);
  expect(credits.sums('shop', 0)).toEqual({ packages: 1, callsSold: 10, callsLeft: 8 });
});

test('a call that came while a commit ran is in the next one', async () => {
  const { store, credits } = open();
  await issue(store, credits);
  const first = move(credits, credit.id, 1);
  await new Promise(setImmediate);
  const second = move(credits, credit.id, 1);
  expect(await Promise.all([first, second])).toEqual([true, true]);
  expect(credits.get(credit.id)?.used).toBe(2);
});

test('every call fails when the store cannot write, and none is counted', async () => {
  const { store, credits } = open();
  await issue(store, credits);
  store.connection.db.exec('ALTER TABLE credits RENAME TO gone');
  const moves = await Promise.allSettled([move(credits, credit.id, 1), move(credits, credit.id, 1)]);
  expect(moves.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  store.connection.db.exec('ALTER TABLE gone RENAME TO credits');
  expect(await move(credits, credit.id, 1)).toBe(true);
  expect(credits.get(credit.id)?.used).toBe(1);
});

test('sums leave out what is used up, what has ended and what another shop sold', async () => {
  const { store, credits } = open();
  await issue(store, credits);
  await issue(store, credits, { ...credit, id: 'b', messageHash: 'm2', signature: 's2', expiresAt: credit.issuedAt });
  await issue(store, credits, { ...credit, id: 'c', messageHash: 'm3', signature: 's3', calls: 1 });
  await issue(store, credits, { ...credit, id: 'd', messageHash: 'm4', signature: 's4', shop: 'another' });
  await Promise.all([move(credits, 'c', 1), move(credits, credit.id, 4)]);
  expect(credits.sums('shop', credit.issuedAt)).toEqual({ packages: 1, callsSold: 10, callsLeft: 6 });
});

// A light commit is in the operating system's hands before it is confirmed: only the machine can lose it.
test('what was confirmed is there after a kill', async () => {
  const file = freshFile();
  const { store, credits } = open(file);
  await issue(store, credits, { ...credit, calls: 10_000_000 });
  await store.close();
  const child = spawn(process.execPath, [
    new URL('killed-while-counting.ts', import.meta.url).pathname,
    file,
    credit.id,
  ]);
  onTestFinished(() => void child.kill('SIGKILL'));
  let confirmed = 0;
  const closed = once(child, 'close');
  for await (const line of createInterface(child.stdout)) {
    confirmed = Number(line);
    if (confirmed === 400) child.kill('SIGKILL');
  }
  await closed;
  expect(confirmed).toBeGreaterThanOrEqual(400);
  const after = open(file).credits.get(credit.id)?.used ?? 0;
  // What was under way may be there or not, but both of a turn or neither.
  expect(after).toBeGreaterThanOrEqual(confirmed);
  expect(after % 2).toBe(0);
});
