import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AnyContractRouter } from '@orpc/contract';
import type { Router } from '@orpc/server';
import { BodyLimitPlugin, RPCHandler } from '@orpc/server/node';
import { z } from 'zod';
import { type Problem, problem, problemContentType } from '../../src-shared/errors/index.ts';
import { listen } from '../base/listen.ts';
import type { LogSink } from '../base/log-sink.ts';
import { screenPolicy } from '../base/screen-policy.ts';
import type { CallContext } from './call.ts';
import type { OwnerDoor } from './owner-door.ts';
import { ownerProof } from './owner-proof.ts';
import type { UiFiles } from './ui-files.ts';
import { refusalAtDoor } from './ui-guard.ts';
import type { UiSessions } from './ui-sessions.ts';

export interface UiServer {
  readonly port: number;
  /** Takes nothing new, lets running calls end for so long, then cuts them. */
  stop(graceMs: number): Promise<void>;
}

export interface UiServerOptions {
  readonly port: number;
  readonly files: UiFiles;
  readonly sessions: UiSessions;
  readonly router: Router<AnyContractRouter, CallContext>;
  readonly ownerDoor: OwnerDoor;
  readonly log: LogSink;
}

const mebibyte = 1024 * 1024;
const exchangeBytes = 1024;
const exchangeBody = z.strictObject({ code: z.string().max(128) });

/** On every answer. There are no cookies here and no CORS, so that nothing of another site's is ever let in. */
const everyAnswer: readonly (readonly [string, string])[] = [
  ['Content-Security-Policy', screenPolicy("'self'")],
  ['X-Content-Type-Options', 'nosniff'],
  ['Referrer-Policy', 'no-referrer'],
  ['Cross-Origin-Opener-Policy', 'same-origin'],
  ['Cross-Origin-Resource-Policy', 'same-origin'],
  ['Permissions-Policy', 'camera=(), microphone=(), geolocation=(), display-capture=(), payment=(), usb=()'],
  ['X-Frame-Options', 'DENY'],
  ['Cache-Control', 'no-store'],
];

const operatorInBrowser: CallContext = { rank: 'operator', pinProven: false, door: 'browser' };

const noSession = problem(
  401,
  'no-session',
  'No session',
  'Open the screens by a link of your own: type `groat ui` in a terminal.',
);
const noSuch = problem(404, 'not-found', 'Not found', 'There is nothing at this address.');

/**
 * The browser's door, on loopback only: the screens' files, `POST /session` that makes a bearer out of a one-time code, and the
 * contract under `/rpc` for who has one. A session is an operator; a call that carries the PIN is the owner's.
 */
