import { describe, expect, test } from 'vitest';
import { emptyHead, type SealedEntry, sealEntry } from '../../../src-main/log/entry.ts';
import { entryLine, exportJsonl } from '../../../src-main/log/export.ts';
import { headLine, type SignedHead } from '../../../src-main/log/signed-head.ts';
import { verifyExport } from '../../../src-main/log/verify.ts';
import { chainOf, draftOf, headOf, testKey } from './log-fixture.ts';

const key = testKey();
const { owner } = key;
const entries = chainOf([draftOf(1), draftOf(2, { agent: null }), draftOf(3, { subject: 'ü€😀"' }), draftOf(4)]);
const signed = key.signed(headOf(entries.at(-1)));
const storeOf = (all: readonly SealedEntry[]) => ({ entries: (from: number) => all.slice(from - 1) });
const exported = (all = entries, head = signed) => [...exportJsonl(storeOf(all), head)];
const lines = exported();
const whole = Buffer.from(lines.join(''));

const verify = (text: string | Uint8Array, expect: readonly SignedHead[] = []) =>
  verifyExport([Buffer.from(text)], owner, expect);
/** Draft n of a log that a forger wrote over: everything from `from` on is his, and hashes again. */
const rebuilt = (from: number, length = entries.length) =>
  chainOf(
    Array.from({ length }, (_, i) => draftOf(i + 1, i + 1 >= from ? { agent: 'forged' } : (entryDraft[i] ?? {}))),
  );
const entryDraft = [{}, { agent: null }, { subject: 'ü€😀"' }, {}];

test('an export that nobody touched is whole', async () => {
  expect(await verify(whole)).toEqual({ ok: true, entries: 4, head: entries[3]?.hash });
});

test('a log without entries has a signed head too', async () => {
  expect(await verify(exported([], key.signed(emptyHead)).join(''))).toMatchObject({ ok: true, entries: 0 });
});

test('what was appended after the head was signed stays out of the export', async () => {
  const head = key.signed(headOf(entries[1]));
  expect(await verify(exported(entries, head).join(''))).toMatchObject({ ok: true, entries: 2 });
});

test('any one bit of any one byte that flips is noticed, and the entry it lies in is named', async () => {
  let line = 1;
  for (let place = 0; place < whole.length; place += 1) {
    for (let bit = 1; bit < 256; bit *= 2) {
      const altered = Buffer.from(whole);
      altered[place] = (whole[place] ?? 0) ^ bit;
      expect(await verify(altered), `byte ${place}, bit ${bit}`).toMatchObject({ ok: false, firstBad: line });
    }
    if (whole[place] === 0x0a) line += 1;
  }
  expect(line).toBe(6);
});

test('a line feed that becomes a carriage return, a blank, or gets one beside it is noticed', async () => {
  for (const end of ['\r', ' ', '\r\n', '\n\n', '\n ']) {
    for (let i = 0; i < lines.length; i += 1) {
      const text = lines.map((line, at) => (at === i ? line.replace('\n', end) : line)).join('');
      expect(await verify(text)).toMatchObject({ ok: false });
    }
  }
  expect(await verify(`\ufeff${whole}`)).toMatchObject({ ok: false, firstBad: 1 });
});

test('a cut at any byte is noticed, and the first entry that is not whole is named', async () => {
  for (let length = 0; length < whole.length; length += 1) {
    const cut = whole.subarray(0, length);
    const firstBad = cut.filter((byte) => byte === 0x0a).length + 1;
    expect(await verify(cut), `after ${length} bytes`).toMatchObject({ ok: false, firstBad });
  }
});

describe('names the first bad entry when', () => {
  const without = (place: number) => lines.filter((_, at) => at !== place - 1);
  const swapped = lines.with(1, lines[2] ?? '').with(2, lines[1] ?? '');
  const cases: readonly [string, readonly string[], number][] = [
    ['the first line is deleted', without(1), 1],
    ['a line is deleted', without(2), 2],
    ['the last entry is deleted', without(4), 4],
    ['the signed head is deleted', without(5), 5],
    ['two lines change places', swapped, 2],
    ['a line stands twice', lines.toSpliced(2, 0, lines[1] ?? ''), 3],
    ['the signed head stands twice', [...lines, lines[4] ?? ''], 5],
    ['an entry follows the signed head', [...lines, lines[3] ?? ''], 5],
    ['the head of a shorter log is put under it', lines.with(4, `${headLine(key.signed(headOf(entries[2])))}\n`), 4],
  ];
  test.each(cases)('%s', async (_, altered, firstBad) => {
    expect(await verify(altered.join(''))).toMatchObject({ ok: false, firstBad });
  });

  test('the entries were written over and hashed again, under the old signed head', async () => {
    const forged = rebuilt(3);
    expect(await verify(exported(forged).join(''))).toMatchObject({ ok: false, firstBad: 1 });
    // Heads signed on the way say how far it is still true.
    const known = [key.signed(headOf(entries[1])), key.signed(headOf(entries[2]))];
    expect(await verify(exported(forged).join(''), known)).toMatchObject({ ok: false, firstBad: 3 });
  });

  test('one entry was replaced and hashed again: the next one does not follow it', async () => {
    const forged = sealEntry(draftOf(2, { agent: 'forged' }), entries[1]?.at ?? 0, headOf(entries[0]));
    expect(await verify(exported(entries.with(1, forged)).join(''))).toEqual({
      ok: false,
      firstBad: 3,
      why: 'it does not follow the entry before it',
    });
  });

  test('an entry counts wrong, though all hashes and the signature are right', async () => {
    const [first] = entries;
    if (first === undefined) throw new Error('no entry');
    const third = sealEntry(draftOf(3), first.at, { count: 2, hash: first.hash });
    const text = exported([first, { ...third, seq: 2 }], key.signed({ ...headOf(third), count: 2 })).join('');
    expect(await verify(text)).toEqual({ ok: false, firstBad: 2, why: 'entry 3 stands in its place' });
  });

  test('time runs back, though all hashes and the signature are right', async () => {
    const [first] = entries;
    if (first === undefined) throw new Error('no entry');
    const back = sealEntry(draftOf(2), first.at - 1, headOf(first));
    const text = exported([first, back], key.signed(headOf(back))).join('');
    expect(await verify(text)).toMatchObject({ ok: false, firstBad: 2, why: 'it is older than the entry before it' });
  });

  test('a known head speaks of more entries than there are: an old export, or its end was cut before it was signed', async () => {
    const old = exported(entries, key.signed(headOf(entries[1]))).join('');
    expect(await verify(old, [signed])).toMatchObject({ ok: false, firstBad: 3 });
  });
});

