import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { getBase58Decoder } from '@solana/kit';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { recoveryMessage, secretHashOf } from '../../../src-main/gateway/prepaid/recovery.ts';
import { usualPackages } from '../../../src-main/gateway/shop-plan.ts';
import type { LandedTransaction } from '../../../src-main/payments/index.ts';
import { parseDecimal } from '../../../src-shared/model/index.ts';
import {
  addressOf,
  buyer,
  headerOf,
  openPrepaidTill,
  purchase,
  seller,
  signatureOf,
  startedAt,
  starterPrice,
  transferOf,
} from '../../support/prepaid-till.ts';
import { freshFile } from '../../support/test-store.ts';

const secret = 'ab'.repeat(32);
const memos = [`groat-prepaid:${secretHashOf(secret)}`];
const ag402 = (name: string, changes: object = {}) => ({
  buyer_address: buyer,
  package_id: 'p3d_100',
  tx_hash: signatureOf(name),
  ...changes,
});
const groat = (name: string, changes: object = {}) => ag402(name, { form: 'groat', secret, ...changes });
const dayMs = 86_400_000;

describe('the list of packages', () => {
  test('is ag402’s, without what its buyers would pay for in vain', async () => {
    const { desk, another } = openPrepaidTill();
    const ask = { method: 'GET', path: '/prepaid/packages', body: new Uint8Array(), address: '' };
    const { status, body } = await desk.answer(ask);
    expect(status).toBe(200);
    expect(body).toEqual({
      packages: usualPackages.map(({ id, name, calls, days, price }) => ({
        package_id: id,
        name,
        calls,
        days,
        price_usdc: Number(price),
        token: 'USDC',
        seller_address: seller,
        forms: ['groat', 'ag402'],
      })),
      per_call: '0.02',
      purchase: { memo_prefix: 'groat-prepaid:' },
    });
    const capped = await another({ ag402Cap: parseDecimal('5', 6) }).answer(ask);
    expect(capped.body).toMatchObject({
      packages: [{ forms: ['groat', 'ag402'] }, { forms: ['groat', 'ag402'] }],
      groat_packages: [{ forms: ['groat'] }, { forms: ['groat'] }, { forms: ['groat'] }],
    });
  });

  test.each([
    ['POST', '/prepaid/packages', 405],
    ['GET', '/prepaid/packages?x=1', 200],
    ['GET', '/prepaid/purchase', 405],
    ['GET', '/prepaid/', 404],
    ['GET', '/prepaid/packages/p3d_100', 404],
  ])('%s %s is %i', async (method, path, status) => {
    const { desk } = openPrepaidTill();
    expect(await desk.answer({ method, path, body: new Uint8Array(), address: '' })).toMatchObject({ status });
  });
});

describe('a purchase in ag402’s form', () => {
  test('gives the credential, and the same again when it is asked for again', async () => {
    const till = openPrepaidTill();
    till.show(transferOf('a'));
    const first = await till.buy(ag402('a'));
    expect(first).toEqual({
      status: 201,
      body: {
        credential: {
          buyer_address: buyer,
          package_id: 'p3d_100',
          remaining_calls: 100,
          expires_at: '2026-11-24T00:00:00.678000+00:00',
          signature: expect.stringMatching(/^[0-9a-f]{64}$/),
          seller_address: seller,
          created_at: '2026-11-21T00:00:00.678000+00:00',
        },
      },
    });
    expect(await till.buy(ag402('a', { package_id: 'p7d_500' }))).toEqual({
      status: 200,
      body: { ...first.body, recovered: true },
    });
    expect(till.desk.take(headerOf(first.body)).kind).toBe('taken');
  });

  test('is not handed out again after two minutes to somebody who only read the chain', async () => {
    const till = openPrepaidTill();
    till.show(transferOf('a'));
    await till.buy(ag402('a'));
    till.clock.at += 120_000;
    expect((await till.buy(ag402('a'))).status).toBe(200);
    till.clock.at += 1;
    expect((await till.buy(ag402('a'))).status).toBe(403);
    till.clock.at = startedAt - 1;
    expect((await till.buy(ag402('a'))).status).toBe(403);
  });
});

