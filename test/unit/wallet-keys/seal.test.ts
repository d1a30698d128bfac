import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type SealBinding, seal, unseal } from '../../../src-main/wallet/keys/seal.ts';

const bytes32 = () => fc.uint8Array({ minLength: 32, maxLength: 32 });
const binding: SealBinding = { network: 'sandbox', role: 'spender', address: 'A'.repeat(44) };

test('what was sealed opens with the same key and binding', () => {
  fc.assert(
    fc.property(bytes32(), bytes32(), (seed, key) => {
      expect(unseal(seal(seed, key, binding, randomBytes), key, binding)).toEqual(Buffer.from(seed));
    }),
  );
});

test('the sealed text holds neither seed nor key, and differs each time', () => {
  const [seed, key] = [randomBytes(32), randomBytes(32)];
  const [one, two] = [seal(seed, key, binding, randomBytes), seal(seed, key, binding, randomBytes)];
  expect(one).not.toBe(two);
  const body = Buffer.from(one.slice(3), 'base64url');
  expect(body.includes(seed) || body.includes(key)).toBe(false);
});

describe('stays shut', () => {
  const [seed, key] = [randomBytes(32), randomBytes(32)];
  const sealed = seal(seed, key, binding, randomBytes);

  const elsewhere: readonly [string, SealBinding][] = [
    ['another role', { ...binding, role: 'till' }],
    ['another network', { ...binding, network: 'mainnet' }],
    ['another address', { ...binding, address: 'B'.repeat(44) }],
  ];
  test.each(elsewhere)('in the place of %s', (_, other) => {
    expect(unseal(sealed, key, other)).toBeNull();
  });

  test('under another key', () => {
    expect(unseal(sealed, randomBytes(32), binding)).toBeNull();
  });

  test('when any one bit was changed', () => {
    const body = Buffer.from(sealed.slice(3), 'base64url');
    for (const index of body.keys()) {
      const changed = Buffer.from(body);
      changed.writeUInt8(body.readUInt8(index) ^ (1 << (index % 8)), index);
      expect(unseal(`v1.${changed.toString('base64url')}`, key, binding), `byte ${index}`).toBeNull();
    }
  });

  test.each(['', 'v1.', 'v2.AAAA', 'v1.****', `${'v1.'}${'A'.repeat(200)}`])('when it is %j', (text) => {
    expect(unseal(text, key, binding)).toBeNull();
  });
});
