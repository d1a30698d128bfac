import { describe, expect, test } from 'vitest';
import { facilitatorWish } from '../../../src-renderer/features/sell/facilitator-wish.ts';
import {
  eachCall,
  type PackageRow,
  packageRows,
  packagesOf,
} from '../../../src-renderer/features/sell/package-rows.ts';
import { refundProblem } from '../../../src-renderer/features/sell/refund-sum.ts';
import { lastDays, revenueSums } from '../../../src-renderer/features/sell/revenue-days.ts';
import {
  pathToBuy,
  type RouteRow,
  repeated,
  routesOf,
  rowProblems,
  rowsOf,
} from '../../../src-renderer/features/sell/route-rows.ts';
import {
  draftOf,
  draftProblems,
  emptyDraft,
  freeName,
  isShopName,
  nameFor,
  presetFor,
  wishOf,
} from '../../../src-renderer/features/sell/shop-draft.ts';
import {
  askedFor,
  callsText,
  canRefund,
  priceText,
  routeText,
  saleWords,
  spokenRevenue,
} from '../../../src-renderer/features/sell/shop-words.ts';
import { snippetsFor } from '../../../src-renderer/features/sell/snippets.ts';
import { typedPorts } from '../../../src-renderer/features/sell/typed-ports.ts';
import { prepaidPackage, routePrice, shopName } from '../../../src-shared/contract/index.ts';
import { shopWish } from '../../../src-shared/contract/selling.ts';

const row = (part: Partial<RouteRow>): RouteRow => ({
  key: part.key ?? 'a',
  method: 'GET',
  path: '/v1/*',
  price: '0.002',
  free: false,
  ...part,
});

describe('prices of their own', () => {
  test('go to the host as they were typed, and come back as the same rows', () => {
    const rows = [row({}), row({ key: 'b', method: '*', path: ' /health ', free: true, price: '' })];
    const routes = routesOf(rows);
    expect(routes).toEqual([
      { method: 'GET', path: '/v1/*', price: '0.002' },
      { method: '*', path: '/health', price: '0' },
    ]);
    for (const route of routes ?? []) expect(routePrice.safeParse(route).success).toBe(true);
    expect(routesOf(rowsOf(routes ?? []))).toEqual(routes);
  });

  test.each([
    ['no slash', { path: 'v1' }],
    ['a query', { path: '/v1?x=1' }],
    ['a fragment', { path: '/v1#x' }],
    ['a space', { path: '/v 1' }],
    ['no price', { price: '' }],
    ['words for a price', { price: 'cheap' }],
    ['nothing as a price without saying that it is free', { price: '0.00' }],
    ['a negative price', { price: '-1' }],
    ['more decimals than the money has', { price: '0.0000001' }],
  ])('are not sent with %s', (_, part) => {
    const bad = row(part);
    expect(routesOf([bad])).toBeNull();
    expect(Object.values(rowProblems(bad)).some((problem) => problem !== null)).toBe(true);
  });

  test('are not sent when two say the same requests: what they cost would be open', () => {
    const rows = [row({}), row({ key: 'b', path: ' /v1/*', price: '0.5' })];
    expect(routesOf(rows)).toBeNull();
    expect([...repeated(rows)]).toEqual(['b']);
    expect(routesOf([row({}), row({ key: 'b', method: 'POST' })])).toHaveLength(2);
  });

  test.each([
    ['the price of all', '0.01', [], 'GET', '/'],
    ['only routes', '0', [{ method: 'POST', path: '/v1/chat/*', price: '0.01' }], 'POST', '/v1/chat/'],
    [
      'a free route before a paid one',
      '0',
      [
        { method: '*', path: '/health', price: '0' },
        { method: '*', path: '/a', price: '1' },
      ],
      'GET',
      '/a',
    ],
  ])('tell what can be bought for a test: %s', (_, price, routes, method, path) => {
    expect(pathToBuy({ price, routes })).toEqual({ method, path });
  });
});

describe('packages', () => {
  const own: PackageRow = { key: 'a', id: null, name: 'Small', calls: '1,000', days: '30', price: '8' };

  test('keep the id they were sold under, and new ones get one of their own', () => {
    const sold = packageRows([{ id: 'p30d_1000', name: 'Standard', calls: 1000, days: 30, price: '8' }]);
    const packages = packagesOf([own, ...sold]);
    expect(packages?.map(({ id }) => id)).toEqual(['p30d_1000-2', 'p30d_1000']);
    for (const one of packages ?? []) expect(prepaidPackage.safeParse(one).success).toBe(true);
  });

  test.each([{ name: ' ' }, { calls: '0' }, { calls: '1.5' }, { days: '4000' }, { price: '0' }, { price: '' }])(
    'are not sent with %o',
    (part) => {
      expect(packagesOf([{ ...own, ...part }])).toBeNull();
    },
  );

  test('that save nobody anything are told as that', () => {
    expect(eachCall({ price: '1.5', calls: 100 }, '0.01')).toEqual({ price: '0.015000', cheaper: false });
    expect(eachCall({ price: '1', calls: 100 }, '0.01').cheaper).toBe(false);
    expect(eachCall({ price: '0.9', calls: 100 }, '0.01').cheaper).toBe(true);
    expect(eachCall({ price: '0.9', calls: 100 }, '0').cheaper).toBeNull();
  });
});

