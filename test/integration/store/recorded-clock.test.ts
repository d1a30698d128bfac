import fc from 'fast-check';
import { expect, test } from 'vitest';
import { openConnection } from '../../../src-main/store/connection.ts';
import { freshFile } from '../../support/test-store.ts';

interface Step {
  readonly passedMs: number;
  /** The wall jumps there besides; null where it only goes on. */
  readonly wall: number | null;
  readonly records: boolean;
}

const step: fc.Arbitrary<Step> = fc.record({
  passedMs: fc.double({ min: 0, max: 10_000, noNaN: true }),
  wall: fc.option(fc.integer({ min: 0, max: 1_000_000 })),
  records: fc.boolean(),
});

test('recorded time never runs back, never stands still, and is never behind the clock, wherever the clock jumps', () => {
  const file = freshFile();
  openConnection(file, 'sandbox', { now: () => 0, monotonic: () => 0 }).close();
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const time = { wall: 0, ticks: 0 };
      const { recordedNow, peekNow, close } = openConnection(file, 'sandbox', {
        now: () => Math.floor(time.wall),
        monotonic: () => time.ticks,
      });
      let recorded: { readonly at: number; readonly ticks: number } = { at: recordedNow(), ticks: 0 };
      for (const { passedMs, wall, records } of steps) {
        time.ticks += passedMs;
        time.wall = wall ?? time.wall + passedMs;
        const seen = peekNow();
        expect(Number.isSafeInteger(seen)).toBe(true);
        expect(seen).toBeGreaterThanOrEqual(Math.floor(time.wall));
        // A part of a millisecond may be lost, once.
        expect(seen - recorded.at).toBeGreaterThanOrEqual(Math.floor(time.ticks - recorded.ticks) - 1);
        expect(seen).toBeGreaterThanOrEqual(recorded.at);
        if (!records) continue;
        expect(recordedNow()).toBe(seen);
        recorded = { at: seen, ticks: time.ticks };
      }
      close();
    }),
    { numRuns: 50 },
  );
});

test('a clock that once jumped a year ahead and back lets a day’s window pass in a day', () => {
  const dayMs = 86_400_000;
  const time = { wall: 1_000, ticks: 0 };
  const connection = openConnection(freshFile(), 'sandbox', { now: () => time.wall, monotonic: () => time.ticks });
  time.wall += 365 * dayMs;
  const ahead = connection.recordedNow();
  time.wall = 1_000;
  expect(connection.peekNow()).toBe(ahead);
  // In steps shorter than a millisecond, each recorded: none of them may be lost.
  for (let part = 0; part < 100; part++) {
    time.ticks += 0.5;
    connection.recordedNow();
  }
  expect(connection.recordedNow()).toBe(ahead + 50);
  time.ticks = dayMs;
  expect(connection.peekNow()).toBe(ahead + dayMs);
  connection.close();
});

test('what only a reader saw of a clock that jumped does not stay', () => {
  const time = { wall: 1_000 };
  const connection = openConnection(freshFile(), 'sandbox', { now: () => time.wall, monotonic: () => 0 });
  connection.recordedNow();
  time.wall = 900_000;
  expect(connection.peekNow()).toBe(900_000);
  time.wall = 1_001;
  expect(connection.peekNow()).toBe(1_001);
  connection.close();
});
