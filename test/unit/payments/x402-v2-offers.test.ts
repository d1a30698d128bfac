import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  claimedTransaction,
  paymentSignature,
  wantsPaymentId,
  type X402Offer,
} from '../../../src-main/payments/dialects/x402-v2/buyer.ts';
import { type OffersFound, readOffers as readAnyOffers } from '../../../src-main/payments/offers.ts';
import { type Denied, maxAtomic, networks } from '../../../src-shared/model/index.ts';

const { caip2: network, usdc } = networks.sandbox;
const accept = { network, usdc };
const readOffers = (rawHeaders: readonly string[], at = accept) => readAnyOffers({ rawHeaders, body: null }, at);
const payee = 'So11111111111111111111111111111111111111112';
const feePayer = 'EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v';

const entry = (changes: object = {}, extra: object = {}) => ({
  scheme: 'exact',
  network,
  amount: '10000',
  asset: usdc.mint,
  payTo: payee,
  maxTimeoutSeconds: 60,
  extra: { feePayer, ...extra },
  ...changes,
});
const required = (accepts: unknown = [entry()], changes: object = {}) => ({
  x402Version: 2,
  error: 'pay first',
  resource: { url: 'http://seller.test/thing' },
  accepts,
  ...changes,
});

const base64 = (text: string | Uint8Array) => Buffer.from(text).toString('base64');
const read = (header: string) => readOffers(['PAYMENT-REQUIRED', header], accept);
const readJson = (value: unknown) => read(base64(JSON.stringify(value)));
const reasonOf = (found: OffersFound | Denied) => (found.kind === 'denied' ? found.reason : found.kind);
const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`;
/** An honest 402 as text, so that a test can spoil it where JSON.stringify would not. */
const honest = JSON.stringify(required());

test('an honest offer is read with everything that a payment needs', () => {
  expect(readJson(required([entry({}, { memo: 'invoice 7' })]))).toMatchObject({
    kind: 'offers',
    offers: [
      { scheme: 'exact', network, asset: usdc.mint, amount: 10_000n, payTo: payee, feePayer, memo: 'invoice 7' },
    ],
  });
});

test('the header is found whatever its case, and is missing when it is missing', () => {
  expect(reasonOf(readOffers(['payment-required', base64(honest)], accept))).toBe('offers');
  expect(reasonOf(readOffers(['X-Payment-Required', base64(honest)], accept))).toBe('no-offer');
});

test('a header that is there twice is not chosen from', () => {
  const twice = ['PAYMENT-REQUIRED', base64(honest), 'Payment-Required', base64(honest)];
  expect(reasonOf(readOffers(twice, accept))).toBe('offer-malformed');
});

describe('a header that cannot be read is malformed', () => {
  // Padded to a multiple of three, so that only the alphabet differs.
  const withBothSpecials = base64(`${JSON.stringify(required([entry()], { error: '??>>~~' })).padEnd(600)}`);
  const table: readonly [string, string][] = [
    ['an empty one', ''],
    ['no base64', '!!!!'],
    ['base64 without its padding', base64(`${honest} `.padEnd(601)).replace(/=+$/, '')],
    ['base64 with a space in it', `${base64(honest).slice(0, 8)}    ${base64(honest).slice(8)}`],
    ['two headers joined by a comma', `${base64(honest)}, ${base64(honest)}`],
    ['base64url', withBothSpecials.replaceAll('+', '-').replaceAll('/', '_')],
    ['more padding than there is', `${base64(honest.padEnd(600))}====`],
    ['a byte that is no UTF-8', base64(Buffer.from(honest.replace('pay first', '\xff'), 'latin1'))],
    ['an overlong UTF-8 sequence', base64(Buffer.from(honest.replace('pay first', '\xc0\xaf'), 'latin1'))],
    ['half a document', base64(honest.slice(0, -1))],
    ['text behind the document', base64(`${honest}{}`)],
    ['JSON with NaN', base64(honest.replace('60', 'NaN'))],
    ['an array', base64(`[${honest}]`)],
    ['null', base64('null')],
    ['a number', base64('2')],
    ['version 1', base64(honest.replace('"x402Version":2', '"x402Version":1'))],
    ['version "2"', base64(honest.replace('"x402Version":2', '"x402Version":"2"'))],
    ['no version', base64(honest.replace('"x402Version":2,', ''))],
    ['no accepts', base64(JSON.stringify({ x402Version: 2, resource: { url: 'x' } }))],
    ['accepts that is an object', base64(JSON.stringify(required({ 0: entry(), length: 1 })))],
    ['accepts that is empty', base64(JSON.stringify(required([])))],
    ['a resource without its url', base64(JSON.stringify(required([entry()], { resource: {} })))],
    [
      'a resource whose url is longer than any',
      base64(JSON.stringify(required([entry()], { resource: { url: 'x'.repeat(5000) } }))),
    ],
    ['extensions that are a list', base64(JSON.stringify(required([entry()], { extensions: [] })))],
    ['an error that is an object', base64(JSON.stringify(required([entry()], { error: {} })))],
    ['200 levels of nesting', base64(honest.replace('"pay first"', nested(200)))],
    ['90 000 levels of nesting', base64(honest.replace('{"url"', `{"deep":${nested(90_000)},"url"`))],
    ['more than 256 KiB', base64(honest.padEnd(200 * 1024))],
  ];
  for (const [name, header] of table) test(name, () => expect(reasonOf(read(header))).toBe('offer-malformed'));

  test('while the same document in order is read', () => expect(reasonOf(read(withBothSpecials))).toBe('offers'));
});

describe('an offer that cannot be paid is skipped', () => {
  const amounts = [
    '-10000',
    '+10000',
    '0',
    '-0',
    '00',
    '010000',
    '1e4',
    '0x10',
    '10000.0',
    '0.01',
    'NaN',
    'Infinity',
    '',
    ' 10000',
    '10000 ',
    '10000\r\n',
    '１００００',
    '10_000',
    (2n ** 63n).toString(),
    (2n ** 64n).toString(),
    '9'.repeat(79),
    10_000,
    0.01,
    -1,
    0,
    null,
    true,
    ['10000'],
    {},
  ];
  const table: readonly [string, unknown][] = [
    ...amounts.map((amount): [string, unknown] => [`amount ${JSON.stringify(amount)}`, entry({ amount })]),
    ['no amount', entry({ amount: undefined })],
    ['another scheme', entry({ scheme: 'upto' })],
    ['the scheme in capitals', entry({ scheme: 'EXACT' })],
    ['another network', entry({ network: networks.mainnet.caip2 })],
    ['a pattern as network', entry({ network: 'solana:*' })],
    ['an EVM network', entry({ network: 'eip155:8453' })],
    ['another mint', entry({ asset: networks.mainnet.usdc.mint })],
    ['no payee', entry({ payTo: undefined })],
    ['a payee that is no base58', entry({ payTo: `0${payee.slice(1)}` })],
    ['a payee of 31 bytes', entry({ payTo: '1'.repeat(31) })],
    ['a payee of 33 bytes', entry({ payTo: `1${payee}` })],
    ['a payee with a line break', entry({ payTo: `${payee}\r\n` })],
    ['an EVM payee', entry({ payTo: '0x833589fCD6eDb6E08f4c7C32D4f71b54bdA02913' })],
    ['a payee that is a list', entry({ payTo: [payee] })],
    ['no extra', entry({ extra: undefined })],
    ['extra that is null', entry({ extra: null })],
    ['extra that is a list', entry({ extra: [feePayer] })],
    ['no fee payer', entry({ extra: {} })],
    ['a fee payer that is no base58', entry({}, { feePayer: 'not base58 0OIl' })],
    ['a fee payer that is a number', entry({}, { feePayer: 7 })],
    [
      'an inherited fee payer',
      JSON.parse(JSON.stringify(entry({ extra: { x: 1 } })).replace('"x":1', `"__proto__":{"feePayer":"${feePayer}"}`)),
    ],
    [
      'an inherited amount',
      JSON.parse(JSON.stringify(entry({ amount: undefined })).replace('{', '{"__proto__":{"amount":"1"},')),
    ],
    ['escrow', entry({}, { paymentFlow: 'escrow' })],
    ['a payment flow that is an object', entry({}, { paymentFlow: {} })],
    ['a memo of 257 bytes', entry({}, { memo: 'm'.repeat(257) })],
    ['a memo of 257 bytes in 129 characters', entry({}, { memo: `${'é'.repeat(128)}m` })],
    ['a memo that is a number', entry({}, { memo: 7 })],
    ['a time-out of 0', entry({ maxTimeoutSeconds: 0 })],
    ['a negative time-out', entry({ maxTimeoutSeconds: -1 })],
    ['a time-out of a week', entry({ maxTimeoutSeconds: 604_800 })],
    ['a time-out in words', entry({ maxTimeoutSeconds: '60' })],
    ['a time-out beyond all numbers', JSON.parse(JSON.stringify(entry()).replace('60', '1e400'))],
    ['what is too long to be sent back', entry({}, { note: 'x'.repeat(6000) })],
    ['what is too long to be sent back in UTF-8', entry({}, { note: '€'.repeat(2500) })],
    ['null', null],
    ['a string', 'exact'],
    ['a list', [entry()]],
  ];
  for (const [name, bad] of table) {
    test(`${name}: alone it is unsupported, and the good one beside it is taken`, () => {
      expect(reasonOf(readJson(required([bad])))).toBe('offer-unsupported');
      const found = readJson(required([bad, entry({ amount: '77' }), bad]));
      expect(found).toMatchObject({ kind: 'offers', offers: [{ amount: 77n, payTo: payee, feePayer }] });
    });
  }

  test('a resource that is too long to be sent back makes every offer unpayable', () => {
    const resource = { url: 'x'.repeat(4000), description: 'y'.repeat(4000) };
    expect(reasonOf(readJson(required([entry()], { resource })))).toBe('offer-unsupported');
  });
});

describe('an offer at the edge of what can be paid is read', () => {
  const table: readonly [string, object, object][] = [
    ['1', entry({ amount: '1' }), { amount: 1n }],
    ['2^63-1', entry({ amount: maxAtomic.toString() }), { amount: maxAtomic }],
    ['a memo of 256 bytes', entry({}, { memo: 'é'.repeat(128) }), { memo: 'é'.repeat(128) }],
    ['an empty memo, which is none', entry({}, { memo: '' }), { memo: null }],
    ['a memo with line breaks', entry({}, { memo: 'a\r\nX-Injected: 1' }), { memo: 'a\r\nX-Injected: 1' }],
    ['upfront', entry({}, { paymentFlow: 'upfront' }), { amount: 10_000n }],
    ['a time-out of a day', entry({ maxTimeoutSeconds: 86_400 }), { maxTimeoutSeconds: 86_400 }],
  ];
  for (const [name, offer, wanted] of table) {
    test(name, () => expect(readJson(required([offer]))).toMatchObject({ kind: 'offers', offers: [wanted] }));
  }
});

test('64 offers are looked through and 65 are not', () => {
  const bad = entry({ scheme: 'upto' });
  expect(reasonOf(readJson(required([...Array<unknown>(63).fill(bad), entry()])))).toBe('offers');
  expect(reasonOf(readJson(required([...Array<unknown>(64).fill(bad), entry()])))).toBe('too-many-offers');
  expect(reasonOf(readJson(required(Array<unknown>(1000).fill(1))))).toBe('too-many-offers');
});

test('what is sent back holds the offer, the resource and the extensions whole, unknown fields too', () => {
  const offered = required([entry({ sku: { size: 'L' } }, { memo: 'm\r\nn', note: [1, { deep: null }] })], {
    resource: { url: 'mcp://tool/x', description: 'line\r\nbreak', tags: ['a'] },
    extensions: { bazaar: { info: { x: 1 }, schema: { y: [2] } } },
    unknown: 'stays with the seller',
  });
  const found = readJson(offered);
  if (found.kind === 'denied') throw new Error(found.detail);
  const [offer] = found.offers;
  if (offer?.dialect !== 'x402-v2') throw new Error('no offer');
  const header = paymentSignature(offer, Uint8Array.of(1, 2, 3), null);
  expect(header).toMatch(/^[A-Za-z0-9+/]+={0,2}$/);
  expect(JSON.parse(Buffer.from(header, 'base64').toString('utf8'))).toEqual({
    x402Version: 2,
    resource: offered.resource,
    accepted: entry({ sku: { size: 'L' } }, { memo: 'm\r\nn', note: [1, { deep: null }] }),
    payload: { transaction: 'AQID' },
    extensions: { bazaar: { info: { x: 1 }, schema: { y: [2] } } },
  });
});

describe('a payment-identifier', () => {
  const offerWith = (extension: unknown): X402Offer => {
    const found = readJson(
      required([entry()], { extensions: { 'payment-identifier': extension, other: { info: 1 } } }),
    );
    const offer = found.kind === 'offers' ? found.offers[0] : undefined;
    if (offer?.dialect !== 'x402-v2') throw new Error('no offer');
    return offer;
  };
  const id = `pay_${'0'.repeat(32)}`;
  const echoed = (offer: X402Offer): unknown =>
    JSON.parse(Buffer.from(paymentSignature(offer, new Uint8Array(1), id), 'base64').toString('utf8')).extensions;

  test('is added to what the seller advertised, and nothing of that is changed', () => {
    const offer = offerWith({ info: { required: true, more: [1] }, schema: { x: 1 } });
    expect(wantsPaymentId(offer)).toBe(true);
    expect(echoed(offer)).toEqual({
      'payment-identifier': { info: { required: true, more: [1], id }, schema: { x: 1 } },
      other: { info: 1 },
    });
  });

  test('is not put where the seller did not ask for one, or has put its own', () => {
    for (const extension of [null, 'x', [], {}, { info: null }, { info: { required: true, id: 'the sellers own' } }]) {
      const offer = offerWith(extension);
      expect(wantsPaymentId(offer), JSON.stringify(extension)).toBe(false);
      expect(echoed(offer)).toEqual({ 'payment-identifier': extension, other: { info: 1 } });
    }
  });
});

test('a __proto__ in an offer changes no object’s prototype', () => {
  const spoiled = honest
    .replace('{"scheme"', '{"__proto__":{"polluted":1},"scheme"')
    .replace('{', '{"__proto__":{"polluted":1},');
  expect(reasonOf(read(base64(spoiled)))).toBe('offers');
  expect(Reflect.get({}, 'polluted')).toBeUndefined();
});

describe('a seller’s word on its transaction', () => {
  const claimed = (value: unknown) => claimedTransaction(['PAYMENT-RESPONSE', base64(JSON.stringify(value))]);
  const signature = '5'.repeat(88);

  test('is taken as a hint when it has the shape of one', () => {
    expect(claimed({ success: true, transaction: signature, network })).toBe(signature);
    expect(claimed({ success: false, transaction: signature, network, errorReason: 'x' })).toBe(signature);
  });

  test('is nothing when it has not', () => {
    for (const transaction of ['', '0x12', `${signature}5`, `${signature.slice(1)}\n`, 7, null]) {
      expect(claimed({ success: true, transaction, network })).toBeNull();
    }
    expect(claimed([])).toBeNull();
    expect(claimedTransaction(['PAYMENT-RESPONSE', '%%%'])).toBeNull();
    expect(claimedTransaction([])).toBeNull();
  });
});

describe('fuzz', () => {
  /** An honest 402 with some of its fields replaced by anything. */
  const strange = fc.oneof(
    fc.json({ maxDepth: 6 }).map((text): unknown => JSON.parse(text)),
    fc.constantFrom<unknown>('10000', '1', '-1', '18446744073709551616', 'exact', network, usdc.mint, payee, null, 2),
    fc.string({ unit: 'binary' }),
    fc.bigInt().map(String),
  );
  const keys = ['scheme', 'network', 'amount', 'asset', 'payTo', 'maxTimeoutSeconds', 'extra', '__proto__', 'other'];
  const someEntry = fc
    .tuple(
      fc.dictionary(fc.constantFrom(...keys), strange, { maxKeys: 3 }),
      fc.dictionary(fc.constantFrom('feePayer', 'memo', 'paymentFlow', 'x'), strange, { maxKeys: 2 }),
    )
    .map(([changes, extra]) => entry(changes, extra));
  const some402 = fc
    .tuple(
      fc.array(fc.oneof(someEntry, strange), { maxLength: 5 }),
      fc.dictionary(fc.constantFrom('resource', 'extensions', 'error', 'x402Version', 'x'), strange, { maxKeys: 1 }),
    )
    .map(([accepts, changes]) => required(accepts, changes));

  const holds = (header: string): string => {
    const found = read(header);
    if (found.kind === 'denied') return found.reason;
    expect(found.offers.length).toBeGreaterThan(0);
    for (const offer of found.offers) {
      if (offer.dialect !== 'x402-v2') throw new Error(`an offer of ${offer.dialect}`);
      expect(typeof offer.amount).toBe('bigint');
      expect(offer.amount >= 1n && offer.amount <= maxAtomic).toBe(true);
      expect(offer.accepted.amount).toBe(offer.amount.toString());
      expect([offer.scheme, offer.network, offer.asset]).toEqual(['exact', network, usdc.mint]);
      for (const address of [offer.payTo, offer.feePayer]) expect(bytesOfBase58(address)).toBe(32);
      expect(offer.memo === null || Buffer.byteLength(offer.memo) <= 256).toBe(true);
      expect(paymentSignature(offer, new Uint8Array(1232), `pay_${'0'.repeat(32)}`).length).toBeLessThan(16 * 1024);
    }
    return found.kind;
  };

  test('whatever JSON stands in the header, nothing is thrown and no offer is out of bounds', () => {
    const outcomes = new Set<string>();
    fc.assert(
      fc.property(some402, (value) => {
        outcomes.add(holds(base64(JSON.stringify(value))));
      }),
      { numRuns: 3000 },
    );
    // The generator reaches past the first check, or it would prove nothing.
    expect(outcomes).toContain('offers');
    expect(outcomes).toContain('offer-unsupported');
  });

  test('whatever bytes stand in the header, nothing is thrown', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (header) => void holds(header)),
      { numRuns: 1000 },
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => void holds(base64(bytes))),
      { numRuns: 1000 },
    );
  });

  test('an honest header with any one byte changed is read or refused, never thrown at', () => {
    fc.assert(
      fc.property(fc.nat({ max: honest.length - 1 }), fc.integer({ min: 0, max: 255 }), (at, byte) => {
        const bytes = Buffer.from(honest);
        bytes[at] = byte;
        holds(base64(bytes));
      }),
      { numRuns: 1000 },
    );
  });
});

/** Apart from the code under test: digits to a number, and the leading ones as zero bytes. */
function bytesOfBase58(text: string): number {
  const alphabet = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';
  let value = 0n;
  for (const letter of text) {
    const digit = alphabet.indexOf(letter);
    if (digit < 0) return -1;
    value = value * 58n + BigInt(digit);
  }
  const leading = /^1*/.exec(text)?.[0].length ?? 0;
  return leading + (value === 0n ? 0 : Math.ceil(value.toString(16).length / 2));
}
