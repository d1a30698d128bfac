import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { TargetGuard } from '../../../base/http/target-guard.ts';

/** How a question to a seller ended. */
export type SellerAnswer =
  | { readonly kind: 'answer'; readonly status: number; readonly body: string }
  /** Nobody knows whether it was heard. */
  | { readonly kind: 'none'; readonly why: string };

/** Asks a seller about packages. Redirects are not followed, certificates are checked, and nothing of a cookie is kept. */
export interface SellerLine {
  get(url: URL): Promise<SellerAnswer>;
  post(url: URL, body: object): Promise<SellerAnswer>;
}

const timeLimitMs = 15_000;
const mostBytes = 64 * 1024;

/** The name is resolved once, under the guard, and the connection goes to those very addresses. */
export function createSellerLine(guard: TargetGuard): SellerLine {
  const ask = async (url: URL, method: 'GET' | 'POST', sent: string | null): Promise<SellerAnswer> => {
    const port = Number(url.port) || (url.protocol === 'https:' ? 443 : 80);
    const resolved = await guard.resolve(url.hostname.replace(/^\[|\]$/g, ''), port);
    if (resolved.kind !== 'allowed') return { kind: 'none', why: resolved.why };
    const [first] = resolved.addresses;
    const outgoing = (url.protocol === 'https:' ? httpsRequest : httpRequest)(url, {
      method,
      agent: false,
      headers: {
        'User-Agent': 'groat',
        Accept: 'application/json',
        ...(sent === null
          ? {}
          : { 'Content-Type': 'application/json', 'Content-Length': String(Buffer.byteLength(sent)) }),
      },
      lookup: (_name, options, found) => {
        if (options.all) found(null, [...resolved.addresses]);
        else found(null, first?.address ?? '', first?.family ?? 4);
      },
    });
    // Of all of it: a seller that drips bytes does not hold us.
    const limit = setTimeout(
      () => outgoing.destroy(new Error(`no whole answer within ${timeLimitMs / 1000} seconds`)),
      timeLimitMs,
    );
    try {
      const head = new Promise<IncomingMessage>((resolve, reject) => {
        outgoing.once('response', resolve);
        outgoing.on('error', reject);
        // Node says no more than this of an answer that wants to speak another protocol.
        outgoing.once('close', () => reject(new Error('it hung up without an answer')));
      });
      outgoing.end(sent ?? undefined);
      const answer = await head;
      const chunks: Buffer[] = [];
      let size = 0;
      for await (const chunk of answer) {
        size += chunk.length;
        if (size > mostBytes) throw new Error(`its answer is longer than ${mostBytes} bytes`);
        chunks.push(chunk);
      }
      return { kind: 'answer', status: answer.statusCode ?? 0, body: Buffer.concat(chunks).toString('utf8') };
    } catch (error) {
      return { kind: 'none', why: error instanceof Error ? error.message : 'it could not be asked' };
    } finally {
      clearTimeout(limit);
      outgoing.destroy();
    }
  };
  return {
    get: (url) => ask(url, 'GET', null),
    post: (url, body) => ask(url, 'POST', JSON.stringify(body)),
  };
}
