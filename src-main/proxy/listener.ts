import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { invariant } from '../base/assert.ts';
import type { Clock } from '../base/clock.ts';
import type { LogSink } from '../base/log-sink.ts';
import { answerProblem, problems } from './answer.ts';
import { type ProxyParts, serve } from './exchange.ts';
import { KeptBodies, type KeptBodyLimits } from './kept-body.ts';
import type { AgentDirectory, Payer } from './ports.ts';
import { TargetReader } from './target.ts';
import { targetGuard } from './target-guard.ts';
import { openTunnel } from './tunnel.ts';
import { Pool } from './upstream/pool.ts';

const mebibyte = 1024 * 1024;
/** What was cut has this long to report its end. */
const cutMs = 1000;

export interface ProxyOptions {
  /** On 127.0.0.1; 0 = any free port. */
  readonly port: number;
  readonly agents: AgentDirectory;
  readonly payer: Payer;
  /** Groat's other ports, which are never a target; the proxy adds its own. */
  readonly ownPorts: () => readonly number[];
  readonly log: LogSink;
  readonly clock: Clock;
  readonly limits?: Partial<ProxyLimits>;
}

export interface ProxyLimits {
  readonly keptBodies: KeptBodyLimits;
  readonly connectTimeoutMs: number;
  /** For an agent to send a request's head. */
  readonly headersTimeoutMs: number;
}

export const defaultLimits: ProxyLimits = {
  keptBodies: { each: 8 * mebibyte, total: 64 * mebibyte },
  connectTimeoutMs: 10_000,
  headersTimeoutMs: 30_000,
};

export interface RunningProxy {
  readonly port: number;
  /** Exchanges, payments and tunnels that are not over. */
  readonly inFlight: number;
  /** Accepts nothing more, lets what is in flight finish for `graceMs`, then cuts it. */
  stop(graceMs: number): Promise<void>;
}

/** Starts the forward proxy. Rejects with Node's own error when the port cannot be had (`EADDRINUSE`). */
export async function startProxy(options: ProxyOptions): Promise<RunningProxy> {
  const limits = { ...defaultLimits, ...options.limits };
  const { agents, payer, log, clock } = options;
  const { connectTimeoutMs } = limits;
  let port = options.port;
  const guard = targetGuard({ ownPorts: () => [...options.ownPorts(), port] });
  const targets = new TargetReader();
  const pool = new Pool({ guard, connectTimeoutMs, clock, log });
  const tunnels = new Set<Socket>();
  let inFlight = 0;
  let onDrained: (() => void) | null = null;

  const over = (): void => {
    inFlight -= 1;
    if (onDrained === null) return;
    server.closeIdleConnections();
    if (inFlight === 0) onDrained();
  };

  const drained = (limitMs: number): Promise<void> =>
    new Promise((resolve) => {
      const timer = setTimeout(resolve, limitMs);
      onDrained = () => {
        clearTimeout(timer);
        resolve();
      };
      if (inFlight === 0) onDrained();
    });

  const parts: ProxyParts = {
    agents,
    payer,
    targets,
    pool,
    bodies: new KeptBodies(limits.keptBodies),
    log,
    track: (work) => {
      inFlight += 1;
      work.catch((error: unknown) => log.error('payment failed', { error })).finally(over);
    },
  };

  const onRequest = (request: IncomingMessage, response: ServerResponse): void => {
    inFlight += 1;
    response.on('close', over);
    response.sendDate = false;
    if (onDrained !== null) response.shouldKeepAlive = false;
    try {
      serve(parts, request, response);
    } catch (error) {
      log.error('proxy exchange failed', { error });
      if (response.headersSent) response.destroy();
      else answerProblem(response, problems.internal());
    }
  };

  const onConnect = (request: IncomingMessage, socket: Socket, early: Buffer): void => {
    inFlight += 1;
    tunnels.add(socket);
    socket.on('close', () => {
      tunnels.delete(socket);
      over();
    });
    openTunnel({ agents, targets, guard, connectTimeoutMs }, request, socket, early).catch((error: unknown) => {
      log.error('tunnel failed', { error });
      socket.destroy();
    });
  };

  const server = createServer({
    maxHeaderSize: 64 * 1024,
    headersTimeout: limits.headersTimeoutMs,
    connectionsCheckingInterval: Math.min(5000, limits.headersTimeoutMs),
    // A large or slow upload has no time limit.
    requestTimeout: 0,
    // An agent's idle connection costs next to nothing, and a timer for each answer costs more than that.
    keepAliveTimeout: 0,
  });
  // Node would drop fields beyond its limit without a word; the size limit above is limit enough.
  server.maxHeadersCount = 0;
  server.on('request', onRequest);
  server.on('connect', (request, socket, early) => {
    invariant(socket instanceof Socket, 'a CONNECT came over something that is no socket');
    onConnect(request, socket, early);
  });

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject);
      resolve();
    });
  });
  const address = server.address();
  invariant(address !== null && typeof address === 'object', 'the proxy listens on a port');
  port = address.port;

  return {
    port,
    get inFlight() {
      return inFlight;
    },
    stop: async (graceMs) => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      await drained(graceMs);
      pool.stop();
      for (const socket of tunnels) socket.destroy();
      server.closeAllConnections();
      await closed;
      await drained(cutMs);
    },
  };
}