describe('the key is ours, never the file’s', () => {
  const stranger = testKey();
  test('a log signed throughout by a stranger is refused, and the reason says so', async () => {
    const text = exported(entries, stranger.signed(headOf(entries.at(-1)))).join('');
    expect(await verify(text)).toEqual({ ok: false, firstBad: 5, why: expect.stringContaining('another key') });
  });

  test('our key’s name over a stranger’s signature is refused', async () => {
    const head = { ...stranger.signed(headOf(entries.at(-1))), key: owner.key };
    expect(await verify(exported(entries, head).join(''))).toEqual({
      ok: false,
      firstBad: 5,
      why: expect.stringContaining('signature'),
    });
  });

  test('a head that we signed for another network is refused', async () => {
    const head = key.signed(headOf(entries.at(-1)), 'devnet');
    expect(await verify(exported(entries, head).join(''))).toMatchObject({ ok: false, firstBad: 5 });
  });

  test('a known head that is forged is refused', async () => {
    const forged = { ...stranger.signed(headOf(entries[1])), key: owner.key };
    expect(await verify(whole, [forged])).toMatchObject({ ok: false, firstBad: 1 });
  });
});

test('an entry that is not written canonically is refused though its hash is right', async () => {
  const { hashBody } = await import('../../../src-main/log/entry.ts');
  for (const rewrite of [
    (body: string) => body.replace('"at":', '"at": '),
    (body: string) => body.replace('"v":1', '"v":1.0'),
    (body: string) => body.replace('"bot"', '"b\\u006ft"'),
    (body: string) => body.replace('{"agent"', '{"agent":"x","agent"'),
    (body: string) => body.replace('"v":1', '"v":1,"w":0'),
    (body: string) => body.replace('"v":1', '"v":2'),
    (body: string) => body.replace('"kind":"order"', '"kind":"unheard"'),
  ]) {
    const body = rewrite(entries[0]?.body ?? '');
    expect(body).not.toBe(entries[0]?.body);
    const entry = { body, hash: hashBody(body) };
    const head = { count: 1, hash: entry.hash, at: entries[0]?.at ?? 0 };
    const text = `${entryLine(entry)}\n${headLine(key.signed(head))}\n`;
    expect(await verify(text)).toMatchObject({ ok: false, firstBad: 1 });
  }
});

/** Yields the bytes in pieces of `size` through one buffer that is overwritten each time: whoever keeps a piece loses. */
function* throughOneBuffer(texts: Iterable<string>, size: number, pulled = { pieces: 0 }): Generator<Uint8Array> {
  const buffer = new Uint8Array(size);
  for (const text of texts) {
    const bytes = Buffer.from(text);
    for (let start = 0; start < bytes.length; start += size) {
      const piece = bytes.subarray(start, start + size);
      buffer.fill(0x0a).set(piece);
      pulled.pieces += 1;
      yield buffer.subarray(0, piece.length);
    }
  }
}

test('bytes may come in pieces of any size', async () => {
  for (const size of [1, 2, 3, 7, 64, 1000, whole.length]) {
    expect(await verifyExport(throughOneBuffer([whole.toString()], size), owner)).toMatchObject({ ok: true });
  }
});

/** The text of a long log that is never in memory as a whole. */
function* longExport(length: number): Generator<string> {
  let head = emptyHead;
  for (let n = 1; n <= length; n += 1) {
    const sealed = sealEntry(draftOf(n), n, head);
    head = headOf(sealed);
    yield `${entryLine(sealed)}\n`;
  }
  yield `${headLine(key.signed(head))}\n`;
}

test('10 000 entries are verified without keeping any of them', async () => {
  expect(await verifyExport(throughOneBuffer(longExport(10_000), 4096), owner)).toMatchObject({
    ok: true,
    entries: 10_000,
  });
});

test('reading ends at the first bad entry, and at a line without an end', async () => {
  const pulled = { pieces: 0 };
  const verdict = await verifyExport(throughOneBuffer(['not an entry\n', ...longExport(1000)], 4096, pulled), owner);
  expect(verdict).toMatchObject({ ok: false, firstBad: 1 });
  expect(pulled.pieces).toBe(1);
  function* endless(): Generator<string> {
    for (;;) yield 'x'.repeat(4096);
  }
  expect(await verifyExport(throughOneBuffer(endless(), 4096), owner)).toMatchObject({ ok: false, firstBad: 1 });
});
