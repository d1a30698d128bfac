import { Command } from 'commander';
import { describe, expect, test } from 'vitest';
import {
  changesNothing,
  type TermsOptions,
  termsChange,
  withTermsOptions,
} from '../../../src-main/cli/terms-options.ts';
import { termsChange as contractChange, limitsView } from '../../../src-shared/contract/authority.ts';

function typed(...args: string[]): TermsOptions {
  const command = withTermsOptions(new Command('limit'))
    .exitOverride()
    .configureOutput({ writeErr: () => undefined });
  return command.parse(args, { from: 'user' }).opts<TermsOptions>();
}

const payee = '6otPfFRqHsXvSiYj9W1NLYgxUqDj3MkFTavcVnxwtSFp';

describe('what is typed of a delegation', () => {
  test.each<readonly [readonly string[], object]>([
    [['--per-payment', '0.5'], { perPayment: '0.5' }],
    [['--min-per-payment', '0.001'], { minPerPayment: '0.001' }],
    [['--per-minute', '1', '--per-minute-count', '0'], { perMinute: '1', perMinuteCount: 0 }],
    [['--per-hour', '2', '--per-day', '3', '--per-month', 'none'], { perHour: '2', perDay: '3', perMonth: 'none' }],
    [['--total', '10', '--total-count', 'none'], { total: '10', totalCount: 'none' }],
    [['--ask-above', '0', '--ask-new-payee-above', 'none'], { askAbove: '0', askNewPayeeAbove: 'none' }],
    [['--always-ask'], { alwaysAsk: true }],
    [['--no-always-ask'], { alwaysAsk: false }],
    [['--no-browser-requests'], { browserRequests: false }],
    [['--hold-ms', '50000', '--role', 'reader'], { holdMs: 50_000, role: 'reader' }],
    [['--valid-until', '2027-01-31T18:00:00Z'], { validUntil: Date.UTC(2027, 0, 31, 18) }],
    [['--valid-until', 'open', '--valid-from', '2027-01-31'], { validUntil: 'open', validFrom: Date.UTC(2027, 0, 31) }],
    [
      ['--allow-origin', 'https://a.example', 'http://b.example'],
      { allowOrigins: ['https://a.example', 'http://b.example'] },
    ],
    [['--allow-origin', 'any', '--deny-origin', 'none'], { allowOrigins: 'any', denyOrigins: [] }],
    [['--allow-payee', payee, '--deny-payee', payee], { allowPayees: [payee], denyPayees: [payee] }],
    [['--allow-action', 'pay', 'delegate'], { actions: ['pay', 'delegate'] }],
  ])('%j is exactly this change, and the contract takes it', (args, change) => {
    const found = termsChange(typed(...args));
    expect(found).toEqual(change);
    expect(Object.keys(found).sort()).toEqual(Object.keys(change).sort());
    expect(contractChange.parse(found)).toEqual(change);
  });

  test('every limit of the contract can be typed', () => {
    const flags = withTermsOptions(new Command('limit')).options.map((option) => option.attributeName());
    expect(flags).toEqual(expect.arrayContaining(Object.keys(limitsView.shape)));
  });

  test.each([
    ['--per-day', '-1'],
    ['--per-day', ''],
    ['--per-day', 'NaN'],
    ['--per-day', '1e3'],
    ['--per-day', '0.0000001'],
    ['--per-day', '١'],
    ['--per-day', 'None'],
    ['--per-minute-count', '1.5'],
    ['--per-minute-count', ''],
    ['--total-count', '-1'],
    ['--hold-ms', '50001'],
    ['--hold-ms', 'none'],
    ['--valid-until', '2027-01-31T25:00:00Z'],
    ['--valid-until', '2027-02-30'],
    ['--valid-until', '2027-01-31T18:00:00'],
    ['--valid-until', 'tomorrow'],
    ['--allow-action', 'everything'],
  ])('%s %j is refused before anything is asked of a host', (flag, value) => {
    expect(() => typed(flag, value)).toThrow();
  });

  test('nothing typed is no change', () => {
    expect(changesNothing(typed())).toBe(true);
    expect(changesNothing(typed('--per-day', '0'))).toBe(false);
    expect(changesNothing(typed('--deny-payee', 'none'))).toBe(false);
  });
});
