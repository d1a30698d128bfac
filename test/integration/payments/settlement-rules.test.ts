import { AccountRole, type Address, address, type Instruction } from '@solana/kit';
import { getAddMemoInstruction } from '@solana-program/memo';
import { expect, test } from 'vitest';
import { openStall, type Served, type TillStall, v1Header, v2Header } from '../../support/till-stall.ts';
import { anAddress, memoProgram, type PaymentParts, type TestKey, testKey } from '../../support/x402-payment.ts';

const token2022 = address('TokenzQdBNbLqP5VEhdkAS6EPFLC1PHnBqCXEpPxuEb');
const systemProgram = address('11111111111111111111111111111111');
const noOp = (program: Address): Instruction => ({ programAddress: program, accounts: [], data: new Uint8Array() });

/** The bare codes of v1 (x402 reference, section 14); all others are spelled alike in both. */
const v1Code = (code: string): string => code.replace(/^invalid_exact_svm_(transaction_simulation_failed)$/, '$1');

/** One payment that breaks one rule, and what 2.27 calls it; without its prefix. */
type Case = readonly [
  name: string,
  changes: (stall: TillStall, buyer: TestKey) => Partial<PaymentParts> | Promise<Partial<PaymentParts>>,
  code: string,
];

const swap = (a: number, b: number) => (all: readonly Instruction[]) => {
  const moved = [...all];
  [moved[a], moved[b]] = [all[b] ?? noOp(memoProgram), all[a] ?? noOp(memoProgram)];
  return moved;
};
const feePayerOf = (stall: TillStall): Address => address(stall.signer.addresses.feePayer);

const cases: readonly Case[] = [
  ['another mint', () => ({ mint: anAddress() }), 'payload_mint_mismatch'],
  ['another recipient', () => ({ payTo: anAddress() }), 'payload_recipient_mismatch'],
  ['one unit less', () => ({ amount: 9_999n }), 'payload_amount_mismatch'],
  ['one unit more', () => ({ amount: 10_001n }), 'payload_amount_mismatch'],
  [
    'no transfer but a memo in its place',
    () => ({ reshape: (all) => [...all.slice(0, 2), ...all.slice(3), ...all.slice(3)] }),
    'payload_no_transfer_instruction',
  ],
  [
    'a program that is no token program',
    () => ({ reshape: (all) => all.map((one, i) => (i === 2 ? { ...one, programAddress: systemProgram } : one)) }),
    'payload_no_transfer_instruction',
  ],
  ['price before limit', () => ({ reshape: swap(0, 1) }), 'payload_transaction_instructions_compute_limit_instruction'],
  [
    'memo where the price belongs',
    () => ({ reshape: swap(1, 3) }),
    'payload_transaction_instructions_compute_price_instruction',
  ],
  ['memo before the transfer', () => ({ reshape: swap(2, 3) }), 'payload_no_transfer_instruction'],
  [
    'an instruction of another program',
    () => ({ reshape: (all) => [...all, noOp(systemProgram)] }),
    'payload_unknown_fifth_instruction',
  ],
  [
    'too many instructions',
    () => ({ reshape: (all) => [...all, ...Array<Instruction>(4).fill(all[3] ?? noOp(memoProgram))] }),
    'payload_transaction_instructions_length',
  ],
  ['too few', () => ({ reshape: (all) => all.slice(0, 2) }), 'payload_transaction_instructions_length'],
  [
    'the fee payer as the source',
    (stall) => ({
      reshape: (all) =>
        all.map((one, i) =>
          i === 2
            ? {
                ...one,
                accounts: (one.accounts ?? []).map((account, at) =>
                  at === 3 ? { address: feePayerOf(stall), role: AccountRole.READONLY_SIGNER } : account,
                ),
              }
            : one,
        ),
    }),
    'payload_transaction_fee_payer_transferring_funds',
  ],
  [
    'the fee payer among the accounts of the memo',
    (stall) => ({
      reshape: (all) => [
        ...all.slice(0, 3),
        {
          ...getAddMemoInstruction({ memo: 'a' }, { programAddress: memoProgram }),
          accounts: [{ address: feePayerOf(stall), role: AccountRole.READONLY_SIGNER }],
        },
      ],
    }),
    'payload_transaction_fee_payer_transferring_funds',
  ],
  [
    'a price of units above the ceiling',
    () => ({ price: 5_000_001n }),
    'payload_transaction_instructions_compute_price_instruction_too_high',
  ],
  [
    'more units than there are',
    () => ({ units: 1_400_001 }),
    'payload_transaction_instructions_compute_limit_instruction_too_high',
  ],
  [
    'units times price above our ceiling',
    () => ({ units: 1_400_000, price: 5_000_000n }),
    'payload_transaction_instructions_compute_price_instruction_too_high',
  ],
  ['a blockhash that no chain knows', () => ({ blockhash: anAddress() }), 'transaction_simulation_failed'],
  ['a buyer without an account', () => ({ payer: testKey() }), 'transaction_simulation_failed'],
  ['a Token-2022 account', () => ({ tokenProgram: token2022 }), 'transaction_simulation_failed'],
  ['another fee payer', () => ({ feePayer: anAddress() }), 'fee_payer_mismatch'],
  [
    'a third signer',
    () => {
      const third = testKey();
      return {
        alsoSign: [third],
        reshape: (all) => [
          ...all.slice(0, 3),
          {
            ...getAddMemoInstruction({ memo: 'a' }, { programAddress: memoProgram }),
            accounts: [{ address: third.address, role: AccountRole.READONLY_SIGNER }],
          },
        ],
      };
    },
    'payload_excessive_signers',
  ],
];

