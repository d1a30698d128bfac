import { generateKeyPairSync } from 'node:crypto';
import { expect, test } from 'vitest';
import { toAgentName } from '../../../src-shared/model/index.ts';
import { assembleDesk, dollars, openTestDesk, reasonOf, withLimits } from '../../support/test-desk.ts';
import { freshFile } from '../../support/test-store.ts';

const bot = toAgentName('bot');
const invalid = { code: 'policy-invalid' };

const newKey = () =>
  generateKeyPairSync('ed25519').publicKey.export({ type: 'spki', format: 'der' }).subarray(-32).toString('base64');

test('a change that could not be read again is refused, and what was in force stays in force', async () => {
  const held = await openTestDesk({ file: freshFile() });
  await held.admit('bot');
  await expect(held.desk.setApprover('ann', 'no key at all', 'owner')).rejects.toMatchObject(invalid);
  const law = { type: 'deny' as const, id: 'no spaces', when: [], reason: '' };
  await expect(held.desk.addNorms([law], 'operator')).rejects.toThrow();
  expect(held.desk.read().kind).toBe('policy');
  expect(reasonOf(await held.ask())).toBe('granted');
});

test('one key under two names is refused, also when both are asked for at once', async () => {
  const held = await openTestDesk({ file: freshFile() });
  const key = newKey();
  const both = await Promise.allSettled(['ann', 'bob'].map((name) => held.desk.setApprover(name, key, 'owner')));
  expect(both.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
  expect([...held.desk.policy().approvers.keys()]).toEqual(['ann']);
});

test('a least payment above the most is refused, whatever other limits there are', async () => {
  const held = await openTestDesk({ file: freshFile() });
  await held.admit('bot');
  const change = withLimits({ perPayment: dollars('0.1'), minPerPayment: dollars('0.2'), perDay: null });
  await expect(held.desk.amend(bot, change, 'owner')).rejects.toMatchObject(invalid);
});

test('a revocation is durable, whatever has become of the agent’s role', async () => {
  const file = freshFile();
  const held = await assembleDesk({ file });
  await held.admit('bot');
  const role = {
    name: 'clerk',
    actions: ['pay' as const],
    maxPerAction: null,
    trust: { threshold: 0, below: 'deny' as const },
  };
  await held.desk.setRole('clerk', role, 'owner');
  await held.desk.amend(bot, (terms) => ({ ...terms, role: 'clerk' }), 'owner');
  await held.store.book.change([{ key: 'role/clerk', value: null }], () => undefined);
  // The desk reads the book again after a write of its own.
  await held.desk.pin.write('{}', 'pin-set');
  await held.desk.revoke(bot);
  await held.stop();
  const again = await openTestDesk({ file });
  expect(reasonOf(await again.ask())).toBe('delegation-revoked');
});
