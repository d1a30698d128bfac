import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { AnswerSink } from '../../../../src-main/base/http/upstream/answer-sink.ts';
import { ResponseReader } from '../../../../src-main/base/http/upstream/response-reader.ts';

interface Seen {
  readonly statuses: readonly number[];
  readonly body: string;
  readonly end: readonly string[] | string | null;
  readonly reusable: boolean;
}

/** Reads `bytes` in pieces that end at the given places, then the end of the connection if `closed`. */
function read(bytes: string, cuts: readonly number[], closed: boolean, method = 'GET'): Seen {
  const statuses: number[] = [];
  const body: Buffer[] = [];
  let end: readonly string[] | string | null = null;
  const refuseTwice = (): void => {
    if (end !== null) throw new Error('an event after the end');
  };
  const sink: AnswerSink = {
    head: (head) => {
      refuseTwice();
      statuses.push(head.status);
    },
    data: (chunk) => {
      refuseTwice();
      expect(chunk.length).toBeGreaterThan(0);
      body.push(chunk);
    },
    end: (last, trailers) => {
      refuseTwice();
      if (last !== null) body.push(last);
      end = trailers;
    },
    broken: (why) => {
      refuseTwice();
      end = why;
    },
  };
  const reader = new ResponseReader();
  reader.begin(method, sink);
  const whole = Buffer.from(bytes, 'latin1');
  const places = [...new Set([...cuts.map((cut) => cut % (whole.length + 1)), whole.length])].sort((a, b) => a - b);
  let from = 0;
  for (const to of places) {
    if (to > from) reader.push(Buffer.from(whole.subarray(from, to)));
    from = to;
  }
  if (closed && !reader.idle) reader.finish();
  return { statuses, body: Buffer.concat(body).toString('latin1'), end, reusable: reader.reusable };
}

const everyByte = (bytes: string): number[] => Array.from({ length: bytes.length }, (_, i) => i);

const whole: readonly (readonly [string, string, string, boolean])[] = [
  ['a length', 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello', 'hello', true],
  [
    'chunks',
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n02 ;x="y"\r\nlo\r\n0\r\n\r\n',
    'hello',
    true,
  ],
  [
    'trailers',
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nA;b\r\n0123456789\r\n0\r\nT: 1\r\nHost: x\r\n\r\n',
    '0123456789',
    true,
  ],
  ['no body', 'HTTP/1.1 204 No Content\r\n\r\n', '', true],
  [
    'interim answers',
    'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early\r\nLink: x\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx',
    'x',
    true,
  ],
  ['the end of the connection', 'HTTP/1.1 200 OK\r\n\r\nhello', 'hello', false],
  ['surplus after a length', 'HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nxHTTP/1.1 200 OK\r\n\r\n', 'x', false],
  [
    'surplus after chunks',
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n0\r\n\r\n',
    'x',
    false,
  ],
  ['surplus after no body', 'HTTP/1.1 304 Not Modified\r\n\r\nx', '', false],
];

describe('reads an answer the same in whatever pieces it comes', () => {
  test.each(whole)('%s', (_what, bytes, body, reusable) => {
    const once = read(bytes, [], true);
    expect(once).toMatchObject({ body, reusable });
    expect(once.statuses).toHaveLength(1);
    expect(Array.isArray(once.end)).toBe(true);
    expect(read(bytes, everyByte(bytes), true)).toEqual(once);
    fc.assert(
      fc.property(fc.array(fc.nat(), { maxLength: 8 }), (cuts) => {
        expect(read(bytes, cuts, true)).toEqual(once);
      }),
    );
  });

  test('any body in any chunks', () => {
    const chunk = fc.string({ unit: 'binary-ascii', minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(fc.array(chunk), fc.array(fc.nat()), (chunks, cuts) => {
        const coded = chunks.map((part) => `${part.length.toString(16)}\r\n${part}\r\n`).join('');
        const bytes = `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${coded}0\r\n\r\n`;
        expect(read(bytes, cuts, false)).toMatchObject({ body: chunks.join(''), end: [], reusable: true });
      }),
    );
  });

  test('and never throws, whatever comes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary-ascii' }), fc.array(fc.nat()), (noise, cuts) => {
        for (const start of ['', 'HTTP/1.1 200 OK\r\n', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n']) {
          expect(read(start + noise, cuts, true).end).not.toBeNull();
        }
      }),
    );
  });
});