describe('a purchase in our own form', () => {
  test('gives the credential to whoever has the secret, at any time, and nobody else', async () => {
    const till = openPrepaidTill();
    till.show(transferOf('a', { memos }));
    const first = await till.buy(groat('a'));
    expect(first).toMatchObject({
      status: 201,
      body: { form: 'groat', credential: expect.stringMatching(/^groat1\./) },
    });
    for (const later of [0, 300 * dayMs]) {
      till.clock.at = startedAt + later;
      expect(await till.buy(groat('a'))).toEqual({ status: 200, body: { ...first.body, recovered: true } });
      expect((await till.buy(groat('a', { secret: 'cd'.repeat(32) }))).status).toBe(403);
      expect((await till.buy(groat('a', { secret: undefined }))).status).toBe(403);
      expect((await till.buy(ag402('a'))).status).toBe(403);
    }
  });

  test('cannot be had by naming the other form, before the buyer has asked', async () => {
    const till = openPrepaidTill();
    till.show(transferOf('a', { memos }));
    expect((await till.buy(ag402('a'))).status).toBe(403);
    expect((await till.buy(groat('a', { secret: 'cd'.repeat(32) }))).status).toBe(403);
    expect((await till.buy(groat('a'))).status).toBe(201);
  });

  test('is recovered after the package was taken from the list, or its price was changed', async () => {
    const file = freshFile();
    const till = openPrepaidTill({ file });
    till.show(transferOf('a', { memos }));
    const first = await till.buy(groat('a'));
    await till.store.close();
    const later = openPrepaidTill({ file, changes: { packages: [] } });
    expect(await later.buy(groat('a'))).toEqual({ status: 200, body: { ...first.body, recovered: true } });
  });
});

describe('recovery by the buyer’s signature', () => {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const own = getBase58Decoder().decode(publicKey.export({ format: 'der', type: 'spki' }).subarray(-32));
  const signed = (message: string, key: KeyObject = privateKey) =>
    getBase58Decoder().decode(new Uint8Array(sign(null, Buffer.from(message), key)));
  const right = recoveryMessage(seller, signatureOf('a'));

  test.each([
    ['his own', signed(right), 200],
    ['another key’s', signed(right, generateKeyPairSync('ed25519').privateKey), 403],
    ['one for another seller', signed(recoveryMessage(buyer, signatureOf('a'))), 403],
    ['one for another transaction', signed(recoveryMessage(seller, signatureOf('b'))), 403],
    ['no base58', '0OIl', 403],
    ['an empty one', '', 403],
  ])('is given for %s', async (_, signature, status) => {
    const till = openPrepaidTill();
    till.show(transferOf('a', { from: own }));
    await till.buy(ag402('a', { buyer_address: own }));
    till.clock.at += dayMs;
    expect((await till.buy(ag402('a', { buyer_address: own, signature }))).status).toBe(status);
    expect((await till.buy(ag402('a', { buyer_address: own }))).status).toBe(403);
  });
});

describe('a transfer that is not a payment for the package', () => {
  const old = { blockTime: Math.floor((startedAt - dayMs) / 1000) - 1 };
  const usdt = (transfer: LandedTransaction) => ({
    tokenDeltas: transfer.tokenDeltas.map((delta) => ({ ...delta, mint: addressOf('mint') })),
  });
  const cases: readonly [
    name: string,
    transfer: LandedTransaction | null,
    body: object,
    status: number,
    detail: RegExp,
  ][] = [
    ['is not there', null, ag402('a'), 402, /not confirmed/],
    ['failed', transferOf('a', { error: 'InstructionError' }), ag402('a'), 402, /transaction_failed/],
    ['is a day old', transferOf('a', old), ag402('a'), 402, /transaction_too_old/],
    ['has no time', transferOf('a', { blockTime: null }), ag402('a'), 402, /transaction_too_old/],
    ['is one unit short', transferOf('a', { amount: starterPrice - 1n }), ag402('a'), 402, /amount_mismatch/],
    ['is one unit over', transferOf('a', { amount: starterPrice + 1n }), ag402('a'), 402, /amount_mismatch/],
    ['is for a smaller package', transferOf('a'), ag402('a', { package_id: 'p7d_500' }), 402, /amount_mismatch/],
    ['went to somebody else', transferOf('a', { to: addressOf('x') }), ag402('a'), 402, /recipient_mismatch/],
    ['is in another token', transferOf('a', usdt(transferOf('a'))), ag402('a'), 402, /recipient_mismatch/],
    ['came from somebody else', transferOf('a', { from: addressOf('x') }), ag402('a'), 403, /verification failed/],
    ['has no memo', transferOf('a'), groat('a'), 403, /verification failed/],
    ['has another memo', transferOf('a', { memos: ['groat-prepaid:00'] }), groat('a'), 403, /verification failed/],
    ['has one memo more', transferOf('a', { memos: [...memos, 'x'] }), groat('a'), 403, /verification failed/],
  ];
  test.each(cases)('that %s', async (_, transfer, body, status, detail) => {
    const till = openPrepaidTill();
    if (transfer !== null) till.show(transfer);
    const answer = await till.buy(body);
    expect(answer).toMatchObject({
      status,
      body: { error: 'payment_verification_failed', detail: expect.stringMatching(detail) },
    });
    expect(till.book.sums('shop', 0).packages).toBe(0);
    // Nothing is burnt: the same transaction, once it is right, buys.
    till.show(transferOf('a', { memos: 'secret' in body ? memos : [] }));
    expect((await till.buy({ ...body, package_id: 'p3d_100' })).status).toBe(201);
  });
});

