import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { createSolanaRpc, lamports } from '@solana/kit';
import { decodePaymentResponseHeader } from '@x402/core/http';
import { appendPaymentIdentifierToExtensions, generatePaymentId } from '@x402/extensions/payment-identifier';
import { x402Client, x402HTTPClient } from '@x402/fetch';
import { ExactSvmScheme } from '@x402/svm/exact/client';
import { expect, onTestFinished, test } from 'vitest';
import { listen } from '../../../src-main/base/listen.ts';
import type { ShopWish } from '../../../src-shared/contract/index.ts';
import { networks } from '../../../src-shared/model/index.ts';
import { auditHome } from '../../support/audit.ts';
import { newSigner, officialFetch, officialFetchV1, startOfficialFacilitator } from '../../support/official-x402.ts';
import { sendOwnTransfer } from '../../support/own-transfer.ts';
import { startTestHost } from '../../support/test-host.ts';

const sol = lamports(1_000_000_000n);

/** A shop of ours, a buyer with a dollar and a little SOL, and how often the API behind was asked. */
async function openShop(wish: Partial<ShopWish> = {}) {
  const host = await startTestHost({ demo: false });
  let served = 0;
  const target = createServer((request, response) => {
    request.resume();
    served += 1;
    response.setHeader('Content-Type', 'application/json').end(JSON.stringify({ served }));
  });
  const targetPort = await listen(target, 0);
  onTestFinished(() => {
    target.closeAllConnections();
    target.close();
  });
  const shop = await host.client.shops.open({
    ...{ name: 'weather', target: `http://127.0.0.1:${targetPort}`, price: '0.01', port: 0 },
    ...wish,
  });
  const buyer = await newSigner();
  await host.client.sandbox.fund({ address: buyer.address, amount: '1' });
  await createSolanaRpc(host.rpcUrl).requestAirdrop(buyer.address, sol).send();
  return {
    host,
    shop,
    buyer,
    url: `${shop.gatewayUrl}/weather?city=Lund`,
    get served() {
      return served;
    },
    async received() {
      await host.stop();
      return auditHome(host.home).balance('received');
    },
  };
}

/** As ag402's own buyers pay (its reference, sections 1 and 2): broadcast first, then the proof. */
async function payOpenly({ host, buyer, url }: Awaited<ReturnType<typeof openShop>>, challenge: string) {
  const field = (name: string) => new RegExp(`${name}="([^"]*)"`).exec(challenge)?.[1] ?? '';
  const requestId = randomUUID().replaceAll('-', '');
  const transaction = await sendOwnTransfer(host.rpcUrl, {
    payer: buyer,
    payTo: field('address'),
    amount: BigInt(Math.round(Number(field('amount')) * 1_000_000)),
    memo: `Ag402-v1|${requestId}`,
  });
  return fetch(url, {
    headers: {
      Authorization: `x402 tx_hash="${transaction}" payer_address="${buyer.address}" chain="solana" request_id="${requestId}"`,
      'X-x402-Timestamp': (Date.now() / 1000).toFixed(3),
      'X-x402-Nonce': randomUUID().replaceAll('-', ''),
    },
  });
}

test('one 402 carries three dialects that ask for the same sum, and is paid by each', async () => {
  const stall = await openShop({ dialects: ['x402-v2', 'x402-v1', 'open402'] });
  const { host, shop, buyer, url } = stall;
  const unpaid = await fetch(url);
  expect(unpaid.status).toBe(402);
  expect(unpaid.headers.get('cache-control')).toBe('no-store');
  const v2 = JSON.parse(Buffer.from(unpaid.headers.get('payment-required') ?? '', 'base64').toString('utf8'));
  const v1 = await unpaid.json();
  const challenge = unpaid.headers.get('www-authenticate') ?? '';
  expect(v2).toMatchObject({ x402Version: 2, accepts: [{ amount: '10000', payTo: shop.payTo }] });
  expect(v1).toMatchObject({
    ...{ x402Version: 1 },
    accepts: [{ network: 'solana-devnet', maxAmountRequired: '10000', payTo: shop.payTo, resource: url }],
  });
  expect(challenge).toBe(`x402 chain="solana" token="USDC" amount="0.01" address="${shop.payTo}"`);

  const second = await officialFetch(buyer, host.rpcUrl)(url);
  expect(second.status).toBe(200);
  expect(decodePaymentResponseHeader(second.headers.get('payment-response') ?? '')).toMatchObject({ success: true });

  // A client that knows version 1 alone does not see the header.
  const blind: typeof fetch = async (input, init) => {
    const response = await fetch(input, init);
    const headers = new Headers(response.headers);
    headers.delete('payment-required');
    return new Response(response.body, { status: response.status, headers });
  };
  const first = await officialFetchV1(buyer, host.rpcUrl, blind)(url);
  expect(first.status).toBe(200);
  expect(decodePaymentResponseHeader(first.headers.get('x-payment-response') ?? '')).toMatchObject({
    ...{ success: true, payer: buyer.address, network: 'solana-devnet' },
  });

  const open = await payOpenly(stall, challenge);
  expect(open.status).toBe(200);
  expect(await open.json()).toEqual({ served: 3 });

  const sales = await host.client.shops.sales({ name: shop.name });
  expect(new Set(sales.map(({ dialect }) => dialect))).toEqual(new Set(['x402-v2', 'x402-v1', 'open402']));
  expect(await stall.received()).toBe(30_000);
});

