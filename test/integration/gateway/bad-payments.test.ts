import { createServer, request } from 'node:http';
import { address } from '@solana/kit';
import fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import { listen } from '../../../src-main/base/listen.ts';
import { networks } from '../../../src-shared/model/index.ts';
import { auditHome } from '../../support/audit.ts';
import { throughProxy } from '../../support/proxy-client.ts';
import { rawClient, readAnswer } from '../../support/raw-client.ts';
import { toHeader } from '../../support/scripted-seller.ts';
import { startTestHost } from '../../support/test-host.ts';
import { buildPayment, honestParts, type PaymentParts, testKey } from '../../support/x402-payment.ts';

const { usdc } = networks.sandbox;

interface Answer {
  readonly status: number;
  readonly body: string;
  readonly error: string | null;
  readonly receipt: string | null;
}

function ask(url: string, payment: string | string[] | null): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const headers = payment === null ? {} : { 'PAYMENT-SIGNATURE': payment };
    const outgoing = request(url, { agent: false, headers }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.on('end', () => {
        const required = answer.headers['payment-required'];
        const receipt = answer.headers['payment-response'];
        resolve({
          status: answer.statusCode ?? 0,
          body: Buffer.concat(chunks).toString('utf8'),
          error:
            typeof required === 'string' ? JSON.parse(Buffer.from(required, 'base64').toString('utf8')).error : null,
          receipt: typeof receipt === 'string' ? receipt : null,
        });
      });
    });
    outgoing.on('error', reject);
    outgoing.end();
  });
}

/** A shop, and what its target was asked: nothing, as long as nobody has paid. */
async function openShop() {
  const host = await startTestHost({ demo: false });
  let served = 0;
  const target = createServer((_, response) => {
    served += 1;
    response.end('goods');
  });
  const targetPort = await listen(target, 0);
  onTestFinished(() => void target.close());
  const shop = await host.client.shops.open({
    name: 'shop',
    target: `http://127.0.0.1:${targetPort}/`,
    price: '0.01',
    port: 0,
  });
  const url = `${shop.gatewayUrl}/thing`;
  const first = await ask(url, null);
  expect(first).toMatchObject({ status: 402 });
  const answer = await fetch(url);
  const required = JSON.parse(Buffer.from(answer.headers.get('payment-required') ?? '', 'base64').toString('utf8'));
  const accepted: Readonly<Record<string, unknown>> & { readonly extra: { readonly feePayer: string } } =
    required.accepts[0];
  const parts: PaymentParts = {
    ...honestParts(),
    feePayer: address(accepted.extra.feePayer),
    mint: address(usdc.mint),
    payTo: address(shop.payTo),
  };
  return {
    host,
    shop,
    url,
    accepted,
    /** A payment in form: it breaks no rule but the chain's, where its payer has no money. */
    parts,
    header: (wire: Uint8Array | string, changes: object = {}) =>
      toHeader({
        x402Version: 2,
        accepted,
        payload: { transaction: typeof wire === 'string' ? wire : Buffer.from(wire).toString('base64') },
        ...changes,
      }),
    async gaveNothingAway() {
      expect(served).toBe(0);
      const { proxyUrl } = await host.client.agents.add({ agent: 'honest' });
      const bought = await throughProxy(proxyUrl, url);
      expect(bought).toMatchObject({ status: 200, body: 'goods' });
      await host.stop();
      expect(auditHome(host.home).balance('received')).toBe(10_000);
    },
  };
}

