import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decideSpend } from '../../../src-main/policy/spend-limits.ts';
import { applyEvent } from '../../../src-main/wallet/ledger.ts';
import { toAtomic } from '../../../src-shared/model/index.ts';
import {
  asset,
  deposit,
  intentOf,
  openTestStore,
  type SetClock,
  setClock,
  signedFor,
  type TestStore,
} from '../../support/test-store.ts';

const dayMs = 24 * 60 * 60 * 1000;
const agents = ['ann', 'bob'] as const;

const reserve = (store: TestStore, id: string, amount: bigint, agent = 'bot') =>
  store.reservations.reserve(intentOf(id, amount, agent), () => null);
const send = (store: TestStore, id: string) =>
  store.orders.change(id, (order) => applyEvent(order, { kind: 'signed', payment: signedFor(id) }));
const land = (store: TestStore, id: string) =>
  store.orders.change(id, (order) => applyEvent(order, { kind: 'landed', signature: `tx-of-${id}` }));

/** The window as it was meant, without an index: every order ever, looked at each time. */
interface NaiveOrder {
  readonly id: string;
  readonly agent: string;
  readonly amount: bigint;
  state: 'reserved' | 'sent' | 'committed' | 'released';
  committedAt: number;
}

class Naive {
  readonly orders: NaiveOrder[] = [];
  readonly #clock: SetClock;
  #now = 0;
  #lastEntryAt = 0;

  constructor(clock: SetClock) {
    this.#clock = clock;
  }

  now(): number {
    this.#now = Math.max(this.#now, this.#clock.at);
    return this.#now;
  }

  /** Money moved between accounts: this is what outlives a restart. */
  posted(): number {
    this.#lastEntryAt = this.now();
    return this.#lastEntryAt;
  }

  restarted(): void {
    this.#now = this.#lastEntryAt;
  }

  inDay(agent: string): bigint {
    const from = this.now() - dayMs;
    return this.#sum(agent, ({ state, committedAt }) => state === 'committed' && committedAt > from);
  }

  open(agent: string): bigint {
    return this.#sum(agent, ({ state }) => state === 'reserved' || state === 'sent');
  }

  #sum(agent: string, counts: (order: NaiveOrder) => boolean): bigint {
    return this.orders
      .filter((order) => order.agent === agent && counts(order))
      .reduce((sum, { amount }) => sum + amount, 0n);
  }
}

type Step =
  | { readonly do: 'reserve'; readonly agent: (typeof agents)[number]; readonly amount: bigint }
  | { readonly do: 'send' | 'land' | 'release'; readonly nth: number }
  | { readonly do: 'jump'; readonly ms: number }
  | { readonly do: 'restart' };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('reserve' as const),
      agent: fc.constantFrom(...agents),
      amount: fc.bigInt({ min: 1n, max: 50n }),
    }),
  },
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constantFrom('send' as const, 'land' as const, 'release' as const),
      nth: fc.nat({ max: 40 }),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('jump' as const),
      ms: fc.oneof(
        fc.constantFrom(0, 1, dayMs - 1, dayMs, dayMs + 1, -1, -dayMs),
        fc.integer({ min: -3 * dayMs, max: 3 * dayMs }),
      ),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('restart' as const) }) },
);

test('the window equals a count over all orders, through clock jumps in both directions and restarts', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 50 }), async (steps) => {
      const clock = setClock(100 * dayMs);
      const naive = new Naive(clock);
      let store = openTestStore(clock);
      await deposit(store, 1_000_000n);
      naive.posted();
      for (const next of steps) {
        const chosen = 'nth' in next ? naive.orders[next.nth % Math.max(1, naive.orders.length)] : undefined;
        if (next.do === 'jump') clock.at += next.ms;
        else if (next.do === 'restart') {
          await store.close();
          store = openTestStore(clock, store.file);
          naive.restarted();
        } else if (next.do === 'reserve') {
          const order: NaiveOrder = {
            id: `o${naive.orders.length}`,
            agent: next.agent,
            amount: next.amount,
            state: 'reserved',
            committedAt: 0,
          };
          await reserve(store, order.id, order.amount, order.agent);
          naive.posted();
          naive.orders.push(order);
        } else if (chosen !== undefined) {
          await advance(store, naive, chosen, next.do);
        }
        const now = store.connection.recordedNow();
        expect(now).toBe(naive.now());
        for (const agent of agents) {
          expect(store.window.committedInDay(agent, asset, now)).toBe(naive.inDay(agent));
          expect(store.window.pending(agent, asset)).toBe(naive.open(agent));
        }
      }
      await store.close();
    }),
    { numRuns: 40 },
  );
});

