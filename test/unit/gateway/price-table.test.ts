import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createPriceTable } from '../../../src-main/gateway/price-table.ts';
import { readRequestPath } from '../../../src-main/gateway/request-path.ts';
import { parseDecimal } from '../../../src-shared/model/index.ts';

const amount = (text: string) => parseDecimal(text, 6);
const table = (rows: readonly string[], price = '1') =>
  createPriceTable(
    rows.map((row) => {
      const [method = '', path = '', , price = ''] = row.split(' ');
      return { method, path, price };
    }),
    amount(price),
    amount,
  );
const priced = (rows: readonly string[], method: string, url: string): string => {
  const path = readRequestPath(url);
  return path === null ? 'refused' : table(rows).find(method, path.text).pattern;
};

describe('the row that names a request best is its price', () => {
  const rows = ['* /v1/* = 0.2', 'GET /v1/* = 0.1', '* /v1/models = 0', 'GET /v1/*/x = 0.3', 'POST /a*b*c = 0.5'];
  test.each([
    ['GET', '/v1/chat', '/v1/*'],
    ['GET', '/v1/models', '/v1/models'],
    ['GET', '/v1/models?x=/v1/chat', '/v1/models'],
    ['POST', '/a-b-c', '/a*b*c'],
    ['POST', '/abcc', '/a*b*c'],
    ['POST', '/ac', '/*'],
    ['GET', '/other', '/*'],
    ['GET', '/', '/*'],
  ])('%s %s', (method, url, pattern) => {
    expect(priced(rows, method, url)).toBe(pattern);
  });
  test('one with a method goes before one without', () => {
    const found = table(rows).find('GET', '/v1/chat');
    expect([found.method, found.price]).toEqual(['GET', amount('0.1')]);
  });
});

describe('no spelling of a paid path is free', () => {
  const rows = ['* /* = 0', '* /paid = 1', '* /deep/paid/* = 2'];
  test.each([
    '/paid',
    '//paid',
    '/./paid',
    '/x/../paid',
    '/x/%2e%2E/paid',
    '/%70aid',
    '/%50aid',
    '/PAID',
    '/paid/',
    '/paid//',
    '/paid/.',
    '/paid;x=1',
    '/;a/../paid',
    'http://elsewhere/paid',
    '/deep/PAID/x',
    '/deep//paid/x',
    '/deep;a=b/paid/x',
  ])('%s', (url) => {
    expect(['/paid', '/deep/paid/*']).toContain(priced(rows, 'GET', url));
  });
  test.each([
    '/x%2f..%2fpaid',
    '/PAID%2F',
    '/x/..;/paid',
    '/x/%2e%2e;a/paid',
    '/x\\..\\paid',
    '/paid%00',
    '/paid%',
    '/p%zzaid',
    'paid',
    '/paid#x',
    '/x?a#b',
    '*',
  ])('%s has no price at all', (url) => {
    expect(priced(rows, 'GET', url)).toBe('refused');
  });
});

test('HEAD costs what GET does: many servers do the same work for it', () => {
  expect(priced(['GET /paid = 2'], 'HEAD', '/paid')).toBe('/paid');
});

test('what is forwarded is what was priced: reading it again changes nothing', () => {
  const piece = fc.constantFrom(
    '/',
    '.',
    '..',
    '%2e',
    '%2E',
    '%41',
    'a',
    'B',
    ';',
    '%20',
    ' ',
    '"',
    '\u00e9',
    '%c3',
    '~',
    '*',
    '?',
    '%3f',
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
      const read = readRequestPath(`/${pieces.join('')}`);
      fc.pre(read !== null);
      const again = readRequestPath(read.path + read.query);
      expect(again).toEqual(read);
      expect(read.path + read.query).toMatch(/^\/[\x21-\x7e]*$/);
      expect(read.path).not.toMatch(/\/\/|\/\.\.?(?:\/|$)/);
    }),
    { numRuns: 2000 },
  );
});

test('a hostile path against a hostile pattern takes no more than a moment', () => {
  const stars = `* /${'a*'.repeat(100)}b = 0`;
  expect(priced([stars], 'GET', `/${'a'.repeat(60_000)}`)).toBe('/*');
});
