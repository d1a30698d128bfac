import { describe, expect, test } from 'vitest';
import { noFilter, toQuery } from '../../../src-renderer/features/payments/filter.ts';
import {
  beforeOf,
  pagesOf,
  patched,
  rowHeight,
  rowsThatFit,
} from '../../../src-renderer/features/payments/page-keeper.ts';
import { explorerUrl, sinceBefore, timelineOf } from '../../../src-renderer/features/payments/timeline.ts';
import type { OrderLine } from '../../../src-shared/contract/index.ts';

const line = (id: string, state: OrderLine['state'] = 'submitted') => ({ id, state }) as OrderLine;

describe('a table of a million rows', () => {
  test('row 0 is the newest order, and every page begins where the one before it ended', () => {
    expect(beforeOf(1_000_000, 0)).toBe(1_000_001);
    expect(beforeOf(1_000_000, 1)).toBe(999_901);
    expect(pagesOf(95, 205)).toEqual([0, 1, 2]);
    expect(pagesOf(0, 0)).toEqual([0]);
  });

  test('shows no more rows than an element can be tall', () => {
    expect(rowsThatFit(1_000_000, 33_000_000 * 0.99)).toBe(Math.floor((33_000_000 * 0.99) / rowHeight));
    expect(rowsThatFit(10, 33_000_000)).toBe(10);
  });

  test('a change of one row leaves the other rows what they were', () => {
    const rows = [line('a'), line('b')];
    const next = patched(rows, [line('b', 'settled'), line('c')]);
    expect(next[0]).toBe(rows[0]);
    expect(next[1]).toMatchObject({ id: 'b', state: 'settled' });
    expect(patched(rows, [line('c')])).toBe(rows);
  });
});

describe('the filter', () => {
  test('nothing typed is no filter at all', () => {
    expect(toQuery(noFilter)).toBeNull();
    expect(toQuery({ ...noFilter, text: '  ' })).toBeNull();
  });

  test('days are the reader’s own, and the last one counts whole', () => {
    const query = toQuery({ ...noFilter, from: '2026-11-20', until: '2026-11-20' });
    expect(query).toEqual({
      from: new Date(2026, 10, 20).getTime(),
      until: new Date(2026, 10, 21).getTime(),
    });
  });

  test('a half-typed day does not filter', () => {
    expect(toQuery({ ...noFilter, from: '2026-1' })).toBeNull();
  });
});

describe('the steps of a payment', () => {
  test('are told in words, with the time between them', () => {
    const steps = timelineOf({
      steps: [
        { at: 1_000, state: 'reserved', event: 'granted' },
        { at: 1_240, state: 'submitting', event: 'signed' },
        { at: 4_240, state: 'submitted', event: 'sent' },
      ],
    });
    expect(steps.map(({ title }) => title)).toEqual(['Asked for money, and allowed', 'Signed', 'Sent']);
    expect([0, 1, 2].map((index) => sinceBefore(steps, index))).toEqual([null, '+240 ms', '+3 s']);
  });

  test('a step of a newer Groat is shown by its name, not dropped', () => {
    expect(timelineOf({ steps: [{ at: 1, state: 'x', event: 'teleported' }] })[0]?.title).toBe('teleported');
  });

  test('the explorer is asked only about chains that it knows', () => {
    expect(explorerUrl('5h', 'sandbox')).toBeNull();
    expect(explorerUrl('5h', 'devnet')).toBe('https://explorer.solana.com/tx/5h?cluster=devnet');
    expect(explorerUrl('../x?y', 'mainnet')).toBe('https://explorer.solana.com/tx/..%2Fx%3Fy');
  });
});
