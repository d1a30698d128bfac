import { afterEach, describe, expect, test } from 'vitest';
import type { RunningProxy } from '../../../src-main/proxy/index.ts';
import { credentialLine, startTestProxy } from '../../support/proxy-fakes.ts';
import { rawClient, readAnswer } from '../../support/raw-client.ts';
import { type OriginScript, type RawConnection, type RawOrigin, startRawOrigin } from '../../support/raw-origin.ts';

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

async function setUp(script: OriginScript): Promise<{ proxy: RunningProxy; origin: RawOrigin; client: RawConnection }> {
  const origin = await startRawOrigin(script);
  stops.push(origin.stop);
  const proxy = await startTestProxy();
  stops.push(() => proxy.stop(0));
  const client = await rawClient(proxy.port);
  stops.push(() => Promise.resolve(void client.socket.destroy()));
  return { proxy, origin, client };
}

const get = (origin: RawOrigin, path: string, more = ''): string =>
  `GET ${origin.url}${path} HTTP/1.1\r\nHost: elsewhere\r\n${credentialLine}${more}\r\n`;

const ok = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';

describe('a request passes on', () => {
  test('in origin form, with Host from the URL, its fields in order, case and number as they came, and nothing added', async () => {
    let seen = '';
    const { client, origin } = await setUp(async (connection) => {
      seen = await connection.head();
      connection.say(ok);
    });
    client.say(get(origin, '//a/../b?x=%20&y', 'X-b: 1\r\nx-A:  2 \r\nX-b: \xe4\r\nAccept: */*\r\n'));
    expect((await readAnswer(client)).body).toBe('ok');
    expect(seen).toBe(
      `GET //a/../b?x=%20&y HTTP/1.1\r\nHost: 127.0.0.1:${origin.port}\r\nX-b: 1\r\nx-A: 2\r\nX-b: \xe4\r\nAccept: */*\r\n\r\n`,
    );
  });

  test('without hop-by-hop fields, those that Connection lists, the credential, and any Groat-* field', async () => {
    let seen = '';
    const { client, origin } = await setUp(async (connection) => {
      seen = await connection.head();
      connection.say(ok);
    });
    client.say(
      get(
        origin,
        '/',
        'Connection: X-Hop, keep-alive\r\nX-Hop: 1\r\nProxy-Connection: keep-alive\r\nKeep-Alive: timeout=5\r\nGroat-Order: 7\r\ngROAT-x: 1\r\n' +
          'TE: gzip, trailers\r\nUpgrade: websocket\r\nExpect: 100-continue\r\nKept: yes\r\n',
      ),
    );
    expect(await client.head()).toBe('HTTP/1.1 100 Continue\r\n\r\n');
    await readAnswer(client);
    expect(seen).toBe(
      `GET / HTTP/1.1\r\nHost: 127.0.0.1:${origin.port}\r\nKept: yes\r\nTE: trailers\r\nConnection: TE\r\n\r\n`,
    );
  });

  test('with a body of a given length, byte for byte', async () => {
    let seen = '';
    const { client, origin } = await setUp(async (connection) => {
      await connection.head();
      seen = (await connection.count(5)).text;
      connection.say(ok);
    });
    client.say(`POST ${origin.url}/ HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n${credentialLine}\r\nh\xe9\0lo`);
    expect((await readAnswer(client)).status).toBe(200);
    expect(seen).toBe('h\xe9\0lo');
  });

  test('with a chunked body and its trailers', async () => {
    let head = '';
    let body = '';
    const { client, origin } = await setUp(async (connection) => {
      head = await connection.head();
      body = await connection.until('0\r\nX-Sum: 3\r\n\r\n');
      connection.say(ok);
    });
    client.say(
      `POST ${origin.url}/ HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n${credentialLine}\r\n` +
        '3;ext=1\r\nabc\r\n0\r\nX-Sum: 3\r\nGroat-Order: 9\r\n\r\n',
    );
    expect((await readAnswer(client)).status).toBe(200);
    expect(head).toContain('Transfer-Encoding: chunked\r\nTrailer: X-Sum\r\n');
    expect(body).toBe('3\r\nabc\r\n0\r\nX-Sum: 3\r\n\r\n');
  });
});

