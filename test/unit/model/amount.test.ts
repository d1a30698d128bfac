import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatDecimal, maxAtomic, parseDecimal, parseWireAmount } from '../../../src-shared/model/index.ts';

test('a decimal and its atomic units are two spellings of one amount', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 10n ** 15n }), (value) => {
      expect(parseDecimal(formatDecimal(value, 6), 6)).toBe(value);
    }),
  );
  expect(formatDecimal(10_000n, 6)).toBe('0.01');
  expect(formatDecimal(-1n, 6)).toBe('-0.000001');
  expect(formatDecimal(3_000_000n, 6)).toBe('3');
});

describe('a price on the wire is refused', () => {
  const bad = [
    '',
    '0',
    '-1',
    '+1',
    '01',
    '1.0',
    '1e3',
    'NaN',
    'Infinity',
    ' 1',
    '1 ',
    '1\n',
    '0x10',
    '٣',
    '18446744073709551616',
    '9223372036854775808',
    1,
    null,
    {},
  ];
  for (const text of bad) test(JSON.stringify(text), () => expect(parseWireAmount(text)).toBeNull());
});

test('the largest amount is 2^63-1', () => {
  expect(parseWireAmount(maxAtomic.toString())).toBe(maxAtomic);
});

describe('a decimal is refused', () => {
  for (const text of ['', '.5', '1.', '-1', '1,5', '1e2', 'NaN', '0.0000001', '01', '9999999999999999']) {
    test(JSON.stringify(text), () =>
      expect(() => parseDecimal(text, 6)).toThrowError(expect.objectContaining({ code: 'amount-invalid' })),
    );
  }
});
