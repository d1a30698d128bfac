import { fieldKind, listedFields, withoutListed } from '../field-kind.ts';

/** How the body of an answer is delimited (RFC 9112, section 6.3). */
export type Framing = 'none' | 'length' | 'chunked' | 'close';

export interface ResponseHead {
  readonly status: number;
  readonly reason: string;
  /** End-to-end fields only, as they came: name, value, name, value. Includes `Content-Length`. */
  readonly rawHeaders: string[];
  readonly framing: Framing;
  /** Bytes of the body; 0 unless `framing` is `length`. */
  readonly length: number;
  /** The origin will take another request on this connection. */
  readonly keepAlive: boolean;
  /** The origin's own word on how long it keeps an idle connection, in ms; null when it says nothing. */
  readonly keepAliveMs: number | null;
}

const maxFields = 1000;
const statusLine = /^HTTP\/1\.([01]) ([1-9][0-9]{2})(?: (.*))?$/;
/**
 * Reads a whole head, given without its final empty line. Every byte is hostile: what is ambiguous is refused, because
 * whoever reads it differently than we do could be told two different answers. A string says why it was refused.
 */
export function parseResponseHead(text: string, method: string): ResponseHead | string {
  if (hasControls(text)) return 'its head contains control characters';
  const firstEnd = text.indexOf('\r\n');
  const line = statusLine.exec(firstEnd === -1 ? text : text.slice(0, firstEnd));
  if (line === null) return 'its status line is malformed';
  const minor = line[1];
  const status = Number(line[2]);

  let fields: string[] = [];
  let listed: readonly string[] = [];
  let length: number | null = null;
  let chunked = false;
  let close = minor === '0';
  let keepAliveMs: number | null = null;
  let position = firstEnd === -1 ? text.length : firstEnd + 2;
  while (position < text.length) {
    const found = text.indexOf('\r\n', position);
    const end = found === -1 ? text.length : found;
    const colon = text.indexOf(':', position);
    if (colon === -1 || colon > end) return 'a header field has no colon';
    const name = text.slice(position, colon);
    const kind = fieldKind(name);
    if (kind === null) return 'a header field name is malformed';
    const value = trimmed(text, colon + 1, end);
    position = end + 2;
    switch (kind) {
      case 'pass':
        fields.push(name, value);
        break;
      case 'content-length':
        if (length !== null) return 'it repeats Content-Length';
        if (!/^[0-9]{1,15}$/.test(value)) return 'its Content-Length is malformed';
        length = Number(value);
        if (status !== 204) fields.push(name, value);
        break;
      case 'transfer-encoding':
        if (chunked || value.toLowerCase() !== 'chunked') return 'its Transfer-Encoding is not understood';
        chunked = true;
        break;
      case 'connection':
        for (const option of value.toLowerCase().split(',')) {
          if (option.trim() === 'close') close = true;
          else if (option.trim() === 'keep-alive' && minor === '0') close = false;
        }
        if (value !== 'keep-alive' && value !== 'close') listed = [...listed, ...listedFields(value)];
        break;
      case 'keep-alive': {
        const seconds = /(?:^|[,; ])timeout=([0-9]{1,6})/i.exec(value)?.[1];
        if (seconds !== undefined) keepAliveMs = Number(seconds) * 1000;
        break;
      }
      case 'trailer':
        fields.push(name, value);
        break;
      case 'te':
      case 'credential':
      case 'drop':
        break;
    }
    if (fields.length > maxFields * 2) return 'it has too many header fields';
  }
  if (chunked && length !== null) return 'it has both Content-Length and Transfer-Encoding';
  if (chunked && minor === '0') return 'it has Transfer-Encoding in HTTP/1.0';
  if (listed.length > 0)
    fields = withoutListed(
      fields,
      listed.filter((name) => name !== 'content-length'),
    );

  let framing: Framing = 'close';
  if (status < 200 || status === 204 || status === 304 || method === 'HEAD') framing = 'none';
  else if (chunked) framing = 'chunked';
  else if (length !== null) framing = length === 0 ? 'none' : 'length';
  return {
    status,
    reason: line[3] ?? '',
    rawHeaders: framing === 'chunked' ? fields : withoutTrailer(fields),
    framing,
    length: framing === 'length' ? (length ?? 0) : 0,
    keepAlive: !close && framing !== 'close',
    keepAliveMs,
  };
}

/** One trailer line into `trailers`; what frames, routes or is ours is dropped (RFC 9110, section 6.5.1). False: malformed. */
export function parseTrailer(line: string, trailers: string[]): boolean {
  const colon = line.indexOf(':');
  const name = line.slice(0, Math.max(colon, 0));
  const kind = fieldKind(name);
  if (kind === null || hasControls(line)) return false;
  if (kind === 'pass') trailers.push(name, trimmed(line, colon + 1, line.length));
  return true;
}

/** `Trailer` promises trailers, which only a chunked body has. */
function withoutTrailer(fields: string[]): string[] {
  for (let i = 0; i < fields.length; i += 2) {
    if (fieldKind(fields[i] ?? '') === 'trailer') return withoutListed(fields, ['trailer']);
  }
  return fields;
}

/** Optional whitespace is space and tab only; `String.trim` would also eat bytes that are part of a value. */
function trimmed(text: string, from: number, to: number): string {
  let start = from;
  let end = to;
  while (start < end && isBlank(text.charCodeAt(start))) start += 1;
  while (end > start && isBlank(text.charCodeAt(end - 1))) end -= 1;
  return text.slice(start, end);
}

function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x09;
}

/** Control characters, or CR and LF that are not a CRLF (RFC 9110, section 5.5; RFC 9112, section 2.2). */
function hasControls(text: string): boolean {
  for (let i = 0; i < text.length; i += 1) {
    const code = text.charCodeAt(i);
    if ((code >= 0x20 && code !== 0x7f) || code === 0x09) continue;
    if (code !== 0x0d || text.charCodeAt(i + 1) !== 0x0a) return true;
    i += 1;
  }
  return false;
}
