/** What changes how text around it reads, or does not show: controls, bidi marks, zero-width and other format characters. */
const unseen = /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]+/gu;

/** Marks that pile up above and below their letter until they cover the lines around it. */
const piledMarks = /(\p{M}{2})\p{M}+/gu;

/** Some desktops read markup in a notification. */
const markup: Readonly<Record<string, string>> = { '<': '‹', '>': '›', '&': '+' };

/**
 * One line of text fit for a menu or a notification: nothing in it is read as markup, turns the line around or hides, and
 * it has at most `most` characters.
 */
export function inert(text: string, most: number): string {
  const line = text
    .replace(unseen, ' ')
    .replace(piledMarks, '$1')
    .replace(/\s+/g, ' ')
    .replace(/[<>&]/g, (sign) => markup[sign] ?? '')
    .trim();
  const signs = Array.from(line);
  return signs.length <= most
    ? line
    : `${signs
        .slice(0, most - 1)
        .join('')
        .trimEnd()}…`;
}
