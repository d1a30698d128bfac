import { describe, expect, test } from 'vitest';
import { requestIdOf } from '../../../src-main/payments/dialects/open402/buyer.ts';
import { type PayableOffer, readOffers } from '../../../src-main/payments/offers.ts';
import { networks } from '../../../src-shared/model/index.ts';

const { caip2: network, usdc } = networks.sandbox;
const payee = 'So11111111111111111111111111111111111111112';
const feePayer = 'EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v';

const v2Entry = (amount: string) => ({
  scheme: 'exact',
  network,
  amount,
  asset: usdc.mint,
  payTo: payee,
  maxTimeoutSeconds: 60,
  extra: { feePayer },
});
const v2 = (...amounts: string[]): string[] => [
  'PAYMENT-REQUIRED',
  Buffer.from(JSON.stringify({ x402Version: 2, resource: { url: 'x:/' }, accepts: amounts.map(v2Entry) })).toString(
    'base64',
  ),
];
const v1Entry = (changes: object = {}) => ({
  scheme: 'exact',
  network: 'solana-devnet',
  maxAmountRequired: '10000',
  asset: usdc.mint,
  payTo: payee,
  resource: 'http://seller.test/thing',
  description: '',
  mimeType: 'text/plain',
  outputSchema: null,
  maxTimeoutSeconds: 60,
  extra: { feePayer },
  ...changes,
});
const v1 = (accepts: readonly unknown[] = [v1Entry()]): Uint8Array =>
  Buffer.from(JSON.stringify({ x402Version: 1, error: 'pay first', accepts }));
const challenge = (changes: Readonly<Record<string, string>> = {}): string => {
  const fields = { chain: 'solana', token: 'USDC', amount: '0.01', address: payee, ...changes };
  return `x402 ${Object.entries(fields)
    .map(([name, value]) => `${name}="${value}"`)
    .join(' ')}`;
};
const open402 = (value = challenge()): string[] => ['WWW-Authenticate', value];

const read = (rawHeaders: readonly string[], body: Uint8Array | null = null) =>
  readOffers({ rawHeaders, body }, { network, usdc });
const offersOf = (rawHeaders: readonly string[], body: Uint8Array | null = null): readonly PayableOffer[] => {
  const found = read(rawHeaders, body);
  return found.kind === 'offers' ? found.offers : [];
};
const told = (rawHeaders: readonly string[], body: Uint8Array | null = null): string => {
  const found = read(rawHeaders, body);
  return found.kind === 'denied'
    ? found.reason
    : found.offers.map(({ dialect, amount }) => `${dialect} ${amount}`).join(', ');
};

describe('among several dialects', () => {
  const table: readonly [string, string[], Uint8Array | null, string][] = [
    ['v2 comes before open402 at one price', [...open402(), ...v2('10000')], null, 'x402-v2 10000, open402 10000'],
    ['v1 comes before open402 at one price', open402(), v1(), 'x402-v1 10000, open402 10000'],
    [
      'the cheaper open402 comes first',
      [...v2('10000'), ...open402(challenge({ amount: '0.009999' }))],
      null,
      'open402 9999, x402-v2 10000',
    ],
    ['v2 in the header hides v1 in the body', v2('10000'), v1([v1Entry({ maxAmountRequired: '1' })]), 'x402-v2 10000'],
    ['a v2 header that cannot be read hides v1 too', ['PAYMENT-REQUIRED', 'rubbish'], v1(), 'offer-malformed'],
    ['and does not hide open402', ['PAYMENT-REQUIRED', 'rubbish', ...open402()], null, 'open402 10000'],
    ['all of one header are sorted by price', v2('3', '1', '2'), null, 'x402-v2 1, x402-v2 2, x402-v2 3'],
    ['nothing at all is no offer', [], Buffer.from('{"error":"pay"}'), 'no-offer'],
    ['a challenge of another scheme is no offer', open402('Bearer realm="x402 chain"'), null, 'no-offer'],
    ['a challenge for another chain is unsupported', open402(challenge({ chain: 'base' })), null, 'offer-unsupported'],
    ['v1 for another network is unsupported', [], v1([v1Entry({ network: 'base' })]), 'offer-unsupported'],
  ];
  for (const [name, headers, body, wanted] of table) test(name, () => expect(told(headers, body)).toBe(wanted));
});

describe('v1', () => {
  test('an honest offer is read with everything that a payment needs', () => {
    expect(offersOf([], v1())).toMatchObject([
      {
        dialect: 'x402-v1',
        scheme: 'exact',
        network,
        asset: usdc.mint,
        amount: 10_000n,
        payTo: payee,
        feePayer,
        memo: null,
      },
    ]);
  });

  const skipped: readonly [string, object][] = [
    ['the name of another network', { network: 'solana' }],
    ['the CAIP-2 id, which v1 does not know', { network }],
    ['another scheme', { scheme: 'upto' }],
    ['another mint', { asset: networks.mainnet.usdc.mint }],
    ['an amount with a sign', { maxAmountRequired: '-10000' }],
    ['an amount as a number', { maxAmountRequired: 10000 }],
    ['no fee payer', { extra: null }],
    ['a payee that is no address', { payTo: 'seller' }],
  ];
  for (const [name, changes] of skipped) {
    test(`${name} is skipped, and the next offer is taken`, () => {
      expect(told([], v1([v1Entry(changes)]))).toBe('offer-unsupported');
      expect(told([], v1([v1Entry(changes), v1Entry()]))).toBe('x402-v1 10000');
    });
  }

  test('a body that was too long to look at, and one that is no JSON, hold no offer', () => {
    expect(told([], null)).toBe('no-offer');
    expect(told([], Buffer.from('"x402Version"'))).toBe('no-offer');
    expect(told([], v1().subarray(0, 60))).toBe('no-offer');
  });

  test('65 offers are not looked through', () => {
    expect(told([], v1(Array(65).fill(v1Entry())))).toBe('too-many-offers');
  });
});