async function advance(
  store: TestStore,
  naive: Naive,
  order: NaiveOrder,
  what: 'send' | 'land' | 'release',
): Promise<void> {
  if (what === 'send' && order.state === 'reserved') {
    await send(store, order.id);
    naive.now();
    order.state = 'sent';
  } else if (what === 'land' && order.state === 'sent') {
    await land(store, order.id);
    order.committedAt = naive.posted();
    order.state = 'committed';
  } else if (what === 'release' && (order.state === 'reserved' || order.state === 'sent')) {
    const event =
      order.state === 'reserved' ? ({ kind: 'abandoned', why: '' } as const) : ({ kind: 'expired', why: '' } as const);
    await store.orders.change(order.id, (record) => applyEvent(record, event));
    naive.posted();
    order.state = 'released';
  }
}

test('under a limit, what was committed in any 24 hours never exceeds it, whatever the clock does', async () => {
  const perDay = 100n;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 20, maxLength: 60 }), async (steps) => {
      const clock = setClock(100 * dayMs);
      const naive = new Naive(clock);
      const store = openTestStore(clock);
      await deposit(store, 1_000_000n);
      for (const next of steps) {
        const chosen = 'nth' in next ? naive.orders[next.nth % Math.max(1, naive.orders.length)] : undefined;
        if (next.do === 'jump') clock.at += next.ms;
        else if (next.do === 'reserve') {
          const order: NaiveOrder = {
            id: `o${naive.orders.length}`,
            agent: 'bot',
            amount: next.amount,
            state: 'reserved',
            committedAt: 0,
          };
          const intent = intentOf(order.id, order.amount);
          const limits = { perPayment: toAtomic(50n), perDay: toAtomic(perDay) };
          const denied = await store.reservations.reserve(intent, (facts) =>
            decideSpend(intent, { ...facts, agentLive: true, limits }),
          );
          if (denied === null) naive.orders.push(order);
        } else if (chosen !== undefined && next.do !== 'restart') await advance(store, naive, chosen, next.do);
      }
      const committed = naive.orders.filter(({ state }) => state === 'committed');
      for (const { committedAt: end } of committed) {
        const within = committed.filter(({ committedAt: at }) => at > end - dayMs && at <= end);
        expect(within.reduce((sum, { amount }) => sum + amount, 0n)).toBeLessThanOrEqual(perDay);
      }
      await store.close();
    }),
    { numRuns: 30 },
  );
});

test('an order counts until 24 hours after it was committed, and not at that very moment any more', async () => {
  const clock = setClock(1_000_000);
  const store = openTestStore(clock);
  await deposit(store, 100n);
  await reserve(store, 'a', 30n);
  await send(store, 'a');
  clock.at += 5000;
  await land(store, 'a');
  const committedAt = clock.at;
  const inDay = (now: number) => store.window.committedInDay('bot', asset, now);
  expect(inDay(committedAt)).toBe(30n);
  expect(inDay(committedAt + dayMs - 1)).toBe(30n);
  expect(inDay(committedAt + dayMs)).toBe(0n);
});

test('orders committed in the same millisecond all count, and leave the window together', async () => {
  const clock = setClock(1_000_000);
  const store = openTestStore(clock);
  await deposit(store, 100n);
  for (const [id, amount] of [
    ['a', 30n],
    ['b', 5n],
    ['c', 20n],
  ] as const) {
    await reserve(store, id, amount);
    await send(store, id);
  }
  await Promise.all(['c', 'a', 'b'].map((id) => land(store, id)));
  expect(store.window.committedInDay('bot', asset, clock.at)).toBe(55n);
  expect(store.window.committedInDay('bot', asset, clock.at + dayMs - 1)).toBe(55n);
  expect(store.window.committedInDay('bot', asset, clock.at + dayMs)).toBe(0n);
});

test('another asset and another agent are counted apart, and what was spent today holds the open orders', async () => {
  const clock = setClock(1_000_000);
  const store = openTestStore(clock);
  await deposit(store, 100n);
  await reserve(store, 'a', 30n, 'ann');
  await reserve(store, 'b', 7n, 'bob');
  await send(store, 'a');
  await land(store, 'a');
  expect(store.window.committedInDay('bob', asset, clock.at)).toBe(0n);
  expect(store.window.committedInDay('ann', 'other', clock.at)).toBe(0n);
  expect(store.window.pending('bob', asset)).toBe(7n);
  expect(store.orders.spentToday(asset, 'ann')).toBe(30n);
  expect(store.orders.spentToday(asset, 'bob')).toBe(7n);
});
