import { invariant } from '../base/assert.ts';
import { fieldKind, listedFields, withoutListed } from '../base/http/field-kind.ts';
import { framingLines, welcomesTrailers } from '../base/http/request-framing.ts';
import type { Target } from '../base/http/target.ts';
import type { RequestBody } from '../base/http/upload.ts';

/** One request of an agent, ready to be sent to its target. */
export interface OutgoingRequest {
  readonly method: string;
  readonly target: Target;
  /** As in the request line: path and query exactly as they came. */
  readonly path: string;
  readonly head: RequestHead;
}

/** An agent's header section, split into what is for us and what goes on. */
export interface RequestHead {
  /** The raw `Proxy-Authorization`; null when missing or given twice. */
  readonly credential: string | null;
  readonly body: RequestBody;
  /** Header lines for the origin, each ended by CRLF, without `Host`; order, case and duplicates as they came. */
  readonly lines: string;
}

/** Walks the raw headers once. Null when the body has a transfer coding other than `chunked`, which we cannot hand on. */
export function readRequestHead(rawHeaders: readonly string[]): RequestHead | null {
  let credential: string | null = null;
  let credentials = 0;
  let body: RequestBody = 'none';
  let length = '';
  let trailersWelcome = false;
  let listed: readonly string[] = [];
  let announced = '';
  let lines = '';
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    const name = rawHeaders[i] ?? '';
    const value = rawHeaders[i + 1] ?? '';
    switch (fieldKind(name)) {
      case 'pass':
        lines += `${name}: ${value}\r\n`;
        break;
      case 'content-length':
        body = 'length';
        length = value;
        break;
      case 'transfer-encoding':
        if (body === 'chunked' || value.toLowerCase() !== 'chunked') return null;
        body = 'chunked';
        break;
      case 'connection':
        if (value !== 'keep-alive') listed = [...listed, ...listedFields(value)];
        break;
      case 'te':
        if (welcomesTrailers(value)) trailersWelcome = true;
        break;
      case 'trailer':
        announced += `${name}: ${value}\r\n`;
        break;
      case 'credential':
        credential = value;
        credentials += 1;
        break;
      case 'keep-alive':
      case 'drop':
        break;
    }
  }
  if (listed.length > 0) {
    const fields = withoutListed(rawHeaders, listed);
    lines = '';
    for (let i = 0; i + 1 < fields.length; i += 2) {
      const name = fields[i] ?? '';
      if (fieldKind(name) === 'pass') lines += `${name}: ${fields[i + 1] ?? ''}\r\n`;
    }
  }
  lines += framingLines({ body, length, announced, trailersWelcome });
  return { credential: credentials === 1 ? credential : null, body, lines };
}

/** The head as it leaves, in Latin-1. */
export function outgoingHead({ method, target, path, head }: OutgoingRequest): string {
  return `${method} ${path} HTTP/1.1\r\nHost: ${target.host}\r\n${head.lines}\r\n`;
}

/**
 * The same with fields of ours, which come last and take the place of whatever the agent sent under their names: of two
 * `Authorization` a seller may read the wrong one, after it was paid.
 */
export function paidHead(
  { method, target, path, head }: OutgoingRequest,
  fields: readonly (readonly [name: string, value: string])[],
): string {
  const names = fields.map(([name]) => name.toLowerCase());
  const kept = head.lines
    .split('\r\n')
    .filter((line) => line !== '' && !names.includes(line.slice(0, line.indexOf(':')).toLowerCase()));
  const added = fields.map(([name, value]) => {
    // They come from our own code, but a line break in one would be a request of its own.
    invariant(/^[\w-]+$/.test(name) && /^[\x20-\x7e]*$/.test(value), 'a payment header is malformed');
    return `${name}: ${value}`;
  });
  return `${method} ${path} HTTP/1.1\r\nHost: ${target.host}\r\n${[...kept, ...added].join('\r\n')}\r\n\r\n`;
}
