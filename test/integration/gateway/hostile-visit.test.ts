import { createServer } from 'node:http';
import fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import { listen } from '../../../src-main/base/listen.ts';
import type { CreditDesk } from '../../../src-main/gateway/prepaid/credit-desk.ts';
import { rawClient, readAnswer } from '../../support/raw-client.ts';
import { testShop } from '../../support/test-shop.ts';

/** Everything costs money but `/free`; the target counts what reaches it. */
async function guarded() {
  const reached: string[] = [];
  const target = createServer((request, response) => {
    reached.push(request.url ?? '');
    request.resume();
    response.end('secret answer');
  });
  const port = await listen(target, 0);
  onTestFinished(() => {
    target.closeAllConnections();
    target.close();
  });
  const credits: CreditDesk = {
    take: () => ({ kind: 'refused', code: 'malformed_credential' }),
    answer: async () => ({ status: 400, body: { error: 'invalid_package' } }),
  };
  const limits = { perAddressMinute: 1_000_000, perRouteMinute: 10_000_000 };
  const world = await testShop(
    { target: `http://127.0.0.1:${port}/hidden-base`, routes: [{ method: '*', path: '/free', price: '0' }], limits },
    { credits, metricsToken: 'metrics secret' },
  );
  return { ...world, reached, port };
}

const names = fc.constantFrom(
  'PAYMENT-SIGNATURE',
  'X-PAYMENT',
  'Authorization',
  'X-Prepaid-Credential',
  'Payment-Receipt',
  'X-x402-Nonce',
  'Connection',
  'Accept',
  'TE',
  'Expect',
  'Upgrade',
  'Cookie',
  'Range',
  'Groat-Order',
);
const values = fc.oneof(
  fc.string({ unit: fc.constantFrom(...'abc =",;:{}[]x402/+\u00e9\u00ff\t~%'), maxLength: 60 }),
  fc.base64String({ maxLength: 200 }),
  fc.json({ maxDepth: 2 }).map((text) => Buffer.from(text).toString('base64')),
  fc.constantFrom(
    'x402 tx_hash="a"',
    'x402',
    'close',
    '100-continue',
    'websocket',
    'trailers',
    'text/html',
    'payment-signature',
  ),
);
const paths = fc.oneof(
  fc.constantFrom(
    '/x',
    '/free/../x',
    '/FREE/..;/x',
    '//x',
    '/free%2f..%2fx',
    '/prepaid/purchase',
    '/prepaid/../x',
    '/metrics',
    '/.well-known/x402',
    '/%',
    '/free\\..\\x',
    'http://b/x',
    '*',
  ),
  fc.string({ unit: fc.constantFrom(...'/.%2eEfFabx;~\\*?#&=\u00e9'), maxLength: 30 }).map((text) => `/${text}`),
);
const printable = (text: string) => text.replace(/[\r\n]/g, '');

test('nothing that a buyer writes is a free call, a crash, or a look at where the upstream is', async () => {
  const { shop, reached, port } = await guarded();
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom('GET', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH'),
      paths,
      fc.array(fc.tuple(names, values), { maxLength: 6 }),
      fc.string({ maxLength: 40 }),
      async (method, path, fields, body) => {
        const client = await rawClient(shop.port);
        const lines = fields.map(([name, value]) => `${name}: ${printable(value)}\r\n`).join('');
        const length = Buffer.byteLength(body);
        client.say(
          Buffer.concat([
            Buffer.from(
              `${method} ${printable(path)} HTTP/1.1\r\nHost: a\r\n${lines}Connection: close\r\nContent-Length: ${length}\r\n\r\n`,
              'latin1',
            ),
            Buffer.from(body),
          ]),
        );
        await client.closed();
        client.socket.destroy();
        const answer = client.received;
        expect(answer).toMatch(
          /^HTTP\/1\.1 (?:100 Continue\r\n\r\nHTTP\/1\.1 )?(?:200|204|400|402|404|411|413|417|431|501)/,
        );
        if (reached.length === 0) expect(answer).not.toContain('secret answer');
        for (const url of reached.splice(0)) expect(url).toMatch(/^\/hidden-base\/free(?:\?.*)?$/);
        expect(answer).not.toMatch(new RegExp(`:${port}|hidden-base|metrics secret`));
      },
    ),
    { numRuns: 400 },
  );
  expect((await fetch(`${shop.url}/x`)).status).toBe(402);
}, 60_000);

test('a header that is larger than is taken is refused, and the shop lives on', async () => {
  const { shop } = await guarded();
  const client = await rawClient(shop.port);
  client.say(`GET /x HTTP/1.1\r\nHost: a\r\nPAYMENT-SIGNATURE: ${'a'.repeat(70_000)}\r\n\r\n`);
  expect((await readAnswer(client)).status).toBe(431);
  expect((await fetch(`${shop.url}/x`)).status).toBe(402);
});

test('100 MB go up and down whole', async () => {
  const size = 100 * 1024 * 1024;
  let got = 0;
  const target = createServer((request, response) => {
    request.on('data', (chunk: Buffer) => {
      got += chunk.length;
    });
    request.on('end', () => {
      response.writeHead(200, { 'Content-Length': String(size) });
      const piece = Buffer.alloc(1024 * 1024);
      let sent = 0;
      const more = (): void => {
        while (sent < size) {
          sent += piece.length;
          if (!response.write(piece)) {
            response.once('drain', more);
            return;
          }
        }
        response.end();
      };
      more();
    });
  });
  const port = await listen(target, 0);
  onTestFinished(() => {
    target.closeAllConnections();
    target.close();
  });
  const { shop, till } = await testShop({ target: `http://127.0.0.1:${port}`, limits: { bodyBytes: size } });
  const answer = await fetch(`${shop.url}/x`, {
    method: 'POST',
    headers: { 'payment-signature': 'pay:p:1' },
    body: Buffer.alloc(size),
  });
  let back = 0;
  for await (const chunk of answer.body ?? []) back += chunk.length;
  expect([got, back]).toEqual([size, size]);
  expect(till.told).toEqual(['settle', 'delivered complete 200']);
}, 60_000);
