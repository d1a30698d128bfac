import { describe, expect, test } from 'vitest';
import type { HostClient } from '../../../src-main/base/control-client.ts';
import { operatorInside } from '../../../src-main/host/index.ts';
import { throughProxy } from '../../support/proxy-client.ts';
import { startRunning } from '../../support/running-host.ts';
import { startTestHost } from '../../support/test-host.ts';

const refused = (code: string) => ({ data: { code } });

describe('a new credential', () => {
  test('works, and the old one is dead at once, also one that was used a moment ago', async () => {
    const { client, demoUrl } = await startTestHost();
    const { proxyUrl: old } = await client.agents.add({ agent: 'bot' });
    expect((await throughProxy(old, demoUrl)).status).toBe(200);
    const { agent, proxyUrl } = await client.agents.rotate({ agent: 'bot' });
    expect(agent).toBe('bot');
    expect((await throughProxy(old, demoUrl)).status).toBe(407);
    expect((await throughProxy(proxyUrl, demoUrl)).status).toBe(200);
    expect(await client.log.recent({ kind: 'agent', agent: 'bot' })).toHaveLength(2);
  });

  test('is for an agent that there is: not for a stranger, and it brings none back', async () => {
    const { client } = await startTestHost({ demo: false });
    await expect(client.agents.rotate({ agent: 'nobody' })).rejects.toMatchObject(refused('agent-unknown'));
    await client.agents.add({ agent: 'bot' });
    await client.agents.revoke({ agent: 'bot' });
    await expect(client.agents.rotate({ agent: 'bot' })).rejects.toMatchObject(refused('agent-unknown'));
    expect((await client.agents.list()).find(({ agent }) => agent === 'bot')).toMatchObject({ state: 'revoked' });
  });

  test('leaves a pause and the limits of the agent as they are', async () => {
    const { client, demoUrl } = await startTestHost();
    await client.agents.add({ agent: 'bot', perPayment: '0.001' });
    await client.agents.pause({ agent: 'bot' });
    const { proxyUrl } = await client.agents.rotate({ agent: 'bot' });
    expect((await throughProxy(proxyUrl, demoUrl)).headers['groat-reason']).toBe('agent-paused');
    expect((await client.agents.list()).find(({ agent }) => agent === 'bot')).toMatchObject({ perPayment: '0.001' });
  });

  test('is the owner’s to give off the sandbox, as a new agent is', async () => {
    const run = await startRunning({ file: { network: 'devnet', rpcUrls: ['http://127.0.0.1:9'] } });
    const { proxyUrl } = await run.owner().agents.add({ agent: 'bot' });
    await expect(run.client().agents.rotate({ agent: 'bot' })).rejects.toMatchObject(refused('owner-required'));
    expect((await throughProxy(proxyUrl, 'http://127.0.0.1:9/')).status).not.toBe(407);
    expect((await run.owner().agents.rotate({ agent: 'bot' })).proxyUrl).not.toBe(proxyUrl);
    expect((await throughProxy(proxyUrl, 'http://127.0.0.1:9/')).status).toBe(407);
  });
});

describe('the demo shop', () => {
  test('is opened once, however many ask for it at once, and sells', async () => {
    const { client } = await startTestHost({ demo: false });
    expect((await client.host.status()).demoUrl).toBeNull();
    const urls = await Promise.all(Array.from({ length: 5 }, () => client.sandbox.demoShop()));
    expect(new Set(urls.map(({ url }) => url)).size).toBe(1);
    const [{ url } = { url: '' }] = urls;
    expect(await client.shops.list()).toHaveLength(1);
    expect((await client.host.status()).demoUrl).toBe(url);
    const { proxyUrl } = await client.agents.add({ agent: 'bot' });
    expect((await throughProxy(proxyUrl, url)).status).toBe(200);
  });

  test('that is open already is the one', async () => {
    const { client, demoUrl } = await startTestHost({ demo: true });
    expect(await client.sandbox.demoShop()).toEqual({ url: demoUrl });
    expect(await client.shops.list()).toHaveLength(1);
  });

  test('is on the sandbox only', async () => {
    const run = await startRunning({ file: { network: 'devnet', rpcUrls: ['http://127.0.0.1:9'] } });
    await expect(run.owner().sandbox.demoShop()).rejects.toMatchObject(refused('network-unavailable'));
  });
});

describe('paying from a browser', () => {
  const browser = { rank: 'operator', pinProven: false, door: 'browser' } as const;
  const withPin = { rank: 'owner', pinProven: true, door: 'browser' } as const;
  const buy = async (client: HostClient, url: string) => {
    const steps: string[] = [];
    for await (const { step } of await client.payments.pay({ url, agent: 'bot' })) steps.push(step);
    return steps;
  };

  test('takes no PIN for play money', async () => {
    const run = await startRunning();
    await run.client().agents.add({ agent: 'bot' });
    const { url } = await run.client().sandbox.demoShop();
    expect(await buy(run.client(browser), url)).toContain('request');
  });

  test('takes the PIN elsewhere, which the terminal and the app’s own window do not', async () => {
    const run = await startRunning({ file: { network: 'devnet', rpcUrls: ['http://127.0.0.1:9'] } });
    await run.owner().agents.add({ agent: 'bot' });
    const url = 'http://127.0.0.1:9/';
    await expect(buy(run.client(browser), url)).rejects.toMatchObject(refused('owner-required'));
    for (const context of [
      withPin,
      operatorInside,
      { ...browser, door: 'control' },
      { ...browser, door: 'window' },
    ] as const)
      await expect(buy(run.client(context), url)).rejects.not.toMatchObject(refused('owner-required'));
  });
});

describe('the health of the chain', () => {
  test('on the sandbox is its own endpoint', async () => {
    const { client, rpcUrl } = await startTestHost({ demo: false });
    expect(await client.chain.health()).toEqual([
      { url: rpcUrl, ok: true, latencyMs: expect.any(Number), slot: expect.any(Number), problem: null },
    ]);
  });

  test('elsewhere is each endpoint’s, without the key that its URL may hold', async () => {
    const run = await startRunning({ file: { network: 'devnet', rpcUrls: ['http://127.0.0.1:9/?api-key=s3cret'] } });
    expect(await run.client().chain.health()).toEqual([
      { url: 'http://127.0.0.1:9', ok: false, latencyMs: null, slot: null, problem: expect.any(String) },
    ]);
  });
});

test('preferences are the operator’s, and one home’s whatever the network', async () => {
  const run = await startRunning();
  expect(await run.client().preferences.set({ welcomed: true })).toMatchObject({ welcomed: true, dockIcon: false });
  await expect(run.client().preferences.set({ walletCeiling: '-3' })).rejects.toMatchObject(refused('amount-invalid'));
  await run.restarted(() => run.owner().settings.change({ network: 'devnet', rpcUrls: ['http://127.0.0.1:9'] }));
  expect(await run.client().preferences.show()).toMatchObject({ welcomed: true, walletCeiling: 'none' });
  expect(run.host().preferences.ceiling()).toBeNull();
});
