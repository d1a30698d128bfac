import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createRouterClient } from '@orpc/server';
import { describe, expect, onTestFinished, test } from 'vitest';
import { throughProxy } from '../../support/proxy-client.ts';
import { ownerInside, startTestHost } from '../../support/test-host.ts';

/** An API that says how often it was asked. */
async function api() {
  let asked = 0;
  const keys: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    asked += 1;
    keys.push(request.headers['x-prepaid-credential'] as string | undefined);
    response.end(`answer ${asked}`);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked: () => asked, keys };
}

describe('credit bought from a shop of ours', () => {
  test.each(['groat', 'ag402'] as const)(
    'in the form %s pays calls through the proxy without a transfer each',
    async (form) => {
      const upstream = await api();
      const { client } = await startTestHost({ demo: false });
      const packages = [{ id: 'five', name: 'Five', calls: 5, days: 3, price: '0.02' }];
      const shop = await client.shops.open({
        name: 'api',
        target: upstream.url,
        price: '0.01',
        prepaid: true,
        packages,
      });
      const { proxyUrl } = await client.agents.add({ agent: 'bot' });

      const offer = await client.prepaid.packages({ url: shop.gatewayUrl });
      expect(offer).toMatchObject({ sellerAddress: shop.payTo, packages, perCall: '0.01' });
      const bought = await client.prepaid.buy({ url: shop.gatewayUrl, package: 'five', agent: 'bot', form });
      if (bought.outcome !== 'bought') throw new Error(JSON.stringify(bought));
      expect(bought.credit).toMatchObject({ remaining: 5, calls: 5, price: '0.02', warning: null, form });

      const url = new URL('/x', shop.gatewayUrl).href;
      const answers = await Promise.all(Array.from({ length: 5 }, () => throughProxy(proxyUrl, url)));
      expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
      await expect
        .poll(async () => (await client.prepaid.status()).credits[0])
        .toMatchObject({ remaining: 0, warning: 'used-up', saved: '0.03' });
      expect(await client.orders.list({}), 'one payment for all of them').toHaveLength(1);
      expect(upstream.keys, 'the credential goes no further than the shop').toEqual(Array(5).fill(undefined));

      expect((await throughProxy(proxyUrl, url)).status, 'used up: paid on the chain again').toBe(200);
      expect(await client.orders.list({})).toHaveLength(2);
      expect(await client.prepaid.purge()).toEqual({ removed: 1 });
      const balance = await client.wallet.balance();
      expect(balance.available, 'books and chain agree').toBe(balance.onChain);
    },
  );

  test('a paused agent gets no call from it', async () => {
    const upstream = await api();
    const { client } = await startTestHost({ demo: false });
    const shop = await client.shops.open({ name: 'api', target: upstream.url, price: '0.01', prepaid: true });
    const { proxyUrl } = await client.agents.add({ agent: 'bot', perPayment: '5' });
    const bought = await client.prepaid.buy({ url: shop.gatewayUrl, package: 'p3d_100', agent: 'bot' });
    expect(bought.outcome).toBe('bought');
    await client.agents.pause({ agent: 'bot' });
    expect((await throughProxy(proxyUrl, new URL('/x', shop.gatewayUrl).href)).status).toBe(402);
    expect(upstream.asked()).toBe(0);
    expect((await client.prepaid.status()).totalRemaining).toBe(100);
  });

  test('above what the agent may pay: refused, and nothing was bought', async () => {
    const upstream = await api();
    const { client } = await startTestHost({ demo: false });
    const shop = await client.shops.open({ name: 'api', target: upstream.url, price: '0.01', prepaid: true });
    await client.agents.add({ agent: 'bot', perPayment: '1' });
    expect(await client.prepaid.buy({ url: shop.gatewayUrl, package: 'p3d_100', agent: 'bot' })).toMatchObject({
      outcome: 'refused',
      decision: 'denied',
      reason: 'over-payment-limit',
    });
    expect(await client.prepaid.status()).toEqual({ credits: [], pending: [], totalRemaining: 0 });
  });

  test('deferred: after the owner’s yes the same purchase is paid', async () => {
    const upstream = await api();
    const { client, host } = await startTestHost({ demo: false });
    const owner = createRouterClient(host.router, { context: ownerInside });
    const shop = await client.shops.open({ name: 'api', target: upstream.url, price: '0.01', prepaid: true });
    await client.agents.add({ agent: 'bot', perPayment: '5', askAbove: '1', holdMs: 0 });
    const wish = { url: shop.gatewayUrl, package: 'p3d_100', agent: 'bot' };
    const asked = await client.prepaid.buy(wish);
    if (asked.outcome !== 'refused' || asked.approval === null) throw new Error(JSON.stringify(asked));
    expect(asked.decision).toBe('deferred');
    await owner.approvals.approve({ id: asked.approval });
    expect((await client.prepaid.buy(wish)).outcome).toBe('bought');
  });

  test('only the owner makes a rule or sets a key', async () => {
    const { client, host } = await startTestHost({ demo: false });
    const renewal = { below: 10, upTo: '2' };
    await expect(client.prepaid.renew({ id: 'pre_1', renewal })).rejects.toMatchObject({
      data: { code: 'owner-required' },
    });
    const key = { url: 'https://api.example/v1', secret: 'sk-1' };
    await expect(client.secrets.set(key)).rejects.toMatchObject({ data: { code: 'owner-required' } });
    const owner = createRouterClient(host.router, { context: ownerInside });
    expect(await owner.secrets.set(key)).toMatchObject({ origin: 'https://api.example', agents: [] });
    expect(JSON.stringify(await client.secrets.list())).not.toContain('sk-1');
    await expect(owner.secrets.set({ url: 'http://api.example', secret: 'sk-1' })).rejects.toMatchObject({
      data: { code: 'target-invalid' },
    });
    expect(await client.secrets.remove({ url: 'https://api.example/' })).toEqual({
      origin: 'https://api.example',
      removed: true,
    });
  });
});
