import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  formatChallenge,
  formatProof,
  isProof,
  parseChallenge,
  parseProof,
} from '../../../src-main/payments/dialects/open402/codec.ts';

const challenge = { chain: 'solana', token: 'USDC', amount: '0.05', address: 'Payee' };
const proof = { txHash: 'sig', chain: 'solana', payerAddress: 'payer', requestId: 'id' };
const text = `x402 chain="solana" token="USDC" amount="0.05" address="Payee"`;

test('a challenge and a proof are written as ag402 writes them', () => {
  expect(formatChallenge(challenge)).toBe(text);
  expect(formatProof(proof)).toBe('x402 tx_hash="sig" payer_address="payer" chain="solana" request_id="id"');
  expect(formatProof({ ...proof, payerAddress: '' })).toBe('x402 tx_hash="sig" chain="solana" request_id="id"');
  expect(() => formatChallenge({ ...challenge, address: 'a" amount="0' })).toThrow(RangeError);
  expect(() => formatProof({ ...proof, requestId: 'a\r\nb' })).toThrow(RangeError);
});

test.each<[string, readonly string[], typeof challenge | null]>([
  ['as ag402 writes it', [text], challenge],
  ['another case and commas', ['X402 chain="solana", token="USDC", amount="0.05", address="Payee"'], challenge],
  ['behind another challenge', [`Basic realm="a", ${text}`], challenge],
  ['in a header of its own', ['Bearer', text], challenge],
  ['with more fields', [`${text} service_tier="basic"`], challenge],
  ['the last of two amounts', [`${text} amount="9"`], { ...challenge, amount: '9' }],
  ['without an address', ['x402 chain="solana" token="USDC" amount="0.05"'], null],
  ['with an empty one', ['x402 chain="solana" token="USDC" amount="0.05" address=""'], null],
  ['unquoted', ['x402 chain=solana token=USDC amount=1 address=Payee'], null],
  ['another scheme', [text.replace('x402', 'x4022')], null],
  ['too long', [`${text} note="${'x'.repeat(8200)}"`], null],
  ['none', [], null],
])('a challenge: %s', (_name, values, expected) => {
  expect(parseChallenge(values)).toEqual(expected);
});

test.each<[string, string, typeof proof | null]>([
  ['as ag402 writes it', formatProof(proof), proof],
  ['the legacy form', 'x402 sig', { txHash: 'sig', chain: 'solana', payerAddress: '', requestId: '' }],
  ['with nothing', 'x402 ', null],
  ['with an empty hash', 'x402 tx_hash=""', null],
  ['with other pairs only', 'x402 chain="solana"', null],
  ['with two words', 'x402 sig more', null],
  ['another scheme', 'Bearer sig', null],
])('a proof: %s', (_name, value, expected) => {
  expect(parseProof(value)).toEqual(expected);
});

test('an API key is no proof, and nothing that is written makes reading throw', () => {
  expect(isProof('Bearer x402 tx')).toBe(false);
  expect(isProof('x402')).toBe(true);
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...'x402 =",\\\r\n\0é\u{1F600}_'), maxLength: 200 }), (value) => {
      parseProof(`x402 ${value}`);
      parseChallenge([value, `x402 ${value}`]);
    }),
  );
});

test('what was written is read again', () => {
  const word = fc.string({ unit: fc.constantFrom(...'abcXYZ019_-.:/ =,'), minLength: 1, maxLength: 40 });
  fc.assert(
    fc.property(word, word, word, word, (chain, token, amount, address) => {
      expect(parseChallenge([formatChallenge({ chain, token, amount, address })])).toEqual({
        chain,
        token,
        amount,
        address,
      });
      const written = { txHash: chain, chain: token, payerAddress: amount, requestId: address };
      expect(parseProof(formatProof(written))).toEqual(written);
    }),
  );
});
