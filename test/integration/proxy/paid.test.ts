import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, describe, expect, test } from 'vitest';
import type { Payer, RunningProxy } from '../../../src-main/proxy/index.ts';
import {
  credentialLine,
  deniedFor,
  RecordedAttempt,
  RecordedPayer,
  startTestProxy,
} from '../../support/proxy-fakes.ts';
import { rawClient, readAnswer } from '../../support/raw-client.ts';
import { type OriginScript, type RawConnection, type RawOrigin, startRawOrigin } from '../../support/raw-origin.ts';

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

interface Scene {
  readonly proxy: RunningProxy;
  readonly origin: RawOrigin;
  readonly client: RawConnection;
}

async function setUp(
  payer: Payer,
  script: OriginScript,
  keptBodies = { each: 8 * 1024 * 1024, total: 64 * 1024 * 1024 },
): Promise<Scene> {
  const origin = await startRawOrigin(script);
  stops.push(origin.stop);
  const proxy = await startTestProxy({ payer, limits: { keptBodies } });
  stops.push(() => proxy.stop(0));
  const client = await rawClient(proxy.port);
  stops.push(() => Promise.resolve(void client.socket.destroy()));
  return { proxy, origin, client };
}

const get = (origin: RawOrigin, path: string): string =>
  `GET ${origin.url}${path} HTTP/1.1\r\nHost: x\r\nX-Own: 1\r\n${credentialLine}\r\n`;
const post = (origin: RawOrigin, length: number): string =>
  `POST ${origin.url}/buy HTTP/1.1\r\nHost: x\r\nContent-Length: ${length}\r\n${credentialLine}\r\n`;

const offer = 'PAYMENT-REQUIRED: b2ZmZXI=\r\n';
const challenge = (body: string, more = ''): string =>
  `HTTP/1.1 402 Pay Me\r\n${offer}${more}Content-Length: ${body.length}\r\n\r\n${body}`;
const ok = 'HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\npaid';

/** Answers 402 first, and then, on the connection that the payment comes over, what `paid` does. */
const seller =
  (paid: OriginScript): OriginScript =>
  async (connection, index) => {
    if (index > 0) return paid(connection, index);
    await connection.head();
    connection.say(challenge('{}'));
  };

