import { generateKeyPairSync } from 'node:crypto';
import { createRouterClient } from '@orpc/server';
import { describe, expect, test } from 'vitest';
import { throughProxy } from '../../support/proxy-client.ts';
import { ownerInside, startTestHost, type TestHost } from '../../support/test-host.ts';

const asOwner = ({ host }: TestHost) => createRouterClient(host.router, { context: ownerInside });
const invalid = { data: { code: 'policy-invalid' } };

const newKey = () =>
  Buffer.from(generateKeyPairSync('ed25519').publicKey.export({ type: 'spki', format: 'der' }))
    .subarray(-32)
    .toString('base64');

test('one key is one approver, whatever names it is given', async () => {
  const host = await startTestHost({ demo: false });
  const key = newKey();
  await asOwner(host).policy.setApprover({ name: 'ann', key });
  await expect(asOwner(host).policy.setApprover({ name: 'bob', key })).rejects.toMatchObject(invalid);
  await expect(asOwner(host).policy.setApprover({ name: 'zed', key: null })).rejects.toMatchObject(invalid);
});

test('several norms come in as one version, or not at all', async () => {
  const { client } = await startTestHost({ demo: false });
  const norm = (id: string) => ({
    type: 'deny',
    id,
    when: [{ selector: 'host', operator: '==', value: 'a.example' }],
    reason: 'x',
  });
  await expect(client.law.add({ norms: [norm('good'), norm('bad id')] })).rejects.toMatchObject(invalid);
  expect((await client.law.show()).version).toBe(1);
  expect(await client.law.add({ norms: [norm('one'), norm('two')] })).toEqual({ version: 2 });
  expect(await client.law.diff({})).toMatchObject({
    from: 1,
    to: 2,
    added: [{ id: 'one' }, { id: 'two' }],
    removed: [],
  });
});

describe('what would leave an agent dead without a word is refused', () => {
  test('a role that there is not, and taking away one that is in use', async () => {
    const host = await startTestHost({ demo: false });
    await host.client.agents.add({ agent: 'bot' });
    await expect(asOwner(host).agents.limit({ agent: 'bot', role: 'king' })).rejects.toMatchObject(invalid);
    const role = { actions: ['pay' as const], maxPerAction: '0.5', trustThreshold: 0.1, belowTrust: 'deny' as const };
    await asOwner(host).policy.setRole({ name: 'king', role });
    await asOwner(host).agents.limit({ agent: 'bot', role: 'king' });
    await expect(asOwner(host).policy.setRole({ name: 'king', role: null })).rejects.toMatchObject(invalid);
  });

  test('an address that is none, and the desk’s own name', async () => {
    const { client } = await startTestHost({ demo: false });
    await client.agents.add({ agent: 'bot' });
    await expect(client.agents.limit({ agent: 'bot', denyPayees: ['foo'] })).rejects.toMatchObject(invalid);
    await expect(client.agents.add({ agent: 'desk' })).rejects.toMatchObject(invalid);
  });
});

test('handing on passes the gate: a paused agent hands nothing on', async () => {
  const { client } = await startTestHost({ demo: false });
  await client.agents.add({ agent: 'bot' });
  await client.agents.pause({ agent: 'bot' });
  await expect(client.agents.delegate({ from: 'bot', agent: 'kid' })).rejects.toMatchObject(invalid);
  expect((await client.agents.list()).map(({ agent }) => agent)).not.toContain('kid');
});

test('an agent that is refused without end fills the log with a count, not with entries', async () => {
  const host = await startTestHost({ demo: true });
  const { proxyUrl } = await host.client.agents.add({ agent: 'bot', perPayment: '0.001' });
  for (let round = 0; round < 4; round++)
    await Promise.all(Array.from({ length: 50 }, () => throughProxy(proxyUrl, host.demoUrl)));
  await host.stop();
  const again = await startTestHost({ home: host.home, demo: false });
  const entries = await again.client.log.recent({ agent: 'bot', kind: 'decision', limit: 1000 });
  expect(entries.length).toBeLessThan(70);
  expect((await again.client.agents.show({ agent: 'bot' })).statistics).toMatchObject({ requests: 200, denied: 200 });
});
