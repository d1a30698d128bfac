import { formatDecimal } from '../../../src-shared/model/index.ts';
import { toBase58 } from './base58.ts';
import { systemPrograms } from './programs.ts';
import type { AccountState } from './virtual-machine.ts';

/** The part of the SPL account layouts that Token and Token-2022 share. */
export interface TokenAccount {
  readonly mint: Uint8Array;
  readonly owner: Uint8Array;
  readonly amount: bigint;
  readonly state: 'initialized' | 'frozen';
}

export interface Mint {
  readonly supply: bigint;
  readonly decimals: number;
  readonly authority: Uint8Array | null;
  readonly freezeAuthority: Uint8Array | null;
}

const mintBytes = 82;
const accountBytes = 165;
// With extensions (Token-2022) both layouts are padded to 165 bytes, and the next byte says which one it is.
const kindMint = 1;
const kindAccount = 2;

export function isTokenProgram(program: Uint8Array): boolean {
  return same(program, systemPrograms.token) || same(program, systemPrograms.token2022);
}

/** Null when the account is no initialized token account. */
export function tokenAccount({ owner: program, data }: AccountState): TokenAccount | null {
  const state = data[108];
  if (!isTokenProgram(program) || !hasKind(data, accountBytes, kindAccount) || (state !== 1 && state !== 2))
    return null;
  return {
    mint: data.subarray(0, 32),
    owner: data.subarray(32, 64),
    amount: view(data).getBigUint64(64, true),
    state: state === 2 ? 'frozen' : 'initialized',
  };
}

/** Null when the account is no initialized mint. */
export function mint({ owner: program, data }: AccountState): Mint | null {
  if (!isTokenProgram(program) || !hasKind(data, mintBytes, kindMint) || data[45] !== 1) return null;
  const authority = (at: number) => (view(data).getUint32(at, true) === 1 ? data.subarray(at + 4, at + 36) : null);
  return {
    supply: view(data).getBigUint64(36, true),
    decimals: data[44] ?? 0,
    authority: authority(0),
    freezeAuthority: authority(46),
  };
}

/** The bytes of a new mint without freeze authority. */
export function newMint(authority: Uint8Array, decimals: number): Uint8Array {
  const data = new Uint8Array(mintBytes);
  view(data).setUint32(0, 1, true);
  data.set(authority, 4);
  data[44] = decimals;
  data[45] = 1;
  return data;
}

/** Solana's `UiTokenAmount`. */
export function uiTokenAmount(amount: bigint, decimals: number) {
  const uiAmountString = formatDecimal(amount, decimals);
  return { amount: amount.toString(), decimals, uiAmount: Number(uiAmountString), uiAmountString };
}

/** `jsonParsed` of a token account or mint; null for any other account. */
export function parsedTokenData(account: AccountState, decimalsOf: (mintAddress: Uint8Array) => number | null) {
  const program = same(account.owner, systemPrograms.token2022) ? 'spl-token-2022' : 'spl-token';
  const space = account.data.length;
  const token = tokenAccount(account);
  const decimals = token === null ? null : decimalsOf(token.mint);
  if (token !== null && decimals !== null) {
    const info = {
      isNative: false,
      mint: toBase58(token.mint),
      owner: toBase58(token.owner),
      state: token.state,
      tokenAmount: uiTokenAmount(token.amount, decimals),
    };
    return { program, parsed: { type: 'account', info }, space };
  }
  const parsedMint = mint(account);
  if (parsedMint === null) return null;
  const info = {
    decimals: parsedMint.decimals,
    freezeAuthority: parsedMint.freezeAuthority && toBase58(parsedMint.freezeAuthority),
    isInitialized: true,
    mintAuthority: parsedMint.authority && toBase58(parsedMint.authority),
    supply: parsedMint.supply.toString(),
  };
  return { program, parsed: { type: 'mint', info }, space };
}

function hasKind(data: Uint8Array, bytes: number, kind: number): boolean {
  return data.length === bytes || (data.length > accountBytes && data[accountBytes] === kind);
}

function same(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}

function view(data: Uint8Array): DataView {
  return new DataView(data.buffer, data.byteOffset, data.byteLength);
}
