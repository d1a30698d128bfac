import { createSecretKey } from 'node:crypto';
import Database from 'better-sqlite3';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { stepsUpTo } from '../../../src-main/host/spending-series.ts';
import { spending } from '../../../src-main/store/migrations/0005-spending.ts';
import { createSpending, rowsPerHour } from '../../../src-main/store/spending.ts';
import { applyEvent } from '../../../src-main/wallet/ledger.ts';
import type { SpendingBook, SpendingKey } from '../../../src-main/wallet/ports.ts';
import {
  assembleStore,
  deposit,
  freshFile,
  grantedAlways,
  openTestStore,
  policyMac,
  requestOf,
  type SetClock,
  setClock,
  signedFor,
  type TestStore,
} from '../../support/test-store.ts';

const hourMs = 3_600_000;
const start = Date.parse('2026-11-01T00:00:00Z');

interface Payment {
  readonly agent: string;
  readonly payee: string;
  readonly origin: string;
  readonly amount: bigint;
  /** How long after the one before it. */
  readonly gapMs: number;
  readonly fate: 'landed' | 'released' | 'open';
}

const payments = fc.array(
  fc.record<Payment>({
    agent: fc.constantFrom('ann', 'bob'),
    payee: fc.constantFrom('Payee1', 'Payee2', 'Payee3'),
    origin: fc.constantFrom('https://a.example', 'http://127.0.0.1:8080'),
    amount: fc.bigInt(1n, 1_000n),
    gapMs: fc.integer({ min: 0, max: 40 * hourMs }),
    fate: fc.constantFrom('landed', 'landed', 'landed', 'released', 'open'),
  }),
  { minLength: 1, maxLength: 25 },
);

interface Landed extends Payment {
  readonly at: number;
}

/** Makes the payments one after the other; the answer is those whose money moved. */
async function make(store: TestStore, clock: SetClock, all: readonly Payment[]): Promise<Landed[]> {
  await deposit(store, 1_000_000n);
  const landed: Landed[] = [];
  for (const [index, payment] of all.entries()) {
    const { agent, payee, origin, amount, gapMs, fate } = payment;
    clock.at += gapMs;
    const id = `ord_${index}`;
    const request = { ...requestOf(id, amount, agent), payee, origin, url: `${origin}/x` };
    await store.reservations.reserve(request, () => grantedAlways(request));
    if (fate === 'open') continue;
    const change = (event: Parameters<typeof applyEvent>[1]) =>
      store.orders.change(id, (order) => applyEvent(order, event));
    if (fate === 'released') await change({ kind: 'abandoned', why: 'x' });
    else {
      await change({ kind: 'signed', payment: signedFor(id) });
      clock.at += 1000;
      landed.push({ ...payment, at: clock.at });
      await change({ kind: 'landed', signature: `tx-of-${id}` });
    }
  }
  return landed;
}

/** All hours of a span together. */
function sumsOf(book: SpendingBook, by: SpendingKey, from: number, until: number, agent: string | null = null) {
  const sums = new Map<string, bigint>();
  let found = book.hour({ by, from, until, agent });
  while (found !== null) {
    for (const [key, amount] of found.sums) sums.set(key, (sums.get(key) ?? 0n) + amount);
    found = book.hour({ by, from: found.at + 1, until, agent });
  }
  return sums;
}

const total = (some: readonly Landed[]): bigint => some.reduce((sum, { amount }) => sum + amount, 0n);

/** What the book should say, added up from the payments themselves. */
function bruteForce(landed: readonly Landed[], by: SpendingKey, from: number, until: number, agent: string | null) {
  const within = landed.filter((one) => {
    const hour = Math.floor(one.at / hourMs) * hourMs;
    return hour >= from && hour < until && (agent === null || one.agent === agent);
  });
  const keys = [...new Set(within.map((one) => one[by]))];
  return new Map(keys.map((key) => [key, total(within.filter((one) => one[by] === key))]));
}

