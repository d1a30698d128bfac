import { AccountRole, type Instruction } from '@solana/kit';
import { getAddMemoInstruction } from '@solana-program/memo';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkSettlement } from '../../../src-main/wallet/signer/index.ts';
import { programs } from '../../../src-main/wallet/signer/programs.ts';
import type { SettlementRequirement } from '../../../src-main/wallet/signer/signer.ts';
import {
  anAddress,
  buildPayment,
  honestParts,
  memoProgram,
  type PaymentParts,
  requirementOf,
  testKey,
} from '../../support/x402-payment.ts';

const code = (name: string) => ({ kind: 'refused', reason: `invalid_exact_svm_${name}` });

/** Replaces one instruction of the honest four. */
const at = (index: number, change: (instruction: Instruction) => Instruction) => (all: readonly Instruction[]) =>
  all.map((instruction, i) => (i === index ? change(instruction) : instruction));
const withData =
  (edit: (data: Uint8Array) => Uint8Array) =>
  (instruction: Instruction): Instruction => ({
    ...instruction,
    data: edit(Uint8Array.from(instruction.data ?? [])),
  });
const instruction = (programAddress: PaymentParts['mint'], data = new Uint8Array(1)): Instruction => ({
  programAddress,
  data,
});
const lighthouse = instruction(programs.lighthouse);
const memo = (text: string) => getAddMemoInstruction({ memo: text }, { programAddress: memoProgram });

describe('accepts', () => {
  const accepted: readonly [string, Partial<PaymentParts>, Partial<SettlementRequirement>?][] = [
    ['an official client’s layout', {}],
    ['a legacy message', { version: 'legacy' }],
    ['Token-2022', { tokenProgram: programs.token2022 }],
    ['a legacy client’s three instructions, without a memo', { reshape: (all) => all.slice(0, 3) }],
    ['Lighthouse assertions of a wallet', { reshape: (all) => [...all, lighthouse, lighthouse] }],
    ['the seller’s memo', { memo: 'order 7 – ✓' }, { memo: 'order 7 – ✓' }],
    [
      'the seller’s memo among Lighthouse assertions',
      { memo: 'x', reshape: (all) => [...all.slice(0, 3), lighthouse, ...all.slice(3)] },
      { memo: 'x' },
    ],
    ['a priority fee of exactly 10 000 lamports', { units: 20_000, price: 500_000n }],
    ['the highest price', { units: 2_000, price: 5_000_000n }],
    ['the highest limit', { units: 1_400_000 }],
  ];
  test.each(accepted)('%s', async (_, change, terms) => {
    const parts = { ...honestParts(), ...change };
    const wire = await buildPayment(parts);
    expect(checkSettlement(wire, { ...requirementOf(parts), ...terms })).toMatchObject({
      kind: 'valid',
      payer: parts.payer.address,
      tokenProgram: parts.tokenProgram,
      amount: parts.amount,
      decimals: 6,
    });
  });
});

