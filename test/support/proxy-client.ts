import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';

export interface ProxiedAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** False when the connection broke off before the body was whole. */
  readonly complete: boolean;
}

/** One request of a plain HTTP client through an agent's proxy URL. Rejects when there was no answer at all, as when it hung up. */
export function throughProxy(
  proxyUrl: string,
  url: string,
  options: { method?: string; headers?: Readonly<Record<string, string>>; body?: string; signal?: AbortSignal } = {},
): Promise<ProxiedAnswer> {
  const proxy = new URL(proxyUrl);
  const credential = Buffer.from(`${proxy.username}:${proxy.password}`).toString('base64');
  return new Promise((resolve, reject) => {
    const request = httpRequest(
      {
        host: proxy.hostname,
        port: proxy.port,
        method: options.method ?? 'GET',
        path: url,
        agent: false,
        ...(options.signal === undefined ? {} : { signal: options.signal }),
        // Hostile sellers' headers are longer than Node's clients take by default.
        maxHeaderSize: 512 * 1024,
        headers: { Host: new URL(url).host, 'Proxy-Authorization': `Basic ${credential}`, ...options.headers },
      },
      (answer) => {
        const chunks: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => chunks.push(chunk));
        answer.on('error', () => undefined);
        answer.on('close', () =>
          resolve({
            status: answer.statusCode ?? 0,
            headers: answer.headers,
            body: Buffer.concat(chunks).toString('utf8'),
            complete: answer.complete,
          }),
        );
      },
    );
    request.on('error', reject);
    request.end(options.body);
  });
}