describe('an answer passes back', () => {
  test('with status, reason and fields as they came, without hop-by-hop and Groat-* fields', async () => {
    const { client, origin } = await setUp(async (connection) => {
      await connection.head();
      connection.say(
        'HTTP/1.1 299 Quite \xd6K\r\nset-Cookie: a=1\r\nSet-Cookie: b=2\r\nConnection: X-Hop\r\nX-Hop: 1\r\nGroat-Order: fake\r\n' +
          'Proxy-Authenticate: Basic\r\nUpgrade: h2c\r\nX: \t spaced \xa0\r\nContent-Length: 2\r\n\r\nok',
      );
    });
    client.say(get(origin, '/'));
    const { head, body } = await readAnswer(client);
    expect(head).toBe(
      'HTTP/1.1 299 Quite \xd6K\r\nset-Cookie: a=1\r\nSet-Cookie: b=2\r\nX: spaced \xa0\r\nContent-Length: 2\r\nConnection: keep-alive\r\n\r\n',
    );
    expect(body).toBe('ok');
  });

  test('chunked, with trailers', async () => {
    const { client, origin } = await setUp(async (connection) => {
      await connection.head();
      connection.say(
        'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n2\r\nok\r\n0\r\nX-Sum: 7\r\nGroat-Order: fake\r\n\r\n',
      );
    });
    client.say(get(origin, '/'));
    const answer = await readAnswer(client);
    expect(answer.headers['trailer']).toBe('X-Sum');
    expect(answer.body).toBe('ok[X-Sum: 7]');
  });

  test('with trailers, to an HTTP/1.0 agent without them', async () => {
    const { client, origin } = await setUp(async (connection) => {
      await connection.head();
      connection.say('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X\r\n\r\n2\r\nok\r\n0\r\nX: 7\r\n\r\n');
    });
    client.say(`GET ${origin.url}/ HTTP/1.0\r\n${credentialLine}\r\n`);
    const answer = await readAnswer(client);
    expect(answer.headers['trailer']).toBeUndefined();
    expect(answer).toMatchObject({ status: 200, body: 'ok' });
  });

  test('that ends with its connection, to an HTTP/1.1 agent chunked and to an HTTP/1.0 agent as it is', async () => {
    const { client, origin, proxy } = await setUp(async (connection) => {
      await connection.head();
      connection.say('HTTP/1.0 200 OK\r\n\r\nall of');
      connection.end(' it');
    });
    client.say(get(origin, '/'));
    expect(await readAnswer(client)).toMatchObject({ body: 'all of it', whole: true });
    const old = await rawClient(proxy.port);
    old.say(`GET ${origin.url}/ HTTP/1.0\r\n${credentialLine}\r\n`);
    const answer = await readAnswer(old);
    expect(answer.headers['transfer-encoding']).toBeUndefined();
    expect(answer.body).toBe('all of it');
  });

  test.each([
    ['HEAD', 'HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n'],
    ['GET', 'HTTP/1.1 304 Not Modified\r\nContent-Length: 1000\r\n\r\n'],
    ['GET', 'HTTP/1.1 204 No Content\r\nContent-Length: 1000\r\n\r\n'],
  ])('without a body, to %s: %j', async (method, said) => {
    const { client, origin } = await setUp(async (connection) => {
      for (;;) {
        await connection.head();
        connection.say(said);
      }
    });
    for (let i = 0; i < 2; i += 1) {
      client.say(`${method} ${origin.url}/ HTTP/1.1\r\nHost: x\r\n${credentialLine}\r\n`);
      expect((await readAnswer(client, method)).status).toBe(Number(said.slice(9, 12)));
    }
    expect(origin.connections).toBe(1);
    expect(client.received).toBe('');
  });

  test('after interim answers, which are not taken for it', async () => {
    const { client, origin } = await setUp(async (connection) => {
      await connection.head();
      connection.say(`HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n${ok}`);
    });
    client.say(get(origin, '/'));
    expect(await readAnswer(client)).toMatchObject({ status: 200, body: 'ok' });
  });

  test('early, while the agent still sends its body', async () => {
    const { client, origin } = await setUp(async (connection) => {
      await connection.head();
      connection.say('HTTP/1.1 413 Too Large\r\nContent-Length: 2\r\n\r\nno');
    });
    client.say(`POST ${origin.url}/ HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n${credentialLine}\r\nabc`);
    expect(await readAnswer(client)).toMatchObject({ status: 413, body: 'no' });
    client.say('x'.repeat(97));
    client.say(get(origin, '/again'));
    expect(await readAnswer(client)).toMatchObject({ status: 413 });
    expect(origin.connections).toBe(2);
  });
});

