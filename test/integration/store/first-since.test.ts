import fc from 'fast-check';
import { expect, test } from 'vitest';
import { firstSince } from '../../../src-main/store/first-since.ts';

test('finds the first entry in time, whatever entries share a time', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 20 }), { maxLength: 60 }),
      fc.integer({ max: 22 }),
      (times, since) => {
        const sorted = times.toSorted((a, b) => a - b);
        const index = sorted.findIndex((at) => at >= since);
        expect(firstSince(sorted.length, (seq) => sorted[seq - 1], since)).toBe(
          (index < 0 ? sorted.length : index) + 1,
        );
      },
    ),
  );
});

test('reads few of a million entries', () => {
  let reads = 0;
  const first = firstSince(
    1_000_000,
    (seq) => {
      reads += 1;
      return seq;
    },
    900_000,
  );
  expect(first).toBe(900_000);
  expect(reads).toBeLessThanOrEqual(20);
});

test('a missing entry makes more be read, never less', () => {
  const missing = 6;
  expect(firstSince(10, (seq) => (seq === missing ? undefined : seq), 9)).toBeLessThanOrEqual(9);
});
