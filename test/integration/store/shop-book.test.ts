import { createSecretKey } from 'node:crypto';
import { expect, test } from 'vitest';
import { defaultLimits, type ShopPlan } from '../../../src-main/gateway/shop-plan.ts';
import { createCallBook } from '../../../src-main/store/call-book.ts';
import { createShopBook } from '../../../src-main/store/shop-book.ts';
import { freshFile, openTestStore, policyMac, setClock } from '../../support/test-store.ts';

const plan: ShopPlan = {
  name: 'weather',
  target: 'http://127.0.0.1:9000/',
  host: '127.0.0.1',
  port: 15_000,
  price: '0.01',
  routes: [{ method: 'GET', path: '/v1/*', price: '0.002' }],
  description: '',
  dialects: ['x402-v2'],
  packages: null,
  flow: 'after',
  facilitator: null,
  payTo: null,
  proofOfAgent: 'none',
  limits: defaultLimits,
  open: true,
  createdAt: 1_000,
};

function openBook(file = freshFile(), mac = policyMac) {
  const store = openTestStore(setClock(1_000), file);
  return { file, store, db: store.connection.db, ...createShopBook(store.connection, 'sandbox', mac, store.log) };
}

test('a shop comes back as it was kept, with every change on record', async () => {
  const { shops, store, file } = openBook();
  await shops.put(plan);
  await shops.put({ ...plan, price: '0.02', open: false });
  await store.close();
  const again = openBook(file);
  expect(again.shops.load()).toEqual([{ kind: 'plan', plan: { ...plan, price: '0.02', open: false } }]);
  expect(
    again.store.log.recent({ kind: 'shop', limit: 9 }).map(({ subject, data }) => [subject, data['what']]),
  ).toEqual([
    ['weather', 'stopped'],
    ['weather', 'opened'],
  ]);
});

test.each<[string, string, RegExp]>([
  ['another payee', `UPDATE shops SET plan = json_set(plan, '$.payTo', 'somebody')`, /changed outside/],
  ['another name', `UPDATE shops SET name = 'other'`, /changed outside/],
  ['no row any more', 'DELETE FROM shops', /taken away/],
])('a shop whose row was altered from outside is not taken for one: %s', async (_, sql, why) => {
  const { shops, db } = openBook();
  await shops.put(plan);
  db.exec(sql);
  const found = shops.load();
  expect(found.length).toBeGreaterThan(0);
  for (const row of found) expect(row).toMatchObject({ kind: 'altered' });
  expect(found).toContainEqual(expect.objectContaining({ why: expect.stringMatching(why) }));
});

test('an older row that was put back is not the shop', async () => {
  const { shops, db } = openBook();
  await shops.put(plan);
  const old = db.prepare('SELECT plan, mac FROM shops').get() as { plan: string; mac: Buffer };
  await shops.put({ ...plan, price: '5' });
  db.prepare('UPDATE shops SET plan = ?, mac = ?').run(old.plan, old.mac);
  expect(shops.load()).toMatchObject([{ kind: 'altered', name: 'weather' }]);
});

test('a shop that was removed does not come back with its old row', async () => {
  const { shops, db } = openBook();
  await shops.put(plan);
  const old = db.prepare('SELECT name, plan, mac, updated_at FROM shops').get() as Record<string, unknown>;
  await shops.remove('weather');
  expect(shops.load()).toEqual([]);
  db.prepare('INSERT INTO shops VALUES (@name, @plan, @mac, @updated_at)').run(old);
  expect(shops.load()).toMatchObject([{ kind: 'altered', name: 'weather' }]);
});

test('a row under another key is none of ours', async () => {
  const { shops, store, file } = openBook();
  await shops.put(plan);
  await store.close();
  const other = openBook(file, createSecretKey(Buffer.alloc(32, 8)));
  expect(other.shops.load()).toMatchObject([{ kind: 'altered', name: 'weather' }]);
});

test('a shop that was altered is mended by saying anew what it is', async () => {
  const { shops, db } = openBook();
  await shops.put(plan);
  db.exec(`UPDATE shops SET plan = '{}'`);
  await shops.put(plan);
  expect(shops.load()).toEqual([{ kind: 'plan', plan }]);
});

test('what breaks off before its commit leaves neither row nor entry', async () => {
  const { shops, store, file } = openBook();
  const lost = shops.put(plan);
  store.crash();
  await expect(lost).rejects.toThrow();
  const again = openBook(file);
  expect(again.shops.load()).toEqual([]);
  expect(again.store.log.recent({ kind: 'shop', limit: 9 })).toEqual([]);
});

test('the facilitator is kept beside the shops, is none of them, and not believed when it was altered', async () => {
  const { shops, facilitator, db } = openBook();
  expect(facilitator.load()).toBeNull();
  const wish = { port: 15_100, tokenHash: 'ab'.repeat(32), solPerDay: '0.01', perMinute: 120 };
  await facilitator.put(wish);
  expect(facilitator.load()).toEqual({ kind: 'on', wish });
  expect(shops.load()).toEqual([]);
  db.exec(`UPDATE shops SET plan = json_set(plan, '$.tokenHash', '${'cd'.repeat(32)}')`);
  expect(facilitator.load()).toMatchObject({ kind: 'altered' });
  await facilitator.put(null);
  expect(facilitator.load()).toBeNull();
});

test('counts of requests add up by day and outcome, and a shop reads only its own', async () => {
  const { store } = openBook();
  const calls = createCallBook(store.connection);
  await Promise.all([
    calls.add('weather', 20_000, { paid: 2, unpaid: 3 }),
    calls.add('weather', 20_000, { paid: 1, free: 0 }),
    calls.add('weather', 20_001, { limited: 4 }),
    calls.add('other', 20_000, { paid: 50 }),
  ]);
  expect(calls.days('weather', 20_000)).toEqual([
    { day: 20_000, calls: { paid: 3, unpaid: 3 } },
    { day: 20_001, calls: { limited: 4 } },
  ]);
  expect(calls.days('weather', 20_001)).toEqual([{ day: 20_001, calls: { limited: 4 } }]);
});
