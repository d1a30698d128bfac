import { describe, expect, test } from 'vitest';
import { inert, inertLines, table } from '../../../src-main/cli/output.ts';

const outside: readonly (readonly [what: string, text: string, shown: string])[] = [
  ['a colour', 'a\u001b[31mb', 'a\\u001b[31mb'],
  ['a C1 control', 'a\u009b2Jb', 'a\\u009b2Jb'],
  ['a line of its own', 'a\r\nb', 'a\\u000d\\u000ab'],
  ['a line separator', 'a\u2028b', 'a\\u2028b'],
  ['letters turned around', 'pay\u202etxt.exe', 'pay\\u202etxt.exe'],
  ['an isolate', '\u2066x\u2069', '\\u2066x\\u2069'],
  ['nothing that can be seen', 'a\u200bb\ufeffc', 'a\\u200bb\\ufeffc'],
  ['a hidden tag', 'a\u{e0041}', 'a\\u{e0041}'],
  ['half a character', 'a\ud800b', 'a\\ud800b'],
  ['plain letters of any script', 'naïve Ωmega 鳥 “x”', 'naïve Ωmega 鳥 “x”'],
];

describe('text from outside', () => {
  test.each(outside)('%s is shown, not obeyed', (_, text, shown) => {
    expect(inert(text)).toBe(shown);
    expect(
      table(['name'], [[text]])
        .split('\n')
        .slice(1),
    ).toEqual([shown]);
  });

  test('of several lines keeps its lines and tabs, and nothing else that moves the cursor', () => {
    expect(inertLines('a\n\tb\rc\u001b]0;x\u0007\u202e')).toBe('a\n\tb\\u000dc\\u001b]0;x\\u0007\\u202e');
  });
});

test('a table is as wide as its widest cell', () => {
  const rows = [
    ['shopper', '$1'],
    ['x', '$100'],
  ];
  const [, ...lines] = table(['agent', 'day'], rows, [1]).split('\n');
  expect(lines).toEqual(['shopper    $1', 'x        $100']);
});
