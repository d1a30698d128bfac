import { fromBase58 } from './base58.ts';

/** Addresses of the programs that the sandbox itself speaks to. */
export const systemPrograms = {
  system: new Uint8Array(32),
  token: program('TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA'),
  token2022: program('TokenzQdBNbLqP5VEhdkAS6EPFLC1PHnBqCXEpPxuEb'),
  associatedToken: program('ATokenGPvbdGVxr1b2hvZbsiqW5xWH25efTNsLJA8knL'),
  memo: program('MemoSq4gqABAXKb96qnH8TysNcWxMyWCqXgDLGmfcHr'),
  computeBudget: program('ComputeBudget111111111111111111111111111111'),
} as const;

function program(address: string): Uint8Array {
  const bytes = fromBase58(address, 32);
  if (bytes === null) throw new TypeError(`${address} is not an address`);
  return bytes;
}