export async function startUiServer(options: UiServerOptions): Promise<UiServer> {
  const { files, sessions, router, ownerDoor, log } = options;
  const handler = new RPCHandler<CallContext>(router, {
    interceptors: [ownerProof(ownerDoor, log)],
    plugins: [new BodyLimitPlugin({ maxBodySize: mebibyte })],
  });

  const exchange = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (!isJson(request)) return refuse(response, notJson);
    const body = await readJson(request, exchangeBytes);
    const given = exchangeBody.safeParse(body);
    if (!given.success) return refuse(response, problem(400, 'bad-request', 'Bad request', 'Send {"code": "…"}.'));
    const outcome = sessions.exchange(given.data.code);
    if (outcome.kind === 'opened') return answerJson(response, 200, 'application/json', { token: outcome.token });
    log.warn('a browser came with a code that is not good', { outcome: outcome.kind });
    return refuse(
      response,
      outcome.kind === 'busy'
        ? problem(
            429,
            'too-many-codes',
            'Too many tries',
            'Too many wrong codes came. Wait a minute, then open a new link.',
          )
        : problem(403, 'code-refused', 'Link not good', 'This link was used before, or is older than a minute.'),
    );
  };

  const call = async (request: IncomingMessage, response: ServerResponse, token: string): Promise<void> => {
    const use = sessions.use(token);
    if (use === null) return refuse(response, noSession);
    const cut = () => void response.destroy();
    use.ended.addEventListener('abort', cut);
    try {
      if (request.method !== 'POST') {
        response.setHeader('Allow', 'POST');
        return refuse(response, problem(405, 'only-post', 'Only POST', 'Procedures are called with POST.'));
      }
      // A form that another site's page sends can be anything but this.
      if (!isJson(request)) return refuse(response, notJson);
      const { matched } = await handler.handle(request, response, { prefix: '/rpc', context: operatorInBrowser });
      if (!matched) refuse(response, noSuch);
    } finally {
      use.ended.removeEventListener('abort', cut);
      use.done();
    }
  };

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { method = '', url = '', headers } = request;
    const refusal = refusalAtDoor({ method, url, headers }, port);
    if (refusal !== null) {
      log.warn('a request at the browser’s door was refused', { problem: refusal.type });
      return refuse(response, refusal);
    }
    const token = bearer(request);
    if (/^\/rpc(?:[/?]|$)/.test(url))
      return token === null ? refuse(response, noSession) : call(request, response, token);
    if (url === '/session' && method === 'POST') return exchange(request, response);
    if (url === '/session' && method === 'DELETE') {
      const use = token === null ? null : sessions.use(token);
      if (token === null || use === null) return refuse(response, noSession);
      sessions.end(token);
      return void response.writeHead(204).end();
    }
    const isRead = method === 'GET' || method === 'HEAD';
    if (!isRead || !(await files.answer(request, response))) refuse(response, noSuch);
  };

  let stopping = false;
  const server = createServer(
    {
      maxHeaderSize: 16 * 1024,
      headersTimeout: 10_000,
      // For a request to come in whole; what is answered may go on for as long as it likes.
      requestTimeout: 20_000,
      connectionsCheckingInterval: 2_000,
      keepAliveTimeout: 30_000,
    },
    (request, response) => {
      if (stopping) return void request.socket.destroy();
      for (const [name, value] of everyAnswer) response.setHeader(name, value);
      response.once('close', () => {
        if (stopping) server.closeIdleConnections();
      });
      answer(request, response).catch((error) => {
        if (!response.destroyed) log.error('a call from the browser failed', { error });
        response.destroy();
      });
    },
  );
  server.maxConnections = 256;
  const port = await listen(server, options.port);
  // Before anything that comes in is looked at.
  sessions.moveTo(port);
  server.on('error', (error) => log.error('the browser’s door could not accept a connection', { error }));
  return {
    port,
    async stop(graceMs) {
      stopping = true;
      const cut = setTimeout(() => server.closeAllConnections(), graceMs);
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeIdleConnections();
      });
      clearTimeout(cut);
    },
  };
}

const notJson = problem(415, 'only-json', 'Only JSON', 'Send application/json.');

function isJson({ headers }: IncomingMessage): boolean {
  return /^application\/json(?:\s*;\s*charset=utf-8)?$/i.test(headers['content-type'] ?? '');
}

function bearer({ headers }: IncomingMessage): string | null {
  return /^Bearer ([\w-]{43})$/.exec(headers.authorization ?? '')?.[1] ?? null;
}

/** What a small body says; null for one that is too long or no JSON. */
async function readJson(request: IncomingMessage, atMost: number): Promise<unknown> {
  const pieces: Buffer[] = [];
  let size = 0;
  for await (const piece of request) {
    size += piece.length;
    if (size > atMost) return null;
    pieces.push(piece);
  }
  try {
    return JSON.parse(Buffer.concat(pieces).toString());
  } catch {
    return null;
  }
}

function refuse(response: ServerResponse, refusal: Problem): void {
  // What else the caller sends is not read.
  response.setHeader('Connection', 'close');
  answerJson(response, refusal.status, problemContentType, refusal);
}

function answerJson(response: ServerResponse, status: number, type: string, body: unknown): void {
  if (response.destroyed || response.headersSent) return;
  response.writeHead(status, { 'Content-Type': type }).end(JSON.stringify(body));
}
