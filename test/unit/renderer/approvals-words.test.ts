import { describe, expect, it } from 'vitest';
import { outcome, priceWords, remainders, yesAction } from '../../../src-renderer/features/approvals/approval-words.ts';
import { nextQuestion, paymentOf, shownQuestion } from '../../../src-renderer/features/approvals/selection.ts';
import { spokenTimeLeft, timeLeft } from '../../../src-renderer/features/approvals/time-left.ts';
import type { ApprovalView, OrderLine } from '../../../src-shared/contract/index.ts';

const approval: ApprovalView = {
  id: 'apr_2',
  agent: 'shopper',
  method: 'GET',
  url: 'https://shop.example/v1/thing',
  amount: '0.05',
  asset: 'USDC',
  payee: 'Payee11111111111111111111111111111111111111',
  reason: 'new-payee',
  state: 'waiting',
  expiresAt: 3_600_000,
  detail: 'shopper has never paid it before.',
  action: 'pay',
  origin: 'https://shop.example',
  dialect: 'x402-v2',
  createdAt: 1_000,
  requestHash: 'ab',
  needed: 1,
  witnesses: [],
  scope: null,
  upTo: null,
  payeeSince: null,
  originSince: null,
  lastPrice: null,
  payeeHistory: { payments: 0, total: '0', lastAt: null },
  glimpse: null,
  remaining: [],
};
const approved: ApprovalView = { ...approval, state: 'approved', scope: 'once', upTo: '0.05' };

const order: OrderLine = {
  seq: 1,
  id: 'ord_1',
  agent: 'shopper',
  method: 'GET',
  url: 'https://shop.example/v1/thing',
  amount: '0.05',
  asset: 'USDC',
  payee: approval.payee,
  state: 'submitted',
  signature: null,
  httpStatus: null,
  why: null,
  createdAt: 2_000,
  updatedAt: 2_000,
};
const paid = (changes: Partial<OrderLine> = {}): readonly OrderLine[] => [{ ...order, ...changes }];

describe('which question is shown', () => {
  const waiting = [{ id: 'apr_1' }, { id: 'apr_2' }, { id: 'apr_3' }];
  it('is the oldest that waits when none is named', () => {
    expect(shownQuestion(null, null, waiting)).toBe('apr_1');
  });
  it('stays the one that was looked at when somebody else answered it', () => {
    expect(shownQuestion(null, 'apr_0', waiting)).toBe('apr_0');
  });
  it('is the one that the address names, before all others', () => {
    expect(shownQuestion('apr_3', 'apr_1', waiting)).toBe('apr_3');
  });
  it('goes on to the next younger one, and then to the oldest left', () => {
    expect(nextQuestion('apr_2', waiting)).toBe('apr_3');
    expect(nextQuestion('apr_3', waiting)).toBe('apr_1');
    expect(nextQuestion('apr_3', [{ id: 'apr_3' }])).toBeNull();
  });
});

describe('the payment of an approved question', () => {
  it('is one of the same request, made since it was asked', () => {
    expect(paymentOf(approved, paid())).toBe('ord_1');
  });
  it.each<readonly [string, Partial<OrderLine>]>([
    ['another payee', { payee: 'Other' }],
    ['another agent', { agent: 'research' }],
    ['another address', { url: 'https://shop.example/v1/other' }],
    ['a time before the question', { createdAt: 999 }],
    ['one that was not charged', { state: 'released' }],
  ])('is not one of %s', (_, changes) => {
    expect(paymentOf(approved, paid(changes))).toBeNull();
  });
  it('may be another purchase from the same payee where the yes was for a day', () => {
    const forADay: ApprovalView = { ...approved, scope: 'payee-day' };
    expect(paymentOf(forADay, paid({ url: 'https://shop.example/v1/other' }))).toBe('ord_1');
    expect(paymentOf(forADay, paid({ payee: 'Other' }))).toBeNull();
  });
  it('is none while the question waits', () => {
    expect(paymentOf(approval, paid())).toBeNull();
  });
});

describe('what an answer led to', () => {
  it('tells a yes that paid from one that waits for the next try', () => {
    expect(outcome(approved, { paid: true, blocked: false, over: false }).more).toBe('It is paid.');
    expect(outcome(approved, { paid: false, blocked: false, over: false }).more).toContain('next try');
  });
  it('promises nothing for a yes whose time is over', () => {
    expect(outcome(approved, { paid: false, blocked: false, over: true }).more).not.toContain('next try');
  });
  it('never says approved while another person has to say yes', () => {
    const half: ApprovalView = { ...approval, needed: 2, witnesses: ['owner'] };
    expect(outcome(half, { paid: false, blocked: false, over: false })).toEqual({
      title: 'Your yes is noted',
      more: '1 more person must say yes.',
    });
  });
  it('says that a payee was blocked', () => {
    expect(outcome({ ...approval, state: 'denied' }, { paid: false, blocked: true, over: false }).title).toContain(
      'blocked',
    );
  });
});

describe('what the PIN is asked for', () => {
  it('is the sum that was asked for, once, and whom it goes to', () => {
    const { does, to } = yesAction(approval, { scope: 'once' });
    expect(does).toBe('let shopper pay $0.05, once,');
    expect(to).toBe(approval.payee);
  });
  it('is all that a yes for a day allows, and not the smaller sum that was asked for', () => {
    const { does, to } = yesAction(approval, { scope: 'payee-day', upTo: '500' });
    expect(does).toContain('up to $500.00');
    expect(does).toContain('within a day');
    expect(does).not.toContain('0.05');
    expect(to).toBe(approval.payee);
  });
});

describe('what a payment leaves of the limits', () => {
  it('tells those that would be passed first, and in words', () => {
    const rows = remainders([
      { subject: 'shopper', limit: 'perDay', left: '3.2' },
      { subject: '@desk', limit: 'perDay', left: '-0.5' },
    ]);
    expect(rows.map(({ of, words, tone }) => [of, words, tone])).toEqual([
      ['All agents together, in 24 hours', '$0.50 over', 'bad'],
      ['shopper, in 24 hours', '$3.20 left', 'neutral'],
    ]);
  });
});

it('compares a price with the last one', () => {
  expect(priceWords('0.05', null)).toBeNull();
  expect(priceWords('0.050', '0.05')).toBe('$0.05, the same');
  expect(priceWords('0.5', '0.05')).toBe('$0.05; now it is more');
});

describe('the time left', () => {
  it.each([
    [3_600_000, '60 min'],
    [120_000, '2 min'],
    [119_000, '1:59'],
    [9_001, '0:10'],
    [-5, '0:00'],
  ])('%i ms is %s', (ms, text) => {
    expect(timeLeft(ms)).toBe(text);
  });
  it('is said aloud at a few steps only', () => {
    const said = Array.from({ length: 400 }, (_, second) => spokenTimeLeft(second * 1_000));
    expect(new Set(said)).toEqual(
      new Set(['Time is up', '10 seconds left', '30 seconds left', 'One minute left', '5 minutes left', '']),
    );
    expect(spokenTimeLeft(45_000)).toBe('One minute left');
    expect(spokenTimeLeft(10_000)).toBe('10 seconds left');
  });
});
