import { describe, expect, test } from 'vitest';
import { readRequestHead } from '../../../src-main/proxy/request-head.ts';
import { TargetReader } from '../../../src-main/proxy/target.ts';

describe('a request head', () => {
  test('loses the hop-by-hop fields, in any case, and those that Connection lists', () => {
    const head = readRequestHead([
      ...['Connection', 'close, X-One'],
      ...['connection', 'x-two'],
      ...['X-ONE', '1'],
      ...['x-Two', '2'],
      ...['X-Three', '3'],
      ...['HOST', 'evil'],
      ...['proxy-CONNECTION', 'close'],
      ...['Keep-Alive', '1'],
      ...['upgrade', 'h2c'],
      ...['HTTP2-Settings', 'AAMAAABkAAQAAP__'],
      ...['Groat-Reason', 'x'],
    ]);
    expect(head).toEqual({ credential: null, body: 'none', lines: 'X-Three: 3\r\n' });
  });

  test('keeps its framing even if Connection lists it', () => {
    expect(readRequestHead(['Connection', 'content-length', 'Content-Length', '5'])).toMatchObject({
      body: 'length',
      lines: 'Content-Length: 5\r\n',
    });
  });

  test('announces trailers only with a chunked body', () => {
    expect(readRequestHead(['Trailer', 'X'])?.lines).toBe('');
    expect(readRequestHead(['Trailer', 'X', 'Transfer-Encoding', 'chunked'])?.lines).toBe(
      'Transfer-Encoding: chunked\r\nTrailer: X\r\n',
    );
  });

  test('shows its credential to us and to nobody else', () => {
    expect(readRequestHead(['proxy-authorization', 'Basic x'])).toEqual({
      credential: 'Basic x',
      body: 'none',
      lines: '',
    });
  });

  test.each(['gzip', 'gzip, chunked', 'identity', ''])('is refused with the transfer coding %j', (coding) => {
    expect(readRequestHead(['Transfer-Encoding', coding])).toBeNull();
  });
});

describe('a target', () => {
  const targets = new TargetReader();

  test.each([
    ['http://h/a/../b?c#', null],
    ['http://H:80/a/../b?c=%2e', ['http://h:80', 'h', '/a/../b?c=%2e']],
    ['HTTPS://h', ['https://h:443', 'h', '/']],
    ['https://h:444?q', ['https://h:444', 'h:444', '/?q']],
    ['http://[::1]:8080//x', ['http://[::1]:8080', '[::1]:8080', '//x']],
    ['http://127.1/', ['http://127.0.0.1:80', '127.0.0.1', '/']],
    ['http://u@h/', null],
    ['http://h\\@i/', null],
    ['http:///', null],
    ['http://h:0/', null],
    ['http://h:65536/', null],
    ['http://\xe4/', null],
    ['ftp://h/', null],
    ['//h/', null],
    ['h:80', null],
  ])('%s', (url, expected) => {
    const found = targets.absolute(url, 'GET');
    expect(found && [found.target.origin, found.target.host, found.path]).toEqual(expected);
  });

  test('without a path is the server itself for OPTIONS', () => {
    expect(targets.absolute('http://h', 'OPTIONS')?.path).toBe('*');
  });

  test.each([
    ['h:443', 'http://h:443'],
    ['[::1]:443', 'http://[::1]:443'],
    ['h', undefined],
    ['h:', undefined],
    ['h:0', undefined],
    ['h:70000', undefined],
    ['u@h:1', undefined],
    ['h:1/x', undefined],
    ['::1:443', undefined],
  ])('of a CONNECT: %s', (text, origin) => {
    expect(targets.authority(text)?.origin).toBe(origin);
  });
});