test('says of every step, key and agent what the payments add up to, and of each payee what it got', async () => {
  await fc.assert(
    fc.asyncProperty(
      payments,
      fc.constantFrom('hour' as const, 'day' as const, 'week' as const),
      fc.constantFrom(0, 330, 345, -480, 840),
      fc.constantFrom(null, 'ann'),
      async (all, step, utcOffset, agent) => {
        const clock = setClock(start);
        const store = openTestStore(clock);
        const landed = await make(store, clock, all);
        const begins = [...stepsUpTo(clock.at, { step, steps: 20, utcOffset }), clock.at + hourMs];
        for (const by of ['agent', 'payee', 'origin'] as const)
          for (const [index, until] of begins.slice(1).entries()) {
            const from = begins[index] ?? 0;
            const sums = sumsOf(store.spending, by, from, until, agent);
            expect(new Map([...sums].sort())).toEqual(new Map([...bruteForce(landed, by, from, until, agent)].sort()));
          }
        for (const payee of ['Payee1', 'Payee2', 'Payee3', 'Nobody']) {
          const own = landed.filter((one) => one.payee === payee);
          const lastAt = own.at(-1)?.at ?? null;
          expect(store.spending.paidTo(payee)).toEqual({ payments: own.length, total: total(own), lastAt });
        }
        const weekAgo = clock.at - 7 * 24 * hourMs;
        expect(store.spending.totalAt(weekAgo)).toBe(total(landed.filter(({ at }) => at <= weekAgo)));
        await store.close();
      },
    ),
    { numRuns: 40 },
  );
}, 60_000);

const rowsIn = (file: string): unknown[] => {
  const db = new Database(file);
  const rows = db.prepare('SELECT * FROM spending ORDER BY hour, agent, payee, origin').all();
  db.close();
  return rows;
};

/** The step that a file from before the book goes through. */
function migrateAgain(file: string): void {
  const db = new Database(file);
  db.exec('DROP TABLE spending; DROP TABLE paid_payees');
  spending(db);
  db.close();
}

test('a database from before gets the same book as if it had kept one all along', async () => {
  await fc.assert(
    fc.asyncProperty(payments, async (all) => {
      const clock = setClock(start);
      const file = freshFile();
      const store = assembleStore(clock, file);
      await make(store, clock, all);
      await store.close();
      const kept = rowsIn(file);
      migrateAgain(file);
      expect(rowsIn(file)).toEqual(kept);
    }),
    { numRuns: 15 },
  );
}, 60_000);

test('an agent that makes up sites and payees gets no more rows in an hour than others can wait for, and no cent is lost', async () => {
  const clock = setClock(start);
  const file = freshFile();
  const store = assembleStore(clock, file);
  await deposit(store, 1_000_000n);
  const pay = (agent: string, site: number, at: number) =>
    store.connection.committer.write(() =>
      store.spending.add({ agent, payee: `Payee${site}`, url: `http://s${site}.example/x`, amount: 2n }, at),
    );
  for (let i = 0; i < rowsPerHour + 50; i++) await pay('bot', i, start);
  // Who has a row keeps it, and others are not the worse for it; nor is the next hour.
  await pay('bot', 7, start + 1000);
  await pay('ann', 900, start + 1000);
  await pay('bot', 901, start + hourMs);
  expect(rowsIn(file)).toHaveLength(rowsPerHour + 1 + 2);
  for (const by of ['payee', 'origin'] as const) {
    const sums = sumsOf(store.spending, by, start, start + hourMs);
    expect(sums.get('')).toBe(100n);
    expect(sums.get(by === 'payee' ? 'Payee7' : 'http://s7.example')).toBe(4n);
    expect(sums.get(by === 'payee' ? 'Payee900' : 'http://s900.example')).toBe(2n);
    expect([...sums.values()].reduce((a, b) => a + b)).toBe(BigInt(rowsPerHour + 52) * 2n);
  }
  expect(sumsOf(store.spending, 'agent', start, start + 2 * hourMs)).toEqual(
    new Map([
      ['ann', 2n],
      ['bot', BigInt(rowsPerHour + 52) * 2n],
    ]),
  );
  // The chart forgets whom it was, and the question before a yes does not.
  expect(store.spending.paidTo(`Payee${rowsPerHour + 49}`)).toEqual({ payments: 1, total: 2n, lastAt: start });
  await store.close();
});

