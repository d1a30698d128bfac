import { expect, test } from 'vitest';
import { addressKey, createTokenBuckets } from '../../../src-main/gateway/token-buckets.ts';

test('a key has a minute’s worth, then one for each part of a minute, and says how long that is', () => {
  const buckets = createTokenBuckets(6);
  for (let i = 0; i < 6; i += 1) expect(buckets.take('a', 0)).toBeNull();
  expect(buckets.take('a', 0)).toBe(10);
  expect(buckets.take('b', 0)).toBeNull();
  expect(buckets.take('a', 9_999)).toBe(1);
  expect(buckets.take('a', 10_000)).toBeNull();
  expect(buckets.take('a', 10_000)).toBe(10);
  for (let i = 0; i < 6; i += 1) expect(buckets.take('a', 1_000_000)).toBeNull();
  expect(buckets.take('a', 1_000_000)).toBe(10);
});

test('a flood of keys does not free one that is in use, nor grow without end', () => {
  const buckets = createTokenBuckets(1);
  for (let i = 0; i < 19_999; i += 1) buckets.take(`old ${i}`, 0);
  buckets.take('a', 60_000);
  for (let i = 0; i < 10_000; i += 1) buckets.take(`new ${i}`, 60_000);
  expect(buckets.take('a', 60_000)).toBe(60);
});

test.each([
  ['127.0.0.1', '127.0.0.1'],
  ['::ffff:10.0.0.1', '10.0.0.1'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
  ['2001:db8:1:2::9', '2001:db8:1:2'],
  ['2001:db8::1', '2001:db8:0:0'],
  ['::1', '0:0:0:0'],
])('%s counts as %s', (address, key) => {
  expect(addressKey(address)).toBe(key);
});
