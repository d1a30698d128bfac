import { once } from 'node:events';
import { connect } from 'node:net';
import { RawConnection } from './raw-origin.ts';

/** A client that says exactly what a test tells it to. */
export async function rawClient(port: number): Promise<RawConnection> {
  const socket = connect({ host: '127.0.0.1', port, allowHalfOpen: true });
  await once(socket, 'connect');
  return new RawConnection(socket);
}

export interface RawAnswer {
  readonly status: number;
  /** Lower-case names; repeated fields joined by a comma. */
  readonly headers: Readonly<Record<string, string>>;
  readonly head: string;
  /** Decoded when it was chunked; a trailer is appended as `[name: value]`. */
  readonly body: string;
  /** False when the connection ended before the answer was whole. */
  readonly whole: boolean;
}

/** Reads one answer from a raw connection, to its end or to where it broke off. */
export async function readAnswer(client: RawConnection, method = 'GET'): Promise<RawAnswer> {
  const head = await client.head();
  const status = Number(head.slice(9, 12));
  const headers: Record<string, string> = {};
  for (const line of head.split('\r\n').slice(1, -2)) {
    const at = line.indexOf(':');
    const name = line.slice(0, at).toLowerCase();
    const value = line.slice(at + 1).trim();
    headers[name] = headers[name] === undefined ? value : `${headers[name]}, ${value}`;
  }
  if (method === 'HEAD' || status === 204 || status === 304) return { status, headers, head, body: '', whole: true };
  const length = headers['content-length'];
  if (length !== undefined) {
    const { text, whole } = await client.count(Number(length));
    return { status, headers, head, body: text, whole };
  }
  if (headers['transfer-encoding'] !== 'chunked') {
    await client.closed();
    return { status, headers, head, body: client.received, whole: true };
  }
  let body = '';
  for (;;) {
    const line = await client.until('\r\n').catch(() => null);
    if (line === null) return { status, headers, head, body, whole: false };
    const size = Number.parseInt(line, 16);
    if (size === 0) {
      for (;;) {
        const trailer = await client.until('\r\n').catch(() => null);
        if (trailer === null || trailer === '\r\n') return { status, headers, head, body, whole: trailer !== null };
        body += `[${trailer.trim()}]`;
      }
    }
    const { text, whole } = await client.count(size + 2);
    body += whole ? text.slice(0, -2) : text;
    if (!whole) return { status, headers, head, body, whole: false };
  }
}