describe('a granted payment', () => {
  test('repeats the request exactly once, with the payment added, over a connection of its own', async () => {
    const attempt = new RecordedAttempt();
    const payer = new RecordedPayer(attempt);
    const heads: string[] = [];
    const { client, origin } = await setUp(payer, async (connection) => {
      const head = await connection.head();
      heads.push(head);
      connection.say(head.includes('PAYMENT-SIGNATURE') ? ok : challenge('{}'));
    });
    client.say(get(origin, '/a?q=1'));
    const answer = await readAnswer(client);
    expect(answer).toMatchObject({ status: 200, body: 'paid' });
    expect(answer.headers).toMatchObject({ 'groat-decision': 'granted', 'groat-order': 'order-1' });
    expect(heads).toEqual([
      `GET /a?q=1 HTTP/1.1\r\nHost: 127.0.0.1:${origin.port}\r\nX-Own: 1\r\n\r\n`,
      `GET /a?q=1 HTTP/1.1\r\nHost: 127.0.0.1:${origin.port}\r\nX-Own: 1\r\nPAYMENT-SIGNATURE: c2lnbmVk\r\n\r\n`,
    ]);
    expect(origin.connections).toBe(2);
    expect(attempt.reports).toEqual(['submit', 'sent', 'answered 200', 'delivered']);
    expect(payer.asked).toHaveLength(1);
    expect(payer.asked[0]?.request).toMatchObject({ agent: 'scout', method: 'GET' });
    expect(payer.asked[0]?.request.url.href).toBe(`${origin.url}/a?q=1`);
    expect(payer.asked[0]?.challenge.rawHeaders).toEqual(['PAYMENT-REQUIRED', 'b2ZmZXI=', 'Content-Length', '2']);
    expect(Buffer.from(payer.asked[0]?.challenge.body ?? []).toString()).toBe('{}');
  });

  test('repeats a body of a given length, and a chunked one, byte for byte', async () => {
    for (const chunked of [false, true]) {
      const bodies: string[] = [];
      const { client, origin } = await setUp(new RecordedPayer(new RecordedAttempt()), async (connection, index) => {
        const head = await connection.head();
        bodies.push(chunked ? await connection.until('0\r\n\r\n') : (await connection.count(6)).text);
        expect(head.includes('Content-Length: 6')).toBe(!chunked);
        connection.say(index === 0 ? challenge('') : ok);
      });
      if (chunked) {
        client.say(
          `POST ${origin.url}/ HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n${credentialLine}\r\n3\r\nab\0\r\n3\r\n\xffde\r\n0\r\n\r\n`,
        );
      } else client.say(`${post(origin, 6)}ab\0\xffde`);
      expect((await readAnswer(client)).status).toBe(200);
      expect(bodies[1]).toBe(chunked ? '6\r\nab\0\xffde\r\n0\r\n\r\n' : 'ab\0\xffde');
    }
  });

  test('waits for the rest of a body when the seller asked for money early', async () => {
    const payer = new RecordedPayer(new RecordedAttempt());
    let repeated = '';
    const { client, origin } = await setUp(payer, async (connection, index) => {
      await connection.head();
      if (index > 0) repeated = (await connection.count(10)).text;
      connection.say(index === 0 ? challenge('') : ok);
      if (index === 0) await connection.closed();
      if (index === 0) client.say('67890');
    });
    client.say(`${post(origin, 10)}12345`);
    expect((await readAnswer(client)).status).toBe(200);
    expect(repeated).toBe('1234567890');
    expect(payer.asked).toHaveLength(1);
  });

  test('sends nothing before the order is written down', async () => {
    const gate = Promise.withResolvers<void>();
    const attempt = new RecordedAttempt({ onSubmit: () => gate.promise });
    const { client, origin } = await setUp(
      new RecordedPayer(attempt),
      seller(async (connection) => {
        await connection.head();
        connection.say(ok);
      }),
    );
    client.say(get(origin, '/'));
    await delay(30);
    expect(attempt.reports).toEqual(['submit']);
    expect(origin.connections).toBe(1);
    gate.resolve();
    expect((await readAnswer(client)).status).toBe(200);
  });

  test('is not sent when the order could not be written down', async () => {
    const attempt = new RecordedAttempt({ onSubmit: () => Promise.reject(new Error('disk full')) });
    const { client, origin } = await setUp(
      new RecordedPayer(attempt),
      seller(() => undefined),
    );
    client.say(get(origin, '/'));
    const answer = await readAnswer(client);
    expect(answer.status).toBe(402);
    expect(answer.headers).toMatchObject({ 'groat-decision': 'denied', 'groat-reason': 'internal' });
    expect(origin.connections).toBe(1);
    expect(attempt.reports).toEqual(['submit', 'neverSent: it could not be submitted']);
  });

  test('hands a second 402 to the agent as it is, and never pays again', async () => {
    const attempt = new RecordedAttempt();
    const payer = new RecordedPayer(attempt);
    const { client, origin } = await setUp(
      payer,
      seller(async (connection) => {
        await connection.head();
        connection.say(challenge('{"error":"no"}'));
      }),
    );
    client.say(get(origin, '/'));
    const answer = await readAnswer(client);
    expect(answer).toMatchObject({ status: 402, body: '{"error":"no"}' });
    expect(answer.headers).toMatchObject({ 'groat-decision': 'granted', 'groat-order': 'order-1' });
    expect(payer.asked).toHaveLength(1);
    expect(origin.connections).toBe(2);
    expect(attempt.reports).toEqual(['submit', 'sent', 'answered 402', 'delivered']);
  });

  test('is reported as never sent when the seller cannot be reached any more', async () => {
    const attempt = new RecordedAttempt({ onSubmit: () => origin.stop() });
    const { client, origin } = await setUp(
      new RecordedPayer(attempt),
      seller(() => undefined),
    );
    stops.splice(0, 1);
    client.say(get(origin, '/'));
    const answer = await readAnswer(client);
    expect(answer.status).toBe(502);
    expect(JSON.parse(answer.body)).toMatchObject({ type: 'urn:groat:problem:payment-not-sent', order: 'order-1' });
    expect(attempt.reports).toEqual(['submit', 'neverSent: it refused the connection']);
  });

  test('is reported as lost, and answered 504 with the order, when the seller stays silent', async () => {
    const attempt = new RecordedAttempt({ answerTimeoutMs: 50 });
    const { client, origin } = await setUp(
      new RecordedPayer(attempt),
      seller((connection) => connection.closed()),
    );
    client.say(get(origin, '/'));
    const answer = await readAnswer(client);
    expect(answer.status).toBe(504);
    expect(answer.headers).toMatchObject({ 'groat-decision': 'granted', 'groat-order': 'order-1' });
    expect(JSON.parse(answer.body)).toMatchObject({ type: 'urn:groat:problem:payment-unknown', order: 'order-1' });
    expect(attempt.reports).toEqual(['submit', 'sent', 'lost: no answer within 0.05 s']);
  });

  test.each([
    ['closes', (connection: RawConnection) => connection.end()],
    ['resets', (connection: RawConnection) => void connection.socket.resetAndDestroy()],
    ['talks nonsense', (connection: RawConnection) => connection.say('HTTP/9 what\r\n\r\n')],
  ])('is reported as lost, and answered 502 with the order, when the seller %s', async (_how, act) => {
    const attempt = new RecordedAttempt();
    const { client, origin } = await setUp(
      new RecordedPayer(attempt),
      seller(async (connection) => {
        await connection.head();
        act(connection);
      }),
    );
    client.say(get(origin, '/'));
    const answer = await readAnswer(client);
    expect(answer.status).toBe(502);
    expect(answer.headers['groat-order']).toBe('order-1');
    expect(attempt.reports).toEqual(['submit', 'sent', expect.stringMatching(/^lost: /)]);
    expect(origin.connections).toBe(2);
  });

  test('is reported as lost when the answer breaks off, and the agent is cut off', async () => {
    const attempt = new RecordedAttempt();
    const { client, origin } = await setUp(
      new RecordedPayer(attempt),
      seller(async (connection) => {
        await connection.head();
        connection.end('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\npart');
      }),
    );
    client.say(get(origin, '/'));
    expect(await readAnswer(client)).toMatchObject({ body: 'part', whole: false });
    expect(attempt.reports).toEqual(['submit', 'sent', 'answered 200', expect.stringMatching(/^lost: /)]);
  });

  test('goes on without the agent until the answer is known', async () => {
    const attempt = new RecordedAttempt();
    const arrived = Promise.withResolvers<void>();
    const left = Promise.withResolvers<void>();
    const { client, origin, proxy } = await setUp(
      new RecordedPayer(attempt),
      seller(async (connection) => {
        await connection.head();
        arrived.resolve();
        await left.promise;
        connection.say('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\npart');
      }),
    );
    client.say(get(origin, '/'));
    await arrived.promise;
    client.socket.destroy();
    while (proxy.inFlight > 1) await delay(1);
    left.resolve();
    await attempt.over;
    expect(attempt.reports).toEqual(['submit', 'sent', 'answered 200', 'delivered']);
    while (proxy.inFlight > 0) await delay(1);
  });

  test('is reported as delivered when the agent leaves in the middle of the answer', async () => {
    const attempt = new RecordedAttempt();
    const cut = Promise.withResolvers<void>();
    const { client, origin } = await setUp(
      new RecordedPayer(attempt),
      seller(async (connection) => {
        await connection.head();
        connection.say('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\npart');
        await connection.closed();
        cut.resolve();
      }),
    );
    client.say(get(origin, '/'));
    await client.until('part');
    client.socket.destroy();
    await cut.promise;
    await attempt.over;
    expect(attempt.reports).toEqual(['submit', 'sent', 'answered 200', 'delivered']);
  });

  test('is given back unsent when the agent left while it was decided', async () => {
    const attempt = new RecordedAttempt();
    const asked = Promise.withResolvers<void>();
    const decide = Promise.withResolvers<void>();
    const payer = new RecordedPayer(async () => {
      asked.resolve();
      await decide.promise;
      return attempt;
    });
    const { client, origin, proxy } = await setUp(
      payer,
      seller(() => undefined),
    );
    client.say(get(origin, '/'));
    await asked.promise;
    client.socket.destroy();
    while (proxy.inFlight > 1) await delay(1);
    decide.resolve();
    await attempt.over;
    // Not even submitted: for open402 that would be the broadcast, which nobody can take back.
    expect(attempt.reports).toEqual(['neverSent: the agent left before the payment was sent']);
    expect(origin.connections).toBe(1);
  });

  test('is cut and reported as lost when the proxy stops and the seller does not answer in the time of grace', async () => {
    const attempt = new RecordedAttempt();
    const arrived = Promise.withResolvers<void>();
    const { client, origin, proxy } = await setUp(
      new RecordedPayer(attempt),
      seller(async (connection) => {
        await connection.head();
        arrived.resolve();
      }),
    );
    client.say(get(origin, '/'));
    await arrived.promise;
    await proxy.stop(20);
    await attempt.over;
    expect(attempt.reports).toEqual(['submit', 'sent', 'lost: Groat was stopped']);
  });
});

