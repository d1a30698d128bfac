import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { listen } from '../../../src-main/base/listen.ts';
import { silentLog } from '../../../src-main/base/log-sink.ts';
import { openShop } from '../../../src-main/gateway/index.ts';
import type { X402Seller } from '../../../src-main/payments/index.ts';
import { toAtomic } from '../../../src-shared/model/index.ts';

/** Every request counts as paid: what is tested here is what reaches the target. */
const paidForEverything: X402Seller = {
  unpaid: () => {
    throw new Error('asked for an offer unasked');
  },
  admit: async () => ({
    kind: 'admitted',
    payer: 'buyer',
    settle: async () => ({ kind: 'settled', headers: [] }),
    abandon: async () => undefined,
  }),
};

async function shopBefore(path: string) {
  const reached: string[] = [];
  const answer = (request: IncomingMessage, body: string) => reached.push(`${request.method} ${request.url} ${body}`);
  const target = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      answer(request, Buffer.concat(chunks).toString('utf8'));
      response.end(`answer to ${request.url}`);
    });
  });
  const port = await listen(target, 0);
  const shop = await openShop(
    {
      name: 'shop',
      target: new URL(`http://127.0.0.1:${port}${path}`),
      price: toAtomic(1n),
      port: 0,
      payTo: 'x',
      feePayer: 'y',
    },
    paidForEverything,
    silentLog,
  );
  onTestFinished(async () => {
    await shop.stop(0);
    target.closeAllConnections();
    target.close();
  });
  return { shop, reached };
}

async function raw(port: number, bytes: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  socket.end(bytes);
  const chunks: Buffer[] = [];
  socket.on('data', (chunk) => chunks.push(chunk));
  await once(socket, 'close');
  return Buffer.concat(chunks).toString('utf8');
}

const hidden = 'GET /stolen HTTP/1.1\r\nHost: x\r\n\r\n';

test('a GET’s chunked body reaches the target as a body, not as a second, unpaid request', async () => {
  const { shop, reached } = await shopBefore('');
  const chunk = `${hidden.length.toString(16)}\r\n${hidden}\r\n0\r\n\r\n`;
  await raw(
    shop.port,
    `GET /one HTTP/1.1\r\nHost: a\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n${chunk}`,
  );
  await raw(shop.port, 'GET /two HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
  expect(reached).toEqual([`GET /one ${hidden}`, 'GET /two ']);
});

test('Connection cannot name a framing field away', async () => {
  const { shop, reached } = await shopBefore('');
  const named = 'Connection: content-length, close\r\n';
  await raw(shop.port, `GET /one HTTP/1.1\r\nHost: a\r\n${named}Content-Length: ${hidden.length}\r\n\r\n${hidden}`);
  await raw(shop.port, 'GET /two HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
  expect(reached).toEqual([`GET /one ${hidden}`, 'GET /two ']);
});

test('no path leads out of the target’s own', async () => {
  const { shop, reached } = await shopBefore('/public');
  for (const path of ['/../private', '/a/../../private', '/%2e%2e/private', '/.%2E/private']) {
    await raw(shop.port, `GET ${path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`);
  }
  expect(new Set(reached)).toEqual(new Set(['GET /public/private ']));
});

test('a body with a length and one in chunks arrive whole, and a request without one has none', async () => {
  const { shop, reached } = await shopBefore('');
  const post = async (body: string | null) =>
    (await fetch(`${shop.url}/x`, body === null ? {} : { method: 'POST', body })).text();
  expect(await post('hello')).toBe('answer to /x');
  expect(await post(null)).toBe('answer to /x');
  await raw(
    shop.port,
    'POST /c HTTP/1.1\r\nHost: a\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n',
  );
  expect(reached).toEqual(['POST /x hello', 'GET /x ', 'POST /c hi']);
});
