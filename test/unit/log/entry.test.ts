import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { emptyHead, logKinds, openEntry, sealEntry } from '../../../src-main/log/entry.ts';
import { draftOf } from './log-fixture.ts';

const anyDraft = fc.record({
  kind: fc.constantFrom(...logKinds),
  agent: fc.option(fc.string({ unit: 'binary' })),
  subject: fc.option(fc.string({ unit: 'binary' })),
  data: fc.dictionary(
    fc.string(),
    fc.oneof(
      fc.string(),
      fc.maxSafeInteger().map((n) => n + 0),
      fc.boolean(),
    ),
  ),
});

test('a body is the canonical JSON of all that the entry says, its hash the SHA-256 of it', () => {
  fc.assert(
    fc.property(anyDraft, fc.nat(), fc.nat(), (draft, at, count) => {
      const head = { count, hash: 'ab'.repeat(32) };
      const { body, hash, seq } = sealEntry(draft, at, head);
      expect(body).toBe(canonicalize({ ...draft, at, prev: head.hash, seq: count + 1, v: 1 }));
      expect(hash).toBe(createHash('sha256').update(body, 'utf8').digest('hex'));
      expect(openEntry(body, hash)).toEqual({ ...draft, at, seq, prev: head.hash, hash });
    }),
  );
});

test('the first entry of a log has seq 1 and follows 64 zeros', () => {
  const { body, hash, seq } = sealEntry(draftOf(1), 5, emptyHead);
  expect(openEntry(body, hash)).toMatchObject({ seq: 1, prev: '0'.repeat(64), at: 5 });
  expect(seq).toBe(1);
});

describe('refuses', () => {
  test.each([
    ['a float in its data', { data: { price: 0.1 } }],
    ['a subject that is too long', { subject: 'x'.repeat(4097) }],
    [
      'more than 64 KiB in all',
      { data: Object.fromEntries(Array.from({ length: 20 }, (_, i) => [i, 'x'.repeat(4000)])) },
    ],
  ])('%s', (_, change) => {
    expect(() => sealEntry(draftOf(1, change), 1, emptyHead)).toThrow(expect.objectContaining({ code: 'internal' }));
  });

  test.each([0.5, -1.5, Number.NaN])('a time that is no whole number: %s', (at) => {
    expect(() => sealEntry(draftOf(1), at, emptyHead)).toThrow(expect.objectContaining({ code: 'internal' }));
  });
});