describe('a payment that the seller knows again', () => {
  test('is sent once more when the connection breaks before the answer, over another connection', async () => {
    const attempt = new RecordedAttempt({ repeatable: true });
    const { client, origin } = await setUp(
      new RecordedPayer(attempt),
      seller(async (connection, index) => {
        await connection.head();
        if (index === 1) connection.socket.destroy();
        else connection.say(ok);
      }),
    );
    client.say(get(origin, '/'));
    expect(await readAnswer(client)).toMatchObject({ status: 200, body: 'paid' });
    expect(origin.connections).toBe(3);
    expect(attempt.reports).toEqual(['submit', 'sent', 'again', 'sent', 'answered 200', 'delivered']);
  });

  test('is sent no third time', async () => {
    const attempt = new RecordedAttempt({ repeatable: true });
    const { client, origin } = await setUp(
      new RecordedPayer(attempt),
      seller(async (connection) => {
        await connection.head();
        connection.socket.destroy();
      }),
    );
    client.say(get(origin, '/'));
    expect(await readAnswer(client)).toMatchObject({ status: 502 });
    await attempt.over;
    expect(origin.connections).toBe(3);
    expect(attempt.reports.at(-1)).toMatch(/^lost: /);
  });

  test('is not sent again once a part of the answer came, nor for a seller that does not know it', async () => {
    for (const repeatable of [true, false]) {
      const attempt = new RecordedAttempt({ repeatable });
      const { client, origin } = await setUp(
        new RecordedPayer(attempt),
        seller(async (connection) => {
          await connection.head();
          if (repeatable) connection.say('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\npart');
          connection.socket.end();
        }),
      );
      client.say(get(origin, '/'));
      await attempt.over;
      expect(origin.connections).toBe(2);
      expect(attempt.reports.at(-1)).toMatch(/^lost: /);
      expect(attempt.reports).not.toContain('again');
    }
  });
});

