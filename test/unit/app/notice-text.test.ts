import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { inert } from '../../../src-main/app/inert.ts';
import { moneyText } from '../../../src-main/app/money-text.ts';
import { noticeOf } from '../../../src-main/app/notice-text.ts';
import { approval, order } from './desk-pictures.ts';

const money = moneyText('en-US');
const asks = { kind: 'asks', approval: approval('a') } as const;
const decided = (state: 'approved' | 'denied' | 'expired' | 'overtaken') =>
  ({ kind: 'decided', approval: approval('a', { state }) }) as const;
const unknown = { kind: 'unknown', order: order('o', 'unknown') } as const;
const breaker = { kind: 'breaker', scope: 'bot' } as const;
const problem = { kind: 'problem', problem: 'the books' } as const;

describe('who hears what', () => {
  test.each([
    ['all', [asks, decided('approved'), decided('denied'), decided('expired'), unknown, breaker, problem]],
    ['attention', [asks, decided('expired'), unknown, breaker, problem]],
    ['none', []],
  ] as const)('with notifications on %s', (wanted, heard) => {
    const everything = [
      asks,
      ...(['approved', 'denied', 'expired', 'overtaken'] as const).map(decided),
      unknown,
      breaker,
      problem,
    ];
    expect(everything.filter((news) => noticeOf(news, wanted, money) !== null)).toEqual(heard);
  });
});

describe('what a notification says', () => {
  test('who asks for how much, to whom and where, without the query', () => {
    const hostile = approval('a', { url: 'https://аpi.example.com:8443/x?token=secret', amount: '0.0125' });
    expect(noticeOf({ kind: 'asks', approval: hostile }, 'all', money)).toEqual({
      title: 'bot asks to pay $0.0125',
      body: 'To EPjF…Dt1v at xn--pi-6kc.example.com:8443.',
      route: '/approvals/a',
    });
  });

  test('is one inert line whatever comes in', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (text, agent) => {
        const news = [
          { kind: 'problem', problem: text },
          { kind: 'breaker', scope: text },
          { kind: 'asks', approval: approval('a', { agent, payee: text, url: text, amount: text }) },
        ] as const;
        for (const one of news) {
          const notice = noticeOf(one, 'all', money);
          expect(notice?.title ?? '').not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}<>&]/u);
          expect(notice?.body ?? '').not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}<>&]/u);
          expect(Array.from(notice?.title ?? '').length).toBeLessThanOrEqual(80);
          expect(Array.from(notice?.body ?? '').length).toBeLessThanOrEqual(160);
        }
      }),
    );
  });
});

test.each([
  ['a\u202Eb\u2066c', 'a b c'],
  ['line\r\n\tline', 'line line'],
  ['a\u{E0100}b\u034Fc\u180Bd\u17B4e\u3164f\u2800g', 'a b c d e f g'],
  [`Z${'\u0301'.repeat(40)}algo`, 'Z\u0301\u0301algo'],
  ['\u0000\u200B\uFEFF', ''],
  ['<img src=x>&amp;', '‹img src=x›+amp;'],
  ['x'.repeat(40), `${'x'.repeat(29)}…`],
  ['😀'.repeat(40), `${'😀'.repeat(29)}…`],
])('%j is shown as %j', (text, shown) => {
  expect(inert(text, 30)).toBe(shown);
});

test.each([
  ['0', '$0.00'],
  ['12.5', '$12.50'],
  ['0.000001', '$0.000001'],
  ['9007199254740993.000001', '$9,007,199,254,740,993.000001'],
  ['-3', '-$3.00'],
  ['nonsense', 'nonsense'],
])('%s is money as %s', (decimal, shown) => {
  expect(money(decimal)).toBe(shown);
});
