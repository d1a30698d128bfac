import { expect, test } from 'vitest';
import { matchesOrigin, normalOriginPattern } from '../../../src-main/policy/origin-pattern.ts';

test.for([
  ['https://API.Example.com', 'https://api.example.com'],
  ['https://api.example.com:443', 'https://api.example.com'],
  ['https://*.Bücher.example', 'https://*.xn--bcher-kva.example'],
  ['http://127.0.0.1:8080', 'http://127.0.0.1:8080'],
  ['https://example.com/path', null],
  ['https://user@example.com', null],
  ['https://*', null],
  ['https://*.127.0.0.1', null],
  ['https://*.*.example.com', null],
  ['https://a.*.example.com', null],
  ['ftp://example.com', null],
  ['example.com', null],
  ['', null],
] as const)('%s is kept as %s', ([typed, kept]) => {
  expect(normalOriginPattern(typed)).toBe(kept);
});

test('a wildcard stands for whole labels only, and not for none', () => {
  const matches = (origin: string) => matchesOrigin('https://*.example.com', origin);
  expect(['https://a.example.com', 'https://a.b.example.com'].map(matches)).toEqual([true, true]);
  const others = [
    'https://example.com',
    'https://badexample.com',
    'http://a.example.com',
    'https://a.example.com:8443',
  ];
  expect([...others, 'https://a.example.com.evil.test', 'https://.example.com'].filter(matches)).toEqual([]);
});
