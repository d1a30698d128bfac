/** The programs whose mints and accounts share one layout; anything else is no token that we know. */
export const tokenPrograms: readonly string[] = [
  'TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA',
  'TokenzQdBNbLqP5VEhdkAS6EPFLC1PHnBqCXEpPxuEb',
];

export interface AccountBytes {
  readonly owner: string;
  readonly data: Uint8Array;
}

export interface MintFacts {
  readonly decimals: number;
  readonly tokenProgram: string;
}

const mintBytes = 82;
const tokenAccountBytes = 165;

/** Null when the account is no initialized mint of a known token program. */
export function readMint({ owner, data }: AccountBytes): MintFacts | null {
  const decimals = data[44];
  const isMint = data.length === mintBytes || data[tokenAccountBytes] === 1;
  if (!tokenPrograms.includes(owner) || !isMint || data[45] !== 1 || decimals === undefined) return null;
  return { decimals, tokenProgram: owner };
}

/** Atomic units; null when the account is no initialized token account. */
export function readTokenAmount({ owner, data }: AccountBytes): bigint | null {
  const isAccount = data.length === tokenAccountBytes || data[tokenAccountBytes] === 2;
  if (!tokenPrograms.includes(owner) || !isAccount || data[108] === 0) return null;
  return new DataView(data.buffer, data.byteOffset).getBigUint64(64, true);
}
