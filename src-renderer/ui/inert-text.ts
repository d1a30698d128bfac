/**
 * Text from outside, taken apart so that it can neither act nor pretend. Payees, URLs and offers are written by people who
 * want to be paid: a right-to-left mark can turn a name around, and a Cyrillic letter looks like ours.
 */
export type InertPiece =
  | { readonly kind: 'plain'; readonly text: string }
  /** Cannot be seen, or moves what stands beside it. */
  | { readonly kind: 'hidden'; readonly text: string; readonly code: string }
  /** Looks like another letter than it is. */
  | { readonly kind: 'lookalike'; readonly text: string; readonly code: string };

const hidden = /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u00a0\u2000-\u200a\u202f\u205f\u2800\u3000]/u;
/** Letters of other scripts that are drawn like Latin ones. */
const latinLike = /[аеорсухіјѕԁһӏԛԝАВЕКМНОРСТУХІЈЅαοινκρτυχΑΒΕΖΗΙΚΜΝΟΡΤΥΧօոսցհᎪᏴᏟᎠᎬᎻᎫᏦᏞᎷᎾᏢᎡᏚᎢᏙᎳᏃ\ua4d0-\ua4f7]/u;
/** Latin by name and drawn like plainer ones. */
const plainerLatin = /[ɑıȷɡɩᴄᴏᴠᴡᴢꜱǀǃ]/u;
/** Signs that are drawn like those which part a name or an address. */
const signLike = /[․‧∙⋅﹒．∕⁄⧸╱⟋／∶꞉‐‑˗⁃﹫＠]/u;
const letter = /\p{L}/u;
const latin = /\p{Script=Latin}/u;
const countable = /[\p{Nd}\p{Nl}]/u;
const mark = /\p{M}/u;
/** More marks than any written language piles on a letter, and they cover the lines around. */
const mostMarks = 2;

export function inertPieces(text: string): readonly InertPiece[] {
  return merged(text.split(/([^\p{L}\p{M}]+)/u).flatMap(pieces));
}

/** True when a person should be told that the text is not what it looks like. */
export const looksOdd = (text: string): boolean =>
  inertPieces(text).some(({ kind }) => kind !== 'plain') || /(^|[./@])xn--/i.test(text);

/** Marks stand beside their letters: what is drawn must not leave its line. */
export const hasMarks = (text: string): boolean => mark.test(text);

function pieces(word: string): InertPiece[] {
  const letters = [...word].filter((char) => letter.test(char));
  const mixed = letters.some((char) => latin.test(char)) && letters.some((char) => !latin.test(char));
  const disguised = letters.length > 2 && letters.every((char) => latinLike.test(char));
  let marks = 0;
  return [...word].map((char) => {
    marks = mark.test(char) ? marks + 1 : 0;
    if (marks > mostMarks || (hidden.test(char) && char !== '\n' && char !== '\t'))
      return { kind: 'hidden', text: char, code: codeOf(char) };
    const foreign = letter.test(char) && !latin.test(char) && (mixed || disguised);
    return foreign || plainerLatin.test(char) || signLike.test(char) || isDressed(char)
      ? { kind: 'lookalike', text: char, code: codeOf(char) }
      : { kind: 'plain', text: char };
  });
}

/** Letters and digits of another width or face, such as 𝗉𝖺𝗒, ｐａｙ or ⅽ, are meant to be read as ours. */
const isDressed = (char: string): boolean =>
  (letter.test(char) || countable.test(char)) && char.normalize('NFKC') !== char.normalize('NFC');

function merged(list: readonly InertPiece[]): InertPiece[] {
  const out: InertPiece[] = [];
  for (const piece of list) {
    const last = out.at(-1);
    if (piece.kind === 'plain' && last?.kind === 'plain')
      out[out.length - 1] = { kind: 'plain', text: last.text + piece.text };
    else out.push(piece);
  }
  return out;
}

const codeOf = (char: string): string => `U+${(char.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;

/** Begin and end of a long text, since a liar puts what matters into the middle or the end; the whole is one click away. */
export function cutMiddle(text: string, most: number): string {
  const chars = [...text];
  if (chars.length <= most) return text;
  const tail = Math.floor((most - 1) / 2);
  return `${chars.slice(0, most - 1 - tail).join('')}…${chars.slice(chars.length - tail).join('')}`;
}
