import { typedDollars } from '../money.ts';

/** What a field holds, or why it cannot be taken as it is. */
export type Typed<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly why: string };

const taken = <T>(value: T): Typed<T> => ({ ok: true, value });
const refused = (why: string): { readonly ok: false; readonly why: string } => ({ ok: false, why });

/** A list goes on record whole, so it has its bound. */
const mostListed = 64;

export function typedCap(text: string): Typed<string> {
  if (text.trim() === '') return taken('none');
  const sum = typedDollars(text);
  return sum === null ? refused('A sum in dollars, such as 0.25') : taken(sum);
}

export function typedCount(text: string): Typed<number | 'none'> {
  if (text.trim() === '') return taken('none');
  return /^\s*\d{1,9}\s*$/.test(text) ? taken(Number(text)) : refused('A whole number, such as 20');
}

/** Milliseconds from seconds. */
export function typedHold(text: string): Typed<number> {
  const seconds = Number(text.trim().replace(',', '.'));
  const usable = text.trim() !== '' && seconds >= 0 && seconds <= 50;
  return usable ? taken(Math.round(seconds * 1_000)) : refused('From 0 to 50 seconds');
}

export function typedTime<T>(text: string, whenEmpty: T): Typed<number | T> {
  if (text === '') return taken(whenEmpty);
  const at = new Date(text).getTime();
  return Number.isFinite(at) && at > 0 ? taken(at) : refused('A date and a time');
}

/** Sites as Groat keeps them. A name alone is taken as https; an address of one page is none, since the rule is for all of a site. */
export function typedSites(text: string): Typed<string[]> {
  return typedLines(text, siteOf, (line) => `“${line}” is not a site such as https://api.example.com`);
}

export function typedPayees(text: string): Typed<string[]> {
  const address = (line: string): string | null => (/^[1-9A-HJ-NP-Za-km-z]{32,44}$/.test(line) ? line : null);
  return typedLines(text, address, (line) => `“${line}” is not a Solana address`);
}

function typedLines(
  text: string,
  read: (line: string) => string | null,
  wrong: (line: string) => string,
): Typed<string[]> {
  const found = new Set<string>();
  for (const line of text.split('\n').map((each) => each.trim())) {
    if (line === '') continue;
    const item = read(line);
    if (item === null) return refused(wrong(line));
    found.add(item);
  }
  return found.size > mostListed ? refused(`At most ${mostListed} of them`) : taken([...found]);
}

function siteOf(line: string): string | null {
  const match = /^(?:(https?):\/\/)?(\*\.)?([^/?#@*\s]+)\/?$/i.exec(line);
  if (match === null) return null;
  const [, scheme = 'https', star = '', rest = ''] = match;
  const url = URL.parse(`${scheme.toLowerCase()}://${rest}`);
  if (url === null || url.pathname !== '/' || url.hostname === '') return null;
  // Below an address in numbers there are no names.
  if (star !== '' && /^\[|^[\d.]+$/.test(url.hostname)) return null;
  return `${url.protocol}//${star}${url.host}`;
}

/** True when `held`, which may begin with `*.`, has all of `item`. */
export function siteCovers(held: string, item: string): boolean {
  const star = held.indexOf('//*.');
  if (star < 0) return held === item;
  const scheme = held.slice(0, star + 2);
  const tail = held.slice(star + 3);
  return item.startsWith(scheme) && item.endsWith(tail) && item.length > scheme.length + tail.length;
}
