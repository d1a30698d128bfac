import { Agent, request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { pipeline } from 'node:stream';

/** Never sent to the target: hop-by-hop fields (RFC 9110, 7.6.1), and what is between the buyer and the till alone. */
const withheld = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'content-length',
  'upgrade',
  'host',
  'expect',
  'cookie',
  'x-forwarded-for',
  'payment-signature',
  'x-payment',
  'access-control-expose-headers',
]);

const headTimeoutMs = 60_000;

/** Sends a buyer's request on to the shop's target. Redirects are not followed and nothing is retried. */
export interface Forwarder {
  /** Resolves with the head of the target's answer, its body still unread. Rejects when the target fails. */
  forward(request: IncomingMessage): Promise<IncomingMessage>;
  close(): void;
}

export function createForwarder(target: URL): Forwarder {
  const agent = new Agent({ keepAlive: true, maxSockets: 256 });
  const send = target.protocol === 'https:' ? httpsRequest : httpRequest;

  return {
    forward: (request) =>
      new Promise((resolve, reject) => {
        const upstream = send(
          {
            protocol: target.protocol,
            hostname: target.hostname.replace(/^\[|\]$/g, ''),
            port: target.port,
            method: request.method,
            path: joinPath(target, request.url ?? '/'),
            headers: { ...passedHeaders(request.rawHeaders), ...framing(request) },
            ...(target.protocol === 'http:' ? { agent } : {}),
            timeout: headTimeoutMs,
          },
          (answer) => {
            upstream.setTimeout(0);
            resolve(answer);
          },
        );
        upstream.on('timeout', () => upstream.destroy(new Error(`no answer within ${headTimeoutMs} ms`)));
        upstream.on('error', reject);
        // Without a length Node writes a GET's body raw behind its head, where the target would read another request.
        if (!hasBody(request)) {
          request.resume();
          upstream.end();
          return;
        }
        pipeline(request, upstream, (error) => {
          if (error) reject(error);
        });
      }),
    close: () => agent.destroy(),
  };
}

/** Dot segments are resolved in the shop's own root first, so that no path leads out of the target's. */
function joinPath(target: URL, path: string): string {
  const { pathname, search } = new URL(`http://shop${path.startsWith('/') ? path : `/${path}`}`);
  return `${target.pathname.replace(/\/$/, '')}${pathname}${search}`;
}

const hasBody = ({ headers }: IncomingMessage): boolean =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;

/** As the parser understood it, whatever else the buyer wrote: `Connection` may not name a framing field away. */
function framing(request: IncomingMessage): Record<string, string> {
  if (!hasBody(request)) return {};
  const length = request.headers['content-length'];
  return length === undefined ? { 'transfer-encoding': 'chunked' } : { 'content-length': length };
}

/** An object so that Node frames the body itself; repeated fields stay repeated. */
function passedHeaders(rawHeaders: readonly string[]): Record<string, string[]> {
  const named = new Set<string>();
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    if (rawHeaders[i]?.toLowerCase() !== 'connection') continue;
    for (const name of rawHeaders[i + 1]?.split(',') ?? []) named.add(name.trim().toLowerCase());
  }
  const headers = new Map<string, string[]>();
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    const name = rawHeaders[i]?.toLowerCase() ?? '';
    if (withheld.has(name) || named.has(name) || name.startsWith('groat-')) continue;
    headers.set(name, [...(headers.get(name) ?? []), rawHeaders[i + 1] ?? '']);
  }
  return Object.fromEntries(headers);
}

/** What the buyer may see of the target's answer: everything but hop-by-hop fields and a stranger's cookies. */
export function returnedHeaders(rawHeaders: readonly string[]): [string, string][] {
  const headers: [string, string][] = [];
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    const name = rawHeaders[i] ?? '';
    const lower = name.toLowerCase();
    if (
      lower === 'content-length' ||
      (!withheld.has(lower) && lower !== 'set-cookie' && !lower.startsWith('payment-'))
    ) {
      headers.push([name, rawHeaders[i + 1] ?? '']);
    }
  }
  return headers;
}
