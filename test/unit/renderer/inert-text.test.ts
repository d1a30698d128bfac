import { describe, expect, test } from 'vitest';
import { cutMiddle, inertPieces, looksOdd } from '../../../src-renderer/ui/inert-text.ts';

const kinds = (text: string) => inertPieces(text).map(({ kind, text: piece }) => `${kind} ${piece}`);

describe('text from outside', () => {
  test.each([
    ['plain words and an address', 'https://api.example.com/v1/search?'],
    ['another language as a whole', 'Поиск по каталогу'],
    ['accents', 'Café Zürich'],
    ['a line break', 'one\ntwo'],
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