const present = {
  'x402-v2': (stall: TillStall, wire: Uint8Array) => stall.ask({ paymentSignature: [v2Header(stall, wire)] }),
  'x402-v1': (stall: TillStall, wire: Uint8Array) => stall.ask({ xPayment: [v1Header(wire)] }),
};

test.each(['x402-v2', 'x402-v1'] as const)(
  '%s: every rule of a payment has one that breaks it, and its code',
  async (dialect) => {
    const stall = await openStall();
    const buyer = await stall.newBuyer();
    const expectRefused = (answer: Served, name: string, code: string) => {
      const full = `invalid_exact_svm_${code}`;
      expect(answer.status, name).toBe(402);
      expect(answer.error, name).toBe(dialect === 'x402-v2' ? full : v1Code(full));
      const told =
        dialect === 'x402-v2'
          ? JSON.parse(Buffer.from(answer.fields.get('payment-required') ?? '', 'base64').toString('utf8'))
          : JSON.parse(answer.body);
      expect(told.error, name).toBe(answer.error);
      expect(told.accepts, name).toHaveLength(1);
    };
    for (const [name, changes, code] of cases) {
      const wire = await stall.pay(buyer, await changes(stall, buyer));
      expectRefused(await present[dialect](stall, wire), name, code);
    }
    const honest = await stall.pay(buyer);
    const spoiled = (at: number) => Uint8Array.from(honest, (byte, i) => (i === at ? byte ^ 1 : byte));
    expectRefused(await present[dialect](stall, spoiled(70)), 'a wrong signature', 'payload_signature_invalid');
    expectRefused(
      await present[dialect](stall, spoiled(honest.length - 3)),
      'an altered memo',
      'payload_signature_invalid',
    );
    const noAccount = await stall.pay(buyer, { payTo: address(buyer.address) });
    expectRefused(await present[dialect](stall, noAccount), 'paid to the buyer itself', 'payload_recipient_mismatch');
    const poor = await stall.newBuyer(9_999n);
    const unpaid = await stall.pay(poor);
    expectRefused(
      await present[dialect](stall, unpaid),
      'a buyer with one unit too little',
      'transaction_simulation_failed',
    );

    expect(stall.upstream.calls).toBe(0);
    expect(await stall.earned()).toBe(0n);
    const { settlements, connection } = stall.store;
    await connection.committer.flushed();
    const listed = settlements.list({ shop: null, undelivered: false, before: null, limit: 100 });
    expect(listed, 'what was refused holds no claim').toEqual([]);
    expect(await present[dialect](stall, honest), 'and the honest payment buys').toMatchObject({ status: 200 });
    expect(await stall.earned()).toBe(10_000n);
  },
);

test('a seller without an account cannot be paid: refused before anything is sent', async () => {
  const stall = await openStall();
  const payTo = anAddress();
  const wire = await stall.pay(await stall.newBuyer(), { payTo });
  const header = JSON.parse(Buffer.from(v2Header(stall, wire), 'base64').toString('utf8'));
  header.accepted.payTo = payTo;
  const value = Buffer.from(JSON.stringify(header)).toString('base64');
  expect(await stall.ask({ paymentSignature: [value] }, { payTo })).toMatchObject({
    status: 402,
    error: 'invalid_exact_svm_transaction_simulation_failed',
  });
});

test.each(['x402-v2', 'x402-v1'] as const)('%s: a payment whose blockhash has expired is refused', async (dialect) => {
  const stall = await openStall();
  const wire = await stall.pay(await stall.newBuyer());
  await stall.advance(400);
  const { error } = await present[dialect](stall, wire);
  expect(error).toMatch(/^(invalid_exact_svm_)?transaction_simulation_failed$/);
  expect(stall.upstream.calls).toBe(0);
});
