import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { formatDecimal, type Network, parseDecimal } from '../../src-shared/model/index.ts';
import { invariant } from '../base/assert.ts';
import type { Clock } from '../base/clock.ts';
import { InFlight } from '../base/http/in-flight.ts';
import { targetOf } from '../base/http/target.ts';
import type { TargetGuard } from '../base/http/target-guard.ts';
import { Pool } from '../base/http/upstream/pool.ts';
import { listen } from '../base/listen.ts';
import type { LogSink } from '../base/log-sink.ts';
import type { Till } from '../payments/index.ts';
import { createAnswerFields } from './answer-fields.ts';
import { answerOwnProblem, problems } from './answers.ts';
import { createBazaar } from './bazaar.ts';
import type { BuyerHead } from './buyer-head.ts';
import { createCallTally } from './call-tally.ts';
import type { ErrandParts } from './errand.ts';
import { LiveErrands } from './live-errands.ts';
import { createOwnDesks } from './own-desks.ts';
import type { AccessLog, CallBook, DayCalls } from './ports.ts';
import type { CreditDesk } from './prepaid/credit-desk.ts';
import { createPriceTable } from './price-table.ts';
import { createShopMetrics } from './shop-metrics.ts';
import type { ShopPlan } from './shop-plan.ts';
import { createTokenBuckets } from './token-buckets.ts';
import { type ShopFloor, Visit } from './visit.ts';
import { visitorPage } from './visitor-page.ts';

export interface ShopOptions {
  readonly plan: ShopPlan;
  /** The address that is paid. */
  readonly payTo: string;
  readonly network: Network;
}

export interface ShopParts {
  readonly till: Till;
  /** Null: nothing is sold ahead. */
  readonly credits: CreditDesk | null;
  readonly calls: CallBook;
  /** Of the upstream's addresses. */
  readonly guard: TargetGuard;
  readonly clock: Clock;
  readonly log: LogSink;
  /** Null: none is kept. */
  readonly accessLog: AccessLog | null;
  /** Who has it may read `/metrics`; null: there is no such page. */
  readonly metricsToken: string | null;
}

export interface ShopStats {
  /** Requests that are not over, their charges included. */
  readonly inFlight: number;
  readonly connections: number;
  /** What the call book does not have yet. */
  readonly calls: DayCalls;
}

export interface Shop {
  readonly name: string;
  readonly url: string;
  readonly host: string;
  readonly port: number;
  readonly payTo: string;
  stats(): ShopStats;
  /** Takes no new requests, lets those in flight finish for so long, then cuts. */
  stop(graceMs: number): Promise<void>;
}

const connectMs = 10_000;
const headersMs = 20_000;
/** For the whole of a request, its body included. */
const requestMs = 300_000;
/** A connection on which nothing moves: resting, or a buyer that does not read. */
const idleMs = 120_000;
const maxConnections = 20_000;
const tickMs = 250;
/** What was cut has this long to report its end. */
const cutMs = 1000;

