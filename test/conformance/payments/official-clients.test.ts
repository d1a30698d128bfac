import { createSolanaRpc, lamports, signature } from '@solana/kit';
import { decodePaymentResponseHeader } from '@x402/core/http';
import { expect, onTestFinished, test } from 'vitest';
import { auditHome } from '../../support/audit.ts';
import { newSigner, officialFetch, startOfficialShop } from '../../support/official-x402.ts';
import { throughProxy } from '../../support/proxy-client.ts';
import { startTestHost } from '../../support/test-host.ts';

test('the official @x402/fetch + @x402/svm client pays groat serve, and the till has the money', async () => {
  const host = await startTestHost();
  const buyer = await newSigner();
  await host.client.sandbox.fund({ address: buyer.address, amount: '1' });

  const response = await officialFetch(buyer, host.rpcUrl)(host.demoUrl);
  expect(response.status).toBe(200);
  expect(await response.json()).toMatchObject({ served: 1 });
  const receipt = decodePaymentResponseHeader(response.headers.get('payment-response') ?? '');
  expect(receipt).toMatchObject({ success: true, payer: buyer.address });
  const landed = await createSolanaRpc(host.rpcUrl)
    .getSignatureStatuses([signature(receipt.transaction)])
    .send();
  expect(landed.value[0]).toMatchObject({ err: null });
  await host.stop();
  expect(auditHome(host.home).balance('received')).toBe(10_000);
});

test('eight official clients at once pay groat serve, each once', async () => {
  const host = await startTestHost();
  const buyer = await newSigner();
  await host.client.sandbox.fund({ address: buyer.address, amount: '1' });
  const pay = officialFetch(buyer, host.rpcUrl);
  const responses = await Promise.all(Array.from({ length: 8 }, (_, i) => pay(`${host.demoUrl}?n=${i}`)));
  expect(responses.map(({ status }) => status)).toEqual(Array(8).fill(200));
  await host.stop();
  expect(auditHome(host.home).balance('received')).toBe(80_000);
});

test('a plain HTTP client through our proxy pays an official @x402/express server with the official facilitator', async () => {
  const host = await startTestHost({ demo: false });
  const [feePayer, payee] = await Promise.all([newSigner(), newSigner()]);
  await host.client.sandbox.fund({ address: payee.address, amount: '0.000001' });
  await createSolanaRpc(host.rpcUrl).requestAirdrop(feePayer.address, lamports(1_000_000_000n)).send();
  const url = await startOfficialShop(host.rpcUrl, feePayer, payee.address, onTestFinished);
  const { proxyUrl } = await host.client.agents.add({ agent: 'plain' });

  const got = await throughProxy(proxyUrl, url);
  expect(got).toMatchObject({ status: 200, body: '{"weather":"fine"}' });
  const posted = await throughProxy(proxyUrl, `${url}?q=1`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: '{"city":"Lund"}',
  });
  expect(posted.status).toBe(200);
  await expect
    .poll(async () => (await host.client.host.status()).orders, { timeout: 10_000, interval: 50 })
    .toEqual({ settled: 2 });
  const [order] = await host.client.orders.list({ limit: 1 });
  expect(order?.url, 'query strings stay out of history').toBe(url);
  await host.stop();
  expect(auditHome(host.home).balance('spent')).toBe(20_000);
});

test('an official shop that wants a payment-identifier gets one of ours with each payment, and another each time', async () => {
  const host = await startTestHost({ demo: false });
  const [feePayer, payee] = await Promise.all([newSigner(), newSigner()]);
  await host.client.sandbox.fund({ address: payee.address, amount: '0.000001' });
  await createSolanaRpc(host.rpcUrl).requestAirdrop(feePayer.address, lamports(1_000_000_000n)).send();
  const ids: (string | null)[] = [];
  const url = await startOfficialShop(host.rpcUrl, feePayer, payee.address, onTestFinished, {
    identified: (id) => ids.push(id),
  });
  const { proxyUrl } = await host.client.agents.add({ agent: 'plain' });
  for (const query of ['?a', '?b']) expect((await throughProxy(proxyUrl, `${url}${query}`)).status).toBe(200);
  expect(ids).toEqual([expect.stringMatching(/^[A-Za-z0-9_-]{16,128}$/), expect.stringMatching(/^pay_/)]);
  expect(new Set(ids).size).toBe(2);
});