describe('what cannot be a purchase', () => {
  test.each([
    ['an unknown package', ag402('a', { package_id: 'nope' }), 400, 'invalid_package'],
    ['a package before its transaction', ag402('a', { package_id: 'x', tx_hash: '!' }), 400, 'invalid_package'],
    ['no transaction id', ag402('a', { tx_hash: 'a b' }), 400, 'invalid_tx_hash'],
    ['an empty id', ag402('a', { tx_hash: '' }), 400, 'invalid_tx_hash'],
    ['an id that is too long', ag402('a', { tx_hash: 'a'.repeat(129) }), 400, 'invalid_tx_hash'],
    ['an empty buyer', ag402('a', { buyer_address: '' }), 400, 'invalid_buyer_address'],
    ['a buyer that is too long', ag402('a', { buyer_address: 'a'.repeat(129) }), 400, 'invalid_buyer_address'],
    ['our form without a secret', groat('a', { secret: undefined }), 400, 'invalid_secret'],
    ['a secret that is none', groat('a', { secret: 'AB'.repeat(32) }), 422, 'invalid_request'],
    [
      'a made-up id of ag402’s test mode',
      ag402('a', { tx_hash: 'prepaid_purchase_1795194250' }),
      402,
      'payment_verification_failed',
    ],
    ['a mock id', ag402('a', { tx_hash: `mock_tx_${'0'.repeat(32)}` }), 402, 'payment_verification_failed'],
    ['a missing field', { buyer_address: buyer, package_id: 'p3d_100' }, 422, 'invalid_request'],
    ['a number', ag402('a', { tx_hash: 7 }), 422, 'invalid_request'],
    ['a field more', ag402('a', { admin: true }), 422, 'invalid_request'],
    ['a list', [], 422, 'invalid_request'],
  ])('%s', async (_, body, status, error) => {
    expect(await openPrepaidTill().buy(body)).toMatchObject({ status, body: { error } });
  });

  test('a form that is not sold, whoever asks first', async () => {
    const till = openPrepaidTill({ changes: { forms: new Set(['groat'] as const) } });
    till.show(transferOf('a'));
    expect(await till.buy(ag402('a'))).toMatchObject({ status: 503, body: { error: /not enabled/ } });
  });

  test('a body that is too long, or is no text', async () => {
    const { desk } = openPrepaidTill();
    const post = (body: Uint8Array) => desk.answer({ method: 'POST', path: '/prepaid/purchase', body, address: '' });
    expect((await post(Buffer.from(JSON.stringify(ag402('a', { admin: 'x'.repeat(8192) }))))).status).toBe(413);
    expect((await post(Buffer.from([0xff, 0xfe]))).status).toBe(422);
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.json().map((x) => Buffer.from(x)),
          fc.uint8Array(),
        ),
        async (body) => {
          expect((await post(body)).status).toBe(422);
        },
      ),
    );
  });
});

