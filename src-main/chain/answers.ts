import type { Signature } from '@solana/kit';
import { z } from 'zod';

// What we rely on of the answers, after kit has made bigints of their integers. kit itself checks next to nothing.

const slot = z.bigint().nonnegative();
const lamports = z.bigint().nonnegative();
const text = z.string().max(128);
// Not kit's own check, which decodes: 24 µs each, and a page has a thousand.
const signaturePattern = /^[1-9A-HJ-NP-Za-km-z]{64,88}$/;
const signature = z.custom<Signature>((value) => typeof value === 'string' && signaturePattern.test(value));

function withContext<T extends z.ZodType>(value: T) {
  return z.object({ context: z.object({ slot }), value });
}

/** An error of a transaction; null is success. */
const transactionError = z.union([z.null(), text, z.record(text, z.unknown())]);

export const accountAnswer = withContext(
  z.nullable(z.object({ owner: text, data: z.tuple([z.base64(), z.literal('base64')]) })),
);

export const blockhashAnswer = withContext(z.object({ blockhash: text, lastValidBlockHeight: z.bigint().positive() }));

export const slotAnswer = slot;

export const epochAnswer = z.object({ blockHeight: slot, absoluteSlot: slot });

export const balanceAnswer = withContext(lamports);

export const simulationAnswer = withContext(
  z.object({
    err: transactionError,
    logs: z.nullish(z.array(z.string())),
    unitsConsumed: z.nullish(z.bigint()),
  }),
);

export const statusAnswer = withContext(
  z.tuple([
    z.nullable(
      z.object({
        err: transactionError,
        confirmationStatus: z.nullish(z.enum(['processed', 'confirmed', 'finalized'])),
      }),
    ),
  ]),
);

export const historyAnswer = z.array(z.object({ signature, slot, err: transactionError })).max(1000);

const tokenBalance = z.object({
  accountIndex: z.number().int().nonnegative(),
  mint: text,
  owner: z.nullish(text),
  uiTokenAmount: z.object({ amount: z.string().regex(/^\d{1,20}$/) }),
});
export type TokenBalanceAnswer = z.infer<typeof tokenBalance>;

export const transactionAnswer = z.nullable(
  z.object({
    slot,
    blockTime: z.nullish(z.bigint()),
    transaction: z.tuple([z.base64(), z.literal('base64')]),
    meta: z.object({
      err: transactionError,
      fee: lamports,
      preTokenBalances: z.nullish(z.array(tokenBalance)),
      postTokenBalances: z.nullish(z.array(tokenBalance)),
      loadedAddresses: z.nullish(z.object({ writable: z.array(text), readonly: z.array(text) })),
    }),
  }),
);