test('a migration keeps to the same number of rows, and to the same ones', async () => {
  const clock = setClock(start);
  const file = freshFile();
  const store = assembleStore(clock, file);
  const few = { agent: 'bot', amount: 1n, gapMs: 0, fate: 'landed' } as const;
  const many = Array.from({ length: rowsPerHour + 5 }, (_, i) => ({
    ...few,
    payee: `P${i}`,
    origin: 'https://a.example',
  }));
  await make(store, clock, [...many, { ...few, payee: 'P3', origin: 'https://a.example' }]);
  await store.close();
  const kept = rowsIn(file);
  expect(kept).toHaveLength(rowsPerHour + 1);
  migrateAgain(file);
  expect(rowsIn(file)).toEqual(kept);
}, 60_000);

describe('nobody who writes to the file gives a payee a past', () => {
  const key = createSecretKey(Buffer.alloc(32, 8));
  test.for([
    ['that it never had', "INSERT INTO paid_payees SELECT 'Stranger', 5000000, 40, last_at, mac FROM paid_payees"],
    ['with an empty MAC', "INSERT INTO paid_payees VALUES ('Stranger', 5000000, 40, 1, x'')"],
    ['that was another’s', "UPDATE paid_payees SET payee = 'Stranger'"],
  ] as const)('%s', async ([, write]) => {
    const { store, foreign } = await paidOnce();
    foreign(write);
    expect(store.spending.paidTo('Stranger')).toEqual({ payments: 0, total: 0n, lastAt: null });
  });

  test.for(['amount = 900', 'count = 900', 'last_at = 1'])('and a row of its own, once %s, is none', async (change) => {
    const { store, foreign, pay } = await paidOnce();
    foreign(`UPDATE paid_payees SET ${change}`);
    expect(store.spending.paidTo('Payee')).toEqual({ payments: 0, total: 0n, lastAt: null });
    // The next payment begins anew, and does not vouch for what was written there.
    await pay(2000);
    expect(store.spending.paidTo('Payee')).toEqual({ payments: 1, total: 30n, lastAt: 2000 });
  });

  test('also with the rows of another network, or under another key', async () => {
    const { store, file, pay } = await paidOnce();
    await pay(2000);
    expect(store.spending.paidTo('Payee')).toEqual({ payments: 2, total: 60n, lastAt: 2000 });
    const elsewhere = createSpending(store.connection, 'mainnet');
    elsewhere.unlock(policyMac);
    const stranger = createSpending(store.connection, 'sandbox');
    stranger.unlock(key);
    for (const other of [elsewhere, stranger, createSpending(store.connection, 'sandbox')])
      expect(other.paidTo('Payee').payments, file).toBe(0);
  });
});

/** A desk that paid once, whose file somebody else may write to. */
async function paidOnce() {
  const file = freshFile();
  const store = openTestStore(setClock(start), file);
  const pay = (now: number) =>
    store.connection.committer.write(() =>
      store.spending.add({ agent: 'bot', payee: 'Payee', url: 'https://a.example/x', amount: 30n }, now),
    );
  await pay(1000);
  const foreign = (sql: string): void => {
    const db = new Database(file);
    expect(db.prepare(sql).run().changes).toBe(1);
    db.close();
  };
  return { store, file, pay, foreign };
}

test('money that moved is in the book exactly when the order says so: a write that is rolled back leaves nothing', async () => {
  const clock = setClock(start);
  const store = openTestStore(clock);
  await deposit(store, 100n);
  const request = requestOf('a', 30n);
  await store.reservations.reserve(request, () => grantedAlways(request));
  await store.orders.change('a', (order) => applyEvent(order, { kind: 'signed', payment: signedFor('a') }));
  // What the ledger refuses takes the whole write with it.
  const broken = store.orders.change('a', (order) => {
    const change = applyEvent(order, { kind: 'landed', signature: 'tx' });
    return change === null ? null : { ...change, entries: change.entries.slice(1) };
  });
  await expect(broken).rejects.toMatchObject({ code: 'ledger-unbalanced' });
  expect(store.spending.paidTo(request.payee).payments).toBe(0);
  expect(sumsOf(store.spending, 'agent', 0, clock.at + hourMs).size).toBe(0);
  await store.orders.change('a', (order) => applyEvent(order, { kind: 'landed', signature: 'tx' }));
  expect(store.spending.paidTo(request.payee)).toEqual({ payments: 1, total: 30n, lastAt: clock.at });
});