/** A price in front of an API. Rejects with Node's own error when the address cannot be had (`EADDRINUSE`). */
export async function openShop({ plan, payTo, network }: ShopOptions, parts: ShopParts): Promise<Shop> {
  const { till, credits, calls, guard, clock, log, accessLog, metricsToken } = parts;
  const { name, limits } = plan;
  const toAmount = (text: string) => parseDecimal(text, network.usdc.decimals);
  const targetUrl = new URL(plan.target);
  const target = targetOf(targetUrl.origin);
  invariant(target !== null, 'a shop’s target is no http:// or https:// URL');
  const basePath = targetUrl.pathname.replace(/\/+$/, '');
  const table = createPriceTable(plan.routes, toAmount(plan.price), toAmount);

  const server = createServer({
    maxHeaderSize: 64 * 1024,
    headersTimeout: headersMs,
    requestTimeout: requestMs,
    connectionsCheckingInterval: 5000,
    // A timer for each answer costs more than a sweep: see `idleMs`.
    keepAliveTimeout: 0,
  });
  // Node would drop fields beyond its limit without a word; the size limit above is limit enough.
  server.maxHeadersCount = 0;
  server.maxConnections = maxConnections;
  server.timeout = idleMs;
  const port = await listen(server, plan.port, plan.host);
  server.on('error', (error) => log.error('a shop could not accept a connection', { shop: name, error }));
  const url = `http://${plan.host.includes(':') ? `[${plan.host}]` : plan.host}:${port}`;
  const origin = originOf(plan.host, port, url);

  const pool = new Pool({ guard, connectTimeoutMs: connectMs, clock, log });
  const inFlight = new InFlight(() => server.closeIdleConnections());
  const tally = createCallTally({ shop: name, calls, clock, log });
  const metrics = metricsToken === null ? null : createShopMetrics(table, () => inFlight.count);
  const live = new LiveErrands();
  const paying = new Set<Socket>();
  let places = limits.concurrency;
  /** Those among them that requests without a price may hold: a crowd of them keeps no buyer out. */
  let freePlaces = Math.ceil(limits.concurrency / 2);

  const errands: ErrandParts = {
    shop: name,
    target,
    pool,
    fields: createAnswerFields(target, basePath, url),
    bodyBytes: limits.bodyBytes,
    answerMs: limits.answerSeconds * 1000,
    log,
    freed: (isFree) => {
      places += 1;
      if (isFree) freePlaces += 1;
    },
    over: (errand) => {
      if (live.remove(errand)) inFlight.leave();
    },
  };
  const dialects = new Set(plan.dialects);
  const extensionsOf = createBazaar();
  const quote: ShopFloor['quote'] = (route, method, resource) => ({
    shop: name,
    description: plan.description,
    method,
    route: route.pattern,
    resource,
    amount: route.price,
    payTo,
    dialects,
    flow: plan.flow,
    facilitator: plan.facilitator,
    extensions: extensionsOf(route, method),
  });
  const spell = (amount: bigint): string => formatDecimal(amount, network.usdc.decimals);
  const floor: ShopFloor = {
    table,
    till,
    credits,
    upfront: plan.flow === 'upfront',
    bodyBytes: limits.bodyBytes,
    perAddress: createTokenBuckets(limits.perAddressMinute),
    perPayer: createTokenBuckets(limits.perPayerMinute),
    perRoute: createTokenBuckets(limits.perRouteMinute),
    errands,
    basePath,
    monotonic: () => clock.monotonic(),
    quote,
    origin,
    page: ({ description, method, resource, amount }) =>
      visitorPage({ shop: name, description, method, resource, price: spell(amount), network: network.name }),
    ownDesk: createOwnDesks({ plan, table, till, credits, quote, origin, spell, clock, metrics, metricsToken }),
    takePlace: (isFree) => {
      if (places <= 0 || (isFree && freePlaces <= 0)) return false;
      places -= 1;
      if (isFree) freePlaces -= 1;
      return true;
    },
    track: (socket, work) => {
      inFlight.enter();
      paying.add(socket);
      work
        .catch((error: unknown) => log.error('a shop’s request failed', { shop: name, error }))
        .finally(() => {
          paying.delete(socket);
          inFlight.leave();
        });
    },
    begin: (errand) => {
      live.add(errand);
      inFlight.enter();
      errand.begin();
    },
    count: tally.count,
    over: ({ outcome, route, method, request, response, isCopy, began }) => {
      const became = outcome ?? 'own';
      const ms = clock.monotonic() - began;
      if (metrics !== null) {
        metrics.seen(route, became, ms);
        if (became === 'paid' && route !== null && !isCopy) metrics.earned(Number(spell(route.price)));
      }
      const path = pathOf(request.url ?? '');
      accessLog?.add(name, method, path, response.statusCode, became, Math.round(ms));
    },
  };

  const onRequest = (request: IncomingMessage, response: ServerResponse, expects: boolean): void => {
    response.sendDate = false;
    if (inFlight.stopping) response.shouldKeepAlive = false;
    const visit = new Visit(floor, request, response, expects);
    try {
      visit.serve();
    } catch (error) {
      log.error('a shop’s request failed', { shop: name, error });
      if (response.headersSent) response.destroy();
      else answerOwnProblem(response, problems.internal());
    }
  };
  const receive = (expects: boolean) => (request: IncomingMessage, response: ServerResponse) => {
    // A request sent before the one ahead was answered waits: Node would not say when the buyer leaves such a one.
    if (response.socket === null) response.once('socket', () => onRequest(request, response, expects));
    else onRequest(request, response, expects);
  };
  server.on('request', receive(false));
  server.on('checkContinue', receive(true));
  const connections = watchConnections(server, (socket) => {
    for (const errand of live.all()) if (errand.socket === socket) return errand.waitsForBuyer ? 'idle' : 'busy';
    return paying.has(socket) ? 'busy' : 'idle';
  });

  const ticking = setInterval(() => {
    const now = clock.monotonic();
    for (const errand of live.all()) errand.tick(now);
  }, tickMs);
  ticking.unref();

  return {
    name,
    url,
    host: plan.host,
    port,
    payTo,
    stats: () => ({ inFlight: inFlight.count, connections: connections(), calls: tally.pending() }),
    async stop(graceMs) {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeIdleConnections();
      await inFlight.drained(graceMs);
      for (const errand of live.all()) errand.abort();
      pool.stop();
      clearInterval(ticking);
      server.closeAllConnections();
      await closed;
      await inFlight.drained(cutMs);
      await tally.stop();
    },
  };
}

/** As it was asked for, without the query: secrets stand in queries. */
function pathOf(target: string): string {
  const end = target.search(/[?#]/);
  return target.slice(0, Math.min(end === -1 ? target.length : end, 512));
}

/**
 * Where buyers reach the shop. On every address of the machine there is no one answer: it is what the buyer says, which
 * tells nobody but itself.
 */
function originOf(host: string, port: number, url: string): (head: BuyerHead) => string {
  if (host !== '0.0.0.0' && host !== '::') return () => url;
  return ({ host: said }) =>
    /^[A-Za-z0-9.-]{1,253}(?::[0-9]{1,5})?$|^\[[0-9a-f:.]+\](?::[0-9]{1,5})?$/i.test(said)
      ? `http://${said}`
      : `http://127.0.0.1:${port}`;
}

/** Cuts connections on which nothing moves, unless it is our turn to speak. Says how many there are. */
function watchConnections(server: Server, state: (socket: Socket) => 'idle' | 'busy'): () => number {
  let count = 0;
  server.on('connection', (socket) => {
    count += 1;
    socket.on('close', () => {
      count -= 1;
    });
  });
  server.on('timeout', (socket) => {
    if (state(socket) === 'idle') socket.destroy();
    else socket.setTimeout(idleMs);
  });
  return () => count;
}
