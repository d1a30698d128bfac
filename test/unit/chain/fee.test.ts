import { describe, expect, it } from 'vitest';
import { feeOf } from '../../../src-main/chain/sandbox/fee.ts';
import { decodeTransaction } from '../../../src-main/chain/sandbox/wire-transaction.ts';
import { buildPayment, honestParts, type PaymentParts } from '../../support/x402-payment.ts';

async function fee(change: Partial<PaymentParts>): Promise<bigint> {
  const transaction = decodeTransaction(await buildPayment({ ...honestParts(), ...change }));
  if (typeof transaction === 'string') throw new Error(transaction);
  return feeOf(transaction.message);
}

describe('the fee of a message', () => {
  it('is 5000 lamports a signature, and price times limit rounded up', async () => {
    expect(await fee({})).toBe(10_001n);
    expect(await fee({ price: 0n })).toBe(10_000n);
    expect(await fee({ price: 50n, units: 20_000 })).toBe(10_001n);
    expect(await fee({ price: 51n, units: 20_000 })).toBe(10_002n);
  });

  it('takes 200 000 units for each other instruction where no limit is set', async () => {
    expect(await fee({ price: 1_000_000n, reshape: ([, ...rest]) => rest })).toBe(10_000n + 400_000n);
  });
});
