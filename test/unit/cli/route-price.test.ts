import { expect, test } from 'vitest';
import { toFreePath, toRoutePrice } from '../../../src-main/cli/route-price.ts';

test.each([
  ['GET /v1/* = 0.002', { method: 'GET', path: '/v1/*', price: '0.002' }],
  ['post /chat=$1', { method: 'POST', path: '/chat', price: '1' }],
  ['/health = 0', { method: '*', path: '/health', price: '0' }],
  ['* /x = 0.5', { method: '*', path: '/x', price: '0.5' }],
])('%s is a route with a price', (text, route) => {
  expect(toRoutePrice(text, [])).toEqual([route]);
});

test.each(['/v1', 'GET v1 = 1', 'GET /v1 = dear', '/a?b = 1', '/a = -1', '', '/a b = 1'])('%j is none', (text) => {
  expect(() => toRoutePrice(text, [])).toThrow();
});

test('options that are repeated add up', () => {
  const one = toRoutePrice('/a = 1', []);
  expect(toRoutePrice('/b = 2', one)).toHaveLength(2);
  expect(toFreePath('/health', ['/x'])).toEqual(['/x', '/health']);
  expect(() => toFreePath('health', [])).toThrow();
});
