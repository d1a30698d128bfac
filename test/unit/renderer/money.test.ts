import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addDecimals, compareDecimals, dollars, shareOf, typedDollars } from '../../../src-renderer/ui/money.ts';
import { formatDecimal } from '../../../src-shared/model/index.ts';

const micro = fc.bigInt({ min: 0n, max: 10n ** 18n });

describe('money on screens', () => {
  test.each([
    ['0', '$0.00'],
    ['0.01', '$0.01'],
    ['0.002', '$0.002'],
    ['0.000001', '$0.000001'],
    ['1234.5', '$1,234.50'],
    ['9007199254740993.000001', '$9,007,199,254,740,993.000001'],
    ['-2.5', '-$2.50'],
  ])('%s reads %s, to the last digit', (decimal, shown) => {
    expect(dollars(decimal)).toBe(shown);
  });

  test('sums and comparisons are exact', () => {
    fc.assert(
      fc.property(micro, micro, (a, b) => {
        const [one, other] = [formatDecimal(a, 6), formatDecimal(b, 6)];
        expect(compareDecimals(addDecimals(one, other), formatDecimal(a + b, 6))).toBe(0);
        expect(compareDecimals(one, other)).toBe(a < b ? -1 : a > b ? 1 : 0);
      }),
    );
  });

  test.each([
    ['0.25', '0.25'],
    [' $1.50 ', '1.50'],
    ['0,25', '0.25'],
    ['1.2345678', null],
    ['-1', null],
    ['1e3', null],
    ['', null],
    ['1,000.50', null],
  ])('%j typed as a sum is %s', (typed, read) => {
    expect(typedDollars(typed)).toBe(read);
  });

  test('a share of nothing is nothing', () => {
    expect(shareOf('1', '0')).toBe(0);
    expect(shareOf('1', '4')).toBe(0.25);
  });
});