describe('money that was sent before the request', () => {
  test('is not called unpaid when the seller cannot be reached afterwards', async () => {
    const attempt = new RecordedAttempt({ money: 'spent' });
    const { client, origin } = await setUp(new RecordedPayer(attempt), async (connection) => {
      await connection.head();
      connection.say(challenge('{}'));
      await origin.stop();
    });
    client.say(get(origin, '/'));
    const answer = await readAnswer(client);
    expect(answer.status).toBe(502);
    expect(answer.body).toContain('payment-unknown');
    expect(answer.body).not.toContain('Nothing was paid');
  });

  test('and cannot be proven is reported as unknown, and the seller is not asked', async () => {
    const attempt = new RecordedAttempt({ unknown: 'the chain did not confirm it' });
    const { client, origin } = await setUp(
      new RecordedPayer(attempt),
      seller(() => Promise.reject(new Error('asked'))),
    );
    client.say(get(origin, '/'));
    const answer = await readAnswer(client);
    expect(answer.status).toBe(504);
    expect(answer.body).toContain('payment-unknown');
    expect(answer.headers).toMatchObject({ 'groat-order': 'order-1' });
    expect(origin.connections).toBe(1);
    expect(attempt.reports).toEqual(['submit']);
  });
});

describe('credit', () => {
  const credit = () =>
    new RecordedAttempt({
      orderId: null,
      by: 'prepaid',
      fallsBack: true,
      headers: [['X-Prepaid-Credential', 'credit']],
    });

  test('pays without an order, and the answer says so', async () => {
    const attempt = credit();
    const { client, origin } = await setUp(
      new RecordedPayer(attempt),
      seller(async (connection) => {
        await connection.head();
        connection.say(ok);
      }),
    );
    client.say(get(origin, '/'));
    const { headers } = await readAnswer(client);
    expect(headers).toMatchObject({ 'groat-decision': 'granted', 'groat-paid': 'prepaid' });
    expect(headers).not.toHaveProperty('groat-order');
    expect(attempt.reports).toEqual(['submit', 'sent', 'answered 200', 'delivered']);
  });

  test('that is not taken falls back to a payment by the offers of the new 402, with the same body', async () => {
    const [first, second] = [credit(), new RecordedAttempt()];
    const payer = new RecordedPayer(async (without) => (without === 'prepaid' ? second : first));
    const bodies: string[] = [];
    const { client, origin } = await setUp(payer, async (connection) => {
      const head = await connection.head();
      bodies.push((await connection.count(5)).text);
      if (head.includes('PAYMENT-SIGNATURE')) connection.say(ok);
      else connection.say(challenge('{}', head.includes('X-Prepaid-Credential') ? 'X-Second: 1\r\n' : ''));
    });
    client.say(`${post(origin, 5)}hello`);
    expect(await readAnswer(client)).toMatchObject({ status: 200, body: 'paid' });
    expect(bodies).toEqual(['hello', 'hello', 'hello']);
    expect(first.reports).toEqual(['submit', 'sent', 'answered 402', 'delivered']);
    expect(second.reports).toEqual(['submit', 'sent', 'answered 200', 'delivered']);
    expect(payer.asked.map(({ without }) => without)).toEqual([undefined, 'prepaid']);
    expect(payer.asked[1]?.challenge.rawHeaders).toContain('X-Second');
  });

  test('that is not taken, where nothing else may be paid, hands on the 402 with the reason', async () => {
    const first = credit();
    const payer = new RecordedPayer(async (without) => (without === 'prepaid' ? deniedFor('over-day-limit') : first));
    const { client, origin } = await setUp(payer, async (connection) => {
      await connection.head();
      connection.say(challenge('no credit'));
    });
    client.say(get(origin, '/'));
    const answer = await readAnswer(client);
    expect(answer).toMatchObject({ status: 402, body: 'no credit' });
    expect(answer.headers).toMatchObject({ 'groat-reason': 'over-day-limit' });
    expect(origin.connections).toBe(2);
  });

  test('a 402 to it that drips is given up in time, and sooner when the agent leaves', async () => {
    for (const leaves of [false, true]) {
      const attempt = new RecordedAttempt({
        orderId: null,
        by: 'prepaid',
        fallsBack: true,
        answerTimeoutMs: leaves ? 60_000 : 300,
      });
      const dripping = Promise.withResolvers<RawConnection>();
      const { client, origin } = await setUp(
        new RecordedPayer(attempt),
        seller(async (connection) => {
          await connection.head();
          connection.say('HTTP/1.1 402 Pay Me\r\nContent-Length: 9\r\n\r\n{');
          dripping.resolve(connection);
        }),
      );
      client.say(get(origin, '/'));
      const connection = await dripping.promise;
      while (!attempt.reports.includes('answered 402')) await delay(1);
      if (leaves) client.socket.destroy();
      else expect(await readAnswer(client)).toMatchObject({ status: 504 });
      await attempt.over;
      await connection.closed();
      expect(attempt.reports.at(-1)).toMatch(/^lost: /);
    }
  });

  for (const status of [429, 503]) {
    test(`answered ${status} is handed on and nothing is paid instead`, async () => {
      const attempt = credit();
      const payer = new RecordedPayer(attempt);
      const { client, origin } = await setUp(
        payer,
        seller(async (connection) => {
          await connection.head();
          connection.say(`HTTP/1.1 ${status} No\r\nContent-Length: 0\r\n\r\n`);
        }),
      );
      client.say(get(origin, '/'));
      expect(await readAnswer(client)).toMatchObject({ status });
      expect(payer.asked).toHaveLength(1);
      expect(attempt.reports).toContain(`answered ${status}`);
    });
  }
});

