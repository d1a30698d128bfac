import { describe, expect, test } from 'vitest';
import { usualPackages } from '../../../src-main/gateway/shop-plan.ts';
import { ownersPart, planOf, urlOf } from '../../../src-main/host/shop-terms.ts';
import type { ShopWish } from '../../../src-shared/contract/index.ts';
import { networks } from '../../../src-shared/model/index.ts';

const wish: ShopWish = { name: 'shop', target: 'http://127.0.0.1:9000/', price: '0.01' };
const till = 'CiDwVBFgWV9E5MvXWoLgnEgn2hK7rJikbvfWavzAQz3';
const other = 'GroatPayee1111111111111111111111111111111111';
const plan = (change: Partial<ShopWish> = {}, network = networks.sandbox) =>
  planOf({ ...wish, ...change }, null, network, 5);

describe('what a wish leaves out', () => {
  test('is the default for a new shop: loopback, any port, no credit, no open402 on mainnet', () => {
    expect(plan()).toMatchObject({
      host: '127.0.0.1',
      port: 0,
      packages: null,
      flow: 'after',
      payTo: null,
      open: true,
    });
    expect(plan().dialects).toContain('open402');
    expect(plan({}, networks.mainnet).dialects).toEqual(['x402-v2', 'x402-v1']);
  });

  test('is what the shop was, for one that is there already', () => {
    const before = plan({
      routes: [{ method: 'GET', path: '/a', price: '1' }],
      prepaid: true,
      limits: { bodyBytes: 7 },
      port: 15_000,
    });
    const after = planOf(
      { ...wish, price: '0.05', limits: { concurrency: 2 } },
      { ...before, open: false },
      networks.sandbox,
      9,
    );
    expect(after).toEqual({ ...before, price: '0.05', limits: { ...before.limits, concurrency: 2 }, open: true });
  });

  test('credit is sold by the usual tiers, and stops when that is said', () => {
    const sold = plan({ prepaid: true });
    expect(sold.packages).toEqual(usualPackages);
    expect(planOf({ ...wish, prepaid: false }, sold, networks.sandbox, 9).packages).toBeNull();
  });
});

test.each<[string, Partial<ShopWish>]>([
  ['nothing costs anything', { price: '0' }],
  ['nothing costs anything, routes too', { price: '0', routes: [{ method: '*', path: '/', price: '0' }] }],
  ['a route with two prices', { routes: ['1', '2'].map((price) => ({ method: 'GET', path: '/a', price })) }],
  ['no address to listen on', { host: 'example.com' }],
  ['a payee that is no address', { payTo: 'me' }],
  ['a target with a password', { target: 'http://me:secret@127.0.0.1:9000/' }],
  ['a target with a query', { target: 'http://127.0.0.1:9000/?key=1' }],
  ['a free package', { packages: [{ id: 'a', name: 'A', calls: 1, days: 1, price: '0' }] }],
  ['two packages of one id', { packages: [1, 2].map((calls) => ({ id: 'a', name: 'A', calls, days: 1, price: '1' })) }],
  ['prepaid without a package', { prepaid: true, packages: [] }],
  ['a price finer than the asset', { price: '0.0000001' }],
])('refuses %s', (_, change) => {
  expect(() => plan(change)).toThrow();
});

describe('off the sandbox the owner says', () => {
  const owners: readonly [string, Partial<ShopWish>][] = [
    ['who else is paid', { payTo: other }],
    ['who settles', { facilitator: 'https://facilitator.example' }],
    ['that other machines reach it', { host: '0.0.0.0' }],
  ];

  test.each(owners)('%s', (_, change) => {
    for (const network of [networks.devnet, networks.mainnet]) {
      const asked = plan(change, network);
      expect(ownersPart(asked, null, network, till)).toBeTypeOf('string');
      // What the owner has said stays said.
      expect(ownersPart({ ...asked, price: '9' }, asked, network, till)).toBeNull();
      expect(ownersPart(asked, plan({}, network), network, till)).toBeTypeOf('string');
    }
    expect(ownersPart(plan(change), null, networks.sandbox, till)).toBeNull();
  });

  test('who is paid, also when it becomes the till again', () => {
    const elsewhere = plan({ payTo: other }, networks.devnet);
    const back = planOf({ ...wish, payTo: null }, elsewhere, networks.devnet, 9);
    expect(ownersPart(back, elsewhere, networks.devnet, till)).toBeTypeOf('string');
    expect(ownersPart(plan({ payTo: till }, networks.devnet), null, networks.devnet, till)).toBeNull();
  });

  test('that mainnet takes open402', () => {
    const open = { dialects: ['x402-v2', 'open402'] } satisfies Partial<ShopWish>;
    expect(ownersPart(plan(open, networks.mainnet), null, networks.mainnet, till)).toBeTypeOf('string');
    expect(ownersPart(plan(open, networks.devnet), null, networks.devnet, till)).toBeNull();
    expect(ownersPart(plan({}, networks.mainnet), null, networks.mainnet, till)).toBeNull();
  });
});

test('an address of version 6 stands in brackets', () => {
  expect(urlOf({ host: '::1', port: 80 })).toBe('http://[::1]:80');
});
