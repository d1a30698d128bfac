import { expect, test } from 'vitest';
import { unownedNetwork } from '../../../src-renderer/shell/unowned.ts';

test.each([
  ['mainnet', false, 'mainnet'],
  ['devnet', false, 'devnet'],
  ['mainnet', true, null],
  ['devnet', true, null],
  ['sandbox', false, null],
] as const)('on %s with a PIN: %s, the owner is told about %s', (network, hasPin, told) => {
  expect(unownedNetwork({ network, hasPin })).toBe(told);
});

test('nothing is said before anything is known', () => {
  expect(unownedNetwork(null)).toBeNull();
});
