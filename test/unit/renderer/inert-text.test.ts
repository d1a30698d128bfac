import { describe, expect, test } from 'vitest';
import { cutMiddle, inertPieces, looksOdd } from '../../../src-renderer/ui/inert-text.ts';

const kinds = (text: string) => inertPieces(text).map(({ kind, text: piece }) => `${kind} ${piece}`);

describe('text from outside', () => {
  test.each([
    ['plain words and an address', 'https://api.example.com/v1/search?'],
    ['another language as a whole', 'Поиск по каталогу'],
    ['accents', 'Café Zürich'],
    ['a line break', 'one\ntwo'],
    ['accents that are characters of their own', 'Cafe\u0301 Vie\u0323\u0302t'],
    ['a language that writes with marks', 'हिन्दी में'],
    ['prices, a dash and dots', '½ off – 5 € · m², really …'],
  ])('stays as it is: %s', (_, text) => {
    expect(kinds(text)).toEqual([`plain ${text}`]);
    expect(looksOdd(text)).toBe(false);
  });

  test.each([
    ['a mark that turns the direction around', 'pay\u202Etxt', 'hidden \u202E'],
    ['an isolate', '\u2066name', 'hidden \u2066'],
    ['a zero-width space', 'pay\u200Bpal', 'hidden \u200B'],
    ['a soft hyphen', 'pay\u00ADpal', 'hidden \u00AD'],
    ['a control character', 'a\u0007b', 'hidden \u0007'],
    ['a no-break space', 'a\u00A0b', 'hidden \u00A0'],
    ['an unassigned tag', 'a\u{E0041}b', 'hidden \u{E0041}'],
    ['a selector of a variant', 'a\u{E0100}b', 'hidden \u{E0100}'],
    ['a joiner of graphemes', 'pay\u034Fpal', 'hidden \u034F'],
    ['a Mongolian selector', 'pay\u180Bpal', 'hidden \u180B'],
    ['a Khmer vowel that is not drawn', 'pay\u17B4pal', 'hidden \u17B4'],
    ['a Hangul filler', 'pay\u3164pal', 'hidden \u3164'],
    ['half of a character', 'a\uD800b', 'hidden \uD800'],
    ['the mark that is one too many', 'pa\u0301\u0302\u0303y', 'hidden \u0303'],
    ['a script a', 'p\u0251ypal', 'lookalike \u0251'],
    ['an i without its dot', 'v\u0131sa', 'lookalike \u0131'],
    ['a numeral that looks like a letter', 'paypa\u217C', 'lookalike \u217C'],
    ['a division slash', 'pay.com\u2215evil', 'lookalike \u2215'],
    ['a leader dot', 'pay\u2024com', 'lookalike \u2024'],
    ['a hyphen that is another', 'pay\u2010pal', 'lookalike \u2010'],
    ['a Cyrillic letter under a mark among ours', 'p\u0430\u0301ypal', 'lookalike \u0430'],
    ['a Cyrillic letter among ours', 'p\u0430ypal', 'lookalike \u0430'],
    ['a Greek letter among ours', 'g\u03BF\u03BFgle', 'lookalike \u03BF'],
    ['a letter of another face', 'p\u{1D5BA}y', 'lookalike \u{1D5BA}'],
    ['a wide letter', '\uFF50ay', 'lookalike \uFF50'],
  ])('shows %s', (_, text, piece) => {
    expect(kinds(text)).toContain(piece);
    expect(looksOdd(text)).toBe(true);
  });

  test('a word of nothing but lookalikes is marked letter by letter', () => {
    // "раура" is five Cyrillic letters.
    expect(inertPieces('раура').every(({ kind }) => kind === 'lookalike')).toBe(true);
  });

  test('of a pile of marks two stay and the rest is told, however high it is', () => {
    const pieces = inertPieces(`Z${'\u0301'.repeat(500)}`);
    expect(pieces[0]).toEqual({ kind: 'plain', text: 'Z\u0301\u0301' });
    expect(pieces.slice(1).every(({ kind }) => kind === 'hidden')).toBe(true);
    expect(pieces).toHaveLength(499);
  });

  test('a name that is only spelled for machines looks odd', () => {
    expect(looksOdd('https://xn--pypal-4ve.com/')).toBe(true);
  });

  test('nothing of it is lost', () => {
    const text = 'a\u202Eb\u200Bс x\n𝗉';
    expect(
      inertPieces(text)
        .map((piece) => piece.text)
        .join(''),
    ).toBe(text);
  });

  test('a long one keeps its end, where a liar puts what matters', () => {
    const cut = cutMiddle(`${'a'.repeat(100)}.evil.example`, 30);
    expect([...cut]).toHaveLength(30);
    expect(cut.endsWith('.evil.example')).toBe(true);
    expect(cutMiddle('short', 30)).toBe('short');
  });
});
