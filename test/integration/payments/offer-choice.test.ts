import { createRouterClient } from '@orpc/server';
import { describe, expect, test } from 'vitest';
import { auditHome } from '../../support/audit.ts';
import { throughProxy } from '../../support/proxy-client.ts';
import { type PaidRequest, startScriptedSeller } from '../../support/scripted-seller.ts';
import { startApi } from '../../support/selling.ts';
import { ownerInside, startTestHost } from '../../support/test-host.ts';

const stranger = 'So11111111111111111111111111111111111111112';
const honest = async ({ response, settle, receipt }: PaidRequest): Promise<void> =>
  void response.setHeader('PAYMENT-RESPONSE', receipt(await settle())).end('goods');

describe('when the cheapest offer of a 402 may not be taken', () => {
  const offers = (changes: (own: Record<string, unknown>) => readonly Record<string, unknown>[]) => ({
    required: (own: { readonly accepts: readonly [object] }) => ({ ...own, accepts: changes({ ...own.accepts[0] }) }),
  });

  test('for its payee, the next one is asked for and paid, once', async () => {
    const host = await startTestHost({ demo: false });
    const { proxyUrl } = await host.client.agents.add({ agent: 'bot', denyPayees: [stranger] });
    const seller = await startScriptedSeller(
      host,
      honest,
      offers((own) => [own, { ...own, payTo: stranger, amount: '1' }]),
    );
    expect(await throughProxy(proxyUrl, seller.url)).toMatchObject({ status: 200, body: 'goods' });
    expect(seller.paidRequests).toBe(1);
    await expect
      .poll(async () => (await host.client.orders.list({})).map(({ state }) => state), { timeout: 15_000 })
      .toEqual(['settled']);
    await host.stop();
    const { orders, balance } = auditHome(host.home);
    expect(orders).toHaveLength(1);
    expect(balance('spent')).toBe(10_000);
  });

  test('for a limit, nothing dearer is asked for', async () => {
    const host = await startTestHost({ demo: false });
    const { proxyUrl } = await host.client.agents.add({ agent: 'bot', perPayment: '0.001', perDay: '5' });
    const seller = await startScriptedSeller(
      host,
      honest,
      offers((own) => [own, { ...own, amount: '20000' }, { ...own, amount: '9223372036854775807' }]),
    );
    const answer = await throughProxy(proxyUrl, seller.url);
    expect(answer.headers).toMatchObject({ 'groat-decision': 'denied', 'groat-reason': 'over-payment-limit' });
    expect(seller.paidRequests).toBe(0);
  });

  test('nor the fourth after it, the 402 is handed on and a fifth is not looked at', async () => {
    const host = await startTestHost({ demo: false });
    const { proxyUrl } = await host.client.agents.add({ agent: 'bot', denyPayees: [stranger] });
    const seller = await startScriptedSeller(
      host,
      honest,
      offers((own) => [...['1', '2', '3', '4'].map((amount) => ({ ...own, payTo: stranger, amount })), own]),
    );
    const answer = await throughProxy(proxyUrl, seller.url);
    expect(answer.status).toBe(402);
    expect(answer.headers).toMatchObject({ 'groat-reason': 'payee-not-allowed' });
    expect(seller.paidRequests).toBe(0);
  });
});

test('credit that its shop does not take any more falls back to one payment, through the proxy', async () => {
  const host = await startTestHost({ demo: false });
  const { client } = host;
  const packages = [{ id: 'ten', name: 'Ten', calls: 10, days: 1, price: '0.05' }];
  const { gatewayUrl } = await client.shops.open({ name: 'a', target: await startApi(), price: '0.01', packages });
  const { proxyUrl } = await client.agents.add({ agent: 'bot' });
  await client.prepaid.buy({ url: gatewayUrl, package: 'ten', agent: 'bot' });
  const url = `${gatewayUrl}/x`;
  expect((await throughProxy(proxyUrl, url)).headers).toMatchObject({ 'groat-paid': 'prepaid' });
  const [sale] = await client.shops.sales({ name: 'a' });
  // What is given back ends the credit.
  await createRouterClient(host.host.router, { context: ownerInside }).shops.refund({ sale: sale?.id ?? '' });
  for (let i = 0; i < 4; i += 1) {
    const answer = await throughProxy(proxyUrl, url);
    expect(answer.status).toBe(200);
    expect(answer.headers).toMatchObject({ 'groat-paid': expect.stringMatching(/^x402/) });
  }
  expect((await client.orders.list({})).filter(({ url: paid }) => paid === url)).toHaveLength(4);
  expect((await client.prepaid.status()).credits[0]).toMatchObject({ remaining: 9, warning: 'refused' });
});

test('where a person is asked about credit, nothing else is asked, and the yes pays nothing', async () => {
  const host = await startTestHost({ demo: false });
  const { client } = host;
  const owner = createRouterClient(host.host.router, { context: ownerInside });
  const packages = [{ id: 'ten', name: 'Ten', calls: 10, days: 1, price: '0.05' }];
  const { gatewayUrl } = await client.shops.open({ name: 'a', target: await startApi(), price: '0.01', packages });
  await client.agents.add({ agent: 'bot' });
  const { proxyUrl } = await client.agents.add({ agent: 'shy', alwaysAsk: true, holdMs: 0 });
  await client.prepaid.buy({ url: gatewayUrl, package: 'ten', agent: 'bot' });
  const url = `${gatewayUrl}/x`;
  expect((await throughProxy(proxyUrl, url)).headers).toMatchObject({ 'groat-decision': 'deferred' });
  const [asked, ...others] = await owner.approvals.list({});
  expect(others).toEqual([]);
  expect(asked).toMatchObject({ amount: '0' });
  await expect.poll(async () => (await client.prepaid.status()).totalRemaining).toBe(10);
  await owner.approvals.approve({ id: asked?.id ?? '' });
  expect((await throughProxy(proxyUrl, url)).headers).toMatchObject({ 'groat-paid': 'prepaid' });
  expect((await throughProxy(proxyUrl, url)).headers).toMatchObject({ 'groat-decision': 'deferred' });
  expect(await client.orders.list({}), 'the package alone').toHaveLength(1);
});
