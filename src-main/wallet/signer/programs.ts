import { address } from './solana-codecs.ts';

/** On-chain programs of an x402 payment, and the limits of its form (x402 reference, sections 6 and 7). */
export const programs = {
  token: address('TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA'),
  token2022: address('TokenzQdBNbLqP5VEhdkAS6EPFLC1PHnBqCXEpPxuEb'),
  associatedToken: address('ATokenGPvbdGVxr1b2hvZbsiqW5xWH25efTNsLJA8knL'),
  memo: address('MemoSq4gqABAXKb96qnH8TysNcWxMyWCqXgDLGmfcHr'),
  computeBudget: address('ComputeBudget111111111111111111111111111111'),
  lighthouse: address('L2TExMFKdjpN9kozasaurPirfHy9P8sbXoAN1qA3S95'),
} as const;

export const tokenPrograms: readonly string[] = [programs.token, programs.token2022];

export const maxMemoBytes = 256;

/** First data byte of each instruction that carries one. */
export const discriminators = { computeLimit: 2, computePrice: 3, transferChecked: 12 } as const;
