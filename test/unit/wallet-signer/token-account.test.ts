import { getAddressDecoder } from '@solana/kit';
import { findAssociatedTokenPda } from '@solana-program/token';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { programs } from '../../../src-main/wallet/signer/programs.ts';
import { tokenAccountOf } from '../../../src-main/wallet/signer/token-account.ts';

const address = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => getAddressDecoder().decode(bytes));

test('derives the address that the official token client derives, on the first call and again', async () => {
  await fc.assert(
    fc.asyncProperty(
      address,
      address,
      fc.constantFrom(programs.token, programs.token2022),
      async (owner, mint, tokenProgram) => {
        const [expected] = await findAssociatedTokenPda({ owner, mint, tokenProgram });
        expect(tokenAccountOf(owner, tokenProgram, mint)).toBe(expected);
        expect(tokenAccountOf(owner, tokenProgram, mint)).toBe(expected);
      },
    ),
  );
});