describe('open402', () => {
  const amounts: readonly [string, bigint | null][] = [
    ['0.01', 10_000n],
    ['0.000001', 1n],
    ['0.0000010', 1n],
    ['1', 1_000_000n],
    ['12.345678', 12_345_678n],
    ['0.0000001', null],
    ['0.0100001', null],
    ['0', null],
    ['0.0', null],
    ['-0.01', null],
    ['+0.01', null],
    ['1e-2', null],
    ['1_0', null],
    ['.5', null],
    ['5.', null],
    ['01', null],
    [' 0.01', null],
    ['0,01', null],
    ['NaN', null],
    ['Infinity', null],
    ['99999999999999999999', null],
    ['999999999999.999999', 999_999_999_999_999_999n],
    ['9223372036854.775808', null],
  ];
  for (const [amount, wanted] of amounts) {
    test(`an amount of ${JSON.stringify(amount)} is ${wanted === null ? 'not paid' : `${wanted} units exactly`}`, () => {
      expect(offersOf(open402(challenge({ amount })))[0]?.amount ?? null).toBe(wanted);
    });
  }

  test('the token is USDC or its mint, and nothing else', () => {
    expect(told(open402(challenge({ token: usdc.mint })))).toBe('open402 10000');
    for (const token of ['usdc', 'USDT', 'SOL', networks.mainnet.usdc.mint])
      expect(told(open402(challenge({ token })))).toBe('offer-unsupported');
  });

  test('an address is one of 32 bytes', () => {
    for (const address of ['seller', `${payee}1`, `${payee.slice(0, -1)}0`])
      expect(told(open402(challenge({ address }))), address).toBe('offer-unsupported');
  });

  test('several challenges in one field or in several are each read for themselves', () => {
    const other = challenge({ chain: 'base', amount: '0.000001' });
    expect(told(open402(`${other}, ${challenge()}`))).toBe('open402 10000');
    expect(told(open402(`Bearer realm="a, x402 b", ${challenge()}, Basic realm="x"`))).toBe('open402 10000');
    expect(told([...open402(other), ...open402()])).toBe('open402 10000');
  });

  test('a challenge borrows nothing from its neighbours', () => {
    const withoutAddress = 'x402 chain="solana" token="USDC" amount="0.01"';
    expect(told(open402(`${withoutAddress}, Digest address="${payee}"`))).toBe('no-offer');
    expect(told(open402(`${challenge()}, Digest amount="9"`))).toBe('open402 10000');
  });

  test('more challenges than 16 KiB are not looked through', () => {
    const one = challenge();
    const most = Math.floor((16 * 1024) / one.length);
    expect(offersOf(Array(most).fill(open402(one)).flat())).toHaveLength(most);
    expect(
      told(
        Array(most + 1)
          .fill(open402(one))
          .flat(),
      ),
    ).toBe('no-offer');
  });

  test('a field of more than 8192 characters is not read', () => {
    expect(told(open402(challenge({ service_hash: 'a'.repeat(9_000) })))).toBe('no-offer');
  });
});

describe('a request id', () => {
  const request = { method: 'GET', url: 'http://a.test/b', queryHash: null, bodyHash: null };

  test('is 32 hex characters, the same whenever it is made again', () => {
    expect(requestIdOf('ord_1', request)).toMatch(/^[0-9a-f]{32}$/);
    expect(requestIdOf('ord_1', request)).toBe(requestIdOf('ord_1', { ...request }));
  });

  test('is another for every other order and every other request', () => {
    const others = [
      requestIdOf('ord_2', request),
      requestIdOf('ord_1', { ...request, method: 'POST' }),
      requestIdOf('ord_1', { ...request, url: 'http://a.test/c' }),
      requestIdOf('ord_1', { ...request, queryHash: 'aa' }),
      requestIdOf('ord_1', { ...request, bodyHash: 'aa' }),
    ];
    expect(new Set([requestIdOf('ord_1', request), ...others]).size).toBe(6);
  });
});

test('where money is real, an open402 challenge is no way to pay, and what stands beside it is', () => {
  const accept = { network, usdc, takesProofs: false };
  expect(readOffers({ rawHeaders: open402(), body: null }, accept)).toMatchObject({ reason: 'offer-unsupported' });
  const both = readOffers({ rawHeaders: [...v2('20000'), ...open402()], body: null }, accept);
  expect(both).toMatchObject({ kind: 'offers', offers: [{ dialect: 'x402-v2' }] });
});
