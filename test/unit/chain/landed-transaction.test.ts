import { hash } from 'node:crypto';
import { getBase58Decoder, getTransactionDecoder } from '@solana/kit';
import { describe, expect, it } from 'vitest';
import { transactionAnswer } from '../../../src-main/chain/answers.ts';
import { readLandedTransaction } from '../../../src-main/chain/landed-transaction.ts';
import { buildPayment, honestParts, testKey } from '../../support/x402-payment.ts';

const [payer, feePayer] = [testKey(), testKey()];
const parts = { ...honestParts(), payer, feePayer: feePayer.address, alsoSign: [feePayer] };
const wire = await buildPayment(parts);
const id = getBase58Decoder().decode(wire.subarray(1, 65));
const balance = (accountIndex: number, amount: string, owner: string | null = payer.address) => ({
  accountIndex,
  mint: parts.mint,
  owner,
  uiTokenAmount: { amount, decimals: 6 },
});

function answer(meta: object) {
  return {
    slot: 7n,
    blockTime: 1_700_000_000n,
    transaction: [Buffer.from(wire).toString('base64'), 'base64'],
    meta: { err: null, fee: 10_001n, preTokenBalances: [], postTokenBalances: [], ...meta },
  };
}

function read(meta: object, asked = id) {
  const found = transactionAnswer.parse(answer(meta));
  if (found === null) throw new Error('there is an answer');
  return readLandedTransaction(asked, found);
}

describe('a landed transaction', () => {
  it('is identified by its own bytes', () => {
    const landed = read({});
    expect(landed).toMatchObject({
      signature: id,
      slot: 7n,
      blockTime: 1_700_000_000,
      error: null,
      feeLamports: 10_001n,
    });
    expect(landed.signatures).toEqual([id, getBase58Decoder().decode(wire.subarray(65, 129))]);
    const message = Uint8Array.from(getTransactionDecoder().decode(wire).messageBytes);
    expect(landed.messageHash).toBe(hash('sha256', message));
  });

  it('is refused when its bytes are those of another one', () => {
    expect(() => read({}, getBase58Decoder().decode(new Uint8Array(64).fill(1)))).toThrow('another transaction');
  });

  it('shows what moved, also into a new account and out of a closed one', () => {
    const { tokenDeltas } = read({
      preTokenBalances: [balance(2, '100'), balance(4, '7'), balance(5, '5')],
      postTokenBalances: [balance(2, '60'), balance(3, '40', null), balance(5, '5')],
    });
    expect(tokenDeltas.map(({ delta, owner }) => ({ delta, owner }))).toEqual([
      { delta: -40n, owner: payer.address },
      { delta: -7n, owner: payer.address },
      { delta: 40n, owner: null },
    ]);
  });

  it('has its error in one line', () => {
    expect(read({ err: { InstructionError: [2n, { Custom: 1n }] } }).error).toBe(
      '{"InstructionError":[2,{"Custom":1}]}',
    );
    expect(read({ err: 'AccountInUse' }).error).toBe('AccountInUse');
  });

  it.each([
    ['a negative fee', { fee: -1n }],
    ['an amount that is no number', { preTokenBalances: [balance(1, '-5')] }],
    ['an amount of 21 digits', { preTokenBalances: [balance(1, '1'.repeat(21))] }],
    ['an error that is a number', { err: 5n }],
  ])('is not read from %s', (_what, meta) => {
    expect(() => read(meta)).toThrow();
  });

  it('is not read from an answer without its effects', () => {
    expect(() => transactionAnswer.parse({ ...answer({}), meta: null })).toThrow();
  });
});
