import { expect, test } from 'vitest';
import { createLoopGuard, defaultLoopSettings, loopKey } from '../../../src-main/policy/loop-guard.ts';

const guardOf = (over: Partial<typeof defaultLoopSettings> = {}) =>
  createLoopGuard({ max: 3, windowMs: 60_000, maxKeys: 2, ...over });

test('the 301st of a minute is a loop by default, the 300th is not', () => {
  const guard = createLoopGuard(defaultLoopSettings);
  for (let n = 0; n < 300; n += 1) {
    expect(guard.count('a', n)).toBe(n);
    guard.note('a', n);
  }
  expect(guard.count('a', 300)).toBe(defaultLoopSettings.max);
});

test('the window slides: each leaves a minute after it came', () => {
  const guard = guardOf();
  for (const at of [0, 30_000, 59_999]) guard.note('a', at);
  expect([59_999, 60_000, 89_999, 90_000, 119_999].map((now) => guard.count('a', now))).toEqual([3, 2, 2, 1, 0]);
});

test('what goes on above the limit stays a loop', () => {
  const guard = guardOf();
  for (let at = 0; at < 100; at += 1) guard.note('a', at);
  expect(guard.count('a', 60_096)).toBe(3);
  expect(guard.count('a', 60_097)).toBe(2);
});

test('when it is full it forgets the key noted longest ago, and no other', () => {
  const guard = guardOf();
  guard.note('a', 0);
  guard.note('b', 1);
  guard.note('a', 2);
  guard.note('c', 3);
  expect(['a', 'b', 'c'].map((key) => guard.count(key, 3))).toEqual([2, 0, 1]);
});

test('a key that it knows needs no room, however full it is', () => {
  const guard = guardOf();
  for (const key of ['a', 'b', 'b']) guard.note(key, 0);
  expect(['a', 'b'].map((key) => guard.count(key, 0))).toEqual([1, 2]);
});

test('a loop among as many other requests as it can hold is still seen', () => {
  const guard = guardOf({ max: 300, maxKeys: 100 });
  for (let n = 0; n < 300; n += 1) {
    guard.note('loop', n * 100);
    for (let other = 0; other < 99; other += 1) guard.note(`${n} ${other}`, n * 100);
  }
  expect(guard.count('loop', 30_000)).toBe(300);
});

test('nobody’s requests stop another’s: a key it never saw counts nothing, however full it is', () => {
  const guard = guardOf();
  for (let n = 0; n < 1000; n += 1) guard.note(`k${n}`, 0);
  expect(guard.count('another', 0)).toBe(0);
});

test('a clock that goes back forgets nothing at once and keeps nothing for ever', () => {
  const guard = guardOf();
  for (let n = 0; n < 3; n += 1) guard.note('a', 1_000_000);
  expect(guard.count('a', 500)).toBe(3);
  expect(guard.count('a', 60_499)).toBe(3);
  expect(guard.count('a', 60_500)).toBe(0);
});

test('two requests have the same key only when every part is the same', () => {
  const facts = { agent: 'a', method: 'GET', url: 'http://x/', queryHash: null, bodyHash: null };
  const others = [
    { ...facts, agent: 'b' },
    { ...facts, method: 'PUT' },
    { ...facts, url: 'http://x/y' },
    { ...facts, queryHash: 'h' },
    { ...facts, bodyHash: 'h' },
    { ...facts, agent: 'a","GET', method: '' },
  ];
  expect(new Set([facts, ...others].map(loopKey)).size).toBe(7);
});