describe('connections to an origin', () => {
  const serve: OriginScript = async (connection) => {
    for (;;) {
      await connection.head();
      connection.say(ok);
    }
  };

  test('are used again, for one agent after another', async () => {
    const { client, origin, proxy } = await setUp(serve);
    client.say(get(origin, '/1'));
    await readAnswer(client);
    const other = await rawClient(proxy.port);
    other.say(get(origin, '/2'));
    await readAnswer(other);
    expect(origin.connections).toBe(1);
  });

  test.each([
    [
      'it said more than its answer',
      'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil',
    ],
    ['it said Connection: close', 'HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok'],
    ['it keeps them for a second only', 'HTTP/1.1 200 OK\r\nKeep-Alive: timeout=1\r\nContent-Length: 2\r\n\r\nok'],
    [
      'it sent bytes after a chunked answer',
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\nx',
    ],
    ['it gave a 204 a body', 'HTTP/1.1 204 No Content\r\nContent-Length: 4\r\n\r\nevil'],
  ])('are not used again when %s', async (_why, said) => {
    const { client, origin } = await setUp(async (connection) => {
      for (;;) {
        await connection.head();
        connection.say(said);
      }
    });
    for (const path of ['/1', '/2']) {
      client.say(get(origin, path));
      expect((await readAnswer(client)).body).toMatch(/^(ok)?$/);
    }
    expect(origin.connections).toBe(2);
  });

  test('that died while they rested cost a GET nothing: it goes out once more on a new one', async () => {
    const { client, origin } = await setUp(async (connection, index) => {
      await connection.head();
      connection.say(ok);
      if (index > 0) return;
      await connection.head();
      connection.socket.destroy();
    });
    client.say(get(origin, '/1'));
    await readAnswer(client);
    client.say(get(origin, '/2'));
    expect(await readAnswer(client)).toMatchObject({ status: 200, body: 'ok' });
    expect(origin.connections).toBe(2);
  });

  test.each([
    ['a POST', 'POST', ''],
    ['a request with a body', 'PUT', 'Content-Length: 0\r\n'],
    ["a payment of the agent's own", 'GET', 'Payment-Signature: c2lnbmVk\r\n'],
    ["a payment of the agent's own, spelled the old way", 'GET', 'X-PAYMENT: c2lnbmVk\r\n'],
  ])('that died while they rested are not tried again for %s', async (_what, method, line) => {
    const { client, origin } = await setUp(async (connection) => {
      await connection.head();
      connection.say(ok);
      await connection.head();
      connection.socket.destroy();
    });
    client.say(get(origin, '/1'));
    await readAnswer(client);
    client.say(`${method} ${origin.url}/2 HTTP/1.1\r\nHost: x\r\n${line}${credentialLine}\r\n`);
    expect((await readAnswer(client)).status).toBe(502);
    expect(origin.connections).toBe(1);
  });

  test('that die at the first answer are not tried again', async () => {
    const { client, origin } = await setUp(async (connection) => {
      await connection.head();
      connection.socket.destroy();
    });
    client.say(get(origin, '/'));
    const answer = await readAnswer(client);
    expect(answer.status).toBe(502);
    expect(answer.headers['content-type']).toBe('application/problem+json');
    expect(JSON.parse(answer.body)).toMatchObject({ type: 'urn:groat:problem:upstream-failed', status: 502 });
    expect(origin.connections).toBe(1);
  });

  test('are cut when the agent leaves', async () => {
    const gone = Promise.withResolvers<void>();
    const { client, origin, proxy } = await setUp(async (connection) => {
      await connection.head();
      connection.say('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\npart');
      await connection.closed();
      gone.resolve();
    });
    client.say(get(origin, '/'));
    await client.until('part');
    client.socket.destroy();
    await gone.promise;
    expect(proxy.inFlight).toBe(0);
  });
});

describe('an answer that breaks off reaches the agent as broken', () => {
  test.each([
    ['before its length', 'HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\npart'],
    ['inside a chunk', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\na\r\npart'],
    ['between chunks', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\npart\r\n'],
    ['before the end of the last chunk', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\npart\r\n0\r\n'],
  ])('%s', async (_where, said) => {
    const { client, origin } = await setUp(async (connection) => {
      await connection.head();
      connection.end(said);
    });
    client.say(get(origin, '/'));
    const answer = await readAnswer(client);
    expect(answer.body).toBe('part');
    expect(answer.whole).toBe(false);
  });

  test('by a malformed chunk', async () => {
    const { client, origin } = await setUp(async (connection) => {
      await connection.head();
      connection.say('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\npart\r\n');
      await connection.until('go on');
      connection.say('zz\r\n');
    });
    client.say(`POST ${origin.url}/ HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n${credentialLine}\r\n`);
    await client.until('part');
    client.say('go on');
    await client.closed();
    expect(client.received).toBe('\r\n');
  });

  test.each([
    ['no head at all', ''],
    ['half a head', 'HTTP/1.1 200 OK\r\nContent-'],
    ['a malformed head', 'HTTP/1.1 200 OK\r\nBad Name: 1\r\n\r\n'],
    ['two lengths', 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nokk'],
    [
      'length and chunks',
      'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n',
    ],
    ['a folded field', 'HTTP/1.1 200 OK\r\nX: a\r\n b\r\nContent-Length: 2\r\n\r\nok'],
    ['an unasked protocol', 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n'],
    ['a head of 300 KiB', `HTTP/1.1 200 OK\r\nX: ${'x'.repeat(300 * 1024)}\r\n\r\n`],
    ['a field split by a bare LF', 'HTTP/1.1 200 OK\r\nX: a\nSet-Cookie: stolen=1\r\nContent-Length: 2\r\n\r\nok'],
  ])('with 502 for %s', async (_what, said) => {
    const { client, origin } = await setUp(async (connection) => {
      await connection.head();
      connection.end(said);
    });
    client.say(get(origin, '/'));
    expect((await readAnswer(client)).status).toBe(502);
  });
});
