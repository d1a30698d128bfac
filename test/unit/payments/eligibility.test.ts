import { describe, expect, test } from 'vitest';
import { refuseByRequest } from '../../../src-main/payments/eligibility.ts';
import { toAgentName } from '../../../src-shared/model/index.ts';

const reasonFor = (url: string, rawHeaders: readonly string[] = [], httpOrigins: readonly string[] = []) =>
  refuseByRequest(
    { agent: toAgentName('bot'), method: 'GET', url: new URL(url), rawHeaders },
    new Set(httpOrigins),
    () => false,
  )?.reason ?? 'payable';

describe('plain http is paid on this machine only, or where the owner listed it', () => {
  const table: readonly [string, string][] = [
    ['http://127.0.0.1:8080/x', 'payable'],
    ['http://127.8.9.1/x', 'payable'],
    ['http://localhost/x', 'payable'],
    ['http://LOCALHOST./x', 'insecure-origin'],
    ['http://[::1]:8080/x', 'payable'],
    ['https://api.example/x', 'payable'],
    ['http://api.example/x', 'insecure-origin'],
    ['http://127.0.0.1.nip.example/x', 'insecure-origin'],
    ['http://localhost.example/x', 'insecure-origin'],
    ['http://evil.example/127.0.0.1', 'insecure-origin'],
    ['http://127.0.0.1@evil.example/x', 'insecure-origin'],
    ['http://10.0.0.7/x', 'insecure-origin'],
    ['http://192.168.1.7/x', 'insecure-origin'],
    ['http://0.0.0.0/x', 'insecure-origin'],
    ['http://[::ffff:7f00:1]/x', 'insecure-origin'],
    ['http://[fe80::1]/x', 'insecure-origin'],
  ];
  for (const [url, outcome] of table) test(`${url} is ${outcome}`, () => expect(reasonFor(url)).toBe(outcome));

  test('a listed origin is one scheme, host and port', () => {
    const listed = ['http://api.lan:8080'];
    expect(reasonFor('http://api.lan:8080/x?y', [], listed)).toBe('payable');
    expect(reasonFor('http://api.lan/x', [], listed)).toBe('insecure-origin');
    expect(reasonFor('http://api.lan.example:8080/x', [], listed)).toBe('insecure-origin');
  });
});

describe('a request that carries a payment is somebody else’s to pay', () => {
  for (const name of ['PAYMENT-SIGNATURE', 'payment-signature', 'X-PAYMENT', 'x-payment']) {
    test(name, () =>
      expect(reasonFor('http://127.0.0.1/', ['Accept', '*/*', name, ''])).toBe('payment-header-present'),
    );
  }
  for (const [name, value] of [
    ['X-Prepaid-Credential', '{}'],
    ['Authorization', 'x402 tx_hash="a"'],
    ['authorization', 'X402 abc'],
  ] as const) {
    test(`${name}: ${value}`, () =>
      expect(reasonFor('http://127.0.0.1/', [name, value])).toBe('payment-header-present'));
  }
  test('an Authorization of another scheme is none', () =>
    expect(reasonFor('http://127.0.0.1/', ['Authorization', 'Bearer x402'])).not.toBe('payment-header-present'));
  test('and that is said first', () =>
    expect(reasonFor('http://api.example/', ['X-PAYMENT', 'x', 'Sec-Fetch-Site', 'none'])).toBe(
      'payment-header-present',
    ));
});

describe('a web page’s request is not paid', () => {
  const url = 'http://127.0.0.1:8080/x';
  const table: readonly [string, readonly string[], string][] = [
    ['Sec-Fetch-Site', ['Sec-Fetch-Site', 'same-origin'], 'browser-request'],
    ['another Origin', ['Origin', 'https://evil.example'], 'browser-request'],
    ['a hidden Origin', ['Origin', 'null'], 'browser-request'],
    ['another port’s Origin', ['Origin', 'http://127.0.0.1:8081'], 'browser-request'],
    ['an Origin behind the right one', ['Origin', 'http://127.0.0.1:8080', 'origin', 'null'], 'browser-request'],
    ['the target’s own Origin', ['Origin', 'http://127.0.0.1:8080'], 'payable'],
    ['Sec-Fetch-Mode alone, which Node’s fetch sends', ['Sec-Fetch-Mode', 'cors'], 'payable'],
  ];
  for (const [name, rawHeaders, outcome] of table) {
    test(`${name}: ${outcome}`, () => expect(reasonFor(url, rawHeaders)).toBe(outcome));
  }
});
