import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { listen } from '../../../src-main/base/listen.ts';
import { testShop } from '../../support/test-shop.ts';

async function shopBefore(path: string) {
  const reached: string[] = [];
  const heads: IncomingMessage[] = [];
  const target = createServer((request, response) => {
    const chunks: Buffer[] = [];
    heads.push(request);
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      reached.push(`${request.method} ${request.url} ${Buffer.concat(chunks).toString('utf8')}`);
      response.end(`answer to ${request.url}`);
    });
  });
  const port = await listen(target, 0);
  onTestFinished(() => {
    target.closeAllConnections();
    target.close();
  });
  const { shop } = await testShop({ target: `http://127.0.0.1:${port}${path}`, price: '0' });
  return { shop, reached, heads };
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
  for (const path of ['/../private', '/a/../../private', '/%2e%2e/private', '/.%2E/private', '//..//private']) {
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

test('the target learns what an API needs, and nothing of the buyer’s credentials, cookies or address', async () => {
  const { shop, heads } = await shopBefore('');
  const kept = { accept: 'text/x', 'content-type': 'text/y', 'x-request-id': '7', traceparent: 'z' };
  const secret = {
    cookie: 'a=b',
    authorization: 'x402 tx_hash="s"',
    'x-forwarded-for': '1.2.3.4',
    forwarded: 'for=1.2.3.4',
    'payment-signature': 's',
    'x-payment': 's',
    'x-prepaid-credential': 's',
    'x-x402-nonce': 's',
    'payment-receipt': 's',
    'groat-agent': 's',
    'proxy-authorization': 's',
    'x-http-method-override': 'DELETE',
    'x-made-up-tomorrow': 's',
  };
  await fetch(shop.url, { method: 'POST', body: 'b', headers: { ...kept, ...secret } });
  const headers = heads[0]?.headers ?? {};
  expect(headers).toMatchObject(kept);
  for (const name of Object.keys(secret)) expect(headers).not.toHaveProperty([name]);
});

test('a field that Connection lists stays here', async () => {
  const { shop, heads } = await shopBefore('');
  await raw(
    shop.port,
    'GET / HTTP/1.1\r\nHost: a\r\nConnection: accept, close\r\nAccept: x\r\nRange: bytes=0-1\r\n\r\n',
  );
  expect(heads[0]?.headers).toMatchObject({ range: 'bytes=0-1' });
  expect(heads[0]?.headers.accept).toBeUndefined();
});
