import { afterEach, expect, onTestFinished, test } from 'vitest';
import { silentLog } from '../../../src-main/base/log-sink.ts';
import { createDeskFollow, type DeskFollowDeps } from '../../../src-main/host/desk-follow.ts';
import type { DeskUpdate } from '../../../src-shared/contract/index.ts';
import { networks, toAtomic } from '../../../src-shared/model/index.ts';
import { openTestDesk, type TestDesk, withRules } from '../../support/test-desk.ts';
import { deposit } from '../../support/test-store.ts';

const left = new Set<() => void>();
afterEach(() => {
  for (const leave of left) leave();
  left.clear();
});

/** Follows a whole gate over a real database, and counts who listens and what is read. */
async function followedDesk(changes: Partial<DeskFollowDeps> = {}) {
  const desk = await openTestDesk({ calm: true });
  const { store } = desk;
  let listening = 0;
  let linesRead = 0;
  const counted = <A extends readonly unknown[]>(subscribe: (...args: A) => () => void) => {
    return (...args: A): (() => void) => {
      listening += 1;
      const end = subscribe(...args);
      return () => {
        listening -= 1;
        end();
      };
    };
  };
  const shopListeners = new Set<() => void>();
  const creditListeners = new Set<() => void>();
  const stopping = new AbortController();
  const follow = createDeskFollow({
    network: networks.sandbox,
    store: {
      ledger: store.ledger,
      spending: store.spending,
      usage: (subject) => store.usage.of(subject, store.connection.peekNow()),
      now: store.connection.peekNow,
      orderSearch: {
        ...store.orderSearch,
        line(id) {
          linesRead += 1;
          return store.orderSearch.line(id);
        },
      },
      log: { ...store.log, onAppended: counted(store.log.onAppended) },
    },
    authority: {
      desk: desk.desk,
      experience: desk.experience,
      approvals: { ...desk.approvals, onChanged: counted(desk.approvals.onChanged) },
      problem: () => null,
      unaccepted: () => null,
      watching: stopping.signal,
    },
    shops: {
      onChanged: counted((listener) => {
        shopListeners.add(listener);
        return () => void shopListeners.delete(listener);
      }),
    },
    prepaid: {
      onChanged: counted((listener) => {
        creditListeners.add(listener);
        return () => void creditListeners.delete(listener);
      }),
    },
    ceiling: () => null,
    clock: desk.clock,
    log: silentLog,
    ...changes,
  });
  const watch = () => {
    const leaving = new AbortController();
    left.add(() => leaving.abort());
    const updates = follow.follow(leaving.signal);
    onTestFinished(async () => void (await updates.return(undefined)));
    const next = async (): Promise<DeskUpdate> => {
      const { value, done } = await updates.next();
      if (done === true) throw new Error('it has ended');
      return value;
    };
    return { updates, next, leave: () => leaving.abort() };
  };
  return {
    ...desk,
    watch,
    stopping,
    openShop: () => {
      for (const listener of shopListeners) listener();
    },
    useCredit: () => {
      for (const listener of creditListeners) listener();
    },
    listening: () => listening,
    linesRead: () => linesRead,
  };
}

type Watch = ReturnType<Awaited<ReturnType<typeof followedDesk>>['watch']>;

/** Updates up to the one that makes it true of all of them together. */
async function until({ next }: Watch, enough: (all: readonly DeskUpdate[]) => boolean): Promise<readonly DeskUpdate[]> {
  const all: DeskUpdate[] = [];
  do all.push(await next());
  while (!enough(all));
  return all;
}

/** The last word on each order. */
const lastStates = (updates: readonly DeskUpdate[]): ReadonlyMap<string, string> =>
  new Map(updates.flatMap(({ orders }) => orders.map(({ id, state }) => [id, state] as const)));

async function pay({ ask, store, settle }: TestDesk, url = 'http://127.0.0.1/x', agent = 'bot'): Promise<string> {
  expect((await ask({ url, agent })).kind).toBe('granted');
  const [order] = store.orders.list({ limit: 1 });
  if (order === undefined) throw new Error('no order was made');
  await settle(order.id);
  return order.id;
}

