import Database from 'better-sqlite3';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { stepsUpTo } from '../../../src-main/host/spending-series.ts';
import { applyEvent } from '../../../src-main/wallet/ledger.ts';
import type { SpendingKey } from '../../../src-main/wallet/ports.ts';
import {
  assembleStore,
  deposit,
  freshFile,
  grantedAlways,
  openTestStore,
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
            const sums = store.spending.sums({ by, from, until, agent });
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

test('a database from before gets the same book as if it had kept one all along', async () => {
  await fc.assert(
    fc.asyncProperty(payments, async (all) => {
      const clock = setClock(start);
      const file = freshFile();
      const store = assembleStore(clock, file);
      await make(store, clock, all);
      await store.close();
      const db = new Database(file);
      const book = () => [
        db.prepare('SELECT * FROM spending ORDER BY hour, agent, payee, origin').all(),
        db.prepare('SELECT * FROM paid_payees ORDER BY payee').all(),
      ];
      const kept = book();
      db.exec('DROP TABLE spending; DROP TABLE paid_payees; PRAGMA user_version = 4');
      await assembleStore(clock, file).close();
      expect(book()).toEqual(kept);
      db.close();
    }),
    { numRuns: 15 },
  );
}, 60_000);

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
  expect(store.spending.sums({ by: 'agent', from: 0, until: clock.at + hourMs, agent: null }).size).toBe(0);
  await store.orders.change('a', (order) => applyEvent(order, { kind: 'landed', signature: 'tx' }));
  expect(store.spending.paidTo(request.payee)).toEqual({ payments: 1, total: 30n, lastAt: clock.at });
});
