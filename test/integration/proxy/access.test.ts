import { once } from 'node:events';
import { networkInterfaces } from 'node:os';
import { createServer as createTlsServer, getCACertificates, setDefaultCACertificates } from 'node:tls';
import { afterEach, describe, expect, test } from 'vitest';
import type { RunningProxy } from '../../../src-main/proxy/index.ts';
import { credentialLine, startTestProxy } from '../../support/proxy-fakes.ts';
import { rawClient, readAnswer } from '../../support/raw-client.ts';
import { type RawConnection, type RawOrigin, startRawOrigin } from '../../support/raw-origin.ts';
import { selfSignedCertificate } from '../../support/self-signed.ts';

const stops: (() => unknown)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

async function startProxyHere(...options: Parameters<typeof startTestProxy>): Promise<RunningProxy> {
  const proxy = await startTestProxy(...options);
  stops.push(() => proxy.stop(0));
  return proxy;
}

async function clientOf(proxy: RunningProxy): Promise<RawConnection> {
  const client = await rawClient(proxy.port);
  stops.push(() => void client.socket.destroy());
  return client;
}

async function okOrigin(): Promise<RawOrigin> {
  const origin = await startRawOrigin(async (connection) => {
    for (;;) {
      await connection.head();
      connection.say('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
    }
  });
  stops.push(origin.stop);
  return origin;
}

const problemOf = (body: string): string => JSON.parse(body).type;

describe('an agent is known by its credential', () => {
  test.each([
    ['none', ''],
    ['a wrong one', 'Proxy-Authorization: Basic c2NvdXQ6d3Jvbmc=\r\n'],
    ['two', credentialLine + credentialLine],
    ['one in Authorization', credentialLine.replace('Proxy-', '')],
  ])('with %s it gets 407, for a request and for CONNECT, and nothing is dialled', async (_what, line) => {
    const origin = await okOrigin();
    const proxy = await startProxyHere();
    for (const start of [`GET ${origin.url}/`, `CONNECT 127.0.0.1:${origin.port}`]) {
      const client = await clientOf(proxy);
      client.say(`${start} HTTP/1.1\r\nHost: x\r\n${line}\r\n`);
      const answer = await readAnswer(client);
      expect(answer.status).toBe(407);
      expect(answer.headers['proxy-authenticate']).toBe('Basic realm="Groat"');
      expect(problemOf(answer.body)).toBe('urn:groat:problem:credential-missing');
    }
    expect(origin.connections).toBe(0);
  });

  test('a directory that breaks lets nobody through', async () => {
    const origin = await okOrigin();
    const breaks = (): never => {
      throw new Error('store gone');
    };
    const proxy = await startProxyHere({ agents: { byProxyCredential: breaks } });
    const client = await clientOf(proxy);
    client.say(`GET ${origin.url}/ HTTP/1.1\r\nHost: x\r\n${credentialLine}\r\n`);
    expect((await readAnswer(client)).status).toBe(500);
    const tunnel = await clientOf(proxy);
    tunnel.say(`CONNECT 127.0.0.1:${origin.port} HTTP/1.1\r\nHost: x\r\n${credentialLine}\r\n`);
    await tunnel.closed();
    expect(tunnel.received).toBe('');
    expect(origin.connections).toBe(0);
  });
});

describe('a request that is none for a proxy gets 400', () => {
  test.each([
    ['GET / HTTP/1.1', 'not-a-proxy-request'],
    ['OPTIONS * HTTP/1.1', 'not-a-proxy-request'],
    ['GET ftp://127.0.0.1/ HTTP/1.1', 'request-malformed'],
    ['GET http://user:secret@127.0.0.1/ HTTP/1.1', 'request-malformed'],
    ['GET http:///path HTTP/1.1', 'request-malformed'],
    ['GET http://127.0.0.1:0/ HTTP/1.1', 'request-malformed'],
    ['GET http://127.0.0.1:99999/ HTTP/1.1', 'request-malformed'],
    ['CONNECT 127.0.0.1:0 HTTP/1.1', 'request-malformed'],
    ['CONNECT user@127.0.0.1:1 HTTP/1.1', 'request-malformed'],
  ])('%s', async (line, code) => {
    const client = await clientOf(await startProxyHere());
    client.say(`${line}\r\nHost: x\r\n${credentialLine}\r\n`);
    const answer = await readAnswer(client);
    expect(answer.status).toBe(400);
    expect(problemOf(answer.body)).toBe(`urn:groat:problem:${code}`);
  });

  test('with a transfer coding that cannot be handed on', async () => {
    const client = await clientOf(await startProxyHere());
    client.say(
      `POST http://127.0.0.1:1/ HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip, chunked\r\n${credentialLine}\r\n0\r\n\r\n`,
    );
    expect((await readAnswer(client)).status).toBe(400);
  });

  test.each([
    ['a malformed line', 'GET\r\n\r\n', 400],
    ['a backslash in the target', 'GET http://a\\b/ HTTP/1.1\r\nHost: x\r\n\r\n', 400],
    ['nonsense', '\x16\x03\x01\x02\x00\x01\x00\x01', 400],
    [
      'length and chunks',
      `POST http://127.0.0.1:1/ HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
      400,
    ],
    [
      'two lengths',
      'POST http://127.0.0.1:1/ HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd',
      400,
    ],
    ['a folded field', 'GET http://127.0.0.1:1/ HTTP/1.1\r\nHost: x\r\nX: a\r\n b\r\n\r\n', 400],
    ['a bare CR in a field', 'GET http://127.0.0.1:1/ HTTP/1.1\r\nHost: x\r\nX: a\rb\r\n\r\n', 400],
    ['a NUL in a field', 'GET http://127.0.0.1:1/ HTTP/1.1\r\nHost: x\r\nX: a\0b\r\n\r\n', 400],
    ['a head of 100 KiB', `GET http://127.0.0.1:1/ HTTP/1.1\r\nHost: x\r\nX: ${'x'.repeat(100_000)}\r\n\r\n`, 431],
  ])('or 431 without being understood: %s', async (_what, bytes, status) => {
    const proxy = await startProxyHere();
    const client = await clientOf(proxy);
    client.say(bytes);
    expect((await client.head()).slice(9, 12)).toBe(String(status));
    await client.closed();
  });

  test('and 408 when its head does not come', async () => {
    const proxy = await startProxyHere({ limits: { headersTimeoutMs: 50 } });
    const client = await clientOf(proxy);
    client.say('GET http://127.0.0.1:1/ HTTP/1.1\r\nHost');
    expect((await client.head()).slice(9, 12)).toBe('408');
  });

  test('and fields beyond the thousandth are neither dropped nor misread', async () => {
    let seen = '';
    const origin = await startRawOrigin(async (connection) => {
      seen = await connection.head();
      expect((await connection.count(3)).text).toBe('abc');
      connection.say('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n');
    });
    stops.push(origin.stop);
    const client = await clientOf(await startProxyHere());
    client.say(
      `POST ${origin.url}/ HTTP/1.1\r\nHost: x\r\n${'A: b\r\n'.repeat(3000)}${credentialLine}Content-Length: 3\r\n\r\nabc`,
    );
    expect((await readAnswer(client)).status).toBe(200);
    expect(seen.match(/A: b\r\n/g)).toHaveLength(3000);
  });
});

describe('an origin that cannot be reached', () => {
  test('is a 502 that says so', async () => {
    const client = await clientOf(await startProxyHere());
    client.say(`GET http://127.0.0.1:1/ HTTP/1.1\r\nHost: x\r\n${credentialLine}\r\n`);
    const answer = await readAnswer(client);
    expect(answer.status).toBe(502);
    expect(JSON.parse(answer.body).detail).toBe('http://127.0.0.1:1: it refused the connection.');
  });

  test('within the time limit is a 504', async () => {
    // Takes connections and never answers the TLS handshake.
    const origin = await startRawOrigin(() => undefined);
    stops.push(origin.stop);
    const client = await clientOf(await startProxyHere({ limits: { connectTimeoutMs: 50 } }));
    client.say(`GET https://127.0.0.1:${origin.port}/ HTTP/1.1\r\nHost: x\r\n${credentialLine}\r\n`);
    expect((await readAnswer(client)).status).toBe(504);
  });

  test('because its name does not resolve is a 502', async () => {
    const client = await clientOf(await startProxyHere());
    client.say(`GET http://nowhere.invalid/ HTTP/1.1\r\nHost: x\r\n${credentialLine}\r\n`);
    expect((await readAnswer(client)).status).toBe(502);
  });
});

describe("Groat's own ports are never a target", () => {
  const ownAddress = Object.values(networkInterfaces())
    .flat()
    .find((info) => info?.family === 'IPv4' && !info.internal)?.address;
  const hosts = [
    '127.0.0.1',
    '127.9.9.9',
    'localhost',
    'LOCALHOST',
    '[::1]',
    '0.0.0.0',
    '[::]',
    '[::ffff:127.0.0.1]',
    '2130706433',
    '0x7f.1',
  ];
  if (ownAddress !== undefined) hosts.push(ownAddress);

  test.each(hosts)('as %s, neither the proxy itself nor another one, by request and by CONNECT', async (host) => {
    const control = await okOrigin();
    const proxy = await startProxyHere({ ownPorts: () => [control.port] });
    for (const port of [proxy.port, control.port]) {
      for (const start of [`GET http://${host}:${port}/`, `CONNECT ${host}:${port}`]) {
        const client = await clientOf(proxy);
        client.say(`${start} HTTP/1.1\r\nHost: x\r\n${credentialLine}\r\n`);
        const answer = await readAnswer(client);
        expect(answer.status).toBe(403);
        expect(problemOf(answer.body)).toBe('urn:groat:problem:target-forbidden');
      }
    }
    expect(control.connections).toBe(0);
  });

  test.each([
    '169.254.169.254',
    '[fe80::1]',
    '[::ffff:169.254.169.254]',
    '[fd00:ec2::254]',
    '100.100.100.200',
    '224.0.0.1',
    '255.255.255.255',
  ])('and neither is %s', async (host) => {
    const client = await clientOf(await startProxyHere());
    client.say(`GET http://${host}/latest/meta-data HTTP/1.1\r\nHost: x\r\n${credentialLine}\r\n`);
    expect((await readAnswer(client)).status).toBe(403);
  });
});

describe('an https:// URL in clear', () => {
  const { cert, key } = selfSignedCertificate();

  async function tlsOrigin(): Promise<number> {
    const server = createTlsServer({ cert, key }, (socket) => {
      socket.on('error', () => socket.destroy());
      socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nsecret'));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    stops.push(() => void server.close());
    const address = server.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  }

  test('is fetched over TLS, verified by name', async () => {
    const trusted = getCACertificates();
    setDefaultCACertificates([...trusted, cert]);
    stops.push(() => setDefaultCACertificates(trusted));
    const port = await tlsOrigin();
    const proxy = await startProxyHere();
    const client = await clientOf(proxy);
    client.say(`GET https://localhost:${port}/ HTTP/1.1\r\nHost: x\r\n${credentialLine}\r\n`);
    expect(await readAnswer(client)).toMatchObject({ status: 200, body: 'secret' });
    const wrongName = await clientOf(proxy);
    wrongName.say(`GET https://127.0.0.1:${port}/ HTTP/1.1\r\nHost: x\r\n${credentialLine}\r\n`);
    expect((await readAnswer(wrongName)).status).toBe(502);
  });

  test('is refused where the certificate is not trusted', async () => {
    const port = await tlsOrigin();
    const client = await clientOf(await startProxyHere());
    client.say(`GET https://localhost:${port}/ HTTP/1.1\r\nHost: x\r\n${credentialLine}\r\n`);
    const answer = await readAnswer(client);
    expect(answer.status).toBe(502);
    expect(JSON.parse(answer.body).detail).toContain('certificate');
  });
});
