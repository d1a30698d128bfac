/** Dollars for a person, in the reader's own way of writing them: from "0.0025" to "$0.0025". USDC counts as dollars. */
export function dollars(decimal: string): string {
  return format.format(decimal as Intl.StringNumericLiteral);
}

/** A sum of contract decimals, exactly. */
export function addDecimals(a: string, b: string): string {
  const sum = toMicro(a) + toMicro(b);
  const sign = sum < 0n ? '-' : '';
  const digits = (sum < 0n ? -sum : sum).toString().padStart(7, '0');
  return `${sign}${digits.slice(0, -6)}.${digits.slice(-6)}`;
}

/** A share of a sum, to the nearest millionth: what one call of a package costs. `count` is at least 1. */
export function divideDecimal(sum: string, count: number): string {
  const by = BigInt(count);
  const each = (2n * toMicro(sum) + by) / (2n * by);
  const digits = each.toString().padStart(7, '0');
  return `${digits.slice(0, -6)}.${digits.slice(-6)}`;
}

/** For bars and charts only: 0 where there is nothing to divide by. */
export function shareOf(part: string, whole: string): number {
  const all = toMicro(whole);
  return all <= 0n ? 0 : Number((toMicro(part) * 10_000n) / all) / 10_000;
}

export function compareDecimals(a: string, b: string): number {
  const difference = toMicro(a) - toMicro(b);
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

/** What a person may type as a sum: dollars with at most six decimals. Null for anything else. */
export function typedDollars(text: string): string | null {
  const plain = text
    .trim()
    .replace(/^\$\s*/, '')
    .replace(',', '.');
  return /^(0|[1-9]\d{0,12})(\.\d{1,6})?$/.test(plain) ? plain : null;
}

const format = new Intl.NumberFormat(undefined, {
  style: 'currency',
  currency: 'USD',
  currencyDisplay: 'narrowSymbol',
  minimumFractionDigits: 2,
  maximumFractionDigits: 6,
});

function toMicro(decimal: string): bigint {
  const [whole = '0', fraction = ''] = decimal.replace('-', '').split('.');
  const value = BigInt(whole) * 1_000_000n + BigInt(fraction.padEnd(6, '0').slice(0, 6));
  return decimal.startsWith('-') ? -value : value;
}
