import { type Address, isAddress } from '@solana/kit';
import { GroatError } from '../../src-shared/errors/index.ts';

/** Throws `address-invalid`. */
export function toAddress(text: string): Address {
  if (!isAddress(text)) throw new GroatError('address-invalid', { text });
  return text;
}