test('the first update is how all stands; after it comes what changed, and nothing else', async () => {
  const held = await followedDesk();
  await held.admit('bot');
  const before = await pay(held);
  const screen = held.watch();
  const first = await screen.next();
  expect(first).toMatchObject({ more: 0, rules: true, shops: true, refusals: [], approvals: [] });
  expect(first.orders.map(({ id, state }) => [id, state])).toEqual([[before, 'settled']]);
  expect(first.status).toMatchObject({
    network: 'sandbox',
    available: '999.99',
    reserved: '0',
    spent: { day: '0.01', week: '0.01', month: '0.01' },
    limits: { perDay: '50', perMonth: 'none' },
    paused: { all: false, agents: [] },
    waiting: 0,
    underWay: 0,
    unknown: 0,
    payments: 1,
    breakers: [],
    hasPin: false,
    aboveCeiling: false,
    problem: null,
    unaccepted: null,
  });

  const after = await pay(held);
  const updates = await until(screen, (all) => lastStates(all).get(after) === 'settled');
  expect([...lastStates(updates).keys()]).toEqual([after]);
  expect(updates.at(-1)?.status).toMatchObject({ available: '999.98', spent: { day: '0.02' }, payments: 2 });
  for (const { rules, shops, more } of updates)
    expect({ rules, shops, more }).toEqual({ rules: false, shops: false, more: 0 });
});

test('what is open counts as spent in all three windows, and a week ends after seven days', async () => {
  const held = await followedDesk();
  await held.admit('bot');
  await pay(held);
  held.clock.at += 8 * 24 * 3_600_000;
  await held.ask();
  const { status } = await held.watch().next();
  expect(status).toMatchObject({ spent: { day: '0.01', week: '0.01', month: '0.02' }, underWay: 1, reserved: '0.01' });
});

test('500 payments at once are a few updates, and of each order the end is told', async () => {
  const held = await followedDesk();
  await held.admit('bot');
  const screen = held.watch();
  await screen.next();
  const ids = await Promise.all(
    Array.from({ length: 500 }, async (_, i) => {
      const request = held.request({ url: `http://127.0.0.1/${i}` });
      expect(await held.gate.authorize(request, { respondAsync: true, signal: null })).toMatchObject({
        kind: 'granted',
      });
      await held.settle(request.id);
      return request.id;
    }),
  );
  const updates = await until(screen, (all) => {
    const states = lastStates(all);
    return ids.every((id) => states.get(id) === 'settled');
  });
  // Five at least, for one holds a hundred.
  expect(updates.length).toBeLessThan(20);
  for (const { orders, more } of updates) {
    expect(orders.length).toBeLessThanOrEqual(100);
    expect(orders.map(({ seq }) => seq)).toEqual([...orders.map(({ seq }) => seq)].sort((a, b) => b - a));
    expect(more).toBe(0);
  }
});

test('what is more than can be told is counted, and the newest are those that are told', async () => {
  const held = await followedDesk();
  const screen = held.watch();
  await screen.next();
  const { connection, log } = held.store;
  // More than anybody could read, in a single commit.
  await connection.committer.write(() => {
    for (let i = 1; i <= 2_500; i++)
      log.append({ kind: 'decision', agent: 'bot', subject: null, data: refusal(`http://127.0.0.1/${i}`) });
  });
  const updates = await until(screen, (all) => all.flatMap(({ refusals }) => refusals).length >= 200);
  const seqs = updates.flatMap(({ refusals }) => refusals.map(({ seq }) => seq));
  expect(new Set(seqs).size).toBe(200);
  expect(Math.max(...seqs)).toBe(log.head().count);
  expect(updates.reduce((sum, { more }) => sum + more, 0)).toBe(2_300);
});

const refusal = (url: string, over: { [name: string]: string | number } = {}) => ({
  ...{ decision: 'denied', reason: 'over-day-limit', approval: null, limitOf: null, action: 'pay', amount: '10000' },
  ...{ asset: 'usdc', method: 'GET', url, payee: 'Payee', loop: '', trust: 0, policy: 1, law: 1 },
  ...over,
});

test('a refusal is told with its reason, and one entry for many with their number', async () => {
  const held = await followedDesk();
  await held.admit('bot');
  const screen = held.watch();
  await screen.next();
  await held.ask({ amount: 2_000_000n, url: 'http://127.0.0.1/dear' });
  await held.store.journal.note({
    kind: 'decision',
    agent: 'bot',
    subject: null,
    data: refusal('http://127.0.0.1', { amount: '0', asset: '', payee: '', method: '', reason: 'no-offer', times: 7 }),
  });
  const told = await until(screen, (all) => all.flatMap(({ refusals }) => refusals).length === 2);
  const bySeq = told.flatMap(({ refusals }) => refusals).sort((a, b) => a.seq - b.seq);
  expect(bySeq).toMatchObject([
    {
      agent: 'bot',
      decision: 'denied',
      reason: 'over-payment-limit',
      url: 'http://127.0.0.1/dear',
      amount: '2',
      times: 1,
    },
    { reason: 'no-offer', amount: null, payee: null, times: 7 },
  ]);
  // Whoever comes later finds them in the first update, the newest first.
  const later = await held.watch().next();
  expect(later.refusals.map(({ seq }) => seq)).toEqual(bySeq.map(({ seq }) => seq).reverse());
});

