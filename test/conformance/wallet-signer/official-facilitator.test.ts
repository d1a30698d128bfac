import { randomBytes } from 'node:crypto';
import { AccountRole, address, type Instruction } from '@solana/kit';
import type { PaymentPayload, PaymentRequirements } from '@x402/core/types';
import { ExactSvmScheme } from '@x402/svm/exact/facilitator';
import { expect, test } from 'vitest';
import { checkSettlement } from '../../../src-main/wallet/signer/index.ts';
import { programs } from '../../../src-main/wallet/signer/programs.ts';
import type { SettlementRequirement } from '../../../src-main/wallet/signer/signer.ts';
import { createSignerCore } from '../../../src-main/wallet/signer/signer-core.ts';
import { anAddress, buildPayment, honestParts, type PaymentParts, requirementOf } from '../../support/x402-payment.ts';

const unasked = () => Promise.reject(new Error('verify does not sign, send or confirm'));

/** The official facilitator of 2.27 for this fee payer; its simulation always succeeds, since there is no chain here. */
function verify(wire: Uint8Array, terms: SettlementRequirement) {
  const requirements: PaymentRequirements = {
    scheme: 'exact',
    network: 'solana:EtWTRABZaYq6iMfeYKouRu166VU2xqa1',
    asset: terms.asset,
    amount: terms.amount.toString(),
    payTo: terms.payTo,
    maxTimeoutSeconds: 60,
    extra: { feePayer: terms.feePayer, ...(terms.memo === null ? {} : { memo: terms.memo }) },
  };
  const payload: PaymentPayload = {
    x402Version: 2,
    accepted: requirements,
    payload: { transaction: Buffer.from(wire).toString('base64') },
  };
  const scheme = new ExactSvmScheme({
    getAddresses: () => [address(terms.feePayer)],
    simulateTransaction: async () => undefined,
    signTransaction: unasked,
    sendTransaction: unasked,
    confirmTransaction: unasked,
  });
  return scheme.verify(payload, requirements);
}

test.each([null, 'order 7 – ✓', 'm'.repeat(256)])(
  'the official facilitator accepts our payment with memo %s',
  async (memo) => {
    const core = createSignerCore(randomBytes);
    const made = core({ op: 'generate', network: 'devnet', key: new Uint8Array(32) });
    if (made.kind !== 'generated') throw new Error(made.kind);
    for (const tokenProgram of [programs.token, programs.token2022]) {
      const facts = {
        mint: anAddress(),
        tokenProgram,
        decimals: 6,
        amount: 10_000n,
        payTo: anAddress(),
        feePayer: anAddress(),
        blockhash: anAddress(),
        memo,
      };
      const signed = core({ op: 'sign-payment', facts });
      if (signed.kind !== 'signed') throw new Error(JSON.stringify(signed));
      const { mint, payTo, feePayer, amount } = facts;
      const verdict = await verify(signed.transfer.wire, { asset: mint, payTo, feePayer, amount, memo });
      expect(verdict).toEqual({ isValid: true, payer: made.addresses.spender });
    }
  },
);

type Case = [string, Partial<PaymentParts>, Partial<SettlementRequirement>?];
const at = (index: number, change: (instruction: Instruction) => Instruction) => (all: readonly Instruction[]) =>
  all.map((instruction, i) => (i === index ? change(instruction) : instruction));
const other = anAddress();

const agreed: readonly Case[] = [
  ['an honest payment', {}],
  ['a legacy message', { version: 'legacy' }],
  ['the seller’s memo', { memo: 'x' }, { memo: 'x' }],
  ['Lighthouse', { reshape: (all) => [...all, { programAddress: programs.lighthouse, data: new Uint8Array(1) }] }],
  ['another fee payer', {}, { feePayer: other }],
  ['two instructions', { reshape: (all) => all.slice(0, 2) }],
  ['no compute limit', { reshape: at(0, (it) => ({ ...it, programAddress: other })) }],
  ['no compute price', { reshape: at(1, (it) => ({ ...it, programAddress: other })) }],
  ['too high a price', { units: 1, price: 5_000_001n }],
  ['no transfer', { reshape: at(2, (it) => ({ ...it, programAddress: other })) }],
  ['a plain Transfer', { reshape: at(2, (it) => ({ ...it, data: new Uint8Array(10).fill(3) })) }],
  ['another mint', {}, { asset: other }],
  ['another payee', {}, { payTo: other }],
  ['another amount', {}, { amount: 1n }],
  ['an unknown fourth instruction', { reshape: at(3, (it) => ({ ...it, programAddress: other })) }],
  ['an unknown fifth instruction', { reshape: (all) => [...all, { programAddress: other }] }],
  ['two memos', { memo: 'x', reshape: (all) => [...all, ...all.slice(3)] }, { memo: 'x' }],
  ['another memo', { memo: 'y' }, { memo: 'x' }],
  ['a lookup table', { mint: other, lookupTables: { [anAddress()]: [other] } }],
];
test.each(agreed)('the official facilitator and we give the same verdict on %s', async (_, change, terms) => {
  const parts = { ...honestParts(), ...change };
  const wire = await buildPayment(parts);
  const requirement = { ...requirementOf(parts), ...terms };
  const official = await verify(wire, requirement);
  const ours = checkSettlement(wire, requirement);
  expect(ours.kind === 'valid' ? ours.payer : ours.reason).toBe(
    official.isValid ? official.payer : official.invalidReason?.split(':')[0],
  );
});

test('the official facilitator and we give the same verdict on a signature that does not fit', async () => {
  const parts = honestParts();
  const wire = await buildPayment(parts);
  wire.set((await buildPayment({ ...parts, memo: 'another' })).subarray(65, 129), 65);
  const official = await verify(wire, requirementOf(parts));
  expect(checkSettlement(wire, requirementOf(parts))).toEqual({ kind: 'refused', reason: official.invalidReason });
});

test('we refuse the fee payer in any instruction’s accounts, which the official facilitator lets pass', async () => {
  const parts = honestParts();
  const named = { address: parts.feePayer, role: AccountRole.READONLY };
  const wire = await buildPayment({ ...parts, reshape: at(3, (it) => ({ ...it, accounts: [named] })) });
  expect((await verify(wire, requirementOf(parts))).isValid).toBe(true);
  expect(checkSettlement(wire, requirementOf(parts)).kind).toBe('refused');
});
