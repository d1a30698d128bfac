import { GroatError } from '../errors/index.ts';

declare const atomic: unique symbol;

/** Money in the asset's smallest unit (USDC: 1 = $0.000001; SOL: lamports). Never negative, at most 2^63-1 so that a store can hold it. */
export type Atomic = bigint & { readonly [atomic]: true };

export const maxAtomic = 2n ** 63n - 1n;

/** Brands a bigint that is known to be in range; throws `amount-invalid` otherwise. */
export function toAtomic(value: bigint): Atomic {
  if (value < 0n || value > maxAtomic) {
    throw new GroatError('amount-invalid', { text: value.toString(), problem: 'it is outside 0 to 2^63-1' });
  }
  return value as Atomic;
}

export const zero: Atomic = toAtomic(0n);

export function addAtomic(a: Atomic, b: Atomic): Atomic {
  return toAtomic(a + b);
}

/** The wire form of x402: a string of atomic units, no sign, no leading zero, greater than zero. Null for anything else. */
export function parseWireAmount(text: unknown): Atomic | null {
  if (typeof text !== 'string' || !/^[1-9][0-9]{0,18}$/.test(text)) return null;
  const value = BigInt(text);
  return value > maxAtomic ? null : (value as Atomic);
}

/** A decimal as a person writes it ("0.01"), exactly; more decimals than the asset has are an error, never rounded. */
export function parseDecimal(text: string, decimals: number): Atomic {
  const match = /^(0|[1-9][0-9]{0,14})(?:\.([0-9]{1,18}))?$/.exec(text);
  if (match === null) throw new GroatError('amount-invalid', { text, problem: 'it is not a plain decimal number' });
  const [, whole = '0', fraction = ''] = match;
  if (fraction.length > decimals && /[1-9]/.test(fraction.slice(decimals))) {
    throw new GroatError('amount-invalid', { text, problem: `it has more than ${decimals} decimals` });
  }
  return toAtomic(
    BigInt(whole) * 10n ** BigInt(decimals) + BigInt(fraction.slice(0, decimals).padEnd(decimals, '0') || '0'),
  );
}

/** The shortest decimal that is exactly this amount: 10000n with 6 decimals is "0.01". */
export function formatDecimal(value: bigint, decimals: number): string {
  const sign = value < 0n ? '-' : '';
  const digits = (value < 0n ? -value : value).toString().padStart(decimals + 1, '0');
  const whole = digits.slice(0, digits.length - decimals);
  const fraction = digits.slice(digits.length - decimals).replace(/0+$/, '');
  return `${sign}${whole}${fraction === '' ? '' : `.${fraction}`}`;
}
