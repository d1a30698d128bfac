import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import { type Connection, openConnection } from '../../../src-main/store/connection.ts';
import { createOrderSearch } from '../../../src-main/store/order-search.ts';
import type { OrderFilter, OrderRecord, OrderSearch } from '../../../src-main/wallet/ports.ts';
import type { OrderState } from '../../../src-shared/model/index.ts';
import { openTestStore, setClock } from '../../support/test-store.ts';

const any: OrderFilter = { text: null, agent: null, states: null, from: null, until: null };
/** More than one look takes in. */
const count = 9_500;
const states: readonly OrderState[] = [
  'reserved',
  'submitting',
  'delivering',
  'settled',
  'released',
  'failed',
  'unknown',
];
const landedStates: ReadonlySet<OrderState> = new Set(['settled', 'failed']);

/** Rows as the store writes them, several made in the same millisecond. */
function seed(file: string): void {
  const { db, close } = openConnection(file, 'sandbox', setClock(1));
  const insert = db.prepare(
    `INSERT INTO orders (id, action, agent, method, url, dialect, network, asset, amount, payee, charged, state, delivery,
       message_hash, own_signature, last_valid_height, landed, created_at, updated_at)
     VALUES (?, 'pay', ?, 'GET', ?, 'x402-v2', 'n', 'mint', 5, ?, '["bot"]', ?, 'none', ?, ?, 1, ?, ?, ?)`,
  );
  db.transaction(() => {
    for (let i = 1; i <= count; i++) {
      const state = states[(i * 7 + Math.floor(i / 50)) % states.length] ?? 'settled';
      insert.run(
        ...[
          `ord_${i.toString(16)}`,
          `agent${i % 3}`,
          `https://Shop${i % 11}.example/Path_${i}`,
          `Payee${i % 5}xY`,
          state,
        ],
        ...[`m${i}`, `s${i}`, landedStates.has(state) ? `TxOf${i}` : null, 1000 + Math.floor(i / 3), 1],
      );
    }
  })();
  close();
}

let search: OrderSearch;
let everything: readonly OrderRecord[];

beforeAll(() => {
  const folder = mkdtempSync(join(tmpdir(), 'groat-search-'));
  const file = join(folder, 'groat.db');
  seed(file);
  const connection = openConnection(file, 'sandbox', setClock(1));
  search = createOrderSearch(connection);
  everything = all(any, 500);
  return () => {
    connection.close();
    rmSync(folder, { recursive: true, force: true });
  };
});

/** Everything that a search finds, page by page. */
function all(filter: OrderFilter, limit: number): OrderRecord[] {
  const found: OrderRecord[] = [];
  let before: number | null = null;
  for (let pages = 0; pages < 100_000; pages++) {
    const page = search.look(filter, { before, limit });
    expect(page.orders.length).toBeLessThanOrEqual(limit);
    found.push(...page.orders);
    if (page.next === null) return found;
    if (before !== null) expect(page.next).toBeLessThan(before);
    before = page.next;
  }
  throw new Error('the search has no end');
}

const has = (value: string | null, text: string) => value?.toLowerCase().includes(text.toLowerCase()) ?? false;

const matches = (filter: OrderFilter) => (order: OrderRecord) =>
  (filter.text === null ||
    [order.url, order.payee, order.id, 'landed' in order.life ? order.life.landed : null].some((value) =>
      has(value, filter.text ?? ''),
    )) &&
  (filter.agent === null || order.agent === filter.agent) &&
  (filter.states === null || filter.states.includes(order.life.state)) &&
  (filter.from === null || order.createdAt >= filter.from) &&
  (filter.until === null || order.createdAt < filter.until);

test('without a filter it is every order there is, newest first', () => {
  expect(everything.map(({ seq }) => seq)).toEqual(Array.from({ length: count }, (_, i) => count - i));
  expect(search.count()).toBe(count);
});