test('a question and its answer are told, and the number of those that wait', async () => {
  const held = await followedDesk();
  await held.admit('bot', withRules({ always: true }));
  const screen = held.watch();
  await screen.next();
  const asked = await held.ask();
  if (asked.kind !== 'deferred') throw new Error(asked.kind);
  const raised = await until(screen, (all) => all.some(({ approvals }) => approvals.length > 0));
  expect(raised.at(-1)).toMatchObject({
    approvals: [{ id: asked.approval, state: 'waiting' }],
    status: { waiting: 1 },
  });
  expect((await held.watch().next()).approvals).toMatchObject([{ id: asked.approval }]);
  await held.approvals.deny(asked.approval, false);
  const answered = await until(screen, (all) => all.some(({ approvals }) => approvals[0]?.state === 'denied'));
  expect(answered.at(-1)).toMatchObject({ status: { waiting: 0 } });
});

test('rules that changed, shops and credit are each told as such; a status that is the same is not told again', async () => {
  const held = await followedDesk();
  await held.admit('bot');
  const screen = held.watch();
  await screen.next();
  held.openShop();
  expect(await screen.next()).toEqual({
    ...{ status: null, orders: [], refusals: [], approvals: [], more: 0, rules: false, shops: true, prepaid: false },
  });
  held.useCredit();
  expect(await screen.next()).toMatchObject({ status: null, rules: false, shops: false, prepaid: true });
  await held.desk.pause(null, 'operator');
  expect(await screen.next()).toMatchObject({ rules: true, shops: false, status: { paused: { all: true } } });
});

test('money from outside, which nobody announces, is seen after a while', async () => {
  const held = await followedDesk({ ceiling: () => toAtomic(1_500_000_000n) });
  const screen = held.watch();
  expect((await screen.next()).status).toMatchObject({ available: '1000', aboveCeiling: false });
  // Nothing that was announced is still to be told.
  held.openShop();
  await screen.next();
  await deposit(held.store, 1_000_000_000n);
  expect(await screen.next()).toMatchObject({ status: { available: '2000', aboveCeiling: true }, orders: [] });
});

test('two screens are told the same, and it is read once for both', async () => {
  const held = await followedDesk();
  await held.admit('bot');
  const screens = [held.watch(), held.watch()] as const;
  await Promise.all(screens.map((screen) => screen.next()));
  expect(held.listening()).toBe(4);
  const ids = [await pay(held), await pay(held)];
  const done = (all: readonly DeskUpdate[]) => ids.every((id) => lastStates(all).get(id) === 'settled');
  const [one, other] = await Promise.all(screens.map((screen) => until(screen, done)));
  expect(one?.at(-1)).toEqual(other?.at(-1));
  expect(held.linesRead()).toBe(one?.flatMap(({ orders }) => orders).length);
});

test('who does not read for long finds the end of it in one update', async () => {
  const held = await followedDesk();
  await held.admit('bot');
  const [slow, quick] = [held.watch(), held.watch()];
  await Promise.all([slow.next(), quick.next()]);
  for (let i = 0; i < 3; i++) {
    const id = await pay(held);
    await until(quick, (all) => lastStates(all).get(id) === 'settled');
  }
  const { orders, status } = await slow.next();
  expect(orders.map(({ seq, state }) => [seq, state])).toEqual([3, 2, 1].map((seq) => [seq, 'settled']));
  expect(status).toMatchObject({ payments: 3, underWay: 0 });
});

test('ends when its reader leaves, also one that waits; the last one to leave takes every listener along', async () => {
  const held = await followedDesk();
  const [one, other] = [held.watch(), held.watch()];
  await Promise.all([one.next(), other.next()]);
  const waiting = one.updates.next();
  one.leave();
  expect(await waiting).toEqual({ done: true, value: undefined });
  expect(held.listening()).toBe(4);
  held.openShop();
  for await (const _ of other.updates) break;
  expect(held.listening()).toBe(0);
  // And who comes after that is told again.
  await held.admit('bot');
  const again = held.watch();
  await again.next();
  const id = await pay(held);
  await until(again, (all) => lastStates(all).get(id) === 'settled');
});

test('ends when Groat stops', async () => {
  const held = await followedDesk();
  const screen = held.watch();
  await screen.next();
  const waiting = screen.updates.next();
  held.stopping.abort();
  expect(await waiting).toEqual({ done: true, value: undefined });
  expect(held.listening()).toBe(0);
});
