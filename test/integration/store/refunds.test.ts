import { expect, test } from 'vitest';
import type { RefundRecord } from '../../../src-main/payments/ports.ts';
import { createCredits } from '../../../src-main/store/credits.ts';
import { createRefunds } from '../../../src-main/store/refunds.ts';
import type { Entry } from '../../../src-main/wallet/ports.ts';
import { asset, openTestStore, setClock } from '../../support/test-store.ts';

const move = (amount: bigint, from: Entry['account'], to: Entry['account']): readonly Entry[] => [
  { account: from, asset, amount: -amount },
  { account: to, asset, amount },
];
const out = (amount: bigint) => move(amount, 'received', 'external');
const back = (amount: bigint) => move(amount, 'external', 'received');

function openRefunds(received: bigint) {
  const store = openTestStore(setClock(1_000));
  const refunds = createRefunds(store.connection, store.ledger, store.log);
  const earned = store.connection.committer.write(() => store.ledger.post(1_000, 'earned', back(received)));
  const held = () => store.ledger.balance('received', asset);
  return { store, refunds, earned, held };
}

let signatures = 0;
function draft(sale: string, amount: bigint): Omit<RefundRecord, 'state' | 'createdAt' | 'updatedAt'> {
  signatures += 1;
  const signature = `signature-${signatures}`;
  const wire = Uint8Array.of(signatures);
  return {
    sale,
    payee: 'buyer',
    asset,
    amount,
    fee: 1n,
    signature,
    messageHash: `m-${signature}`,
    wire,
    deadHeight: 9n,
    after: null,
  };
}

test('of many refunds of one sale that are signed at once one counts', async () => {
  const { refunds, earned, held } = openRefunds(1_000n);
  await earned;
  const ends = await Promise.all(Array.from({ length: 32 }, () => refunds.sign(draft('sale_a', 10n), out(10n), false)));
  expect(ends.filter((end) => end === 'signed')).toHaveLength(1);
  expect(ends.filter((end) => end === 'known')).toHaveLength(31);
  expect(held()).toBe(990n);
  expect(refunds.open()).toHaveLength(1);
});

test('the till never gives what it has not earned, however many ask at once', async () => {
  const { refunds, earned, held } = openRefunds(25n);
  await earned;
  const ends = await Promise.all(
    Array.from({ length: 5 }, (_, i) => refunds.sign(draft(`sale_${i}`, 10n), out(10n), false)),
  );
  expect(ends).toEqual(['signed', 'signed', 'short', 'short', 'short']);
  expect(held()).toBe(5n);
});

test('one that was released makes place for another; what is told late of the old one changes nothing', async () => {
  const { refunds, earned, held } = openRefunds(10n);
  await earned;
  const [first, second] = [draft('sale_a', 10n), draft('sale_a', 4n)];
  await refunds.sign(first, out(10n), false);
  await refunds.released(first.signature, 'never seen', back(10n));
  await refunds.released(first.signature, 'never seen', back(10n));
  expect(held()).toBe(10n);
  expect(await refunds.sign(second, out(4n), false)).toBe('signed');
  await refunds.settled(first.signature, []);
  await refunds.released(first.signature, 'never seen', back(10n));
  expect(refunds.get('sale_a')).toMatchObject({
    state: 'signed',
    amount: 4n,
    signature: second.signature,
    wire: Buffer.from(second.wire),
  });
  expect(held()).toBe(6n);
  await refunds.settled(second.signature, []);
  await refunds.released(second.signature, 'too late', back(4n));
  expect(refunds.get('sale_a')?.state).toBe('settled');
  expect(held()).toBe(6n);
  expect(await refunds.sign(draft('sale_a', 1n), out(1n), false)).toBe('known');
});

test('the credit of a package that is refunded is used up in the same write, and no other', async () => {
  const { store, refunds, earned } = openRefunds(100n);
  await earned;
  const { db } = store.connection;
  const settle = db.prepare(
    `INSERT INTO settlements (message_hash, state, shop, url, payer, asset, amount, fee, created_at, updated_at, sale, purpose)
     VALUES (?, 'settled', 'a', 'http://a/', 'buyer', 'usdc', 10, 1, 1, 1, ?, 'package')`,
  );
  const issue = db.prepare(
    `INSERT INTO credits (id, shop, form, buyer, package, calls, price, message_hash, signature, issued_at, expires_at)
     VALUES (?, 'a', 'groat', 'buyer', 'p', 100, 10, ?, ?, 1, 9)`,
  );
  for (const name of ['a', 'b']) {
    settle.run(`hash-${name}`, `sale_${name}`);
    issue.run(`credit-${name}`, `hash-${name}`, `sig-${name}`);
  }
  await refunds.sign(draft('sale_a', 10n), out(10n), true);
  const used = db.prepare('SELECT id, used FROM credits ORDER BY id').safeIntegers(false).all();
  expect(used).toEqual([
    { id: 'credit-a', used: 100 },
    { id: 'credit-b', used: 0 },
  ]);
  // A call that was under way at that moment, and fails: it is not the buyer's again.
  const credits = createCredits(store.connection);
  const move = (id: string, calls: number): Promise<boolean> =>
    new Promise((moved, failed) => credits.move(id, calls, { moved, failed }));
  expect(await Promise.all([move('credit-a', -1), move('credit-b', 1)])).toEqual([false, true]);
  expect(credits.get('credit-a')?.used).toBe(100);
});
