import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { listen } from '../../base/listen.ts';
import { type JsonRpcHandler, parseFailure } from './json-rpc.ts';

/** The JSON-RPC handler on loopback HTTP, for Solana tools on this machine. */
export interface HttpDoor {
  readonly port: number;
  stop(): Promise<void>;
}

const maxBodyBytes = 1024 * 1024;
const loopbackNames = ['127.0.0.1', 'localhost', '[::1]'];

/** `port` 0 takes any free one. Rejects with node's own error (code `EADDRINUSE`) when it is taken. */
export async function openHttpDoor(port: number, handle: JsonRpcHandler): Promise<HttpDoor> {
  let hosts: ReadonlySet<string> = new Set();
  const server = createServer({ requestTimeout: 30_000, headersTimeout: 10_000 }, (request, response) => {
    // Threat: a web page. Browsers send Origin with every POST; a rebound DNS name shows in Host.
    if (request.headers.origin !== undefined) return refuse(response, 403, 'Not for browsers.');
    if (!hosts.has(request.headers.host ?? '')) return refuse(response, 403, 'Not this host.');
    if (request.method !== 'POST') return refuse(response, 405, 'JSON-RPC is by POST.');
    read(request, (body) => {
      if (body === null) return refuse(response, 413, `At most ${maxBodyBytes} bytes.`);
      const answer = JSON.stringify(parseJson(body, handle));
      response.writeHead(200, { 'content-type': 'application/json' }).end(answer);
    });
  });
  const bound = await listen(server, port);
  hosts = new Set(loopbackNames.map((name) => `${name}:${bound}`));
  return {
    port: bound,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Null when it is longer than allowed; a request that breaks off is dropped with its connection. */
function read(request: IncomingMessage, done: (body: string | null) => void): void {
  const chunks: Buffer[] = [];
  let size = 0;
  request.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size > maxBodyBytes) {
      request.removeAllListeners('data').removeAllListeners('end');
      done(null);
    } else chunks.push(chunk);
  });
  request.on('end', () => done(Buffer.concat(chunks).toString('utf8')));
}

function parseJson(body: string, handle: JsonRpcHandler): unknown {
  let payload: unknown;
  try {
    payload = JSON.parse(body);
  } catch (error) {
    if (error instanceof SyntaxError) return parseFailure();
    throw error;
  }
  return handle(payload);
}

function refuse(response: ServerResponse, status: number, problem: string): void {
  response.writeHead(status, { 'content-type': 'text/plain', connection: 'close' }).end(`${problem}\n`);
}
