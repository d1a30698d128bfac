import { expect, onTestFinished, test, vi } from 'vitest';
import { rawClient, readAnswer } from '../../support/raw-client.ts';
import { type OriginScript, type RawConnection, startRawOrigin } from '../../support/raw-origin.ts';
import { type TestShop, testShop } from '../../support/test-shop.ts';

type Plan = Parameters<typeof testShop>[0];

async function shopBefore(script: OriginScript, plan: Plan = {}, parts: Parameters<typeof testShop>[1] = {}) {
  const origin = await startRawOrigin(script);
  onTestFinished(() => origin.stop());
  const test = await testShop({ target: origin.url, ...plan }, parts);
  return { ...test, origin };
}

const says =
  (answer: string): OriginScript =>
  async (connection) => {
    for (;;) {
      await connection.head();
      connection.say(answer);
    }
  };
const ok = 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello';

async function buy({ shop }: Pick<TestShop, 'shop'>, payment: string, method = 'GET', extra = '') {
  const client = await rawClient(shop.port);
  client.say(`${method} /x HTTP/1.1\r\nHost: a\r\nPAYMENT-SIGNATURE: ${payment}\r\n${extra}\r\n`);
  return client;
}
const closedBy = (client: RawConnection) => client.socket.destroy();

test('an unpaid request gets the 402 of every dialect, and the target hears nothing', async () => {
  const world = await shopBefore(says(ok));
  const answer = await fetch(`${world.shop.url}/x?y=1`);
  expect(answer.status).toBe(402);
  expect(answer.headers.get('payment-required')).not.toBeNull();
  expect(answer.headers.get('cache-control')).toBe('no-store');
  expect(await answer.json()).toMatchObject({ x402Version: 1 });
  expect(world.origin.connections).toBe(0);
});

test('nothing of a good answer goes out before the money has moved', async () => {
  const world = await shopBefore(says(ok));
  let settled: () => void = () => undefined;
  world.till.settleWhen = new Promise((resolve) => {
    settled = resolve;
  });
  const client = await buy(world, 'pay:p:1');
  await vi.waitFor(() => expect(world.till.told).toEqual(['settle']));
  expect(client.received).toBe('');
  settled();
  const answer = await readAnswer(client);
  expect(answer).toMatchObject({
    status: 200,
    body: 'hello',
    headers: { 'payment-response': 'receipt', 'cache-control': 'private' },
  });
  await vi.waitFor(() => expect(world.till.told).toEqual(['settle', 'delivered complete 200']));
});

test.each([400, 404, 500, 503])('an upstream’s %i is handed on and not charged', async (status) => {
  const world = await shopBefore(says(`HTTP/1.1 ${status} No\r\nContent-Length: 3\r\n\r\nbad`));
  const answer = await readAnswer(await buy(world, 'pay:p:1'));
  expect(answer).toMatchObject({ status, body: 'bad' });
  expect(answer.headers['payment-response']).toBeUndefined();
  expect(world.till.told).toEqual(['abandon']);
});

test('an upstream that wants money itself is a failure: its offers would pay somebody else', async () => {
  const theirs = 'HTTP/1.1 402 Pay\r\nPAYMENT-REQUIRED: theirs\r\nContent-Length: 2\r\n\r\n{}';
  const world = await shopBefore(says(theirs));
  const answer = await readAnswer(await buy(world, 'pay:p:1'));
  expect(answer.status).toBe(502);
  expect(answer.head).not.toContain('theirs');
  expect(world.till.told).toEqual(['abandon']);
});

const broken: readonly (readonly [string, OriginScript, number])[] = [
  ['says nothing', async (connection) => void (await connection.head()), 504],
  ['hangs up', async (connection) => void (await connection.head().then(() => connection.end())), 502],
  ['talks rubbish', says('SPAM\r\n\r\n'), 502],
  ['switches protocols', says('HTTP/1.1 101 Go\r\nUpgrade: x\r\n\r\n'), 502],
  ['sends only interim answers', says('HTTP/1.1 103 Hints\r\n\r\n'.repeat(20)), 502],
];
test.each(broken)('an upstream that %s costs the buyer nothing', async (_name, script, status) => {
  const world = await shopBefore(script, { limits: { answerSeconds: 1 } });
  const answer = await readAnswer(await buy(world, 'pay:p:1'));
  expect(answer.status).toBe(status);
  expect(answer.body).not.toContain(String(world.origin.port));
  expect(world.till.told).toEqual(['abandon']);
});

test('an upstream that is not there costs the buyer nothing', async () => {
  const world = await shopBefore(says(ok));
  await world.origin.stop().catch(() => undefined);
  const answer = await readAnswer(await buy(world, 'pay:p:1'));
  expect(answer.status).toBe(502);
  expect(world.till.told).toEqual(['abandon']);
});

