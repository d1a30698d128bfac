import { createRouterClient } from '@orpc/server';
import { expect, test } from 'vitest';
import { auditHome } from '../../support/audit.ts';
import { throughProxy } from '../../support/proxy-client.ts';
import { ownerInside, startTestHost, type TestHost } from '../../support/test-host.ts';

/** As the owner's own window has it. */
const asOwner = ({ host }: TestHost) => createRouterClient(host.router, { context: ownerInside });

/** The next approval that is raised. */
async function nextApproval({ client }: TestHost): Promise<{ id: string }> {
  for await (const event of await client.desk.watch())
    if (event.event === 'approval' && event.approval.state === 'waiting') return event.approval;
  throw new Error('the desk stopped');
}

async function start(change: Parameters<TestHost['client']['agents']['add']>[0]) {
  const host = await startTestHost({ demo: true });
  const { proxyUrl } = await host.client.agents.add(change);
  return { host, buy: (headers = {}) => throughProxy(proxyUrl, host.demoUrl, { headers }), proxyUrl };
}

test('a request that waits for the owner is paid in the same call when the answer comes in time', async () => {
  const { host, buy } = await start({ agent: 'bot', alwaysAsk: true, holdMs: 50_000 });
  const raised = nextApproval(host);
  const answer = buy();
  const { id } = await raised;
  await asOwner(host).approvals.approve({ id });
  expect(await answer).toMatchObject({ status: 200, headers: { 'groat-decision': 'granted' } });
  await host.stop();
  expect(auditHome(host.home).orders).toHaveLength(1);
});

test('who does not want to wait gets the 402 at once, with what it needs to come back', async () => {
  const { host, buy } = await start({ agent: 'bot', alwaysAsk: true, holdMs: 50_000 });
  const answer = await buy({ Prefer: 'respond-async' });
  expect(answer).toMatchObject({
    status: 402,
    headers: {
      'groat-decision': 'deferred',
      'groat-reason': 'always-ask',
      'groat-approval': expect.stringMatching(/^apr_/),
      'retry-after': expect.stringMatching(/^\d+$/),
      'payment-required': expect.any(String),
    },
  });
  const [line] = await host.client.approvals.list({});
  expect(line).toMatchObject({ id: answer.headers['groat-approval'], agent: 'bot', state: 'waiting', amount: '0.01' });
  // Another try asks nobody a second time.
  expect((await buy({ Prefer: 'respond-async' })).headers['groat-approval']).toBe(line?.id);
  await asOwner(host).approvals.approve({ id: line?.id ?? '' });
  const tries = await Promise.all(Array.from({ length: 32 }, () => buy({ Prefer: 'respond-async' })));
  expect(tries.filter(({ status }) => status === 200)).toHaveLength(1);
  await host.stop();
  expect(auditHome(host.home).orders).toHaveLength(1);
});

test('an approval survives a restart, and so does what it permits', async () => {
  const first = await start({ agent: 'bot', alwaysAsk: true, holdMs: 0 });
  const deferred = await first.buy();
  const id = String(deferred.headers['groat-approval']);
  await first.host.stop();
  const again = await startTestHost({ home: first.host.home, demo: true });
  await asOwner(again).approvals.approve({ id });
  await again.stop();
  const third = await startTestHost({ home: first.host.home, demo: true });
  const credential = new URL(first.proxyUrl);
  const proxy = new URL(third.host.ready.proxyUrl);
  const proxyUrl = `http://${credential.username}:${credential.password}@${proxy.host}`;
  // The demo shop may have another port now, and so be another origin: then the approval is not for it.
  const answer = await throughProxy(proxyUrl, third.demoUrl);
  const sameShop = third.demoUrl === first.host.demoUrl;
  expect(answer.headers['groat-decision']).toBe(sameShop ? 'granted' : 'deferred');
});

test('denied is final for a while, and blocking the payee is for all agents', async () => {
  const { host, buy } = await start({ agent: 'bot', alwaysAsk: true, holdMs: 0 });
  const id = String((await buy()).headers['groat-approval']);
  await host.client.approvals.deny({ id, blockPayee: true });
  expect((await buy()).headers).toMatchObject({ 'groat-decision': 'denied', 'groat-reason': 'payee-not-allowed' });
  const { proxyUrl } = await host.client.agents.add({ agent: 'other' });
  expect((await throughProxy(proxyUrl, host.demoUrl)).headers['groat-reason']).toBe('payee-not-allowed');
});

test('a pause is in force for the very next request, and for one that waits for the owner', async () => {
  const { host, buy } = await start({ agent: 'bot', alwaysAsk: true, holdMs: 50_000 });
  const raised = nextApproval(host);
  const held = buy();
  const { id } = await raised;
  const pausing = host.client.desk.pause();
  expect((await buy()).headers).toMatchObject({ 'groat-decision': 'denied', 'groat-reason': 'paused' });
  await pausing;
  await asOwner(host).approvals.approve({ id });
  expect((await held).headers).toMatchObject({ 'groat-decision': 'denied', 'groat-reason': 'paused' });
  await host.stop();
  const again = await startTestHost({ home: host.home, demo: false });
  expect((await again.client.host.status()).paused).toBe(true);
  await asOwner(again).desk.resume({});
  expect((await again.client.host.status()).paused).toBe(false);
});

test('an agent that leaves while it waits is not paid for; the owner’s yes is for its next try', async () => {
  const { host, buy, proxyUrl } = await start({ agent: 'bot', alwaysAsk: true, holdMs: 50_000 });
  const raised = nextApproval(host);
  const proxy = new URL(proxyUrl);
  const leaving = new AbortController();
  const { request } = await import('node:http');
  const gone = new Promise<void>((resolve) => {
    const credential = Buffer.from(`${proxy.username}:${proxy.password}`).toString('base64');
    const call = request({
      host: proxy.hostname,
      port: proxy.port,
      path: host.demoUrl,
      headers: { Host: new URL(host.demoUrl).host, 'Proxy-Authorization': `Basic ${credential}` },
      signal: leaving.signal,
    });
    call.on('error', () => resolve());
    call.end();
  });
  const { id } = await raised;
  leaving.abort();
  await gone;
  await asOwner(host).approvals.approve({ id });
  // Groat may hear of the yes before it hears that the agent has gone: then the order is given up, and the yes stands again.
  const deadline = Date.now() + 10_000;
  while ((await buy({ Prefer: 'respond-async' })).status !== 200) expect(Date.now()).toBeLessThan(deadline);
  await host.stop();
  const paid = auditHome(host.home).orders.filter(({ state }) => state !== 'released');
  expect(paid).toHaveLength(1);
});
