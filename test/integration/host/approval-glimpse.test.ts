import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createRouterClient } from '@orpc/server';
import { expect, test } from 'vitest';
import { throughProxy } from '../../support/proxy-client.ts';
import { ownerInside, startTestHost, type TestHost } from '../../support/test-host.ts';

const asOwner = ({ host }: TestHost) => createRouterClient(host.router, { context: ownerInside });

const canary = 'kingfisher';
const secret = 'hunter2';
const body = JSON.stringify({ prompt: `Paint a ${canary}.`, api_key: secret });
const headers = {
  'Content-Type': 'application/json',
  Authorization: `Token ${secret}`,
  'X-Bird': canary,
  Prefer: 'respond-async',
};

/** An agent whose request waits for its owner. */
async function asking() {
  const host = await startTestHost({ demo: true });
  const { proxyUrl } = await host.client.agents.add({ agent: 'bot', alwaysAsk: true, holdMs: 0 });
  const buy = () => throughProxy(proxyUrl, `${host.demoUrl}?q=${canary}`, { method: 'POST', headers, body });
  const id = String((await buy()).headers['groat-approval']);
  return { host, id, buy };
}

/** Files of the home that hold `text`, as they are on the disk at this moment. */
function filesWith(home: string, text: string): readonly string[] {
  const files = readdirSync(home, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = files.map(({ parentPath, name }) => join(parentPath, name));
  return paths.filter((path) => readFileSync(path).includes(text));
}

test('while it waits the owner sees headers, body and offer of a request, and no secret of it', async () => {
  const { host, id } = await asking();
  const { glimpse } = await host.client.approvals.show({ id });
  expect(glimpse?.headers).toContainEqual({ name: 'X-Bird', value: canary });
  expect(glimpse?.headers).toContainEqual({ name: 'Authorization', value: null });
  expect(glimpse?.headers.map(({ name }) => name)).not.toContain('Proxy-Authorization');
  expect(glimpse?.body).toEqual({
    contentType: 'application/json',
    bytes: body.length,
    text: body.replace(secret, '•••'),
    cut: false,
  });
  const { payee } = await host.client.approvals.show({ id });
  expect(glimpse?.offer).toMatchObject({ scheme: 'exact', payTo: payee, resource: host.demoUrl });
  expect(JSON.stringify(glimpse)).not.toContain(secret);
  expect(JSON.stringify(glimpse)).not.toContain(`?q=${canary}`);
});

test('it reaches neither the database nor the log', async () => {
  const { host, id } = await asking();
  await asOwner(host).approvals.show({ id });
  expect(filesWith(host.home, canary)).toEqual([]);
  // Or else this finds nothing whatever is there.
  expect(filesWith(host.home, id)).not.toEqual([]);
  await asOwner(host).approvals.deny({ id });
  await host.stop();
  expect(filesWith(host.home, canary)).toEqual([]);
});

test('nothing of it is shown any more once the owner has answered', async () => {
  const { host, id, buy } = await asking();
  const owner = asOwner(host);
  expect((await owner.approvals.approve({ id })).glimpse).toBeNull();
  expect((await owner.approvals.show({ id })).glimpse).toBeNull();
  expect((await buy()).headers['groat-decision']).toBe('granted');
  const next = String((await buy()).headers['groat-approval']);
  expect((await owner.approvals.show({ id: next })).glimpse).not.toBeNull();
  expect((await owner.approvals.deny({ id: next })).glimpse).toBeNull();
  expect((await owner.approvals.show({ id: next })).glimpse).toBeNull();
});

test('what waits is still asked after a restart, and nothing of its request is shown', async () => {
  const { host, id } = await asking();
  await host.stop();
  const again = await startTestHost({ home: host.home, demo: false });
  expect(await again.client.approvals.show({ id })).toMatchObject({ state: 'waiting', glimpse: null });
});

test('groat pay’s own requests are shown too', async () => {
  const host = await startTestHost({ demo: true });
  await asOwner(host).policy.set({ subject: 'cli', alwaysAsk: true, holdMs: 0 });
  const request = { url: host.demoUrl, method: 'POST', headers: { 'Content-Type': 'text/plain' }, body: `A ${canary}` };
  for await (const step of await host.client.payments.pay({ ...request, agent: 'cli' }))
    if (step.step === 'decision') {
      const { glimpse } = await host.client.approvals.show({ id: step.approval ?? '' });
      expect(glimpse?.body?.text).toBe(`A ${canary}`);
      return;
    }
  throw new Error('nothing was decided');
});
