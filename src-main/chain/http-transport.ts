import type { RpcTransport } from '@solana/kit';
import { Agent } from 'undici';
import { GroatError } from '../../src-shared/errors/index.ts';

export interface HttpTransport {
  readonly transport: RpcTransport;
  /** For people and logs, see `EndpointHealth`. */
  readonly url: string;
  close(): Promise<void>;
}

/** More than any answer that we ask for: a page of history is about 300 KiB. */
const maxAnswerBytes = 8 * 1024 * 1024;

/**
 * JSON-RPC by HTTP POST. Not kit's own transport, because that reads answers of any size. Integers above 2^53 lose their
 * last digits, which only `rentEpoch` has; amounts of tokens are strings.
 */
export function createHttpTransport(text: string): HttpTransport {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    throw new GroatError('config-invalid', { setting: 'rpcUrls', problem: 'an endpoint is no http or https URL' });
  }
  const { origin, pathname, search, username, password } = url;
  const credentials = Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`).toString('base64');
  const headers = {
    'content-type': 'application/json',
    accept: 'application/json',
    ...(username !== '' && { authorization: `Basic ${credentials}` }),
  };
  const agent = new Agent({ maxResponseSize: maxAnswerBytes, connections: 16 });
  const call = async (payload: unknown, signal: AbortSignal | undefined): Promise<unknown> => {
    const { statusCode, body } = await agent.request({
      origin,
      path: pathname + search,
      method: 'POST',
      headers,
      body: JSON.stringify(payload, exactNumbers),
      ...(signal && { signal }),
    });
    if (statusCode === 200) return body.json();
    await body.dump();
    throw new Error(`HTTP ${statusCode}`);
  };
  return {
    transport: async <T>({ payload, signal }: Parameters<RpcTransport>[0]) => (await call(payload, signal)) as T,
    url: origin,
    close: () => agent.destroy(),
  };
}

/** kit leaves slots as bigints; they are far below 2^53. */
function exactNumbers(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? Number(value) : value;
}