test('finds what one finds by looking at every order, whatever the pages', () => {
  const time = fc.integer({ min: 990, max: 1000 + Math.ceil(count / 3) + 10 });
  fc.assert(
    fc.property(
      fc.record({
        text: fc.constantFrom(
          null,
          'shop3',
          'PATH_77',
          'payee4',
          'XY',
          'ORD_1f',
          'txof9',
          '%',
          '_',
          "'",
          'nothing such',
        ),
        agent: fc.constantFrom(null, 'agent1', 'nobody'),
        states: fc.option(fc.uniqueArray(fc.constantFrom(...states), { maxLength: 3 })),
        from: fc.option(time),
        until: fc.option(time),
      }),
      fc.integer({ min: 1, max: 500 }),
      (filter, limit) => {
        const found = all(filter, Math.max(limit, 50)).map(({ seq }) => seq);
        expect(found).toEqual(everything.filter(matches(filter)).map(({ seq }) => seq));
      },
    ),
    { numRuns: 60 },
  );
});

test('a window in the middle is what stands there', () => {
  const { orders, next } = search.look(any, { before: 5001, limit: 3 });
  expect([orders.map(({ seq }) => seq), next]).toEqual([[5000, 4999, 4998], 4998]);
  expect(search.look(any, { before: 3, limit: 10 })).toMatchObject({ orders: [{ seq: 2 }, { seq: 1 }], next: null });
  expect(search.look(any, { before: 1, limit: 10 })).toEqual({ orders: [], next: null });
  expect(search.look(any, { before: -5, limit: 10 })).toEqual({ orders: [], next: null });
});

test('one look that finds nothing stops early and says where to go on', () => {
  const { orders, next } = search.look({ ...any, agent: 'nobody' }, { before: null, limit: 10 });
  expect(orders).toEqual([]);
  expect(next).toBeGreaterThan(1);
});

test('counts what is in a state, and gives one line by its id', () => {
  for (const state of states)
    expect(search.inState(state), state).toBe(everything.filter(({ life }) => life.state === state).length);
  expect(search.inState('submitted')).toBe(0);
  expect(search.line('ord_ff')).toMatchObject({ seq: 255, steps: [] });
  expect(search.line('none')).toBeNull();
});

test('an empty book has nothing, and says so at once', () => {
  const { orderSearch } = openTestStore(setClock(1));
  expect(orderSearch.look({ ...any, from: 5, until: 9 }, { before: null, limit: 5 })).toEqual({
    orders: [],
    next: null,
  });
  expect([orderSearch.count(), orderSearch.inState('unknown')]).toEqual([0, 0]);
});

/** Writes an order by its id and URL. */
const intoOrders = ({ db }: Connection) =>
  db.prepare<[string, string]>(
    `INSERT INTO orders (id, action, agent, method, url, dialect, network, asset, amount, payee, charged, state, delivery,
       created_at, updated_at)
     VALUES (?, 'pay', 'bot', 'GET', ?, 'x402-v2', 'n', 'mint', 5, 'Payee', '["bot"]', 'released', 'none', 1, 1)`,
  );

test('one look takes in no more of long addresses than of short ones, and finds the same in the end', () => {
  const { connection, orderSearch } = openTestStore(setClock(1));
  const insert = intoOrders(connection);
  const long = 'a'.repeat(60_000);
  connection.db.transaction(() => {
    for (let i = 1; i <= 100; i++) insert.run(`ord_${i}`, `https://shop.example/${i < 95 ? long : ''}?${i}`);
  })();
  const look = (text: string | null, before: number | null) =>
    orderSearch.look({ ...any, text }, { before, limit: 500 });
  const found: number[] = [];
  let before: number | null = null;
  do {
    const { orders, next } = look(null, before);
    expect(orders.reduce((bytes, { url }) => bytes + url.length, 0)).toBeLessThanOrEqual(1_000_000);
    found.push(...orders.map(({ seq }) => seq));
    before = next;
  } while (before !== null);
  expect(found).toEqual(Array.from({ length: 100 }, (_, i) => 100 - i));
  // Nothing fits, and it still stops after as much.
  expect(look('nothing such', null)).toEqual({ orders: [], next: expect.any(Number) });
});

test('an address that is longer than all of a look is a look of its own', () => {
  const { connection, orderSearch } = openTestStore(setClock(1));
  const insert = intoOrders(connection);
  for (const id of ['a', 'b', 'c']) insert.run(id, 'x'.repeat(1_500_000));
  const look = (before: number | null) => {
    const { orders, next } = orderSearch.look(any, { before, limit: 500 });
    return [orders.map(({ id }) => id), next];
  };
  expect([look(null), look(3), look(2)]).toEqual([
    [['c'], 3],
    [['b'], 2],
    [['a'], null],
  ]);
});
