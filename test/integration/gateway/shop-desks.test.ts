import { expect, test } from 'vitest';
import type { CreditDesk } from '../../../src-main/gateway/prepaid/credit-desk.ts';
import { rawClient, readAnswer } from '../../support/raw-client.ts';
import { testShop } from '../../support/test-shop.ts';

const mozilla = { accept: 'text/html,*/*', 'user-agent': 'Mozilla/5.0' };

test('a browser gets a page that runs nothing and believes nothing, still as a 402 with its headers', async () => {
  const { shop } = await testShop({ name: 'A shop', description: '<script>alert(1)</script>"&' });
  const answer = await fetch(`${shop.url}/x?'"<img>`, { headers: mozilla });
  const text = await answer.text();
  expect(answer.status).toBe(402);
  expect(answer.headers.get('payment-required')).not.toBeNull();
  expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'");
  expect(text).toContain('0.01 USDC');
  expect(text).not.toMatch(/<script|<img|"<|'"/);
});

test('a page elsewhere may ask, pay and read the receipt', async () => {
  const { shop } = await testShop({});
  const asked = await fetch(`${shop.url}/x`, {
    method: 'OPTIONS',
    headers: {
      origin: 'https://a',
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'x-mine',
    },
  });
  expect(asked.status).toBe(204);
  expect(asked.headers.get('access-control-allow-origin')).toBe('*');
  expect(asked.headers.get('access-control-allow-headers')).toMatch(/PAYMENT-SIGNATURE.*x-mine/);
  const answer = await fetch(`${shop.url}/x`);
  expect(answer.headers.get('access-control-expose-headers')).toMatch(
    /PAYMENT-REQUIRED.*PAYMENT-RESPONSE.*Payment-Receipt/,
  );
});

test('what is for sale is listed, with offers for what costs something', async () => {
  const { shop } = await testShop({
    routes: [
      { method: 'POST', path: '/v1/*', price: '0.2' },
      { method: '*', path: '/free', price: '0' },
    ],
  });
  const list = await (await fetch(`${shop.url}/.well-known/x402`)).json();
  expect(list).toMatchObject({
    x402Version: 2,
    name: 'shop',
    resources: [
      { resource: `${shop.url}/v1/*`, method: 'POST', price: '0.2', accepts: [{ amount: '200000' }] },
      { resource: `${shop.url}/free`, method: '*', price: '0', accepts: [] },
      { resource: `${shop.url}/*`, method: '*', price: '0.01', accepts: [{ amount: '10000' }] },
    ],
  });
});

test('health says that it lives and nothing else; figures are for whoever has the token', async () => {
  const { shop } = await testShop({}, { metricsToken: 'secret token' });
  expect(await (await fetch(`${shop.url}/health`)).json()).toEqual({ status: 'ok' });
  await fetch(`${shop.url}/x`);
  const figures = (token: string) => fetch(`${shop.url}/metrics`, { headers: { authorization: `Bearer ${token}` } });
  expect((await fetch(`${shop.url}/metrics`)).status).toBe(404);
  expect((await figures('secret')).status).toBe(404);
  const shown = await figures('secret token');
  expect(shown.status).toBe(200);
  const text = await shown.text();
  expect(text).toContain('groat_shop_requests_total{route="/*",outcome="unpaid"} 1\n');
  expect(text).toContain('# TYPE groat_shop_request_duration_seconds histogram\n');
  expect(text).toContain('groat_shop_request_duration_seconds_bucket{le="+Inf",outcome="unpaid"} 1\n');
  expect(text).toContain('groat_shop_request_duration_seconds_count{outcome="unpaid"} 1\n');
  const [first, ...others] = [...text.matchAll(/_bucket\{le="([^"]+)",outcome="unpaid"\} (\d+)/g)].map(([, , n]) =>
    Number(n),
  );
  expect(others.length).toBeGreaterThan(10);
  expect(
    others.every((n, at) => n >= ([first, ...others][at] ?? 0)),
    'each bucket holds the smaller ones',
  ).toBe(true);
});

test('without a token there are no figures, and the path is for sale like any other', async () => {
  const { shop } = await testShop({});
  expect((await fetch(`${shop.url}/metrics`)).status).toBe(402);
});

test('a path that the seller prices is the upstream’s', async () => {
  const { shop } = await testShop({ routes: [{ method: 'GET', path: '/health', price: '0.5' }] });
  expect((await fetch(`${shop.url}/health`)).status).toBe(402);
});

test('a 402 carries the same metadata object for the same kind of request', async () => {
  const { shop, till } = await testShop({ routes: [{ method: '*', path: '/users/*', price: '1' }] });
  for (const method of ['GET', 'GET', 'POST']) {
    await fetch(`${shop.url}/users/7`, { method, headers: { 'payment-signature': 'no' } });
  }
  const [first, second, third] = till.quotes;
  expect(first?.extensions).toBe(second?.extensions);
  expect(first?.dialects).toBe(third?.dialects);
  expect(first?.extensions).toMatchObject({
    bazaar: { info: { input: { type: 'http', method: 'GET' } }, routeTemplate: '/users/:any' },
  });
  expect(third?.extensions).toMatchObject({
    bazaar: { info: { input: { type: 'http', method: 'POST', bodyType: 'json' } } },
  });
});

test('packages are asked for and bought at the shop’s own paths', async () => {
  const asked: unknown[] = [];
  const credits: CreditDesk = {
    take: () => ({ kind: 'refused', code: 'malformed_credential' }),
    answer: async ({ method, path, body, address }) => {
      asked.push([method, path, Buffer.from(body).toString(), address]);
      return { status: 201, body: { credential: 1 }, headers: { 'Retry-After': '5' } };
    },
  };
  const { shop } = await testShop({}, { credits });
  const answer = await fetch(`${shop.url}/prepaid/purchase`, { method: 'POST', body: '{"a":1}' });
  expect([answer.status, await answer.json(), answer.headers.get('retry-after')]).toEqual([
    201,
    { credential: 1 },
    '5',
  ]);
  await fetch(`${shop.url}/prepaid/packages`);
  await fetch(`${shop.url}/prepaid/purchase`, { method: 'POST', body: 'x'.repeat(100_000) });
  expect(asked).toEqual([
    ['POST', '/prepaid/purchase', '{"a":1}', '127.0.0.1'],
    ['GET', '/prepaid/packages', '', '127.0.0.1'],
    ['POST', '/prepaid/purchase', 'x'.repeat(8193), '127.0.0.1'],
  ]);
});

test('who asks for a WebSocket is told that there are none', async () => {
  const { shop } = await testShop({});
  const client = await rawClient(shop.port);
  client.say('GET /x HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: x\r\n\r\n');
  expect((await readAnswer(client)).status).toBe(501);
});
