import { createHash, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { problem } from '../../src-shared/errors/index.ts';
import type { Clock } from '../base/clock.ts';
import { answerProblem } from '../base/http/problem-answer.ts';
import { listen } from '../base/listen.ts';
import type { LogSink } from '../base/log-sink.ts';
import type { Facilitator } from '../payments/index.ts';

export interface FacilitatorTerms {
  /** On 127.0.0.1; 0 = any free port. */
  readonly port: number;
  /** Hex SHA-256 of the bearer token that every request must carry. */
  readonly tokenHash: string;
  /** What all that it settles may cost in 24 hours, lamports. */
  readonly feeCeiling: bigint;
  /** Requests, all callers together. */
  readonly perMinute: number;
}

export interface FacilitatorDoor {
  readonly url: string;
  readonly port: number;
  stop(graceMs: number): Promise<void>;
}

const maxBodyBytes = 64 * 1024;
const prefix = '/facilitator';

/**
 * Our facilitator for other sellers, as x402's HTTP API (x402 reference, section 10), with and without the path prefix
 * `/facilitator`. Whoever has the token may spend our SOL, up to the ceiling; nobody else learns anything.
 */
export async function openFacilitatorDoor(
  { port: wanted, tokenHash, feeCeiling, perMinute }: FacilitatorTerms,
  { facilitator, clock, log }: { readonly facilitator: Facilitator; readonly clock: Clock; readonly log: LogSink },
): Promise<FacilitatorDoor> {
  const expected = Buffer.from(tokenHash, 'hex');
  let tokens = perMinute;
  let refilledAt = clock.monotonic();

  const mayPass = (): boolean => {
    const now = clock.monotonic();
    tokens = Math.min(perMinute, tokens + ((now - refilledAt) / 60_000) * perMinute);
    refilledAt = now;
    if (tokens < 1) return false;
    tokens -= 1;
    return true;
  };
  const isKnown = ({ headers }: IncomingMessage): boolean => {
    const token = /^Bearer +(\S+)$/i.exec(headers.authorization ?? '')?.[1] ?? '';
    return timingSafeEqual(createHash('sha256').update(token).digest(), expected);
  };

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = (request.url ?? '/').split('?', 1)[0] ?? '/';
    const route = `${request.method} ${path.startsWith(`${prefix}/`) ? path.slice(prefix.length) : path}`;
    if (!isKnown(request)) {
      refuse(response, 401, 'facilitator-token', 'Whoever asks must have the token', ['WWW-Authenticate', 'Bearer']);
      return;
    }
    if (!mayPass()) {
      refuse(response, 429, 'facilitator-busy', 'Too many requests', ['Retry-After', '5']);
      return;
    }
    if (route === 'GET /supported') {
      say(response, facilitator.supported());
      return;
    }
    if (route !== 'POST /verify' && route !== 'POST /settle') {
      refuse(response, 404, 'facilitator-path', 'There is no such path');
      return;
    }
    const body = await readBody(request);
    if (body === null) {
      refuse(response, 413, 'facilitator-body', `A request is at most ${maxBodyBytes} bytes`, ['Connection', 'close']);
      return;
    }
    const asked = parse(body);
    const answer =
      route === 'POST /verify' ? await facilitator.verify(asked) : await facilitator.settle(asked, feeCeiling);
    if (answer === null) refuse(response, 400, 'facilitator-request', 'The request cannot be read');
    else say(response, answer);
  }

  const server = createServer({ headersTimeout: 10_000, requestTimeout: 20_000 }, (request, response) => {
    serve(request, response).catch((error) => {
      log.warn('facilitator request failed', { error });
      if (response.headersSent) response.destroy();
      else refuse(response, 500, 'facilitator-failed', 'The facilitator could not answer');
    });
  });
  const port = await listen(server, wanted);
  return {
    url: `http://127.0.0.1:${port}${prefix}`,
    port,
    async stop(graceMs) {
      const cut = setTimeout(() => server.closeAllConnections(), graceMs);
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeIdleConnections();
      });
      clearTimeout(cut);
    },
  };
}

function say(response: ServerResponse, answer: object): void {
  const text = JSON.stringify(answer);
  response
    .writeHead(200, {
      'Content-Type': 'application/json',
      'Content-Length': Buffer.byteLength(text),
      'Cache-Control': 'no-store',
    })
    .end(text);
}

function refuse(
  response: ServerResponse,
  status: number,
  code: string,
  title: string,
  extra: readonly string[] = [],
): void {
  answerProblem(response, problem(status, code, title, title), extra);
}

/** Null: it is too large. */
async function readBody(request: IncomingMessage): Promise<Buffer | null> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size > maxBodyBytes) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** Undefined: it is no JSON. */
function parse(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