test.each([
  ['interim answers', 'GET', `HTTP/1.1 103 Hints\r\nLink: x\r\n\r\n${ok}`, 200, 'hello'],
  ['204', 'GET', 'HTTP/1.1 204 None\r\n\r\n', 204, ''],
  ['304', 'GET', 'HTTP/1.1 304 Same\r\nETag: "a"\r\n\r\n', 304, ''],
  ['HEAD', 'HEAD', 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n', 200, ''],
  [
    'chunks and trailers',
    'GET',
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n2\r\nhe\r\n3\r\nllo\r\n0\r\nX-Sum: 5\r\nSet-Cookie: a=b\r\n\r\n',
    200,
    'hello[X-Sum: 5]',
  ],
])('%s come through as they are', async (_name, method, said, status, body) => {
  const world = await shopBefore(says(said));
  const answer = await readAnswer(await buy(world, 'pay:p:1', method), method);
  expect(answer).toMatchObject({ status, body, whole: true });
  await vi.waitFor(() => expect(world.till.told).toEqual(['settle', `delivered complete ${status}`]));
});

test('an answer that breaks off is cut for the buyer, and told as cut', async () => {
  const world = await shopBefore(async (connection) => {
    await connection.head();
    connection.say('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhe');
    connection.end('ll');
  });
  const answer = await readAnswer(await buy(world, 'pay:p:1'));
  expect(answer.whole).toBe(false);
  await vi.waitFor(() => expect(world.till.told).toEqual(['settle', 'delivered cut 200']));
});

test('a payment that does not settle gets a 402 and not one byte of the answer', async () => {
  const world = await shopBefore(says(ok));
  world.till.settles = false;
  const answer = await readAnswer(await buy(world, 'pay:p:1'));
  expect(answer.status).toBe(402);
  expect(answer.body).not.toContain('hello');
  await vi.waitFor(async () => expect(world.shop.stats().inFlight).toBe(0));
});

test('a buyer that leaves before there is an answer is not charged', async () => {
  let asked: () => void = () => undefined;
  const heard = new Promise<void>((resolve) => {
    asked = resolve;
  });
  const world = await shopBefore(async (connection) => {
    await connection.head();
    asked();
  });
  const client = await buy(world, 'pay:p:1');
  await heard;
  closedBy(client);
  await vi.waitFor(() => expect(world.till.told).toEqual(['abandon']));
  expect(world.shop.stats().inFlight).toBe(0);
});

test('what is paid for and left in the middle is read to its end and kept', async () => {
  let finish: () => void = () => undefined;
  const world = await shopBefore(async (connection) => {
    await connection.head();
    connection.say('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello');
    await new Promise<void>((resolve) => {
      finish = resolve;
    });
    connection.say('world');
  });
  const client = await buy(world, 'pay:p:1:keep');
  await client.until('hello');
  closedBy(client);
  await vi.waitFor(() => expect(world.till.told).toEqual(['settle', 'delivered cut 200']));
  finish();
  await vi.waitFor(() => expect(world.till.told).toContain('kept'));
  const again = await readAnswer(await buy(world, 'pay:p:1:keep'));
  expect(again).toMatchObject({ status: 200, body: 'helloworld', headers: { 'payment-response': 'receipt' } });
  expect(world.origin.connections).toBe(1);
});

test('what is left while the money moves is kept too', async () => {
  const world = await shopBefore(says(ok));
  let settled: () => void = () => undefined;
  world.till.settleWhen = new Promise((resolve) => {
    settled = resolve;
  });
  const client = await buy(world, 'pay:p:1:keep');
  await vi.waitFor(() => expect(world.till.told).toEqual(['settle']));
  closedBy(client);
  await new Promise<void>((resolve) => client.socket.once('close', () => resolve()));
  settled();
  await vi.waitFor(() => expect(new Set(world.till.told)).toEqual(new Set(['settle', 'kept', 'delivered cut 200'])));
  await vi.waitFor(() => expect(world.shop.stats().inFlight).toBe(0));
});

test('upfront: the money moves before the upstream is asked, and its failure is told', async () => {
  const world = await shopBefore(
    async (connection) => {
      await connection.head();
      expect(world.till.told).toEqual(['settle']);
      connection.say('HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n');
    },
    { flow: 'upfront' },
  );
  const answer = await readAnswer(await buy(world, 'pay:p:1'));
  expect(answer).toMatchObject({ status: 500, headers: { 'payment-response': 'receipt' } });
  await vi.waitFor(() => expect(world.till.told).toEqual(['settle', 'delivered refused 500']));
  expect(world.origin.failures).toEqual([]);
});

test('a body that is too large is refused before anything is charged, declared or not', async () => {
  const world = await shopBefore(async (connection) => void (await connection.head()), { limits: { bodyBytes: 1000 } });
  const declared = await buy(world, 'pay:p:1', 'POST', 'Content-Length: 1001\r\n');
  expect((await readAnswer(declared)).status).toBe(413);
  expect(world.till.told).toEqual([]);
  const chunked = await buy(world, 'pay:p:2', 'POST', 'Transfer-Encoding: chunked\r\n');
  chunked.say(`400\r\n${'a'.repeat(0x400)}\r\n`);
  expect((await readAnswer(chunked)).status).toBe(413);
  expect(world.till.told).toEqual(['abandon']);
});

test('a buyer that waits for 100 is told to go on only when it is served', async () => {
  const world = await shopBefore(async (connection) => {
    await connection.head();
    await connection.until('body!');
    connection.say(ok);
  });
  const expecting = 'Expect: 100-continue\r\nContent-Length: 5\r\n';
  const unpaid = await buy(world, 'no', 'POST', expecting);
  expect(await unpaid.head()).toMatch(/^HTTP\/1.1 402/);
  const paid = await buy(world, 'pay:p:1', 'POST', expecting);
  expect(await paid.head()).toMatch(/^HTTP\/1.1 100/);
  paid.say('body!');
  expect((await readAnswer(paid)).body).toBe('hello');
});

test('a full shop takes no money', async () => {
  const world = await shopBefore(async (connection) => void (await connection.head()), { limits: { concurrency: 1 } });
  const first = await buy(world, 'pay:p:1');
  await vi.waitFor(() => expect(world.origin.connections).toBe(1));
  const second = await readAnswer(await buy(world, 'pay:p:2'));
  expect(second).toMatchObject({ status: 503, headers: { 'retry-after': '1' } });
  expect(world.till.quotes).toHaveLength(1);
  closedBy(first);
  await vi.waitFor(() => expect(world.till.told).toEqual(['abandon']));
  const third = await buy(world, 'pay:p:3');
  await vi.waitFor(() => expect(world.origin.connections).toBe(2));
  closedBy(third);
});

test('requests that cost nothing keep no buyer out, however slowly they come', async () => {
  const world = await shopBefore(
    async (connection) => {
      if ((await connection.head()).startsWith('GET')) connection.say(ok);
    },
    { limits: { concurrency: 4 }, routes: [{ method: '*', path: '/free', price: '0' }] },
  );
  const dripping = async () => {
    const client = await rawClient(world.shop.port);
    client.say('POST /free HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\na');
    return client;
  };
  const [first] = [await dripping(), await dripping()];
  await vi.waitFor(() => expect(world.origin.connections).toBe(2));
  expect((await readAnswer(await dripping())).status).toBe(503);
  expect((await readAnswer(await buy(world, 'pay:p:1'))).status).toBe(200);
  closedBy(first);
  await vi.waitFor(() => expect(world.shop.stats().inFlight).toBe(1));
  await dripping();
  await vi.waitFor(() => expect(world.shop.stats().inFlight).toBe(2));
});

test('a payer above its limit is not charged', async () => {
  const world = await shopBefore(says(ok), { limits: { perPayerMinute: 1 } });
  expect((await readAnswer(await buy(world, 'pay:p:1'))).status).toBe(200);
  expect(await readAnswer(await buy(world, 'pay:p:2'))).toMatchObject({
    status: 429,
    headers: { 'retry-after': '60' },
  });
  expect((await readAnswer(await buy(world, 'pay:other:3'))).status).toBe(200);
  expect(world.till.told.filter((word) => word === 'settle')).toHaveLength(2);
});

test('an address and a route have limits', async () => {
  const world = await shopBefore(says(ok), { limits: { perAddressMinute: 2 } });
  const statuses = [];
  for (let i = 0; i < 3; i += 1) statuses.push((await fetch(world.shop.url)).status);
  expect(statuses).toEqual([402, 402, 429]);
  await world.shop.stop(0);
  expect(world.counted).toEqual({ unpaid: 2, limited: 1 });
});

test('the answer says nothing of where the upstream is, and sets no cookies', async () => {
  const world = await shopBefore(async (connection, index) => {
    await connection.head();
    const here = `http://127.0.0.1:${world.origin.port}`;
    const fields = [
      `Location: ${here}/base/next?a=1`,
      `Link: <${here}/base/2>; rel=next`,
      `Via: 1.1 127.0.0.1:${world.origin.port}`,
      `X-Debug: at 127.0.0.1:${world.origin.port}`,
      'Set-Cookie: session=1',
      'X-Prepaid-Remaining: 1000000',
      'PAYMENT-RESPONSE: forged',
    ];
    connection.say(`HTTP/1.1 302 Go ${index}\r\n${fields.join('\r\n')}\r\nContent-Length: 0\r\n\r\n`);
  }, {});
  const answer = await readAnswer(await buy(world, 'pay:p:1'));
  expect(answer.status).toBe(302);
  expect(answer.head).not.toContain(String(world.origin.port));
  expect(answer.head).not.toMatch(/cookie|forged|1000000|via:/i);
  expect(answer.headers['location']).toBe(`${world.shop.url}/base/next?a=1`);
});

test('a stop lets what is in flight finish', async () => {
  const heard = Promise.withResolvers<void>();
  const finish = Promise.withResolvers<void>();
  const world = await shopBefore(async (connection) => {
    await connection.head();
    heard.resolve();
    await finish.promise;
    connection.say(ok);
  });
  const client = await buy(world, 'pay:p:1');
  await heard.promise;
  const stopped = world.shop.stop(5000);
  finish.resolve();
  expect(await readAnswer(client)).toMatchObject({ status: 200, body: 'hello' });
  await stopped;
  expect(world.till.told).toEqual(['settle', 'delivered complete 200']);
  expect(world.counted).toEqual({ paid: 1 });
});
