import { expect, test, vi } from 'vitest';
import { openStall, v1Header, v2Header } from '../../support/till-stall.ts';
import { anAddress } from '../../support/x402-payment.ts';

const id = 'pay_0123456789abcdef0123456789abcdef';
const payerSlot = 1 + 64;

// A copy is refused without asking the chain or the disk; that must not make it pass, or fail, for another reason.
test('a copy of what was sold gets the answer it would get if nothing were remembered', async () => {
  const stall = await openStall();
  const wire = await stall.pay(await stall.newBuyer());
  const header = v2Header(stall, wire);
  const dearer = (stall.quote.amount + 1n) as typeof stall.quote.amount;
  const cases = [
    () => stall.ask({ paymentSignature: [header] }),
    () => stall.ask({ paymentSignature: [header] }, { resource: 'http://stall.test/other' }),
    () => stall.ask({ paymentSignature: [header] }, { shop: 'another shop' }),
    () => stall.ask({ xPayment: [v1Header(wire)] }),
    () => stall.ask({ paymentSignature: [v2Header(stall, wire, id)] }),
    () => stall.ask({ paymentSignature: [v2Header(stall, wire.with(payerSlot, (wire[payerSlot] ?? 0) ^ 1))] }),
    () => stall.ask({ paymentSignature: [v2Header(stall, Uint8Array.of(...wire, 0))] }),
    // What a v1 payment says of the price and the payee is its transaction alone.
    () => stall.ask({ xPayment: [v1Header(wire)] }, { amount: dearer }),
    () => stall.ask({ xPayment: [v1Header(wire)] }, { payTo: anAddress() }),
  ];
  const served = await stall.ask({ paymentSignature: [header] });
  expect(served.status).toBe(200);
  const expected = [
    'duplicate_settlement',
    'duplicate_settlement',
    'duplicate_settlement',
    'duplicate_settlement',
    'duplicate_settlement',
    'invalid_exact_svm_payload_signature_invalid',
    'invalid_exact_svm_payload_transaction_could_not_be_decoded',
    'invalid_exact_svm_payload_amount_mismatch',
    'invalid_exact_svm_payload_recipient_mismatch',
  ];
  const all = async () => {
    const errors: (string | null)[] = [];
    for (const ask of cases) errors.push((await ask()).error);
    return errors;
  };
  const simulate = vi.spyOn(stall.chain, 'simulate');
  expect(await all(), 'while it is put on record').toEqual(expected);
  await stall.store.connection.committer.flushed();
  expect(await all(), 'asked again').toEqual(expected);
  await stall.again();
  expect(await all(), 'after a restart').toEqual(expected);
  expect(simulate, 'a copy costs the chain nothing').not.toHaveBeenCalled();
  expect(stall.upstream.calls).toBe(1);
  expect(await stall.earned()).toBe(10_000n);
});

test('a payment that failed on the chain is not tried again', async () => {
  const stall = await openStall();
  const buyer = await stall.newBuyer();
  const wire = await stall.pay(buyer);
  const send = vi.spyOn(stall.chain, 'send');
  const status = vi.spyOn(stall.chain, 'status').mockResolvedValue({ confirmed: true, error: 'it failed' });
  send.mockResolvedValue('');
  const present = { paymentSignature: [v2Header(stall, wire)] };
  expect(await stall.ask(present)).toMatchObject({ status: 402, error: 'invalid_exact_svm_transaction_failed' });
  vi.mocked(status).mockRestore();
  send.mockClear();
  expect(await stall.ask(present)).toMatchObject({ status: 402, error: 'duplicate_settlement' });
  expect(send).not.toHaveBeenCalled();
});