describe('refuses', () => {
  const other = anAddress();
  const stranger = testKey();
  const computeLimit = 'payload_transaction_instructions_compute_limit_instruction';
  const computePrice = 'payload_transaction_instructions_compute_price_instruction';
  const refused: readonly [string, string, Partial<PaymentParts>, Partial<SettlementRequirement>?][] = [
    ['a fee payer that the seller did not offer', 'fee_payer_mismatch', {}, { feePayer: other }],
    [
      'a third signer',
      'payload_excessive_signers',
      {
        alsoSign: [stranger],
        reshape: at(3, (it) => ({
          ...it,
          accounts: [{ address: stranger.address, role: AccountRole.READONLY_SIGNER }],
        })),
      },
    ],
    ['two instructions', 'payload_transaction_instructions_length', { reshape: (all) => all.slice(0, 2) }],
    [
      'seven instructions',
      'payload_transaction_instructions_length',
      { reshape: (all) => [...all, lighthouse, lighthouse, lighthouse] },
    ],
    [
      'no compute limit first',
      computeLimit,
      { reshape: ([limit, price, ...rest]) => [price, limit, ...rest].filter((i) => i !== undefined) },
    ],
    [
      'a compute limit of another program',
      computeLimit,
      { reshape: at(0, (it) => ({ ...it, programAddress: other })) },
    ],
    [
      'a compute limit with more bytes',
      computeLimit,
      {
        reshape: at(
          0,
          withData((data) => Uint8Array.of(...data, 0)),
        ),
      },
    ],
    [
      'a compute limit that is cut',
      computeLimit,
      {
        reshape: at(
          0,
          withData((data) => data.slice(0, 4)),
        ),
      },
    ],
    ['a compute limit above Solana’s', `${computeLimit}_too_high`, { units: 1_400_001 }],
    [
      'a compute price of another kind',
      computePrice,
      {
        reshape: at(
          1,
          withData((data) => Uint8Array.of(4, ...data.slice(1))),
        ),
      },
    ],
    [
      'a compute price of another program',
      computePrice,
      { reshape: at(1, (it) => ({ ...it, programAddress: other })) },
    ],
    [
      'a compute price with more bytes',
      computePrice,
      {
        reshape: at(
          1,
          withData((data) => Uint8Array.of(...data, 0)),
        ),
      },
    ],
    ['a price above 5 lamports a unit', `${computePrice}_too_high`, { units: 1, price: 5_000_001n }],
    ['a priority fee above 10 000 lamports', `${computePrice}_too_high`, { units: 20_001, price: 500_000n }],
    ['the highest price of all', `${computePrice}_too_high`, { units: 20_000, price: 2n ** 64n - 1n }],
    [
      'a transfer of an unknown token program',
      'payload_no_transfer_instruction',
      { reshape: at(2, (it) => ({ ...it, programAddress: other })) },
    ],
    [
      'a plain Transfer',
      'payload_no_transfer_instruction',
      {
        reshape: at(
          2,
          withData((data) => Uint8Array.of(3, ...data.slice(1))),
        ),
      },
    ],
    [
      'a transfer with more bytes',
      'payload_no_transfer_instruction',
      {
        reshape: at(
          2,
          withData((data) => Uint8Array.of(...data, 0)),
        ),
      },
    ],
    [
      'a transfer that is cut',
      'payload_no_transfer_instruction',
      {
        reshape: at(
          2,
          withData((data) => data.slice(0, 9)),
        ),
      },
    ],
    [
      'a transfer with more accounts',
      'payload_no_transfer_instruction',
      {
        reshape: at(2, (it) => ({
          ...it,
          accounts: [...(it.accounts ?? []), { address: other, role: AccountRole.READONLY }],
        })),
      },
    ],
    [
      'a transfer whose authority did not sign',
      'payload_no_transfer_instruction',
      {
        reshape: at(2, (it) => ({
          ...it,
          accounts: [...(it.accounts ?? []).slice(0, 3), { address: other, role: AccountRole.READONLY }],
        })),
      },
    ],
    ['another mint', 'payload_mint_mismatch', {}, { asset: other }],
    ['another payee', 'payload_recipient_mismatch', {}, { payTo: other }],
    [
      'a payee of the wrong token program',
      'payload_recipient_mismatch',
      { reshape: at(2, (it) => ({ ...it, programAddress: programs.token2022 })) },
    ],
    ['terms whose payee is no address', 'payload_recipient_mismatch', {}, { payTo: 'nobody' }],
    ['one unit too little', 'payload_amount_mismatch', { amount: 9_999n }, { amount: 10_000n }],
    ['one unit too much', 'payload_amount_mismatch', { amount: 10_001n }, { amount: 10_000n }],
    [
      'an unknown fourth instruction',
      'payload_unknown_fourth_instruction',
      { reshape: at(3, () => instruction(other)) },
    ],
    [
      'an unknown fifth instruction',
      'payload_unknown_fifth_instruction',
      { reshape: (all) => [...all, instruction(other)] },
    ],
    [
      'an unknown sixth instruction',
      'payload_unknown_sixth_instruction',
      { reshape: (all) => [...all, lighthouse, instruction(other)] },
    ],
    ['a second transfer', 'payload_unknown_fifth_instruction', { reshape: (all) => [...all, ...all.slice(2, 3)] }],
    ['no memo where one was asked for', 'payload_memo_count', { reshape: (all) => all.slice(0, 3) }, { memo: 'x' }],
    [
      'two memos where one was asked for',
      'payload_memo_count',
      { memo: 'x', reshape: (all) => [...all, memo('x')] },
      { memo: 'x' },
    ],
    ['another memo', 'payload_memo_mismatch', { memo: 'y' }, { memo: 'x' }],
  ];
  test.each(refused)('%s', async (_, reason, change, terms) => {
    const parts = { ...honestParts(), ...change };
    const wire = await buildPayment(parts);
    expect(checkSettlement(wire, { ...requirementOf(parts), ...terms })).toEqual(code(reason));
  });

  test('a transaction whose fee payer is the source', async () => {
    const payer = testKey();
    const parts = { ...honestParts(), payer, feePayer: payer.address };
    const wire = await buildPayment(parts);
    expect(checkSettlement(wire, requirementOf(parts))).toEqual(
      code('payload_transaction_fee_payer_transferring_funds'),
    );
  });

  test.each([0, 1, 2, 3])('the fee payer among the accounts of instruction %i', async (index) => {
    const parts = honestParts();
    const named = { address: parts.feePayer, role: AccountRole.READONLY };
    const reshape =
      index === 2
        ? at(2, (it) => ({ ...it, accounts: [named, ...(it.accounts ?? []).slice(1)] }))
        : at(index, (it) => ({ ...it, accounts: [named] }));
    const wire = await buildPayment({ ...parts, reshape });
    expect(checkSettlement(wire, requirementOf(parts))).toEqual(
      code('payload_transaction_fee_payer_transferring_funds'),
    );
  });

  test('a payment that its payer did not sign', async () => {
    const parts = honestParts();
    const wire = await buildPayment(parts);
    wire.fill(0, 1 + 64, 1 + 128);
    expect(checkSettlement(wire, requirementOf(parts))).toEqual(code('payload_signature_invalid'));
  });

  test('a payment signed by somebody else', async () => {
    const parts = honestParts();
    const wire = await buildPayment(parts);
    const forged = await buildPayment({ ...parts, memo: 'another' });
    wire.set(forged.subarray(65, 129), 65);
    expect(checkSettlement(wire, requirementOf(parts))).toEqual(code('payload_signature_invalid'));
  });

  test('a lookup table, since what it adds cannot be seen', async () => {
    const parts = honestParts();
    const wire = await buildPayment({ ...parts, lookupTables: { [anAddress()]: [parts.mint] } });
    expect(checkSettlement(wire, requirementOf(parts))).toEqual(code('smart_wallet_alt_resolution_not_available'));
  });

  test('whatever is not a transaction, and never throws', () => {
    const requirement = requirementOf(honestParts());
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 1300 }), (bytes) => {
        expect(checkSettlement(bytes, requirement)).toEqual(code('payload_transaction_could_not_be_decoded'));
      }),
    );
  });

  test('a valid payment with any one byte changed, but for the fee payer’s empty slot', async () => {
    const parts = honestParts();
    const wire = await buildPayment(parts);
    const honest = checkSettlement(wire, requirementOf(parts));
    for (const index of wire.keys()) {
      for (const flip of [0x01, 0x80, 0xff]) {
        const flipped = Uint8Array.from(wire);
        flipped[index] = (flipped[index] ?? 0) ^ flip;
        const verdict = checkSettlement(flipped, requirementOf(parts));
        if (index >= 1 && index < 65) expect(verdict).toEqual(honest);
        else expect(verdict.kind, `byte ${index} ^ ${flip}`).toBe('refused');
      }
    }
  });
});
