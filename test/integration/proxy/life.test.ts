import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, describe, expect, test } from 'vitest';
import { credentialLine, startTestProxy } from '../../support/proxy-fakes.ts';
import { rawClient, readAnswer } from '../../support/raw-client.ts';
import { type OriginScript, type RawOrigin, startRawOrigin } from '../../support/raw-origin.ts';

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

async function originOf(script: OriginScript): Promise<RawOrigin> {
  const origin = await startRawOrigin(script);
  stops.push(origin.stop);
  return origin;
}

const get = (origin: RawOrigin, path = '/'): string =>
  `GET ${origin.url}${path} HTTP/1.1\r\nHost: x\r\n${credentialLine}\r\n`;

describe('stop', () => {
  test('lets what is in flight finish, closes the connection after it, and accepts nothing new', async () => {
    const arrived = Promise.withResolvers<void>();
    const gate = Promise.withResolvers<void>();
    const origin = await originOf(async (connection) => {
      await connection.head();
      arrived.resolve();
      await gate.promise;
      connection.say('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
    });
    const proxy = await startTestProxy();
    const client = await rawClient(proxy.port);
    client.say(get(origin));
    await arrived.promise;
    expect(proxy.inFlight).toBe(1);
    const stopped = proxy.stop(60_000);
    await expect(rawClient(proxy.port)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    gate.resolve();
    expect(await readAnswer(client)).toMatchObject({ status: 200, body: 'ok', whole: true });
    await client.closed();
    await stopped;
    expect(proxy.inFlight).toBe(0);
  });

  test('cuts what is still in flight after the time of grace: requests, tunnels and idle connections', async () => {
    const origin = await originOf(async (connection) => {
      await connection.head();
      connection.say('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\npart');
    });
    const proxy = await startTestProxy();
    const client = await rawClient(proxy.port);
    client.say(get(origin));
    await client.until('part');
    const tunnel = await rawClient(proxy.port);
    tunnel.say(`CONNECT 127.0.0.1:${origin.port} HTTP/1.1\r\nHost: x\r\n${credentialLine}\r\n`);
    await tunnel.head();
    const idle = await rawClient(proxy.port);
    expect(proxy.inFlight).toBe(2);
    await proxy.stop(10);
    await Promise.all([client.closed(), tunnel.closed(), idle.closed()]);
    expect(proxy.inFlight).toBe(0);
  });

  test('with nothing in flight does not wait', async () => {
    const proxy = await startTestProxy();
    await proxy.stop(1_000_000);
  });
});

test("a port that is taken is told with Node's own error", async () => {
  const proxy = await startTestProxy();
  stops.push(() => proxy.stop(0));
  await expect(startTestProxy({ port: proxy.port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
});

test('requests sent at once are served one after the other', async () => {
  const heads: string[] = [];
  const origin = await originOf(async (connection) => {
    for (;;) {
      const path = (await connection.head()).split(' ')[1] ?? '';
      heads.push(path);
      const body = path === '/2' ? (await connection.count(5)).text : path;
      await delay(5);
      expect(heads.at(-1)).toBe(path);
      connection.say(`HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n${body}`);
    }
  });
  const proxy = await startTestProxy({
    payer: { mayPay: () => null, refused: () => undefined, pay: () => Promise.reject(new Error('unasked')) },
  });
  stops.push(() => proxy.stop(0));
  const client = await rawClient(proxy.port);
  const post = `POST ${origin.url}/2 HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n${credentialLine}\r\nhello`;
  client.say(get(origin, '/1') + post + get(origin, '/3'));
  for (const body of ['/1', 'hello', '/3']) expect((await readAnswer(client)).body).toBe(body);
  expect(heads).toEqual(['/1', '/2', '/3']);
  expect(origin.connections).toBe(1);
});

test('an agent that leaves with requests still waiting leaves nothing behind', async () => {
  const arrived = Promise.withResolvers<void>();
  const origin = await originOf(async (connection) => {
    await connection.head();
    arrived.resolve();
    await connection.closed();
  });
  const proxy = await startTestProxy();
  stops.push(() => proxy.stop(0));
  const client = await rawClient(proxy.port);
  client.say(get(origin, '/1') + get(origin, '/2'));
  await arrived.promise;
  client.socket.resetAndDestroy();
  while (proxy.inFlight > 0) await delay(1);
  expect(origin.connections).toBe(1);
});

test.each([
  ['in its body', 'POST', 'Content-Length: 100\r\n', 'half'],
  ['in a chunk', 'POST', 'Transfer-Encoding: chunked\r\n', 'a\r\nhalf'],
  ['before the answer', 'GET', '', ''],
])('an agent that leaves %s leaves nothing behind', async (_where, method, line, body) => {
  const arrived = Promise.withResolvers<void>();
  const gone = Promise.withResolvers<void>();
  const origin = await originOf(async (connection) => {
    await connection.head();
    if (body !== '') await connection.until('half');
    arrived.resolve();
    await connection.closed();
    gone.resolve();
  });
  const proxy = await startTestProxy({
    payer: { mayPay: () => null, refused: () => undefined, pay: () => Promise.reject(new Error('unasked')) },
  });
  stops.push(() => proxy.stop(0));
  const client = await rawClient(proxy.port);
  client.say(`${method} ${origin.url}/ HTTP/1.1\r\nHost: x\r\n${line}${credentialLine}\r\n${body}`);
  await arrived.promise;
  client.socket.resetAndDestroy();
  await gone.promise;
  while (proxy.inFlight > 0) await delay(1);
});

test('a malformed chunk from an agent is refused, and the origin never sees the end of the request', async () => {
  let seen = '';
  const arrived = Promise.withResolvers<void>();
  const gone = Promise.withResolvers<void>();
  const origin = await originOf(async (connection) => {
    await connection.until('abc');
    arrived.resolve();
    await connection.closed();
    seen = connection.received;
    gone.resolve();
  });
  const proxy = await startTestProxy({
    payer: { mayPay: () => null, refused: () => undefined, pay: () => Promise.reject(new Error('unasked')) },
  });
  stops.push(() => proxy.stop(0));
  const client = await rawClient(proxy.port);
  client.say(
    `POST ${origin.url}/ HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n${credentialLine}\r\n3\r\nabc\r\n`,
  );
  await arrived.promise;
  client.say('zz\r\n');
  expect((await client.head()).slice(9, 12)).toBe('400');
  await gone.promise;
  expect(seen).not.toContain('0\r\n\r\n');
});

test('thousands of requests in parallel each get their own answer', async () => {
  const origin = await originOf(async (connection) => {
    for (;;) {
      const path = (await connection.head()).split(' ')[1] ?? '';
      const chunked = path.endsWith('7');
      connection.say(
        chunked
          ? `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${path.length.toString(16)}\r\n${path}\r\n0\r\n\r\n`
          : `HTTP/1.1 200 OK\r\nContent-Length: ${path.length}\r\n\r\n${path}`,
      );
    }
  });
  const proxy = await startTestProxy();
  stops.push(() => proxy.stop(0));
  await Promise.all(
    Array.from({ length: 64 }, async (_, agent) => {
      const client = await rawClient(proxy.port);
      for (let i = 0; i < 40; i += 1) {
        client.say(get(origin, `/${agent}/${i}`));
        expect((await readAnswer(client)).body).toBe(`/${agent}/${i}`);
      }
      client.socket.destroy();
    }),
  );
  expect(origin.connections).toBeLessThanOrEqual(64);
});
