import { getBase58Decoder, getBase58Encoder } from '@solana/kit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromBase58, toBase58 } from '../../../src-main/chain/sandbox/base58.ts';
import {
  decodeTransaction,
  isFullySigned,
  isWritable,
  type WireTransaction,
} from '../../../src-main/chain/sandbox/wire-transaction.ts';
import { buildPayment, honestParts, testKey } from '../../support/x402-payment.ts';

const decode = (bytes: Uint8Array): WireTransaction => {
  const transaction = decodeTransaction(bytes);
  if (typeof transaction === 'string') throw new Error(transaction);
  return transaction;
};

describe('the wire decoder', () => {
  it.each([0, 'legacy'] as const)('reads a version %s payment as kit wrote it', async (version) => {
    const parts = { ...honestParts(), version };
    const bytes = await buildPayment(parts);
    const { message, signatures } = decode(bytes);
    expect(message.version).toBe(version);
    expect(signatures).toHaveLength(2);
    expect(message.accounts.map(toBase58).slice(0, 2)).toEqual([parts.feePayer, parts.payer.address]);
    expect(toBase58(message.blockhash)).toBe(parts.mint);
    expect(message.instructions).toHaveLength(4);
    expect(new TextDecoder().decode(message.instructions[3]?.data)).toBe(parts.memo);
    const writable = message.accounts.map((_, index) => isWritable(message, index));
    expect(writable.slice(0, 2)).toEqual([true, false]);
    expect(writable.filter(Boolean)).toHaveLength(3);
  });

  it('knows a full set of signatures from a partial one', async () => {
    const [payer, feePayer] = [testKey(), testKey()];
    const parts = { ...honestParts(), payer, feePayer: feePayer.address };
    expect(isFullySigned(decode(await buildPayment({ ...parts, alsoSign: [feePayer] })))).toBe(true);
    expect(isFullySigned(decode(await buildPayment(parts)))).toBe(false);
  });

  it('refuses every cut and every addition', async () => {
    const bytes = await buildPayment(honestParts());
    for (let length = 0; length < bytes.length; length += 1) {
      expect(decodeTransaction(bytes.subarray(0, length))).toBeTypeOf('string');
    }
    expect(decodeTransaction(Buffer.concat([bytes, Uint8Array.of(0)]))).toBeTypeOf('string');
  });

  it('refuses a longer spelling of a length', async () => {
    const bytes = await buildPayment(honestParts());
    expect(decodeTransaction(Buffer.concat([Uint8Array.of(0x82, 0), bytes.subarray(1)]))).toBeTypeOf('string');
  });

  it('refuses other versions, lookup tables and packets that are too large', async () => {
    const bytes = await buildPayment(honestParts());
    const other = Uint8Array.from(bytes);
    other[129] = 0x81;
    expect(decodeTransaction(other)).toBe('version 1 is not supported');
    const parts = honestParts();
    const table = { [testKey().address]: [parts.mint] };
    expect(decodeTransaction(await buildPayment({ ...parts, lookupTables: table }))).toContain('lookup tables');
    expect(decodeTransaction(new Uint8Array(1_233))).toContain('1232');
  });

  it('never throws, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(decodeTransaction(bytes)).toBeDefined();
      }),
    );
  });
});

describe('base58', () => {
  it('is that of kit, both ways', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), fc.nat(4), (tail, zeros) => {
        const bytes = Uint8Array.from([...Array<number>(zeros).fill(0), ...tail]);
        const text = toBase58(bytes);
        expect(text).toBe(getBase58Decoder().decode(bytes));
        expect(fromBase58(text, bytes.length)).toEqual(Uint8Array.from(getBase58Encoder().encode(text)));
      }),
    );
  });

  it('refuses other characters and too many bytes', () => {
    for (const text of ['0', 'O', 'I', 'l', ' ', '+', 'é']) expect(fromBase58(`${text}111`, 32)).toBeNull();
    expect(fromBase58('1'.repeat(33), 32)).toBeNull();
    expect(fromBase58('z'.repeat(44), 32)).toBeNull();
    expect(fromBase58('1'.repeat(100_000), 32)).toBeNull();
  });
});
