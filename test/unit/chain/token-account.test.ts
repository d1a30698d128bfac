import { address } from '@solana/kit';
import { AccountState, getMintEncoder, getTokenEncoder } from '@solana-program/token';
import { describe, expect, it } from 'vitest';
import { toBase58 } from '../../../src-main/chain/sandbox/base58.ts';
import { systemPrograms } from '../../../src-main/chain/sandbox/programs.ts';
import * as sandboxLayout from '../../../src-main/chain/sandbox/token-layout.ts';
import { readMint, readTokenAmount } from '../../../src-main/chain/token-account.ts';

const key = address('7xKXtg2CW87d97TXJSDpbD5jBkheTqA83TZRuJosgAsU');
const token = toBase58(systemPrograms.token);
const token2022 = toBase58(systemPrograms.token2022);
const system = toBase58(systemPrograms.system);

const mintData = Uint8Array.from(
  getMintEncoder().encode({ mintAuthority: key, supply: 12n, decimals: 6, isInitialized: true, freezeAuthority: null }),
);
const accountData = Uint8Array.from(
  getTokenEncoder().encode({
    mint: key,
    owner: key,
    amount: 2n ** 64n - 1n,
    delegate: null,
    state: AccountState.Initialized,
    isNative: null,
    delegatedAmount: 0n,
    closeAuthority: null,
  }),
);
/** As Token-2022 lays out what has extensions: padded to 165 bytes, then the kind. */
const extended = (data: Uint8Array, kind: number): Uint8Array => {
  const padded = new Uint8Array(180);
  padded.set(data);
  padded[165] = kind;
  return padded;
};
const changed = (data: Uint8Array, at: number, value: number): Uint8Array => {
  const copy = Uint8Array.from(data);
  copy[at] = value;
  return copy;
};

describe('a mint', () => {
  it('is read as the official encoder wrote it, under both token programs', () => {
    expect(readMint({ owner: token, data: mintData })).toEqual({ decimals: 6, tokenProgram: token });
    expect(readMint({ owner: token2022, data: extended(mintData, 1) })).toEqual({
      decimals: 6,
      tokenProgram: token2022,
    });
  });

  it.each([
    ['of another program', { owner: system, data: mintData }],
    ['that is a token account', { owner: token, data: accountData }],
    ['that is a token account with extensions', { owner: token2022, data: extended(accountData, 2) }],
    ['that is not initialized', { owner: token, data: changed(mintData, 45, 0) }],
    ['cut short', { owner: token, data: mintData.subarray(0, 81) }],
    ['of no bytes', { owner: token, data: new Uint8Array() }],
  ])('is not one %s', (_what, account) => {
    expect(readMint(account)).toBeNull();
  });
});

describe('a token account', () => {
  it('has its amount, up to 2^64-1', () => {
    expect(readTokenAmount({ owner: token, data: accountData })).toBe(2n ** 64n - 1n);
    expect(readTokenAmount({ owner: token2022, data: extended(accountData, 2) })).toBe(2n ** 64n - 1n);
  });

  it.each([
    ['of another program', { owner: system, data: accountData }],
    ['that is a mint', { owner: token, data: mintData }],
    ['that is not initialized', { owner: token, data: changed(accountData, 108, 0) }],
  ])('is not one %s', (_what, account) => {
    expect(readTokenAmount(account)).toBeNull();
  });
});

describe('the sandbox', () => {
  const state = { lamports: 1n, executable: false, owner: systemPrograms.token };

  it('reads the same layouts', () => {
    expect(sandboxLayout.mint({ ...state, data: mintData })).toMatchObject({ supply: 12n, decimals: 6 });
    expect(sandboxLayout.tokenAccount({ ...state, data: accountData })).toMatchObject({ amount: 2n ** 64n - 1n });
    expect(sandboxLayout.mint({ ...state, data: accountData })).toBeNull();
    expect(sandboxLayout.tokenAccount({ ...state, data: mintData })).toBeNull();
  });

  it('makes a mint that the official decoder would write', () => {
    const made = sandboxLayout.newMint(new Uint8Array(32).fill(3), 6);
    const written = getMintEncoder().encode({
      mintAuthority: address(toBase58(new Uint8Array(32).fill(3))),
      supply: 0n,
      decimals: 6,
      isInitialized: true,
      freezeAuthority: null,
    });
    expect(made).toEqual(Uint8Array.from(written));
  });

  it('shows an amount as Solana does', () => {
    expect(sandboxLayout.uiTokenAmount(1_230_000n, 6)).toEqual({
      amount: '1230000',
      decimals: 6,
      uiAmount: 1.23,
      uiAmountString: '1.23',
    });
  });
});