test('a payment’s field takes the place of the agent’s own, whatever its case and however often it stands there', async () => {
  const attempt = new RecordedAttempt({ headers: [['Authorization', 'x402 proof']] });
  const heads: string[] = [];
  const { client, origin } = await setUp(
    new RecordedPayer(attempt),
    seller(async (connection) => {
      heads.push(await connection.head());
      connection.say(ok);
    }),
  );
  client.say(
    `GET ${origin.url}/ HTTP/1.1\r\nHost: x\r\nauthorization: Bearer a\r\nX-Authorization: kept\r\nAUTHORIZATION: b\r\n${credentialLine}\r\n`,
  );
  await readAnswer(client);
  expect(heads).toEqual([
    `GET / HTTP/1.1\r\nHost: 127.0.0.1:${origin.port}\r\nX-Authorization: kept\r\nAuthorization: x402 proof\r\n\r\n`,
  ]);
});

describe('a refused payment', () => {
  test('hands on the 402 as it came, with the reason', async () => {
    const { client, origin } = await setUp(new RecordedPayer(deniedFor('over-day-limit')), async (connection) => {
      await connection.head();
      connection.say(challenge('<p>pay</p>', 'Content-Type: text/html\r\n'));
    });
    client.say(get(origin, '/'));
    const answer = await readAnswer(client);
    expect(answer.head).toBe(
      `HTTP/1.1 402 Pay Me\r\n${offer}Content-Type: text/html\r\nContent-Length: 10\r\nGroat-Decision: denied\r\nGroat-Reason: over-day-limit\r\nConnection: keep-alive\r\n\r\n`,
    );
    expect(answer.body).toBe('<p>pay</p>');
  });

  test.each(['', '{}', ' {} \n'])('explains itself where the origin said only %j', async (body) => {
    const { client, origin } = await setUp(new RecordedPayer(deniedFor('over-day-limit')), async (connection) => {
      for (;;) {
        await connection.head();
        connection.say(challenge(body, 'Content-Type: application/json\r\nETag: "1"\r\n'));
      }
    });
    client.say(get(origin, '/'));
    const answer = await readAnswer(client);
    expect(answer.status).toBe(402);
    expect(answer.headers).toMatchObject({
      'payment-required': 'b2ZmZXI=',
      'content-type': 'application/problem+json',
      'groat-decision': 'denied',
      'groat-reason': 'over-day-limit',
    });
    expect(answer.headers['etag']).toBeUndefined();
    expect(JSON.parse(answer.body)).toMatchObject({ status: 402, reason: 'over-day-limit' });
    client.say(get(origin, '/'));
    expect((await readAnswer(client)).status).toBe(402);
  });

  test('puts no body into the answer to a HEAD', async () => {
    const { client, origin } = await setUp(new RecordedPayer(deniedFor('no-offer')), async (connection) => {
      await connection.head();
      connection.say(`HTTP/1.1 402 Pay Me\r\n${offer}Content-Length: 2\r\n\r\n`);
    });
    client.say(`HEAD ${origin.url}/ HTTP/1.1\r\nHost: x\r\n${credentialLine}\r\n`);
    const answer = await readAnswer(client, 'HEAD');
    expect(answer.headers).toMatchObject({ 'content-length': '2', 'groat-reason': 'no-offer' });
  });

  test('streams a 402 body longer than 64 KiB untouched, and shows none of it to the payer', async () => {
    const payer = new RecordedPayer(deniedFor('no-offer'));
    const body = 'x'.repeat(300_000);
    const { client, origin } = await setUp(payer, async (connection) => {
      await connection.head();
      connection.say(challenge(body));
    });
    client.say(get(origin, '/'));
    const answer = await readAnswer(client);
    expect(answer.body).toBe(body);
    expect(answer.headers['groat-reason']).toBe('no-offer');
    expect(payer.asked[0]?.challenge.body).toBeNull();
  });

  test('is what a broken payer means', async () => {
    const { client, origin } = await setUp(new RecordedPayer(new Error('bug')), async (connection) => {
      await connection.head();
      connection.say(challenge('{}'));
    });
    client.say(get(origin, '/'));
    expect((await readAnswer(client)).headers).toMatchObject({
      'groat-decision': 'denied',
      'groat-reason': 'internal',
    });
  });

  test('is known without asking when the request can never be paid', async () => {
    const payer = new RecordedPayer(new Error('asked'), deniedFor('payment-header-present'));
    const { client, origin } = await setUp(payer, async (connection) => {
      await connection.head();
      await connection.count(3);
      connection.say(challenge('mine'));
    });
    client.say(`${post(origin, 3)}abc`);
    const answer = await readAnswer(client);
    expect(answer).toMatchObject({ status: 402, body: 'mine' });
    expect(answer.headers['groat-reason']).toBe('payment-header-present');
    expect(payer.asked).toHaveLength(0);
  });

  test('says body-too-large when the request body was larger than what is kept', async () => {
    const payer = new RecordedPayer(new Error('asked'));
    const { client, origin } = await setUp(
      payer,
      async (connection) => {
        await connection.head();
        await connection.count(2000);
        connection.say(challenge('{}'));
      },
      { each: 1000, total: 10_000 },
    );
    client.say(post(origin, 2000) + 'x'.repeat(2000));
    const answer = await readAnswer(client);
    expect(answer.status).toBe(402);
    expect(answer.headers['groat-reason']).toBe('body-too-large');
    expect(payer.asked).toHaveLength(0);
  });

  test('never buys with an empty body what came with one, where it became payable only on its way', async () => {
    class NowPayable extends RecordedPayer {
      #asked = 0;
      override mayPay() {
        this.#asked += 1;
        return this.#asked === 1 ? deniedFor('browser-request') : null;
      }
    }
    const payer = new NowPayable(new Error('asked'));
    const { client, origin } = await setUp(payer, async (connection) => {
      await connection.head();
      await connection.count(3);
      connection.say(challenge('mine'));
    });
    client.say(`${post(origin, 3)}abc`);
    const answer = await readAnswer(client);
    expect(answer).toMatchObject({ status: 402, body: 'mine' });
    expect(answer.headers['groat-reason']).toBe('body-too-large');
    expect(payer.asked).toHaveLength(0);
  });

  test('says body-too-large when all bodies together are too much, and not once one of them has gone', async () => {
    const payer = new RecordedPayer(deniedFor('no-offer'));
    const gate = Promise.withResolvers<void>();
    const held = Promise.withResolvers<void>();
    const { client, origin, proxy } = await setUp(
      payer,
      async (connection, index) => {
        await connection.head();
        await connection.count(600);
        if (index === 0) {
          held.resolve();
          await gate.promise;
          connection.say('HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
        } else connection.say(challenge('{}', 'Connection: close\r\n'));
      },
      { each: 1000, total: 1000 },
    );
    const body = post(origin, 600) + 'x'.repeat(600);
    client.say(body);
    await held.promise;
    const second = await rawClient(proxy.port);
    second.say(body);
    expect((await readAnswer(second)).headers['groat-reason']).toBe('body-too-large');
    gate.resolve();
    expect((await readAnswer(client)).status).toBe(200);
    second.say(body.replace('/buy', '/again'));
    expect((await readAnswer(second)).headers['groat-reason']).toBe('no-offer');
    second.socket.destroy();
  });

  test('never comes from a 402 that broke off: the agent gets a 502, and nobody is asked to pay', async () => {
    const payer = new RecordedPayer(new Error('asked'));
    const { client, origin } = await setUp(payer, async (connection) => {
      await connection.head();
      connection.end(`HTTP/1.1 402 Pay Me\r\n${offer}Content-Length: 100\r\n\r\npart`);
    });
    client.say(get(origin, '/'));
    expect((await readAnswer(client)).status).toBe(502);
    expect(payer.asked).toHaveLength(0);
  });
});
