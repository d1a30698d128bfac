import { describe, expect, test } from 'vitest';
import {
  burnText,
  comparison,
  daysText,
  isOver,
  remainingShare,
  savedText,
} from '../../../src-renderer/features/prepaid/credit-words.ts';
import { renewalText, typedRenewal } from '../../../src-renderer/features/prepaid/renewal-text.ts';
import { typedSeller } from '../../../src-renderer/features/prepaid/typed-seller.ts';
import { divideDecimal } from '../../../src-renderer/ui/money.ts';
import { renewal } from '../../../src-shared/contract/prepaid.ts';

describe('a package against single calls', () => {
  test.each([
    ['1.5', 100, '0.02', '$0.015 a call instead of $0.02', true],
    ['1.5', 100, '0.015', '$0.015 a call, the same as the $0.015 of a single one', false],
    ['1.5', 100, '0.01', '$0.015 a call, more than the $0.01 of a single one', false],
    ['1', 3, null, '$0.333333 a call', null],
    ['1', 4, '0', '$0.25 a call', null],
  ])('%s for %i calls where one costs %s', (price, calls, perCall, text, better) => {
    expect(comparison({ price, calls }, perCall)).toMatchObject({ text, better });
  });

  test('a share is exact to the millionth, for sums no float holds', () => {
    expect(divideDecimal('90071992547.409931', 1)).toBe('90071992547.409931');
    expect(divideDecimal('1', 3)).toBe('0.333333');
    expect(divideDecimal('2', 3)).toBe('0.666667');
    expect(divideDecimal('0.000001', 10_000_000)).toBe('0.000000');
  });
});

describe('what is told of a credit', () => {
  test.each([
    [0, false, 'not used yet'],
    [0, true, 'not in the last week'],
    [0.01, true, 'under 0.1 calls a day'],
    [2.345, true, '2.3 calls a day'],
    [1234.5, true, '1,235 calls a day'],
  ])('used %d a day', (burn, used, text) => expect(burnText(burn, used)).toBe(text));

  test.each([
    [-1, 'none'],
    [0.4, 'under a day'],
    [1.9, '1 day'],
    [730, '730 days'],
  ])('%d days left', (days, text) => expect(daysText(days)).toBe(text));

  test('a credit that cost more than single calls is never told as a saving', () => {
    expect(savedText('0.45')).toEqual({ name: 'Saved', text: '$0.45' });
    expect(savedText('-0.2')).toEqual({ name: 'Cost more than single calls', text: '$0.20' });
    expect(savedText('0')).toEqual({ name: 'Saved', text: '$0.00' });
    expect(savedText(null).text).toBe('not known');
  });

  test('the bar never leaves its box', () => {
    expect(remainingShare({ remaining: 25, calls: 100 })).toBe(0.25);
    expect(remainingShare({ remaining: 120, calls: 100 })).toBe(1);
    expect(remainingShare({ remaining: 1, calls: 0 })).toBe(0);
  });

  test('one that the seller refuses is kept: its calls are paid for', () => {
    expect(isOver({ warning: 'refused' })).toBe(false);
    expect(isOver({ warning: 'expired' })).toBe(true);
    expect(isOver({ warning: null })).toBe(false);
  });
});

describe('the rule to buy again', () => {
  const credit = { calls: 100, price: '1.5' };

  test('proposes a tenth left at the same price, and sends what the contract takes', () => {
    const { renewal: rule } = typedRenewal(renewalText(null, credit), credit);
    expect(rule).toEqual({ below: 10, upTo: '1.5' });
    expect(renewal.safeParse(rule).success).toBe(true);
    expect(renewalText({ below: 7, upTo: '2' }, credit)).toEqual({ below: '7', upTo: '2' });
  });

  test.each([{ below: '0' }, { below: '100' }, { below: '' }, { upTo: '0' }, { upTo: 'any' }])(
    'is not sent with %o: it could buy for ever, or for any price',
    (part) => {
      expect(typedRenewal({ below: '10', upTo: '1.5', ...part }, credit).renewal).toBeNull();
    },
  );
});

test.each([
  ['https://api.example.com/v1', 'https://api.example.com/v1'],
  ['  http://127.0.0.1:4021 ', 'http://127.0.0.1:4021/'],
  ['api.example.com', null],
  ['javascript:alert(1)', null],
])('a seller is an address: %j', (text, url) => expect(typedSeller(text)).toBe(url));
