import { describe, expect, test } from 'vitest';
import type { CreditRecord } from '../../../src-main/payments/rails/prepaid/ports.ts';
import { standingOf } from '../../../src-main/payments/rails/prepaid/standing.ts';

const dayMs = 86_400_000;
const boughtAt = Date.parse('2026-11-01T00:00:00Z');

/** A hundred calls for ten days. */
function credit(change: { readonly remaining?: number; readonly refused?: string | null } = {}): CreditRecord {
  const { remaining = 100, refused = null } = change;
  return { credit: { calls: 100, boughtAt, expiresAt: boughtAt + 10 * dayMs }, remaining, refused } as CreditRecord;
}

const uses = (count: number) => ({ count, saved: 0n }) as Parameters<typeof standingOf>[1];

describe('how long credit lasts', () => {
  test.each([
    [
      'a first test is no rate of hundreds a day',
      { remaining: 88 },
      12,
      300_000,
      { burnPerDay: 12, daysLeft: 88 / 12 },
    ],
    ['what is used evenly ends when it is used up', { remaining: 60 }, 40, 2 * dayMs, { burnPerDay: 20, daysLeft: 3 }],
    ['what is hardly used ends with its time', { remaining: 99 }, 1, 4 * dayMs, { burnPerDay: 0.25, daysLeft: 6 }],
    ['nobody uses it', {}, 0, 4 * dayMs, { burnPerDay: 0, daysLeft: 6 }],
    ['only the last seven days count', { remaining: 30 }, 35, 9 * dayMs, { burnPerDay: 5, daysLeft: 1 }],
    ['what the seller refuses lasts no longer', { refused: 'gone' }, 0, dayMs, { daysLeft: 0 }],
  ] as const)('%s', (_claim, change, count, afterMs, expected) => {
    expect(standingOf(credit(change), uses(count), boughtAt + afterMs)).toMatchObject(expected);
  });

  test.each([
    ['a tenth of the calls left is no warning yet', { remaining: 10 }, dayMs, null],
    ['less than a tenth of the calls', { remaining: 9 }, dayMs, 'low'],
    ['less than a day', {}, 9.5 * dayMs, 'expiring'],
    ['used up', { remaining: 0 }, dayMs, 'used-up'],
    ['its time is over, whatever is left', { remaining: 50 }, 10 * dayMs, 'expired'],
    ['the seller takes it no longer', { remaining: 0, refused: 'it answered 402' }, 11 * dayMs, 'refused'],
  ] as const)('warns: %s', (_claim, change, afterMs, warning) => {
    expect(standingOf(credit(change), uses(0), boughtAt + afterMs).warning).toBe(warning);
  });
});
