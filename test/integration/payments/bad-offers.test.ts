import { readdirSync, readFileSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { auditHome } from '../../support/audit.ts';
import { type ProxiedAnswer, throughProxy } from '../../support/proxy-client.ts';
import { startRawOrigin } from '../../support/raw-origin.ts';
import { type Accepts, type Required402, startScriptedSeller, toHeader } from '../../support/scripted-seller.ts';
import { startTestHost, type TestHost } from '../../support/test-host.ts';

const base64 = (value: string | Uint8Array) => Buffer.from(value).toString('base64');
const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`;

interface Offered {
  /** What the seller's next 402 carries; the honest one when null. */
  required: ((honest: Required402) => unknown) | null;
  body: string;
}

/** A host, an agent, and a seller whose 402 a test changes from request to request. Paid, it is honest. */
async function market() {
  const host = await startTestHost({ demo: false });
  const { proxyUrl } = await host.client.agents.add({ agent: 'buyer' });
  const offered: Offered = { required: null, body: '{}' };
  const payments: string[] = [];
  const seller = await startScriptedSeller(
    host,
    async ({ request, settle, response, receipt }) => {
      payments.push(String(request.headers['payment-signature']));
      const signature = await settle();
      response.writeHead(200, { 'PAYMENT-RESPONSE': receipt(signature) }).end('goods');
    },
    {
      required: (honest) => (offered.required === null ? honest : offered.required(honest)),
      body: () => offered.body,
    },
  );
  return {
    host,
    proxyUrl,
    seller,
    offered,
    payments,
    ask: (options: Parameters<typeof throughProxy>[2] = {}) => throughProxy(proxyUrl, seller.url, options),
    /** The next 402 as changed, asked for once. */
    async offer(change: (honest: Required402) => unknown): Promise<ProxiedAnswer> {
      offered.required = change;
      const answer = await throughProxy(proxyUrl, seller.url);
      offered.required = null;
      return answer;
    },
    /** The host is unhurt: the next honest offer is paid, and it is the first that ever was. */
    async paysTheNextHonestOffer() {
      expect(payments).toHaveLength(0);
      expect(await host.client.wallet.balance()).toMatchObject({ available: '100', reserved: '0', onChain: '100' });
      expect((await throughProxy(proxyUrl, seller.url)).body).toBe('goods');
      await settledOrders(host, 1);
      expect(await host.client.wallet.balance()).toMatchObject({ available: '99.99', reserved: '0', onChain: '99.99' });
      await host.stop();
      expect(auditHome(host.home).balance('spent')).toBe(10_000);
    },
  };
}

async function settledOrders(host: TestHost, count: number) {
  const deadline = Date.now() + 20_000;
  for (;;) {
    const { orders } = await host.client.host.status();
    if (orders.settled === count) return;
    if (Date.now() > deadline) throw new Error(`orders: ${JSON.stringify(orders)}`);
    await delay(20);
  }
}

/** The one offer of an honest 402, changed. */
const only = (change: (honest: Accepts) => unknown) => (honest: Required402) => ({
  ...honest,
  accepts: [change(honest.accepts[0])],
});
const withField = (fields: object) => only((honest) => ({ ...honest, ...fields }));
const withExtra = (fields: object) => only((honest) => ({ ...honest, extra: { ...honest.extra, ...fields } }));

type Table = readonly (readonly [name: string, change: (honest: Required402) => unknown])[];

/** Each is refused for this reason: the 402 stays the seller's own, and nothing is paid. */
async function allRefused(reason: string, table: Table) {
  const stall = await market();
  for (const [name, change] of table) {
    const answer = await stall.offer(change);
    expect(answer.status, name).toBe(402);
    expect(answer.headers['groat-decision'], name).toBe('denied');
    expect(answer.headers['groat-reason'], name).toBe(reason);
    expect(answer.headers['groat-order'], name).toBeUndefined();
    expect(answer.headers['payment-required'], `${name}: the offer passes as it came`).toBeTypeOf('string');
    expect(JSON.parse(answer.body), name).toMatchObject({
      type: 'urn:groat:problem:payment-denied',
      status: 402,
      reason,
    });
  }
  expect(stall.seller.paidRequests).toBe(0);
  await stall.paysTheNextHonestOffer();
}

describe('an offer that cannot be taken costs nothing, and the next honest one is paid', () => {
  test('headers that cannot be read', () =>
    allRefused('offer-malformed', [
      ['no base64', () => 'ceci n’est pas une offre'.replace('’', "'")],
      ['an empty value', () => ''],
      ['base64 cut short', (honest) => toHeader(honest).slice(0, -3)],
      [
        'base64url',
        (honest) =>
          `${toHeader({ ...honest, error: '??>>~~' })
            .replaceAll('+', '-')
            .replaceAll('/', '_')}`,
      ],
      ['bad UTF-8', (honest) => base64(Buffer.from(JSON.stringify(honest).replace('pay first', '\xff'), 'latin1'))],
      ['half of the JSON', (honest) => base64(JSON.stringify(honest).slice(0, -9))],
      ['version 3', (honest) => ({ ...honest, x402Version: 3 })],
      ['a list', (honest) => base64(`[${JSON.stringify(honest)}]`)],
      ['no offer at all', (honest) => ({ ...honest, accepts: [] })],
      ['offers that are no list', (honest) => ({ ...honest, accepts: honest.accepts[0] })],
      ['deep nesting', (honest) => base64(JSON.stringify(honest).replace('"pay first"', nested(40_000)))],
      [
        'deep nesting in the offer',
        (honest) => base64(JSON.stringify(honest).replace('"scheme"', `"x":${nested(40_000)},"scheme"`)),
      ],
      ['the header twice', (honest) => [toHeader(honest), toHeader(honest)]],
      ['200 KiB of nothing', () => 'AAAA'.repeat(50 * 1024)],
    ]));

  test('amounts that are none', () =>
    allRefused(
      'offer-unsupported',
      [
        '-10000',
        '0',
        'NaN',
        '1e4',
        '0.01',
        '010000',
        '10000\r\n',
        '',
        10_000,
        0.01,
        -1,
        null,
        (2n ** 63n).toString(),
        (2n ** 64n).toString(),
      ].map((amount) => [`amount ${JSON.stringify(amount)}`, withField({ amount })] as const),
    ));

  test('other schemes, networks, mints, flows, and addresses that are none', () =>
    allRefused('offer-unsupported', [
      ['another scheme', withField({ scheme: 'upto' })],
      ['another network', withField({ network: 'solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp' })],
      ['another mint', withField({ asset: 'EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v' })],
      ['an unknown flow', withExtra({ paymentFlow: 'escrow' })],
      ['no fee payer', withField({ extra: {} })],
      ['a fee payer that is no base58', withExtra({ feePayer: 'O0Il' })],
      ['a payee that is no base58', withField({ payTo: 'O0Il' })],
      ['a __proto__ in place of extra', (honest) => base64(JSON.stringify(honest).replace('"extra"', '"__proto__"'))],
      ['a memo of 257 bytes', withExtra({ memo: 'm'.repeat(257) })],
      [
        'a resource too long to send back',
        (honest) => ({ ...honest, resource: { url: 'u'.repeat(4000), description: 'd'.repeat(4000) } }),
      ],
      ...['scheme', 'network', 'asset', 'payTo'].map(
        (field) =>
          [`a line break in ${field}`, only((honest) => ({ ...honest, [field]: `${honest[field]}\r\nX: 1` }))] as const,
      ),
      [
        'a line break in the fee payer',
        only((honest) => ({ ...honest, extra: { feePayer: `${honest.extra['feePayer']}\r\nX: 1` } })),
      ],
    ]));

  test('1 000 offers', () =>
    allRefused('too-many-offers', [
      ['a thousand', (honest) => ({ ...honest, accepts: Array(1000).fill({ scheme: 'exact' }) })],
      [
        '65 of them, the last one honest',
        (honest) => ({ ...honest, accepts: [...Array(64).fill({}), honest.accepts[0]] }),
      ],
    ]));

  test('a 402 without an offer', async () => {
    const stall = await market();
    const origin = await startRawOrigin(async (connection) => {
      await connection.head();
      connection.end('HTTP/1.1 402 Payment Required\r\nContent-Length: 2\r\nX-PAYMENT-REQUIRED: e30=\r\n\r\n{}');
    });
    const answer = await throughProxy(stall.proxyUrl, `${origin.url}/`);
    await origin.stop();
    expect(answer.status).toBe(402);
    expect(answer.headers['groat-reason']).toBe('no-offer');
    await stall.paysTheNextHonestOffer();
  });

  test('a header with a bare line break or a NUL in it, and one beyond all size, is a broken answer', async () => {
    const stall = await market();
    for (const value of ['e30=\rX-Injected: 1', 'e30=\0', 'e30=\n folded', 'A'.repeat(300 * 1024)]) {
      const origin = await startRawOrigin(async (connection) => {
        await connection.head();
        connection.end(`HTTP/1.1 402 Payment Required\r\nPAYMENT-REQUIRED: ${value}\r\nContent-Length: 2\r\n\r\n{}`);
      });
      const answer = await throughProxy(stall.proxyUrl, `${origin.url}/`);
      await origin.stop();
      expect(answer.status).toBe(502);
      expect(JSON.parse(answer.body).type).toBe('urn:groat:problem:upstream-failed');
      expect(answer.headers['x-injected']).toBeUndefined();
    }
    await stall.paysTheNextHonestOffer();
  });
});

test('a payment to ourselves, or with a fee payer that takes part in it, is refused and what was reserved is free again', async () => {
  const stall = await market();
  const { address } = stall.host.host.ready;
  const { tokenAccount } = await stall.host.client.sandbox.fund({ address: stall.seller.payTo, amount: '0.000001' });
  const { tokenAccount: ourAccount } = await stall.host.client.sandbox.fund({ address, amount: '1' });
  const table: Table = [
    ['the fee payer is our own wallet', withExtra({ feePayer: address })],
    ['the fee payer is the payee’s account', withExtra({ feePayer: tokenAccount })],
    ['the fee payer is our own account', withExtra({ feePayer: ourAccount })],
    ['the fee payer is the mint', only((honest) => ({ ...honest, extra: { feePayer: honest['asset'] } }))],
    ['the payee is our own wallet', withField({ payTo: address })],
    ['a memo that is half a character', withExtra({ memo: '\ud800' })],
  ];
  for (const [name, change] of table) {
    const answer = await stall.offer(change);
    expect(answer.status, name).toBe(402);
    expect(answer.headers['groat-decision'], name).toBe('denied');
    expect(answer.headers['groat-reason'], name).toBe('offer-unsupported');
  }
  expect(stall.payments).toHaveLength(0);
  expect(await stall.host.client.wallet.balance()).toMatchObject({ available: '101', reserved: '0', onChain: '101' });
  expect((await stall.host.client.host.status()).orders).toEqual({ released: table.length });
});

test('of several offers the cheapest that can be paid is taken, and is sent back whole with resource and extensions', async () => {
  const stall = await market();
  let honestExtra: unknown;
  const answer = await stall.offer((honest) => {
    const [offer] = honest.accepts;
    honestExtra = offer.extra;
    return {
      ...honest,
      resource: { url: 'mcp://tool/x', description: 'two\r\nlines', tags: ['a'], serviceName: 'S' },
      accepts: [
        { ...offer, amount: '1', scheme: 'upto' },
        { ...offer, amount: '2', network: 'eip155:8453' },
        'rubbish',
        { ...offer, amount: '30000' },
        { ...offer, amount: '-5' },
        {
          ...offer,
          amount: '20000',
          sku: { size: ['L'] },
          extra: { ...offer.extra, memo: 'invoice\r\n7', note: null },
        },
        { ...offer, amount: '3', asset: 'EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v' },
        { ...offer, amount: '40000' },
      ],
      extensions: { bazaar: { info: { x: 1 }, schema: { y: [2] } }, unknown: { info: {} } },
    };
  });
  expect(answer).toMatchObject({ status: 200, body: 'goods' });
  const [header = ''] = stall.payments;
  expect(JSON.parse(Buffer.from(header, 'base64').toString('utf8'))).toMatchObject({
    x402Version: 2,
    resource: { url: 'mcp://tool/x', description: 'two\r\nlines', tags: ['a'], serviceName: 'S' },
    accepted: {
      amount: '20000',
      sku: { size: ['L'] },
      extra: { ...Object(honestExtra), memo: 'invoice\r\n7', note: null },
    },
    extensions: { bazaar: { info: { x: 1 }, schema: { y: [2] } }, unknown: { info: {} } },
  });
  await settledOrders(stall.host, 1);
  expect(await stall.host.client.wallet.balance()).toMatchObject({ available: '99.98', onChain: '99.98' });
});

test('a memo of 256 bytes, an empty memo, line breaks in every free text and the upfront flow are paid', async () => {
  const stall = await market();
  const lines = 'a\r\nX-Injected: 1\r\n\r\nGET / HTTP/1.1';
  const table: Table = [
    ['a memo of 256 bytes', withExtra({ memo: 'é'.repeat(128) })],
    ['an empty memo', withExtra({ memo: '' })],
    ['upfront', withExtra({ paymentFlow: 'upfront' })],
    [
      'line breaks',
      (honest) => ({
        ...withExtra({ memo: lines, [lines]: lines })(honest),
        error: lines,
        resource: { url: lines, description: lines, mimeType: lines },
        extensions: { [lines]: lines },
      }),
    ],
  ];
  for (const [name, change] of table) expect((await stall.offer(change)).status, name).toBe(200);
  await settledOrders(stall.host, table.length);
  expect(await stall.host.client.wallet.balance()).toMatchObject({
    available: '99.96',
    reserved: '0',
    onChain: '99.96',
  });
});

describe('the body of a 402 that is not paid', () => {
  const refused = (honest: Required402) => ({ ...honest, x402Version: 9 });

  test('is a problem where the seller’s own is empty or {}', async () => {
    const stall = await market();
    for (const body of ['', '{}', ' { } \r\n', '\n']) {
      stall.offered.body = body;
      const answer = await stall.offer(refused);
      expect(answer.headers['content-type']).toBe('application/problem+json');
      expect(answer.headers['content-length']).toBe(String(Buffer.byteLength(answer.body)));
      expect(JSON.parse(answer.body)).toEqual({
        type: 'urn:groat:problem:payment-denied',
        title: expect.any(String),
        status: 402,
        detail: 'The PAYMENT-REQUIRED header cannot be read.',
        reason: 'offer-malformed',
      });
    }
  });

  test('is the seller’s own, byte for byte, where it says anything', async () => {
    const stall = await market();
    for (const body of ['[]', '{"error":"pay"}', 'pay', '{}{}', '\u0000', '{', 'x'.repeat(200_000)]) {
      stall.offered.body = body;
      const answer = await stall.offer(refused);
      expect(answer.body).toBe(body);
      expect(answer.headers['content-type']).toBe('application/json');
      expect(answer.headers['groat-reason']).toBe('offer-malformed');
    }
  });

  test('is none for HEAD, and the reason still stands in the headers', async () => {
    const stall = await market();
    stall.offered.required = refused;
    const answer = await stall.ask({ method: 'HEAD' });
    expect(answer).toMatchObject({ status: 402, body: '' });
    expect(answer.headers['groat-reason']).toBe('offer-malformed');
  });
});

describe('a request that is not ours to pay', () => {
  test('with a payment of its own passes unchanged, and so does its answer', async () => {
    const stall = await market();
    const seen: (string | undefined)[] = [];
    const origin = await startRawOrigin(async (connection) => {
      const head = await connection.head();
      seen.push(/^(?:x-payment|payment-signature): (.*)$/im.exec(head)?.[1]);
      connection.end('HTTP/1.1 402 Payment Required\r\nContent-Type: text/x\r\nContent-Length: 5\r\n\r\nagain');
    });
    for (const name of ['PAYMENT-SIGNATURE', 'X-PAYMENT']) {
      const answer = await throughProxy(stall.proxyUrl, `${origin.url}/`, { headers: { [name]: `mine-${name}` } });
      expect(answer).toMatchObject({ status: 402, body: 'again' });
      expect(answer.headers['groat-reason']).toBe('payment-header-present');
    }
    await origin.stop();
    expect(seen).toEqual(['mine-PAYMENT-SIGNATURE', 'mine-X-PAYMENT']);
    await stall.paysTheNextHonestOffer();
  });

  test('from a web page is not paid', async () => {
    const stall = await market();
    const pages: readonly Record<string, string>[] = [
      { 'Sec-Fetch-Site': 'cross-site' },
      { Origin: 'https://evil.example' },
      { Origin: 'null' },
    ];
    for (const headers of pages) {
      const answer = await stall.ask({ headers });
      expect(answer.status).toBe(402);
      expect(answer.headers['groat-reason']).toBe('browser-request');
    }
    await stall.paysTheNextHonestOffer();
  });

  const [elsewhere] = Object.values(networkInterfaces())
    .flatMap((found) => found ?? [])
    .filter(({ family, internal }) => family === 'IPv4' && !internal);

  test.skipIf(elsewhere === undefined)('over plain http beyond loopback is not paid', async () => {
    const stall = await market();
    const origin = await startRawOrigin(async (connection) => {
      await connection.head();
      connection.end(
        `HTTP/1.1 402 Payment Required\r\nPAYMENT-REQUIRED: ${toHeader({ x402Version: 2, accepts: [] })}\r\nContent-Length: 2\r\n\r\n{}`,
      );
    }, elsewhere?.address);
    const answer = await throughProxy(stall.proxyUrl, `${origin.url}/`);
    await origin.stop();
    expect(answer.status).toBe(402);
    expect(answer.headers['groat-reason']).toBe('insecure-origin');
    await stall.paysTheNextHonestOffer();
  });
});

test('query strings stay out of history, status, database and log', async () => {
  const stall = await market();
  expect((await throughProxy(stall.proxyUrl, `${stall.seller.url}?q=s3cret-query`)).status).toBe(200);
  await settledOrders(stall.host, 1);
  const [order] = await stall.host.client.orders.list({});
  expect(order?.url).toBe(stall.seller.url);
  const told = JSON.stringify([order, await stall.host.client.host.status()]);
  await stall.host.stop();
  const files = readdirSync(stall.host.home, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(?:db|db-wal|log|json)$/.test(name))
    .map((name) => readFileSync(`${stall.host.home}/${name}`, 'latin1'));
  expect(files.length).toBeGreaterThan(2);
  for (const text of [told, ...files]) expect(text).not.toContain('s3cret-query');
});

test('200 hostile 402s leave no memory behind, and the host still pays', async () => {
  const stall = await market();
  const hostile: readonly ((honest: Required402) => unknown)[] = [
    (honest) => ({ ...honest, accepts: Array(1000).fill({ scheme: 'exact', extra: { feePayer: 'x'.repeat(40) } }) }),
    (honest) => base64(JSON.stringify(honest).replace('"pay first"', nested(90_000))),
    (honest) => ({ ...honest, resource: { url: 'u'.repeat(150_000) } }),
    (honest) => ({
      ...honest,
      extensions: Object.fromEntries(Array.from({ length: 5000 }, (_, i) => [`key-${i}`, { info: i }])),
    }),
    () => 'AAAA'.repeat(60 * 1024),
  ];
  const round = async (count: number) => {
    for (let i = 0; i < count; i++) {
      stall.offered.body = i % 2 === 0 ? '{}' : 'b'.repeat(1024 * 1024);
      const answer = await stall.offer(hostile[i % hostile.length] ?? (() => ''));
      expect(answer.status).toBe(402);
      expect(answer.headers['groat-decision']).toBe('denied');
    }
  };
  await round(50);
  const before = process.memoryUsage.rss();
  await round(200);
  // The seller and the client are in this process too, and make most of what the collector has not taken yet.
  expect(process.memoryUsage.rss() - before).toBeLessThan(200 * 1024 * 1024);
  stall.offered.body = '{}';
  await stall.paysTheNextHonestOffer();
});
