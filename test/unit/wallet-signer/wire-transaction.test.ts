import {
  getCompiledTransactionMessageDecoder,
  getCompiledTransactionMessageEncoder,
  getTransactionDecoder,
} from '@solana/kit';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeTransaction, maxWireBytes } from '../../../src-main/wallet/signer/wire-transaction.ts';
import { buildPayment, honestParts } from '../../support/x402-payment.ts';

const messageStart = 1 + 2 * 64;

test.each([0, 'legacy'] as const)('reads a version %s transaction as kit does', async (version) => {
  const wire = await buildPayment({ ...honestParts(), version });
  const ours = decodeTransaction(wire);
  const kits = getTransactionDecoder().decode(wire);
  const message = getCompiledTransactionMessageDecoder().decode(kits.messageBytes);
  if (message.version === 1) throw new Error('kit reads another version');
  expect(ours?.signers).toEqual(Object.keys(kits.signatures));
  expect(ours?.instructions.map((it) => [it.program, it.accounts, [...it.data]])).toEqual(
    message.instructions.map((it) => [
      message.staticAccounts[it.programAddressIndex],
      (it.accountIndices ?? []).map((index) => message.staticAccounts[index]),
      [...(it.data ?? [])],
    ]),
  );
});

test('refuses trailing bytes, every cut, and what is longer than a packet', async () => {
  const wire = await buildPayment(honestParts());
  expect(decodeTransaction(wire)).not.toBeNull();
  expect(decodeTransaction(Uint8Array.of(...wire, 0))).toBeNull();
  for (let length = 0; length < wire.length; length += 1) {
    expect(decodeTransaction(wire.subarray(0, length)), `${length} bytes`).toBeNull();
  }
  const large = await buildPayment({ ...honestParts(), memo: 'm'.repeat(maxWireBytes) });
  expect(decodeTransaction(large)).toBeNull();
});

test('refuses a length written with more bytes than it needs, although kit reads it', async () => {
  const wire = await buildPayment(honestParts());
  const countAt = messageStart + 4;
  const count = wire[countAt] ?? 0;
  const padded = Uint8Array.of(...wire.subarray(0, countAt), count | 0x80, 0, ...wire.subarray(countAt + 1));
  const read = getCompiledTransactionMessageDecoder().decode(padded.subarray(messageStart));
  expect(read.version === 1 ? [] : read.staticAccounts).toHaveLength(count);
  expect(decodeTransaction(padded)).toBeNull();
});

test('refuses a version 1 message, and a slot count that is not the number of signers', async () => {
  const wire = await buildPayment(honestParts());
  const version1 = Uint8Array.from(wire).with(messageStart, 0x81);
  expect(decodeTransaction(version1)).toBeNull();
  const oneSigner = Uint8Array.from(wire).with(messageStart + 1, 1);
  expect(decodeTransaction(oneSigner)).toBeNull();
});

test('refuses an instruction that names an account which is not there', async () => {
  const wire = await buildPayment({ ...honestParts(), reshape: (all) => all.slice(0, 3) });
  const firstIndexOfTransfer = wire.length - 1 - 10 - 1 - 4;
  expect(decodeTransaction(wire.with(firstIndexOfTransfer, 200))).toBeNull();
});

/** What kit makes of the message bytes; null where it cannot read them, or would write them otherwise. */
function kitsReading(messageBytes: Uint8Array) {
  try {
    const message = getCompiledTransactionMessageDecoder().decode(messageBytes);
    if (message.version === 1) return null;
    const written = getCompiledTransactionMessageEncoder().encode(message);
    return Buffer.from(Uint8Array.from(written)).equals(messageBytes) ? message : null;
  } catch {
    return null;
  }
}

const edit = fc.record({
  how: fc.constantFrom('set', 'set', 'set', 'insert', 'cut', 'pad a length', 'drop'),
  at: fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
  byte: fc.nat(255),
});

function edited(wire: Uint8Array, { how, at, byte }: { how: string; at: number; byte: number }): Uint8Array {
  const place = messageStart + Math.floor(at * (wire.length - messageStart));
  const [before, old, after] = [wire.subarray(0, place), wire[place] ?? 0, wire.subarray(place + 1)];
  if (how === 'set') return Uint8Array.of(...before, byte, ...after);
  if (how === 'insert') return Uint8Array.of(...before, byte, old, ...after);
  if (how === 'drop') return Uint8Array.of(...before, ...after);
  return how === 'cut' ? before : Uint8Array.of(...before, old | 0x80, 0, ...after);
}

test.each([0, 'legacy'] as const)(
  'of damaged version %s bytes it reads what kit reads and would write again',
  async (version) => {
    const honest = await buildPayment({ ...honestParts(), version });
    let readable = 0;
    fc.assert(
      fc.property(fc.array(edit, { minLength: 1, maxLength: 2 }), (edits) => {
        const wire = edits.reduce(edited, honest);
        const ours = decodeTransaction(wire);
        const kits = kitsReading(wire.subarray(messageStart));
        const accounts = kits?.staticAccounts ?? [];
        const isWhole = kits?.instructions.every((it) =>
          [it.programAddressIndex, ...(it.accountIndices ?? [])].every((index) => index < accounts.length),
        );
        if (ours?.usesLookupTables) return;
        if (kits === null || kits.header.numSignerAccounts !== 2 || isWhole !== true) {
          const hasTables =
            kits !== null && 'addressTableLookups' in kits && (kits.addressTableLookups?.length ?? 0) > 0;
          if (!hasTables) expect(ours).toBeNull();
          return;
        }
        readable += 1;
        expect(ours?.signers).toEqual(accounts.slice(0, 2));
        expect(ours?.instructions.map((it) => [it.program, it.accounts, [...it.data]])).toEqual(
          kits.instructions.map((it) => [
            accounts[it.programAddressIndex],
            (it.accountIndices ?? []).map((index) => accounts[index]),
            [...(it.data ?? [])],
          ]),
        );
      }),
      { numRuns: 1000 },
    );
    expect(readable, 'some damage changes only what is said').toBeGreaterThan(0);
  },
);
