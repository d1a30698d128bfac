import canonicalize from 'canonicalize';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canonical, maxTextLength } from '../../../src-main/log/canonical.ts';

const allowed = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', maxDepth: 5 },
    fc.string({ unit: 'binary' }),
    fc.string({ unit: 'grapheme' }),
    fc.maxSafeInteger().map((number) => number + 0),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(fc.string({ unit: 'binary' }), tie('value'), { maxKeys: 5 }),
  ),
})).value;

test('whatever the log takes is written as the RFC 8785 package writes it', () => {
  fc.assert(
    fc.property(allowed, (value) => {
      expect(canonical(value)).toBe(canonicalize(value));
    }),
    { numRuns: 2000 },
  );
});

test('reading it back and writing it again gives the same bytes', () => {
  fc.assert(
    fc.property(allowed, (value) => {
      expect(canonical(JSON.parse(canonical(value)))).toBe(canonical(value));
    }),
  );
});

test('names are sorted by UTF-16 code units, and a name that JavaScript finds special is a name', () => {
  expect(canonical({ '€': 1, '\u{1f600}': 2, '\ufb33': 3, b: 4, B: 5, '10': 6, '2': 7 })).toBe(
    '{"10":6,"2":7,"B":5,"b":4,"€":1,"\u{1f600}":2,"\ufb33":3}',
  );
  expect(canonical(JSON.parse('{"a":1,"__proto__":{"b":2}}'))).toBe('{"__proto__":{"b":2},"a":1}');
});

describe('refuses, and never drops or rounds', () => {
  const cyclic: Record<string, unknown> = {};
  cyclic['self'] = cyclic;
  const refused: readonly [string, unknown][] = [
    ['a float', 0.1],
    ['NaN', Number.NaN],
    ['infinity', Number.POSITIVE_INFINITY],
    ['an integer that a double cannot tell from its neighbour', 2 ** 53],
    ['minus zero', -0],
    ['a bigint', 1n],
    ['undefined', undefined],
    ['a member that is undefined', { reason: undefined }],
    ['a hole in an array', new Array(1)],
    ['a function', () => 1],
    ['a date', new Date(0)],
    ['a map', new Map()],
    ['bytes', new Uint8Array(2)],
    ['an object with its own idea of JSON', { toJSON: () => 'x' }],
    ['half a character', '\ud800'],
    ['half a character in a name', { '\udc00': 1 }],
    ['a text that is too long', 'x'.repeat(maxTextLength + 1)],
    ['what is nested too deep', cyclic],
  ];
  test.each(refused)('%s', (_, value) => {
    expect(() => canonical(value)).toThrow(expect.objectContaining({ code: 'internal' }));
  });
});