test('a shop of version 1 alone is paid by the official client of that version, sixteen times at once', async () => {
  const stall = await openShop({ dialects: ['x402-v1'] });
  const pay = officialFetchV1(stall.buyer, stall.host.rpcUrl);
  const answers = await Promise.all(Array.from({ length: 16 }, (_, i) => pay(`${stall.url}&n=${i}`)));
  expect(answers.map(({ status }) => status)).toEqual(Array(16).fill(200));
  expect(answers.every(({ headers }) => headers.get('payment-required') === null)).toBe(true);
  expect(await stall.received()).toBe(160_000);
});

test('copies of an official payment with a payment-identifier get one answer for one charge; another payment with that id is a conflict', async () => {
  const stall = await openShop();
  const { host, buyer, url } = stall;
  const client = new x402HTTPClient(
    new x402Client().register(networks.sandbox.caip2, new ExactSvmScheme(buyer, { rpcUrl: host.rpcUrl })),
  );
  const unpaid = await fetch(url);
  const required = client.getPaymentRequiredResponse((name) => unpaid.headers.get(name), await unpaid.json());
  const id = generatePaymentId();
  const sign = async () => {
    const extensions = appendPaymentIdentifierToExtensions(structuredClone(required.extensions ?? {}), id);
    return client.encodePaymentSignatureHeader(await client.createPaymentPayload({ ...required, extensions }));
  };
  const headers = await sign();
  const copies = await Promise.all(Array.from({ length: 8 }, () => fetch(url, { headers })));
  expect(copies.map(({ status }) => status)).toEqual(Array(8).fill(200));
  expect(await Promise.all(copies.map((answer) => answer.json()))).toEqual(Array(8).fill({ served: 1 }));
  const later = await fetch(url, { headers });
  expect(await later.json()).toEqual({ served: 1 });
  const other = await fetch(url, { headers: await sign() });
  expect(other.status).toBe(409);
  expect(stall.served).toBe(1);
  expect(await stall.received()).toBe(10_000);
});

test('a shop that settles through the official facilitator is paid by the official client', async () => {
  const settler = await startTestHost({ demo: false });
  const feePayer = await newSigner();
  await createSolanaRpc(settler.rpcUrl).requestAirdrop(feePayer.address, sol).send();
  const facilitator = await startOfficialFacilitator(settler.rpcUrl, feePayer, onTestFinished);
  const target = createServer((_request, response) => response.end('goods'));
  const targetPort = await listen(target, 0);
  onTestFinished(() => void target.close());
  const shop = await settler.client.shops.open({
    ...{ name: 'weather', target: `http://127.0.0.1:${targetPort}`, price: '0.01', port: 0, facilitator },
  });
  const buyer = await newSigner();
  await settler.client.sandbox.fund({ address: buyer.address, amount: '1' });
  const answer = await officialFetch(buyer, settler.rpcUrl)(`${shop.gatewayUrl}/thing`);
  expect(answer.status).toBe(200);
  expect(await answer.text()).toBe('goods');
  await settler.stop();
  expect(auditHome(settler.home).balance('received')).toBe(10_000);
});

test('a person with a browser gets a page with the price, and the offer for machines beside it', async () => {
  const stall = await openShop();
  const answer = await fetch(stall.url, {
    headers: { Accept: 'text/html,application/xhtml+xml', 'User-Agent': 'Mozilla/5.0 (X11; Linux x86_64)' },
  });
  expect(answer.status).toBe(402);
  expect(answer.headers.get('content-type')).toMatch(/^text\/html/);
  expect(answer.headers.get('payment-required')).not.toBeNull();
  const page = await answer.text();
  expect(page).toContain('0.01');
  expect(page.toLowerCase()).not.toContain('<script');
  expect(page, 'where the API is stays ours to know').not.toContain(new URL(stall.shop.target).host);
  expect(stall.served).toBe(0);
});
