/** A request target as it is priced and as it is sent on: the same path, so that no spelling is priced as another. */
export interface RequestPath {
  /** Percent-encoded: dot segments resolved, doubled slashes single, unreserved characters plain. */
  readonly path: string;
  /** `path` fully decoded: what patterns are matched with. One character for each byte. */
  readonly text: string;
  /** With its `?`; empty without. */
  readonly query: string;
}

const schemeAndHost = /^https?:\/\/[^/?#\\@]+/i;
const dotSegment = /^\.{1,2}$/;

/**
 * Reads the target of a request line, origin or absolute form. Null: servers do not agree on what it names (an encoded
 * slash, a backslash, an encoded control character, a dot segment with parameters), so it has no price.
 */
export function readRequestPath(target: string): RequestPath | null {
  const url = target.startsWith('/') ? target : target.replace(schemeAndHost, '');
  const mark = url.indexOf('?');
  const raw = mark === -1 ? url : url.slice(0, mark);
  const query = mark === -1 ? '' : url.slice(mark);
  if (query !== '' && !isPlainQuery(query)) {
    if (query.includes('#')) return null;
    return withPath(raw, encodeStrangers(query));
  }
  return withPath(raw, query);
}

function withPath(raw: string, query: string): RequestPath | null {
  if (raw === '') return { path: '/', text: '/', query };
  if (!raw.startsWith('/')) return null;
  return isPlainPath(raw) ? { path: raw, text: raw, query } : normalised(raw, query);
}

function normalised(raw: string, query: string): RequestPath | null {
  const kept: string[] = [];
  const texts: string[] = [];
  const segments = raw.split('/').slice(1);
  for (const [at, segment] of segments.entries()) {
    const text = decodePath(segment);
    if (text === null) return null;
    const last = at === segments.length - 1;
    if (dotSegment.test(text)) {
      if (text === '..') {
        kept.pop();
        texts.pop();
      }
    } else if (dotSegment.test(text.slice(0, Math.max(text.indexOf(';'), 0)))) return null;
    else if (text !== '' && !last) {
      kept.push(encodePath(segment));
      texts.push(text);
    }
    if (last) {
      // An empty or a dot segment at the end leaves the slash before it.
      const end = text === '' || dotSegment.test(text);
      kept.push(end ? '' : encodePath(segment));
      texts.push(end ? '' : text);
    }
  }
  return { path: `/${kept.join('/')}`, text: `/${texts.join('/')}`, query };
}

/** Every percent sign resolved, to one character for each byte; null for what must not be encoded, or is encoded badly. */
export function decodePath(segment: string): string | null {
  let bad = false;
  const text = segment.replace(/%(.{0,2})/gs, (_, hex: string) => {
    const code = /^[0-9a-f]{2}$/i.test(hex) ? Number.parseInt(hex, 16) : 0;
    if (code < 0x20 || code === 0x7f || code === 0x2f || code === 0x5c) bad = true;
    return String.fromCharCode(code);
  });
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  return bad || /[\x00-\x1f\x7f\\#]/.test(segment) ? null : text;
}

/** What is unreserved plain, what is no part of a path encoded, every code in capitals. */
function encodePath(segment: string): string {
  return encodeStrangers(segment).replace(/%[0-9a-f]{2}/gi, (code) => {
    const character = String.fromCharCode(Number.parseInt(code.slice(1), 16));
    return /[A-Za-z0-9\-._~]/.test(character) ? character : code.toUpperCase();
  });
}

function encodeStrangers(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  return text.replace(/[\x00-\x20"<>\\^`{|}\x7f-\xff]/g, (character) => {
    return `%${character.charCodeAt(0).toString(16).padStart(2, '0').toUpperCase()}`;
  });
}

/** Nothing to normalise: what nearly every request has. */
function isPlainPath(path: string): boolean {
  let before = 0;
  for (let i = 0; i < path.length; i += 1) {
    const code = path.charCodeAt(i);
    if (before === 0x2f && (code === 0x2f || code === 0x2e)) return false;
    if (!isLetterOrDigit(code) && code !== 0x2f && code !== 0x2d && code !== 0x2e && code !== 0x5f && code !== 0x7e)
      return false;
    before = code;
  }
  return true;
}

function isPlainQuery(query: string): boolean {
  for (let i = 0; i < query.length; i += 1) {
    const code = query.charCodeAt(i);
    if (code <= 0x23 ? code !== 0x21 : code > 0x7e || code === 0x5c || code === 0x3c || code === 0x3e) return false;
  }
  return true;
}

function isLetterOrDigit(code: number): boolean {
  return (code >= 0x61 && code <= 0x7a) || (code >= 0x41 && code <= 0x5a) || (code >= 0x30 && code <= 0x39);
}
