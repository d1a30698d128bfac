import { expect, test } from 'vitest';
import { createRecent } from '../../../src-main/base/recent.ts';

test('what was used lately is remembered, and what was not is forgotten', () => {
  const recent = createRecent<number>(10);
  for (let i = 0; i < 100; i += 1) {
    recent.set(`${i}`, i);
    expect(recent.get('0'), 'asked for all the time').toBe(0);
  }
  expect(recent.get('99')).toBe(99);
  expect(recent.get('50')).toBeUndefined();
});

test('never holds more than it was made for', () => {
  const recent = createRecent<number>(10);
  for (let i = 0; i < 1000; i += 1) recent.set(`${i}`, i);
  const held = Array.from({ length: 1000 }, (_, i) => `${i}`).filter((key) => recent.get(key) !== undefined);
  expect(held.length).toBeLessThanOrEqual(10);
});
