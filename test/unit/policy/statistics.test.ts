import { expect, test } from 'vitest';
import type { Entry } from '../../../src-main/log/index.ts';
import { read } from '../../../src-main/policy/entries.ts';
import { statisticsFold } from '../../../src-main/policy/statistics.ts';

const refusal = (more: Entry['data'] = {}): Entry => ({
  ...{ kind: 'decision', agent: 'bot', subject: null, seq: 1, at: 0, prev: '', hash: '' },
  data: {
    ...{ action: 'pay', decision: 'denied', reason: 'paused', amount: '0', asset: '', method: 'GET', url: 'http://a' },
    ...{ payee: '', loop: '', trust: 0, policy: 1, law: 1, approval: null, limitOf: null },
    ...more,
  },
});

const countedOf = (entries: readonly Entry[]) => {
  const book = statisticsFold.initial();
  for (const entry of entries) statisticsFold.step(book, read(entry), entry);
  return book.get('bot');
};

test('an entry that stands for many refusals counts as many', () => {
  const entries = [refusal(), refusal({ times: 40 }), refusal({ times: 2, reason: 'law-denied' })];
  expect(countedOf(entries)).toMatchObject({ requests: 43, denied: 43, deniedBy: { paused: 41, 'law-denied': 2 } });
});

test('one by one or counted together, the statistics are the same', () => {
  const together = countedOf([refusal(), refusal({ times: 99 })]);
  expect(together).toEqual(countedOf(Array.from({ length: 100 }, () => refusal())));
});

test.each([0, -1, 1.5, '2', null])('an entry that stands for %s refusals teaches nothing', (times) => {
  expect(read(refusal({ times }))).toEqual({ tells: 'other' });
});
