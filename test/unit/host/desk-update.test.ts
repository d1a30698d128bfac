import { expect, test } from 'vitest';
import { joinUpdates } from '../../../src-main/host/desk-update.ts';
import { createNewest } from '../../../src-main/host/newest.ts';
import type { DeskUpdate, OrderLine } from '../../../src-shared/contract/index.ts';

const line = (seq: number, state: OrderLine['state'] = 'reserved'): OrderLine => ({
  seq,
  id: `ord_${seq}`,
  agent: 'bot',
  method: 'GET',
  url: 'https://shop.example/x',
  amount: '0.01',
  asset: 'USDC',
  payee: 'Payee',
  state,
  signature: null,
  httpStatus: null,
  why: null,
  createdAt: 1,
  updatedAt: 1,
});

const update = (changes: Partial<DeskUpdate>): DeskUpdate => ({
  status: null,
  orders: [],
  refusals: [],
  approvals: [],
  more: 0,
  rules: false,
  shops: false,
  prepaid: false,
  ...changes,
});

test('of one order that both updates tell of, the later word stands', () => {
  const joined = joinUpdates(
    update({ orders: [line(2), line(1)], rules: true }),
    update({ orders: [line(3), line(1, 'settled')], shops: true, more: 4 }),
  );
  expect(joined.orders.map(({ seq, state }) => [seq, state])).toEqual([
    [3, 'reserved'],
    [2, 'reserved'],
    [1, 'settled'],
  ]);
  expect(joined).toMatchObject({ rules: true, shops: true, more: 4, status: null });
});

test('joined for a reader who never reads, it stays as large as one update, and counts the rest', () => {
  let joined = update({});
  for (let seq = 1; seq <= 1000; seq++) joined = joinUpdates(joined, update({ orders: [line(seq)] }));
  expect(joined.orders.map(({ seq }) => seq)).toEqual(Array.from({ length: 100 }, (_, i) => 1000 - i));
  expect(joined.more).toBe(900);
});

test('the newest are taken first, each once and as it was last put', () => {
  const newest = createNewest<string, number>(10);
  for (const [key, value] of [
    ['a', 1],
    ['b', 2],
    ['c', 3],
    ['a', 4],
  ] as const)
    newest.put(key, value);
  expect(newest.take(2)).toEqual([4, 3]);
  expect(newest.take(2)).toEqual([2]);
  expect([newest.size, newest.lost()]).toEqual([0, 0]);
});

test('beyond the bound the oldest are let go and counted once', () => {
  const newest = createNewest<number, number>(3);
  for (let i = 0; i < 10; i++) newest.put(i, i);
  expect([newest.lost(), newest.lost()]).toEqual([7, 0]);
  expect(newest.take(9)).toEqual([9, 8, 7]);
});
