import { expect, test } from 'vitest';
import { targetOf } from '../../../src-main/base/http/target.ts';
import { createAnswerFields } from '../../../src-main/gateway/answer-fields.ts';

const shop = 'http://127.0.0.1:9000';
const shown = (target: string, name: string, value: string, basePath = ''): string | null => {
  const found = targetOf(target);
  if (found === null) throw new Error('no target');
  return createAnswerFields(found, basePath, shop).outgoing([name, value], [], false)[1] ?? null;
};

test.each([
  ['http://api.internal:8080', 'http://api.internal:8080/x', `${shop}/x`],
  ['http://api.internal:8080', 'http://API.Internal:8080/x', `${shop}/x`],
  ['http://api.internal', 'https://api.internal/x', `${shop}/x`],
  ['http://api.internal', 'http://api.internal:80/x', `${shop}/x`],
  ['http://127.0.0.1:11434', 'http://127.0.0.1:11434/x', `${shop}/x`],
  ['http://127.0.0.1:11434', 'http://localhost:11434/x', `${shop}/x`],
  ['http://localhost:11434', 'http://[::1]:11434/x', `${shop}/x`],
  ['http://127.0.0.1', 'http://localhost/x', `${shop}/x`],
  ['http://[::1]:11434', 'http://0.0.0.0:11434/x', `${shop}/x`],
])('before %s a Location of %s becomes %s', (target, value, expected) => {
  expect(shown(target, 'Location', value)).toBe(expected);
});

test.each([
  ['http://api.internal:8080', '//api.internal:8080/x'],
  ['http://api.internal:8080', 'https://API.internal/x'],
  ['http://api.internal:8080', 'http://api.internal:8080.evil/x'],
  ['http://127.0.0.1:11434', '//localhost:11434/x'],
])('before %s what names it otherwise, as %s, is left out', (target, value) => {
  for (const name of ['Location', 'Link', 'X-Debug']) expect(shown(target, name, value)).toBeNull();
});

test.each([
  ['http://api.internal:8080', 'http://elsewhere.test/x?api=1'],
  ['http://127.0.0.1:11434', 'http://127.0.0.1:9000/x'],
  ['http://127.0.0.1:11434', 'http://127.0.0.1:114340/x'],
  ['http://127.0.0.1', 'http://127.0.0.1:9000/x'],
  ['http://127.0.0.1:11434', '/next?at=11434'],
  ['http://example.test', 'http://cdn.example.test/x'],
])('before %s a Location of %s stays', (target, value) => {
  expect(shown(target, 'Location', value)).toBe(value);
});

test('an upstream with a name of one word keeps its header fields, and its name to itself', () => {
  const api = 'http://api:8080';
  expect(shown(api, 'Content-Type', 'application/vnd.api+json')).toBe('application/vnd.api+json');
  expect(shown(api, 'Link', '</api/2>; rel=next')).toBe('</api/2>; rel=next');
  expect(shown(api, 'Location', 'http://API:8080/x')).toBe(`${shop}/x`);
  expect(shown(api, 'Location', 'https://api/x')).toBeNull();
  expect(shown(api, 'X-Debug', 'at api:8080')).toBeNull();
});

test('the base path goes with the address', () => {
  expect(shown('http://localhost:11434', 'Location', 'http://127.0.0.1:11434/base/x', '/base')).toBe(`${shop}/x`);
  expect(shown('http://localhost:11434', 'Location', '/base/x', '/base')).toBe('/x');
});