describe('one transfer buys one thing', () => {
  test('32 copies of a purchase get one credential', async () => {
    const till = openPrepaidTill();
    till.show(transferOf('a', { memos }));
    const answers = await Promise.all(Array.from({ length: 32 }, () => till.buy(groat('a'))));
    expect(new Set(answers.map(({ body }) => headerOf(body))).size).toBe(1);
    expect(till.book.sums('shop', 0).packages).toBe(1);
    expect(till.store.settlements.list({ shop: 'shop', undelivered: false, before: null, limit: 9 })).toHaveLength(1);
  });

  test('copies with other words for other packages and shops get it once', async () => {
    const till = openPrepaidTill();
    const other = till.another({ shop: 'shop 2' });
    till.show(transferOf('a'));
    const answers = await Promise.all([
      till.buy(ag402('a')),
      till.buy(ag402('a', { signature: 'x' })),
      purchase(other, ag402('a')),
      purchase(till.another({}), ag402('a', { signature: 'y' })),
    ]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 201, 403]);
    expect(new Set(answers.filter(({ status }) => status < 300).map(({ body }) => headerOf(body))).size).toBe(1);
  });

  test('the same message under another signature is the same transfer', async () => {
    const till = openPrepaidTill();
    const first = transferOf('a');
    till.show(first);
    till.show({ ...first, signature: signatureOf('b') });
    expect((await till.buy(ag402('a'))).status).toBe(201);
    expect((await till.buy(ag402('b'))).status).toBe(403);
  });

  test('a transfer that paid for a call buys no package, and one that bought a package pays for no call', async () => {
    const till = openPrepaidTill();
    const call = transferOf('call');
    till.show(call);
    const claimCall = ({ messageHash, signature }: LandedTransaction) =>
      till.transfers.claim(
        {
          messageHash,
          sale: `sale_${messageHash.slice(0, 24)}`,
          purpose: 'call',
          dialect: 'open402',
          shop: 'shop',
          method: 'GET',
          route: '*',
          url: 'http://shop/x',
          requestHash: '',
          payer: buyer,
          payTo: seller,
          asset: 'x',
          amount: starterPrice,
          fee: 0n,
          paymentId: null,
          payloadHash: null,
        },
        signature,
        () => undefined,
      );
    expect(await claimCall(call)).toEqual({ kind: 'claimed' });
    expect((await till.buy(ag402('call'))).status).toBe(403);
    const pack = transferOf('package');
    till.show(pack);
    expect((await till.buy(ag402('package'))).status).toBe(201);
    expect(await claimCall(pack)).toMatchObject({ kind: 'known' });
  });

  test('after a restart too', async () => {
    const file = freshFile();
    const till = openPrepaidTill({ file });
    till.show(transferOf('a'));
    await till.buy(ag402('a'));
    await till.store.close();
    const again = openPrepaidTill({ file });
    again.clock.at += dayMs / 2;
    again.show(transferOf('a'));
    expect((await again.buy(ag402('a'))).status).toBe(403);
    expect(again.book.sums('shop', 0).packages).toBe(1);
  });
});

test('a credential that cannot be recorded is not sold, and the payment is not burnt', async () => {
  const till = openPrepaidTill();
  till.show(transferOf('a'));
  till.store.connection.db.exec('ALTER TABLE credits RENAME TO gone');
  expect((await till.buy(ag402('a'))).status).toBe(503);
  till.store.connection.db.exec('ALTER TABLE gone RENAME TO credits');
  expect((await till.buy(ag402('a'))).status).toBe(201);
});

test('a credential that fails to be written takes the claim with it', async () => {
  const till = openPrepaidTill();
  till.show(transferOf('a'));
  const failing = till.another({
    book: {
      ...till.book,
      issue() {
        throw new Error('no room');
      },
    },
  });
  expect((await purchase(failing, ag402('a'))).status).toBe(503);
  expect(till.store.settlements.get(transferOf('a').messageHash)).toBeNull();
  expect((await till.buy(ag402('a'))).status).toBe(201);
});

test('a chain that cannot be asked burns nothing', async () => {
  const till = openPrepaidTill();
  till.show(transferOf('a'));
  const failing = till.another({
    transfers: { ...till.transfers, lookUp: () => Promise.reject(new Error('no chain')) },
  });
  expect(await purchase(failing, ag402('a'))).toMatchObject({ status: 503, headers: { 'Retry-After': '2' } });
  expect((await till.buy(ag402('a'))).status).toBe(201);
});

test('so many purchases wait for the chain and no more, and one that the chain shows waits behind none', async () => {
  const till = openPrepaidTill();
  till.show(transferOf('paid'));
  const lookUp = async (signature: string) => till.chain.get(signature) ?? null;
  const desk = till.another({ transfers: { ...till.transfers, lookUp } });
  const first = Array.from({ length: 64 }, (_, i) => purchase(desk, ag402(`${i}`)));
  await new Promise((resolve) => setImmediate(resolve));
  expect(await purchase(desk, ag402('one more'))).toMatchObject({ status: 503 });
  expect((await purchase(desk, ag402('paid'))).status).toBe(201);
  till.clock.ticks += 60_000;
  expect(new Set((await Promise.all(first)).map(({ status }) => status))).toEqual(new Set([402]));
  expect((await purchase(till.another({}), ag402('one more'))).status).toBe(402);
});