describe('says that an answer is broken', () => {
  const chunked = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n';
  test.each([
    ['without a head', ''],
    ['in the head', 'HTTP/1.1 200 OK\r\nContent-Le'],
    ['after an interim answer', 'HTTP/1.1 100 Continue\r\n\r\n'],
    ['before its length', 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhell'],
    ['before the last chunk', `${chunked}1\r\nx\r\n`],
    ['in the last chunk', `${chunked}1\r\nx\r\n0\r\n`],
    ['by a chunk that is longer than its size', `${chunked}1\r\nxy\r\n0\r\n\r\n`],
    ['by an empty chunk size', `${chunked}\r\nx\r\n0\r\n\r\n`],
    ['by a chunk size that is no number', `${chunked}-1\r\nx\r\n0\r\n\r\n`],
    ['by a hexadecimal prefix', `${chunked}0x1\r\nx\r\n0\r\n\r\n`],
    ['by a chunk size beyond reason', `${chunked}1000000000000\r\nx`],
    ['by a bare LF after a chunk size', `${chunked}1\nx\r\n0\r\n\r\n`],
    ['by a bare LF after a chunk', `${chunked}1\r\nx\n0\r\n\r\n`],
    ['by a bare LF in a chunk extension', `${chunked}1;a\nb\r\nx\r\n0\r\n\r\n`],
    ['by a CR in a chunk extension', `${chunked}1;a\rb\r\nx\r\n0\r\n\r\n`],
    ['by endless chunk extensions', `${chunked}${`1;${'a'.repeat(1000)}\r\nx\r\n`.repeat(20)}0\r\n\r\n`],
    ['by endless trailers', `${chunked}0\r\n${'T: aaaaaaaaaaaaaaaaaa\r\n'.repeat(1000)}\r\n`],
    ['by a trailer without a colon', `${chunked}0\r\nT\r\n\r\n`],
    ['by a folded trailer', `${chunked}0\r\nT: 1\r\n 2\r\n\r\n`],
    ['by endless interim answers', 'HTTP/1.1 102 Wait\r\n\r\n'.repeat(20)],
    ['by an endless head', `HTTP/1.1 200 OK\r\nX: ${'x'.repeat(300 * 1024)}`],
  ])('%s', (_how, bytes) => {
    expect(typeof read(bytes, [], true).end).toBe('string');
    if (bytes.length < 10_000) expect(typeof read(bytes, everyByte(bytes), true).end).toBe('string');
  });
});

test('a head of single bytes takes time in proportion to its size', () => {
  // 250 KiB byte by byte: copied afresh for each byte it would be 32 GB of copying, and this test would time out.
  const bytes = `HTTP/1.1 200 OK\r\nX: ${'x'.repeat(250 * 1024)}\r\nContent-Length: 0\r\n\r\n`;
  expect(read(bytes, everyByte(bytes), true)).toMatchObject({ statuses: [200], reusable: true });
});

test('nothing reaches a sink that gave up', () => {
  const reader = new ResponseReader();
  const unasked = (): never => {
    throw new Error('called after it gave up');
  };
  reader.begin('GET', { head: () => reader.abandon(), data: unasked, end: unasked, broken: unasked });
  reader.push(Buffer.from('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\nzz'));
  reader.push(Buffer.from('more'));
  expect(reader.reusable).toBe(false);
});

test('a sink that breaks in the middle can still be told so', () => {
  const told: string[] = [];
  const breaks = (): never => {
    throw new Error('bug');
  };
  for (const event of ['head', 'data', 'end'] as const) {
    const reader = new ResponseReader();
    const quiet = (): undefined => undefined;
    reader.begin('GET', { head: quiet, data: quiet, end: quiet, broken: () => told.push(event), [event]: breaks });
    expect(() => {
      reader.push(Buffer.from('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\no'));
      reader.push(Buffer.from('k'));
    }).toThrow('bug');
    reader.fail('broken');
  }
  expect(told).toEqual(['head', 'data', 'end']);
});
