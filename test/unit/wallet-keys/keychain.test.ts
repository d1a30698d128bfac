import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { type Keychain, keychainProblem, systemKeychain } from '../../../src-main/wallet/keys/keychain.ts';
import { memoryKeychain } from '../../support/memory-keychain.ts';

test('a keychain that stores, gives back and deletes has no problem, and nothing of the probe stays', async () => {
  const keychain = memoryKeychain();
  expect(await keychainProblem(keychain, randomBytes)).toBeNull();
  expect([...keychain.entries.keys()]).toEqual([]);
});

const unfit: readonly [string, Partial<Keychain>, string][] = [
  ['forgets', { get: async () => null }, 'it does not give back what it stored'],
  ['gives back something else', { get: async () => 'else' }, 'it does not give back what it stored'],
  ['does not delete', { delete: async () => false }, 'it does not delete what it stored'],
  [
    'refuses to store',
    { set: () => Promise.reject(new Error('Cannot create an item in a locked collection')) },
    'Cannot create an item in a locked collection',
  ],
];
test.each(unfit)('a keychain that %s is not used', async (_, faults, problem) => {
  expect(await keychainProblem({ ...memoryKeychain(), ...faults }, randomBytes)).toBe(problem);
});

test('a system without the keychain’s library rejects each call and throws nothing before', async () => {
  const keychain = systemKeychain(1000, () => Promise.reject(new Error('Failed to load keytar native addon')));
  await expect(keychain.get('x')).rejects.toThrow('Failed to load keytar native addon');
  expect(await keychainProblem(keychain, randomBytes)).toBe('Failed to load keytar native addon');
});

test('a keychain that never answers is given up', async () => {
  const keychain = systemKeychain(20, () => new Promise(() => undefined));
  await expect(keychain.get('x')).rejects.toThrow('the keychain did not answer within 20 ms');
});
