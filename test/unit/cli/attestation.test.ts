import { generateKeyPairSync, verify } from 'node:crypto';
import { expect, test } from 'vitest';
import { attest } from '../../../src-main/cli/attestation.ts';

const { privateKey, publicKey } = generateKeyPairSync('ed25519');
const approval = { id: 'apr_1', requestHash: 'ab'.repeat(32) };
const clock = { now: () => 1_795_212_861_434, monotonic: () => 0 };

test('an approver signs this approval, this request, this moment and nothing else', () => {
  const { by, at, nonce, signature } = attest(approval, 'ann', privateKey, clock, (size) =>
    new Uint8Array(size).fill(7),
  );
  expect({ by, at, nonce }).toEqual({ by: 'ann', at: clock.now(), nonce: 'BwcHBwcHBwcHBwcHBwcHBw==' });
  const signed = (text: string) => verify(null, Buffer.from(text), publicKey, Buffer.from(signature, 'base64'));
  const message = (over: object) =>
    JSON.stringify({ approval: 'apr_1', at, by, groat: 'approval v1', nonce, request: approval.requestHash, ...over });
  expect(signed(message({}))).toBe(true);
  for (const other of [
    { approval: 'apr_2' },
    { at: at + 1 },
    { by: 'bob' },
    { nonce: 'x' },
    { request: 'cd'.repeat(32) },
  ])
    expect(signed(message(other)), JSON.stringify(other)).toBe(false);
});
