import { invariant } from '../base/assert.ts';

/** What may stand in the log. No float: two programs print them differently, and money is text. */
export type LogValue = string | number | boolean | null | readonly LogValue[] | LogData;

export interface LogData {
  readonly [name: string]: LogValue;
}

export const maxTextLength = 4096;
const maxDepth = 8;
/** Printable ASCII without quote and backslash: written as it stands. */
const plain = /^[ !#-[\]-~]*$/;

/**
 * Canonical JSON (RFC 8785) of the part of JSON that the log allows: null, booleans, safe integers, well-formed texts of
 * up to 4096 characters, arrays and plain objects, at most 8 deep. Throws `internal` for anything else, so nothing is
 * dropped or rounded on its way into a hash. `canonicalize` from npm agrees (a test says so), but takes twice as long
 * and drops what is undefined.
 */
export function canonical(value: unknown, depth = 0): string {
  if (typeof value === 'string') return canonicalText(value);
  if (typeof value === 'number') return canonicalInteger(value);
  if (typeof value === 'boolean') return value ? 'true' : 'false';
  if (value === null) return 'null';
  invariant(typeof value === 'object' && depth < maxDepth, `the log takes no ${typeof value} ${depth} deep`);
  if (Array.isArray(value)) return `[${Array.from(value, (item) => canonical(item, depth + 1)).join(',')}]`;
  return canonicalObject(value, depth);
}

export function canonicalText(text: string): string {
  invariant(text.length <= maxTextLength, `a text for the log has ${text.length} characters`);
  if (plain.test(text)) return `"${text}"`;
  invariant(text.isWellFormed(), 'a text for the log holds half a character');
  return JSON.stringify(text);
}

export function canonicalInteger(number: number): string {
  invariant(Number.isSafeInteger(number) && !Object.is(number, -0), `the log takes whole numbers, not ${number}`);
  return String(number);
}

function canonicalObject(value: object, depth: number): string {
  invariant(isPlain(value), 'the log takes plain objects');
  let members = '';
  // The default order of `sort` is by UTF-16 code units, as the RFC asks.
  for (const name of Object.keys(value).sort()) {
    members += `${members === '' ? '' : ','}${canonicalText(name)}:${canonical(value[name], depth + 1)}`;
  }
  return `{${members}}`;
}

function isPlain(value: object): value is { readonly [name: string]: unknown } {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
