import { describe, expect, test } from 'vitest';
import { parseResponseHead } from '../../../../src-main/base/http/upstream/response-head.ts';

const head = (...lines: string[]): string => lines.join('\r\n');

describe('refuses a head that two readers could read differently', () => {
  test.each([
    ['another protocol', head('ICY 200 OK')],
    ['HTTP/2', head('HTTP/2 200')],
    ['HTTP/1.10', head('HTTP/1.10 200 OK')],
    ['lower case', head('http/1.1 200 OK')],
    ['two spaces', head('HTTP/1.1  200 OK')],
    ['a status of two digits', head('HTTP/1.1 20 OK')],
    ['a status of four digits', head('HTTP/1.1 2000 OK')],
    ['a status below 100', head('HTTP/1.1 099 OK')],
    ['an empty line first', head('', 'HTTP/1.1 200 OK')],
    ['a space before the colon', head('HTTP/1.1 200 OK', 'Content-Length : 5')],
    ['a space in a name', head('HTTP/1.1 200 OK', 'Content Length: 5')],
    ['an empty name', head('HTTP/1.1 200 OK', ': 5')],
    ['no colon', head('HTTP/1.1 200 OK', 'Content-Length 5')],
    ['a colon on the next line only', head('HTTP/1.1 200 OK', 'Content-Length', 'X: 5')],
    ['a folded field', head('HTTP/1.1 200 OK', 'X: a', '\tb')],
    ['a bare LF', head('HTTP/1.1 200 OK', 'X: a\nContent-Length: 5')],
    ['a bare CR', head('HTTP/1.1 200 OK', 'X: a\rContent-Length: 5')],
    ['a CR at the end', head('HTTP/1.1 200 OK', 'X: a\r')],
    ['a NUL', head('HTTP/1.1 200 OK', 'X: a\0b')],
    ['a control character in the reason', head('HTTP/1.1 200 O\x07K')],
    ['a DEL', head('HTTP/1.1 200 OK', 'X: \x7f')],
    ['a name beyond ASCII', head('HTTP/1.1 200 OK', 'X-\xe4: 1')],
    ['two lengths', head('HTTP/1.1 200 OK', 'Content-Length: 5', 'Content-Length: 6')],
    ['the same length twice', head('HTTP/1.1 200 OK', 'Content-Length: 5', 'content-length: 5')],
    ['a list of lengths', head('HTTP/1.1 200 OK', 'Content-Length: 5, 5')],
    ['a signed length', head('HTTP/1.1 200 OK', 'Content-Length: +5')],
    ['a negative length', head('HTTP/1.1 200 OK', 'Content-Length: -5')],
    ['a hexadecimal length', head('HTTP/1.1 200 OK', 'Content-Length: 0x5')],
    ['an empty length', head('HTTP/1.1 200 OK', 'Content-Length:')],
    ['a length beyond reason', head('HTTP/1.1 200 OK', 'Content-Length: 9999999999999999')],
    ['length and chunks', head('HTTP/1.1 200 OK', 'Content-Length: 5', 'Transfer-Encoding: chunked')],
    ['chunks and length', head('HTTP/1.1 200 OK', 'Transfer-Encoding: chunked', 'Content-Length: 5')],
    ['chunks twice', head('HTTP/1.1 200 OK', 'Transfer-Encoding: chunked', 'Transfer-Encoding: chunked')],
    ['another coding', head('HTTP/1.1 200 OK', 'Transfer-Encoding: gzip, chunked')],
    ['chunks and identity', head('HTTP/1.1 200 OK', 'Transfer-Encoding: chunked, identity')],
    ['a coding that looks like chunks', head('HTTP/1.1 200 OK', 'Transfer-Encoding: \x0bchunked')],
    ['chunks in HTTP/1.0', head('HTTP/1.0 200 OK', 'Transfer-Encoding: chunked')],
    ['too many fields', head('HTTP/1.1 200 OK', ...Array.from({ length: 1001 }, () => 'X: 1'))],
  ])('%s', (_what, text) => {
    expect(typeof parseResponseHead(text, 'GET')).toBe('string');
  });
});

describe('frames the body by the rules of RFC 9112, section 6.3', () => {
  test.each([
    ['GET', head('HTTP/1.1 200 OK', 'Content-Length: 5'), 'length', 5, true],
    ['GET', head('HTTP/1.1 200 OK', 'Content-Length: 0'), 'none', 0, true],
    ['GET', head('HTTP/1.1 200 OK', 'transfer-encoding: Chunked'), 'chunked', 0, true],
    ['GET', head('HTTP/1.1 200 OK'), 'close', 0, false],
    ['GET', head('HTTP/1.1 200'), 'close', 0, false],
    ['HEAD', head('HTTP/1.1 200 OK', 'Content-Length: 5'), 'none', 0, true],
    ['HEAD', head('HTTP/1.1 200 OK', 'Transfer-Encoding: chunked'), 'none', 0, true],
    ['GET', head('HTTP/1.1 204 No Content', 'Content-Length: 5'), 'none', 0, true],
    ['GET', head('HTTP/1.1 304 Not Modified', 'Content-Length: 5'), 'none', 0, true],
    ['GET', head('HTTP/1.1 200 OK', 'Connection: Close', 'Content-Length: 5'), 'length', 5, false],
    ['GET', head('HTTP/1.1 200 OK', 'Connection: x , close', 'Content-Length: 5'), 'length', 5, false],
    ['GET', head('HTTP/1.0 200 OK', 'Content-Length: 5'), 'length', 5, false],
    ['GET', head('HTTP/1.0 200 OK', 'Connection: keep-alive', 'Content-Length: 5'), 'length', 5, true],
  ])('%s %j', (method, text, framing, length, keepAlive) => {
    expect(parseResponseHead(text, method)).toMatchObject({ framing, length, keepAlive });
  });
});

test('keeps end-to-end fields as they came and drops the others', () => {
  const parsed = parseResponseHead(
    head(
      'HTTP/1.1 200 OK',
      'b: 1',
      'A:\t 2 \t',
      'B:',
      'Connection: b-hop, content-length',
      'B-Hop: 1',
      'Keep-Alive: timeout=7, max=3',
      'Groat-Decision: granted',
      'gRoAt-x: 1',
      'Trailer: Z',
      'Proxy-Authenticate: Basic',
      'Content-Length: 5',
      'X: \xa0\xff',
    ),
    'GET',
  );
  expect(parsed).toMatchObject({
    rawHeaders: ['b', '1', 'A', '2', 'B', '', 'Content-Length', '5', 'X', '\xa0\xff'],
    keepAliveMs: 7000,
  });
});