describe('a shop as it is typed', () => {
  const typed = { ...emptyDraft, target: ' http://127.0.0.1:11434 ', name: 'Llama' };

  test('goes to the host as the contract wants it', () => {
    const wish = wishOf({ ...typed, price: '1,50', port: '8000', prepaid: true, dialects: ['x402-v1'] });
    expect(wish).toEqual({
      name: 'Llama',
      target: 'http://127.0.0.1:11434/',
      price: '1.50',
      routes: [],
      port: 8000,
      description: '',
      prepaid: true,
      flow: 'after',
      dialects: ['x402-v1'],
    });
    expect(shopWish.safeParse(wish).success).toBe(true);
  });

  test('sells nothing for free by a slip: without a price there must be a route that has one', () => {
    expect(wishOf({ ...typed, price: '0' })).toBeNull();
    expect(wishOf({ ...typed, price: '0', routes: [row({ free: true, price: '' })] })).toBeNull();
    expect(wishOf({ ...typed, price: '0', routes: [row({})] })).not.toBeNull();
  });

  test.each([
    ['another scheme', { target: 'ftp://127.0.0.1' }, 'target'],
    ['no number', { price: 'free' }, 'price'],
    ['a name that the command line could not say', { name: 'a/b' }, 'name'],
    ['a port beyond all ports', { port: '70000' }, 'port'],
    ['no way to pay', { dialects: [] }, 'dialects'],
  ] as const)('is not sent with %s, and the field says why', (_, part, field) => {
    const draft = { ...typed, ...part };
    expect(wishOf(draft)).toBeNull();
    expect(draftProblems(draft)[field]).not.toBeNull();
  });

  test('is not sent with packages that are switched on and not there', () => {
    expect(wishOf({ ...typed, prepaid: true, packages: [] })).toBeNull();
    expect(wishOf({ ...typed, prepaid: false, packages: [] })).not.toBeNull();
  });

  test('an untouched shop is saved as what it was', () => {
    const shop: Parameters<typeof draftOf>[0] = {
      name: 'Llama',
      target: 'http://127.0.0.1:11434/',
      price: '0.01',
      routes: [{ method: '*', path: '/health', price: '0' }],
      gatewayUrl: 'http://127.0.0.1:4021',
      description: 'models',
      prepaid: true,
      packages: [{ id: 'mine', name: 'Mine', calls: 10, days: 3, price: '0.05' }],
      flow: 'upfront',
      dialects: ['x402-v2'],
    };
    const { gatewayUrl: _gatewayUrl, ...kept } = shop;
    expect(wishOf(draftOf(shop))).toEqual({ ...kept, port: 4021 });
  });

  test.each(['http://127.0.0.1:11434', 'https://api.example.com', 'http://[::1]:80/', 'http://_x.example/'])(
    'has a name that the host takes, made of %s',
    (url) => {
      const name = nameFor(new URL(url));
      expect(shopName.safeParse(name).success).toBe(true);
      expect(isShopName(name)).toBe(true);
    },
  );

  test('never takes the name of a shop that is there: that would change it', () => {
    const shops = [{ name: 'Ollama' }, { name: 'ollama 2' }];
    expect(presetFor({ kind: 'ollama' }, shops)).toEqual({ name: 'Ollama 3', price: '0.01' });
    const long = 'x'.repeat(40);
    expect(shopName.safeParse(freeName(long, [{ name: long }])).success).toBe(true);
  });
});

describe('ports to look at', () => {
  test.each([
    ['', []],
    ['3000, 8088 3000', [3000, 8088]],
    ['0', null],
    ['65536', null],
    ['80;x', null],
    [Array.from({ length: 33 }, (_, at) => at + 1).join(' '), null],
  ])('%j', (text, ports) => expect(typedPorts(text)).toEqual(ports));
});

describe('snippets', () => {
  const shop = {
    gatewayUrl: 'http://127.0.0.1:4021',
    price: '0',
    routes: [{ method: 'POST', path: "/it's/$(rm)/*", price: '0.01' }],
    network: 'solana:abc',
    dialects: ['x402-v2', 'open402'] as const,
  };
  const text = (id: string) =>
    snippetsFor({ ...shop, dialects: [...shop.dialects] }).find((one) => one.id === id)?.text ?? '';

  test('put an address into a shell as one word, whatever it says', () => {
    expect(text('curl')).toBe(`curl -i -X POST 'http://127.0.0.1:4021/it'\\''s/$(rm)/'`);
    expect(text('groat')).toBe(`groat pay 'http://127.0.0.1:4021/it'\\''s/$(rm)/' -X POST`);
  });

  test('put it into programs as a text of that language', () => {
    expect(text('javascript')).toContain(`payingFetch("http://127.0.0.1:4021/it's/$(rm)/", { method: "POST" })`);
    expect(text('javascript')).toContain('.register("solana:abc"');
    expect(text('python')).toContain(`client.request("POST", "http://127.0.0.1:4021/it's/$(rm)/")`);
  });

  test('say so where the shop does not take what they send', () => {
    const not = (dialects: ('x402-v2' | 'x402-v1' | 'open402')[]) =>
      snippetsFor({ ...shop, dialects }).flatMap((one) => (one.not === null ? [] : [one.id]));
    expect(not(['x402-v2', 'open402'])).toEqual([]);
    expect(not(['x402-v1'])).toEqual(['javascript', 'python']);
  });
});

