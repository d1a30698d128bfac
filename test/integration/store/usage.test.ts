import { expect, test } from 'vitest';
import { applyEvent } from '../../../src-main/wallet/ledger.ts';
import {
  deposit,
  grantedAlways,
  openTestStore,
  requestOf,
  type SetClock,
  setClock,
  signedFor,
  type TestStore,
} from '../../support/test-store.ts';

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;

const reserve = (store: TestStore, id: string, amount: bigint, charged?: readonly string[]) => {
  const request = requestOf(id, amount);
  return store.reservations.reserve(request, () => grantedAlways(request, charged));
};
const change = (store: TestStore, id: string, ...events: Parameters<typeof applyEvent>[1][]) =>
  Promise.all(events.map((event) => store.orders.change(id, (order) => applyEvent(order, event))));
const land = (store: TestStore, id: string) =>
  change(store, id, { kind: 'signed', payment: signedFor(id) }, { kind: 'landed', signature: `tx-of-${id}` });

async function rich(clock: SetClock): Promise<TestStore> {
  const store = openTestStore(clock);
  await deposit(store, 1_000n);
  return store;
}

test.for([
  ['minute', minuteMs],
  ['hour', 60 * minuteMs],
  ['day', dayMs],
  ['month', 30 * dayMs],
] as const)(
  'an order counts in the %s until it is over since it was seen on the chain, not at that very moment',
  async ([window, ms]) => {
    const clock = setClock(100 * dayMs);
    const store = await rich(clock);
    await reserve(store, 'a', 30n);
    clock.at += 5000;
    await land(store, 'a');
    const at = clock.at;
    expect(store.usage.of('bot', at)[window]).toBe(30n);
    expect(store.usage.of('bot', at + ms - 1)[window]).toBe(30n);
    expect(store.usage.of('bot', at + ms)[window]).toBe(0n);
    expect(store.usage.of('bot', at + ms).total).toBe(30n);
  },
);

test('what is open counts in every window however old it is, and what was released in none', async () => {
  const clock = setClock(100 * dayMs);
  const store = await rich(clock);
  await reserve(store, 'a', 30n);
  const much = clock.at + 90 * dayMs;
  const all = { minute: 30n, minuteCount: 1, hour: 30n, day: 30n, month: 30n, total: 30n, totalCount: 1 };
  expect(store.usage.of('bot', much)).toEqual(all);
  await change(store, 'a', { kind: 'abandoned', why: '' });
  expect(store.usage.of('bot', much)).toMatchObject({ minute: 0n, minuteCount: 0, total: 0n, totalCount: 0 });
});

test('orders seen in the same millisecond all count, and leave the window together', async () => {
  const clock = setClock(100 * dayMs);
  const store = await rich(clock);
  const amounts = { a: 30n, b: 5n, c: 20n };
  for (const [id, amount] of Object.entries(amounts)) await reserve(store, id, amount);
  await Promise.all(['c', 'a', 'b'].map((id) => land(store, id)));
  expect(store.usage.of('bot', clock.at)).toMatchObject({ minute: 55n, minuteCount: 3, day: 55n });
  expect(store.usage.of('bot', clock.at + dayMs)).toMatchObject({ day: 0n, minuteCount: 0, total: 55n, totalCount: 3 });
});

test('a payment counts under each delegation of its chain and under no other', async () => {
  const store = await rich(setClock(1_000_000));
  await reserve(store, 'a', 30n, ['cem', 'bob', 'ann', '@desk']);
  await reserve(store, 'b', 7n, ['bob', 'ann', '@desk']);
  await land(store, 'a');
  const totals = ['cem', 'bob', 'ann', '@desk', 'eve'].map((one) => store.usage.of(one, 1_000_000).total);
  expect(totals).toEqual([30n, 37n, 37n, 37n, 0n]);
});

test('a clock that was set back frees nothing: what is dated after it still counts', async () => {
  const clock = setClock(100 * dayMs);
  const store = await rich(clock);
  await reserve(store, 'a', 30n);
  await land(store, 'a');
  clock.at -= 50 * dayMs;
  expect(store.usage.of('bot', clock.at)).toMatchObject({ minute: 30n, day: 30n, month: 30n });
  expect(store.usage.of('bot', store.connection.peekNow())).toMatchObject({ minute: 30n, day: 30n, month: 30n });
});

test('two orders seen out of turn, one before the clock was set back, add up', async () => {
  const clock = setClock(100 * dayMs);
  const store = await rich(clock);
  await reserve(store, 'a', 30n);
  await reserve(store, 'b', 5n);
  await land(store, 'b');
  clock.at -= dayMs;
  await land(store, 'a');
  expect(store.usage.of('bot', store.connection.peekNow()).day).toBe(35n);
  expect(store.usage.of('bot', store.connection.peekNow() + dayMs).day).toBe(0n);
});
