import { createHmac } from 'node:crypto';
import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { deriveDeskSecrets } from '../../../src-main/wallet/keys/desk-secrets.ts';
import { everythingSaid } from '../../support/secret-forms.ts';

const key = (fill: number) => new Uint8Array(32).fill(fill);
const shown = (secrets: ReturnType<typeof deriveDeskSecrets>) => [
  createHmac('sha256', secrets.policyMac).update('x').digest('hex'),
  secrets.pinPepper.toString('hex'),
];

test('the same sealing key gives the same secrets on the same network, and is left as it was', () => {
  const sealing = key(3);
  expect(shown(deriveDeskSecrets(sealing, 'sandbox'))).toEqual(shown(deriveDeskSecrets(key(3), 'sandbox')));
  expect(sealing).toEqual(key(3));
});

test('another key, another network and the other purpose give others', () => {
  const macs = [
    deriveDeskSecrets(key(3), 'sandbox'),
    deriveDeskSecrets(key(4), 'sandbox'),
    deriveDeskSecrets(key(3), 'devnet'),
  ];
  expect(new Set(macs.flatMap(shown)).size).toBe(6);
  for (const { policyMac, pinPepper } of macs) {
    expect(pinPepper).toHaveLength(32);
    expect(policyMac.export().equals(pinPepper)).toBe(false);
  }
});

test('neither holds the sealing key, and the MAC key prints nothing of itself', () => {
  const secrets = deriveDeskSecrets(key(0xab), 'sandbox');
  expect(everythingSaid([secrets.policyMac.export(), secrets.pinPepper])).not.toContain('abababab');
  expect(inspect(secrets.policyMac)).not.toContain(secrets.policyMac.export().toString('hex'));
});