test('a payment that cannot be read is answered with the price again, and the next honest buyer is served', async () => {
  const stall = await openShop();
  const { url, accepted, header } = stall;
  const wire = await buildPayment(stall.parts);
  const nested = `${'['.repeat(10_000)}${']'.repeat(10_000)}`;
  const table: readonly [string, string, string | RegExp][] = [
    ['an empty value', '', 'invalid_payload'],
    ['no base64', 'pay you tomorrow', 'invalid_payload'],
    ['base64 without padding', header(wire).replace(/=*$/, '').slice(0, -1), 'invalid_payload'],
    ['bad UTF-8', Buffer.from([0x7b, 0xff, 0x7d]).toString('base64'), 'invalid_payload'],
    ['null', toHeader(null), 'invalid_payload'],
    ['a list', toHeader([{ x402Version: 2 }]), 'invalid_payload'],
    ['version 1', header(wire, { x402Version: 1 }), 'invalid_payload'],
    ['no payload', header(wire, { payload: undefined }), 'invalid_payload'],
    ['a payload that is a list', header(wire, { payload: [] }), 'invalid_payload'],
    ['a transaction that is a number', header(wire, { payload: { transaction: 7 } }), 'invalid_payload'],
    ['an empty transaction', header(''), 'invalid_payload'],
    ['a transaction of 3 000 bytes', header(new Uint8Array(3000)), 'invalid_payload'],
    ['deep nesting', Buffer.from(`{"x402Version":2,"accepted":${nested}}`).toString('base64'), 'invalid_payload'],
    [
      'deep nesting beside the payment',
      Buffer.from(Buffer.from(header(wire), 'base64').toString('utf8').replace('{', `{"x":${nested},`)).toString(
        'base64',
      ),
      'invalid_payload',
    ],
    ['another amount', header(wire, { accepted: { ...accepted, amount: '1' } }), 'No matching payment requirements'],
    ['an amount that is a number', header(wire, { accepted: { ...accepted, amount: 10_000 } }), 'invalid_payload'],
    [
      'another payee',
      header(wire, { accepted: { ...accepted, payTo: testKey().address } }),
      'No matching payment requirements',
    ],
    ['one field more', header(wire, { accepted: { ...accepted, discount: 1 } }), 'No matching payment requirements'],
    ['no extra', header(wire, { accepted: { ...accepted, extra: undefined } }), 'No matching payment requirements'],
    [
      'an inherited extra',
      Buffer.from(
        Buffer.from(header(wire), 'base64')
          .toString('utf8')
          .replace('"extra":{', '"extra":{"__proto__":{')
          .replace('"}}', '"}}}'),
      ).toString('base64'),
      'No matching payment requirements',
    ],
    ['base64url', header('-_-_'), 'invalid_exact_svm_payload_transaction'],
    ['rubbish', header(new Uint8Array(300).fill(7)), /^invalid_exact_svm_payload_/],
    ['half a transaction', header(wire.subarray(0, 200)), /^invalid_exact_svm_payload_/],
    ['a byte more than a transaction', header(Buffer.concat([wire, Buffer.of(0)])), /^invalid_exact_svm_payload_/],
    [
      'a wrong signature',
      header(Uint8Array.from(wire, (byte, i) => (i === 70 ? byte ^ 1 : byte))),
      'invalid_exact_svm_payload_signature_invalid',
    ],
    ['a payer without money', header(wire), 'invalid_exact_svm_transaction_simulation_failed'],
  ];
  for (const [name, value, error] of table) {
    const answer = await ask(url, value);
    expect(answer, name).toMatchObject({ status: 402, receipt: null });
    expect(answer.error, name).toMatch(error);
  }
  await stall.gaveNothingAway();
});

test('a payment that is there twice is refused, whichever it is', async () => {
  const stall = await openShop();
  const wire = await buildPayment(stall.parts);
  const answer = await ask(stall.url, [stall.header(wire), stall.header(wire)]);
  expect(answer.status).toBe(400);
  expect(JSON.parse(answer.body).type).toBe('urn:groat:problem:payment-repeated');
  await stall.gaveNothingAway();
});

test('a payment header beyond what an HTTP server takes is refused, and one with control characters', async () => {
  const stall = await openShop();
  const port = Number(new URL(stall.url).port);
  for (const [value, status] of [
    ['A'.repeat(100_000), 431],
    ['A\0B', 400],
    ['A\rB: C', 400],
  ] as const) {
    const client = await rawClient(port);
    client.say(`GET /thing HTTP/1.1\r\nHost: shop\r\nPAYMENT-SIGNATURE: ${value}\r\n\r\n`);
    expect((await readAnswer(client)).status).toBe(status);
    client.end();
  }
  await stall.gaveNothingAway();
});

test('fuzz: whatever is presented as a payment, the shop asks for its price and gives nothing away', async () => {
  const stall = await openShop();
  const wire = await buildPayment(stall.parts);
  const json = fc.json({ maxDepth: 4 }).map((text): unknown => JSON.parse(text));
  const keys = ['x402Version', 'accepted', 'payload', 'resource', 'extensions', '__proto__', 'constructor'];
  const spoiledWire = fc
    .array(fc.tuple(fc.nat({ max: wire.length - 1 }), fc.integer({ min: 0, max: 255 })), { minLength: 1, maxLength: 4 })
    .map((edits) => {
      const spoiled = Uint8Array.from(wire);
      for (const [at, byte] of edits) spoiled[at] = byte;
      return stall.header(spoiled);
    });
  const presented = fc.oneof(
    fc.string({ unit: fc.integer({ min: 0x21, max: 0x7e }).map((code) => String.fromCharCode(code)), maxLength: 200 }),
    fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes).toString('base64')),
    json.map(toHeader),
    fc.dictionary(fc.constantFrom(...keys), json, { maxKeys: 3 }).map((changes) => stall.header(wire, changes)),
    fc
      .dictionary(fc.string(), json, { maxKeys: 2 })
      .map((changes) => stall.header(wire, { accepted: { ...stall.accepted, ...changes } })),
    fc.uint8Array({ minLength: 1, maxLength: 1232 }).map((bytes) => stall.header(bytes)),
    spoiledWire,
  );
  await fc.assert(
    fc.asyncProperty(presented, async (value) => {
      const answer = await ask(stall.url, value);
      expect([400, 402]).toContain(answer.status);
      expect(answer.receipt).toBeNull();
    }),
    { numRuns: 400 },
  );
  await stall.gaveNothingAway();
});