describe('what is told of a shop', () => {
  test('only what happened', () => {
    expect(callsText({ paid: 1200, failed: 1 })).toBe('1,200 paid, 1 failed');
    expect(callsText({ paid: 0 })).toBe('No requests yet');
  });

  test('a price of nothing is not told where only some requests cost something', () => {
    const route = (price: string) => ({ method: '*', path: '/a', price });
    expect(priceText({ price: '0.01', routes: [] })).toBe('$0.01');
    expect(priceText({ price: '0', routes: [route('0.002'), route('0')] })).toBe('$0.002');
    expect(priceText({ price: '0.01', routes: [route('0.002'), route('10')] })).toBe('$0.002 to $10.00');
    expect(priceText({ price: '0', routes: [] })).toBe('Free');
  });

  test('patterns and addresses are told without what stands in every line', () => {
    expect(['*', '* *', '* /*', '', '* /v1/*', 'GET /v1/*', '/prepaid/purchase'].map(routeText)).toEqual([
      'Every other request',
      'Every other request',
      'Every other request',
      'Every other request',
      '/v1/*',
      'GET /v1/*',
      'Packages of calls',
    ]);
    expect(askedFor('http://127.0.0.1:4021/v1/models?x=1')).toBe('/v1/models?x=1');
    expect(askedFor('/v1/models')).toBe('/v1/models');
  });

  test('a sale counts as delivered only when the buyer got a whole answer', () => {
    expect(saleWords({ state: 'settled', delivery: 'complete', purpose: 'call' }).word).toBe('Sold');
    for (const delivery of ['none', 'cut', 'refused'] as const)
      expect(saleWords({ state: 'settled', delivery, purpose: 'call' }).tone).toBe('bad');
    expect(saleWords({ state: 'sending', delivery: 'complete', purpose: 'call' }).word).toBe('Not known yet');
    expect(saleWords({ state: 'failed', delivery: 'none', purpose: 'call' }).word).toBe('Not charged');
  });

  test('money is offered to be given back only where it came in and has not gone back', () => {
    const refund = (state: 'signed' | 'settled' | 'released') => ({ state, amount: '1', signature: 's', at: 0 });
    expect(canRefund({ state: 'settled', purpose: 'call', refund: null })).toBe(true);
    expect(canRefund({ state: 'settled', purpose: 'package', refund: null })).toBe(true);
    expect(canRefund({ state: 'settled', purpose: 'call', refund: refund('signed') })).toBe(false);
    expect(canRefund({ state: 'settled', purpose: 'call', refund: refund('settled') })).toBe(false);
    expect(canRefund({ state: 'sending', purpose: 'call', refund: null })).toBe(false);
    expect(canRefund({ state: 'claimed', purpose: 'call', refund: null })).toBe(false);
    expect(canRefund({ state: 'settled', purpose: 'facilitator', refund: null })).toBe(false);
  });

  test.each([
    ['0.01', null],
    ['0.005', null],
    ['0.010001', /At most/],
    ['0', /A sum/],
    ['', /A sum/],
  ])('no more goes back than came: %j', (text, problem) => {
    const said = refundProblem(text, '0.01');
    if (problem === null) expect(said).toBeNull();
    else expect(said).toMatch(problem);
  });

  test('the last 30 days have a place each, and days long ago none', () => {
    const now = Date.UTC(2026, 10, 21, 23, 59);
    const days = [
      { day: '2026-10-22', amount: '9', count: 9, calls: {} },
      { day: '2026-10-23', amount: '1.5', count: 3, calls: {} },
      { day: '2026-11-21', amount: '0.01', count: 1, calls: {} },
    ];
    const all = lastDays(days, now);
    expect(all).toHaveLength(30);
    expect(all[0]).toMatchObject({ amount: '1.5', count: 3 });
    expect(all.at(-1)).toMatchObject({ amount: '0.01' });
    expect(revenueSums(days, now).series[0]?.total).toBe('1.510000');
    expect(spokenRevenue(all.map(({ amount }) => amount))).toBe('$1.51 earned in the last 30 days, on 2 of them');
  });
});

test('the facilitator is not switched on without a ceiling', () => {
  const usual = { solPerDay: '0.01', perMinute: '120', port: '' };
  expect(facilitatorWish(usual).wish).toEqual({ solPerDay: '0.01', perMinute: 120, port: 0 });
  for (const part of [{ solPerDay: '' }, { solPerDay: '0' }, { solPerDay: '-1' }, { perMinute: '0' }, { port: '0' }])
    expect(facilitatorWish({ ...usual, ...part }).wish).toBeNull();
});
