import {
  address,
  decompileTransactionMessage,
  getBase58Decoder,
  getCompiledTransactionMessageDecoder,
  getTransactionDecoder,
  type Instruction,
} from '@solana/kit';
import { findAssociatedTokenPda } from '@solana-program/token';
import { expect, test } from 'vitest';
import { compilePayment } from '../../../src-main/wallet/signer/payment.ts';
import { programs } from '../../../src-main/wallet/signer/programs.ts';
import type { PaymentFacts } from '../../../src-main/wallet/signer/signer.ts';
import { encodeTransaction } from '../../../src-main/wallet/signer/wire-transaction.ts';
import { anAddress } from '../../support/x402-payment.ts';

const spender = anAddress();
const nonce = 'ab'.repeat(16);
const facts = (): PaymentFacts => ({
  mint: anAddress(),
  tokenProgram: programs.token,
  decimals: 6,
  amount: 10_000n,
  payTo: anAddress(),
  feePayer: anAddress(),
  blockhash: anAddress(),
  memo: null,
});

/** As the official token client derives it. */
const tokenAccount = async (owner: string, mint: string, tokenProgram: string) => {
  const seeds = { owner: address(owner), mint: address(mint), tokenProgram: address(tokenProgram) };
  return (await findAssociatedTokenPda(seeds))[0];
};

/** As kit reads it. */
const read = (input: PaymentFacts) => {
  const compiled = compilePayment(input, spender, nonce);
  if (compiled.kind === 'refused') throw new Error(compiled.rule);
  const wire = encodeTransaction(compiled.message, [null, new Uint8Array(64).fill(7)]);
  const transaction = getTransactionDecoder().decode(wire);
  const message = getCompiledTransactionMessageDecoder().decode(transaction.messageBytes);
  const instructions: readonly Instruction[] = decompileTransactionMessage(message).instructions;
  return { wire, transaction, message, instructions };
};

test('kit reads a payment as compute limit, compute price, TransferChecked and memo, in this order', async () => {
  const input = facts();
  const { message, instructions, transaction } = read(input);
  expect(message.version).toBe(0);
  expect(instructions.map((it) => it.programAddress)).toEqual([
    programs.computeBudget,
    programs.computeBudget,
    programs.token,
    programs.memo,
  ]);
  const [limit, price, transfer, memo] = instructions.map((it) => Buffer.from(it.data ?? []).toString('hex'));
  expect([limit, price, transfer]).toEqual(['02204e0000', '030100000000000000', '0c102700000000000006']);
  expect(memo).toBe(Buffer.from(nonce).toString('hex'));
  const { mint, tokenProgram, feePayer, payTo, blockhash } = input;
  const ata = async (owner: string) => tokenAccount(owner, mint, tokenProgram);
  expect(instructions[2]?.accounts?.map(({ address, role }) => [address, role])).toEqual([
    [await ata(spender), 1],
    [mint, 0],
    [await ata(payTo), 1],
    [spender, 2],
  ]);
  expect(instructions[3]?.accounts ?? []).toEqual([]);
  expect(Object.keys(transaction.signatures)).toEqual([feePayer, spender]);
  expect(transaction.signatures).toMatchObject({ [feePayer]: null });
  expect(message).toMatchObject({ lifetimeToken: blockhash });
});

test.each([
  [null, 496],
  ['m'.repeat(256), 721],
])('a payment with memo %s has the official size', (memo, size) => {
  expect(read({ ...facts(), memo }).wire.length).toBe(size);
});

test('the seller’s memo stands in the payment byte for byte', () => {
  const memo = 'order 7 – ✓';
  expect(Buffer.from(read({ ...facts(), memo }).instructions[3]?.data ?? []).toString()).toBe(memo);
});

test('the largest amount fits', () => {
  const data = Buffer.from(read({ ...facts(), amount: 2n ** 63n - 1n }).instructions[2]?.data ?? []);
  expect(data.readBigUInt64LE(1)).toBe(2n ** 63n - 1n);
});

const long = getBase58Decoder().decode(new Uint8Array(33).fill(9));
const short = getBase58Decoder().decode(new Uint8Array(31).fill(9));
const refused: readonly [string, (honest: PaymentFacts) => object, string][] = [
  ['the spender as payee', (it) => ({ ...it, payTo: spender }), 'the payee is the wallet itself'],
  ['the spender as fee payer', (it) => ({ ...it, feePayer: spender }), 'the fee payer takes part in the transfer'],
  ['the mint as fee payer', (it) => ({ ...it, feePayer: it.mint }), 'the fee payer takes part in the transfer'],
  ['a program as fee payer', (it) => ({ ...it, feePayer: programs.memo }), 'the fee payer takes part in the transfer'],
  ['the wallet as mint', (it) => ({ ...it, mint: spender }), 'one account stands in two places'],
  ['an amount of zero', (it) => ({ ...it, amount: 0n }), 'the amount is not from 1 to 2^63-1'],
  ['a negative amount', (it) => ({ ...it, amount: -1n }), 'the amount is not from 1 to 2^63-1'],
  ['an amount of 2^63', (it) => ({ ...it, amount: 2n ** 63n }), 'the amount is not from 1 to 2^63-1'],
  ['an amount that is a number', (it) => ({ ...it, amount: 5 }), 'the amount is not from 1 to 2^63-1'],
  ['a memo of 257 bytes', (it) => ({ ...it, memo: 'm'.repeat(257) }), 'the memo is longer than 256 bytes'],
  [
    'a memo of 256 bytes and 129 characters more',
    (it) => ({ ...it, memo: 'é'.repeat(129) }),
    'the memo is longer than 256 bytes',
  ],
  ['an empty memo', (it) => ({ ...it, memo: '' }), 'the memo is not text'],
  ['a memo with half a character', (it) => ({ ...it, memo: '\ud800' }), 'the memo is not text'],
  ['a mint of 33 bytes', (it) => ({ ...it, mint: long }), 'the mint is not an address'],
  ['a payee of 31 bytes', (it) => ({ ...it, payTo: short }), 'the payee is not an address'],
  ['a fee payer that is not base58', (it) => ({ ...it, feePayer: '0'.repeat(40) }), 'the fee payer is not an address'],
  ['a blockhash of 31 bytes', (it) => ({ ...it, blockhash: short }), 'the blockhash is not 32 bytes in base58'],
  ['an unknown token program', (it) => ({ ...it, tokenProgram: it.mint }), 'the token program is not known'],
  ['decimals of 256', (it) => ({ ...it, decimals: 256 }), 'the decimals are not an integer from 0 to 255'],
  ['decimals of 1.5', (it) => ({ ...it, decimals: 1.5 }), 'the decimals are not an integer from 0 to 255'],
  ['facts without a payee', ({ payTo: _, ...rest }) => rest, 'the payee is not an address'],
];
test.each(refused)('refuses %s', (_, change, rule) => {
  expect(compilePayment(change(facts()), spender, nonce)).toEqual({ kind: 'refused', rule });
});

test('refuses a fee payer that is a token account of the transfer', async () => {
  const honest = facts();
  for (const owner of [spender, honest.payTo]) {
    const feePayer = await tokenAccount(owner, honest.mint, honest.tokenProgram);
    expect(compilePayment({ ...honest, feePayer }, spender, nonce)).toEqual({
      kind: 'refused',
      rule: 'the fee payer takes part in the transfer',
    });
  }
});
