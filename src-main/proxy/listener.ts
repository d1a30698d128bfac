import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { invariant } from '../base/assert.ts';
import type { Clock } from '../base/clock.ts';
import { InFlight } from '../base/http/in-flight.ts';
import { KeptBodies, type KeptBodyLimits } from '../base/http/kept-body.ts';
import { answerProblem } from '../base/http/problem-answer.ts';
import { targetGuard } from '../base/http/target-guard.ts';
import { Pool } from '../base/http/upstream/pool.ts';
import { listen } from '../base/listen.ts';
import type { LogSink } from '../base/log-sink.ts';
import { problems } from './answer.ts';
import { type ProxyParts, serve } from './exchange.ts';
import type { AgentDirectory, Payer } from './ports.ts';
import { TargetReader } from './target.ts';
import { openTunnel } from './tunnel.ts';

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
  const port = await listen(server, options.port);
  server.on('error', (error) => log.error('proxy could not accept a connection', { error }));

  const guard = targetGuard({ ownPorts: () => [...options.ownPorts(), port] });
  const targets = new TargetReader();
  const pool = new Pool({ guard, connectTimeoutMs, clock, log });
  const bodies = new KeptBodies(limits.keptBodies);
  const tunnels = new Set<Socket>();
  const inFlight = new InFlight(() => server.closeIdleConnections());
  const track = (work: Promise<void>): void => {
    inFlight.enter();
    work.catch((error: unknown) => log.error('payment failed', { error })).finally(() => inFlight.leave());
  };
  const parts: ProxyParts = { agents, payer, targets, pool, bodies, log, track };

  const onRequest = (request: IncomingMessage, response: ServerResponse): void => {
    inFlight.enter();
    response.on('close', () => inFlight.leave());
    response.sendDate = false;
    if (inFlight.stopping) response.shouldKeepAlive = false;
    try {
      serve(parts, request, response);
    } catch (error) {
      log.error('proxy exchange failed', { error });
      if (response.headersSent) response.destroy();
      else answerProblem(response, problems.internal());
    }
  };
  server.on('request', (request, response) => {
    // A request sent before the one ahead was answered waits: Node would not say when the agent leaves such a one.
    if (response.socket === null) response.once('socket', () => onRequest(request, response));
    else onRequest(request, response);
  });

  server.on('connect', (request, agentSide, early) => {
    invariant(agentSide instanceof Socket, 'a CONNECT came over something that is no socket');
    inFlight.enter();
    tunnels.add(agentSide);
    agentSide.on('close', () => {
      tunnels.delete(agentSide);
      inFlight.leave();
    });
    openTunnel({ agents, targets, guard, connectTimeoutMs }, request, agentSide, early).catch((error: unknown) => {
      log.error('proxy tunnel failed', { error });
      agentSide.destroy();
    });
  });

  return {
    port,
    get inFlight() {
      return inFlight.count;
    },
    stop: async (graceMs) => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      await inFlight.drained(graceMs);
      pool.stop();
      for (const agentSide of tunnels) agentSide.destroy();
      server.closeAllConnections();
      await closed;
      await inFlight.drained(cutMs);
    },
  };
}
