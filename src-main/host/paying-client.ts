import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { LookupFunction } from 'node:net';
import type { PayStep } from '../../src-shared/contract/index.ts';
import { GroatError } from '../../src-shared/errors/index.ts';
import { formatDecimal, type Network, toAgentName } from '../../src-shared/model/index.ts';
import { headerValues } from '../base/raw-headers.ts';
import type { GrantedOffer, OfferPayer } from '../payments/index.ts';
import type { TargetGuard } from '../proxy/index.ts';
import type { OrderStore } from '../wallet/index.ts';
import { toOrderView } from './order-view.ts';

export interface PayingRequest {
  readonly url: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
  readonly agent: string;
}

/**
 * Groat's own client, for `groat pay`: the corridor of the proxy for one request, told step by step. Unlike the proxy it
 * sees https in clear, because it is the client. Redirects are not followed: a payment is for the URL that was named.
 */
export interface PayingClient {
  pay(request: PayingRequest): AsyncGenerator<PayStep>;
}

const maxBodyBytes = 1024 * 1024;
const firstAnswerMs = 60_000;

export function createPayingClient(deps: {
  readonly network: Network;
  readonly payer: OfferPayer;
  readonly guard: TargetGuard;
  readonly orders: OrderStore;
  /** Resolves when the order's fate is known or a moment has passed. */
  readonly settled: (orderId: string) => Promise<void>;
}): PayingClient {
  const { network, payer, guard, orders } = deps;

  const shown = (answer: Answer, orderId: string | null): PayStep => {
    const order = orderId === null ? null : orders.get(orderId);
    return {
      step: 'answer',
      httpStatus: answer.status,
      contentType: headerValues(answer.rawHeaders, 'Content-Type')[0] ?? null,
      body: answer.body.toString('utf8'),
      order: order === null ? null : toOrderView(order, network),
    };
  };

  async function* pay(request: PayingRequest): AsyncGenerator<PayStep> {
    const url = new URL(request.url);
    yield { step: 'request', method: request.method, url: `${url.origin}${url.pathname}` };
    const first = await ask(await dial(guard, url), request, {}, firstAnswerMs).finished();
    if (first.status !== 402) {
      yield shown(first, null);
      return;
    }
    yield { step: 'challenge', httpStatus: first.status };
    const rawHeaders = Object.entries(request.headers).flat();
    const outcome = await payer.pay(
      { agent: toAgentName(request.agent), method: request.method, url, rawHeaders },
      { rawHeaders: first.rawHeaders, body: first.body },
    );
    if (outcome.kind === 'denied') {
      const { reason, detail } = outcome;
      yield { step: 'decision', decision: 'denied', order: null, reason, detail };
      yield shown(first, null);
      return;
    }
    yield* repeatPaid(request, url, outcome);
  }

  async function* repeatPaid(
    request: PayingRequest,
    url: URL,
    { attempt, offer }: GrantedOffer,
  ): AsyncGenerator<PayStep> {
    const { orderId } = attempt;
    yield {
      step: 'offer',
      amount: formatDecimal(offer.amount, network.usdc.decimals),
      asset: network.usdc.symbol,
      payee: offer.payTo,
      network: offer.network,
    };
    yield { step: 'decision', decision: 'granted', order: orderId, reason: null, detail: null };
    let exchange: Exchange;
    try {
      const dialled = await dial(guard, url);
      await attempt.submit();
      exchange = ask(dialled, request, Object.fromEntries(attempt.headers), attempt.answerTimeoutMs);
    } catch (error) {
      attempt.neverSent('it could not be sent');
      throw error;
    }
    yield { step: 'submitted', order: orderId };
    try {
      const head = await exchange.answered();
      attempt.sent();
      attempt.answered(head.status, head.rawHeaders);
      const answer = await exchange.finished();
      attempt.delivered();
      await deps.settled(orderId);
      yield shown(answer, orderId);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      if (exchange.connected()) attempt.lost(why);
      else attempt.neverSent(why);
      throw error;
    }
  }

  return { pay };
}

interface Answer {
  readonly status: number;
  readonly rawHeaders: readonly string[];
  readonly body: Buffer;
}

interface Exchange {
  /** False as long as no byte can have left. */
  connected(): boolean;
  answered(): Promise<Omit<Answer, 'body'>>;
  finished(): Promise<Answer>;
}

interface Dialled {
  readonly url: URL;
  readonly lookup: LookupFunction;
}

/** Resolves the target's name once, under the guard; the connection goes to those very addresses. */
async function dial(guard: TargetGuard, url: URL): Promise<Dialled> {
  const port = Number(url.port) || (url.protocol === 'https:' ? 443 : 80);
  const resolved = await guard.resolve(url.hostname.replace(/^\[|\]$/g, ''), port);
  if (resolved.kind !== 'allowed') throw failed(url, resolved.why);
  const [first] = resolved.addresses;
  return {
    url,
    lookup: (_name, options, found) => {
      if (options.all) found(null, [...resolved.addresses]);
      else found(null, first?.address ?? '', first?.family ?? 4);
    },
  };
}

function ask(
  { url, lookup }: Dialled,
  request: PayingRequest,
  extra: Record<string, string>,
  headMs: number,
): Exchange {
  let connected = false;
  const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
  const outgoing = send(url, {
    method: request.method,
    headers: { 'User-Agent': 'groat', ...request.headers, ...extra },
    agent: false,
    lookup,
    timeout: headMs,
  });
  outgoing.on('socket', (socket) =>
    socket.once('connect', () => {
      connected = true;
    }),
  );
  const head = new Promise<IncomingMessage>((resolve, reject) => {
    outgoing.once('response', resolve);
    outgoing.once('timeout', () => outgoing.destroy(failed(url, `no answer within ${headMs / 1000} seconds`)));
    outgoing.on('error', (error) => reject(error instanceof GroatError ? error : failed(url, error.message, error)));
  });
  head.catch(() => undefined);
  outgoing.end(request.body);

  return {
    connected: () => connected,
    async answered() {
      const { statusCode, rawHeaders } = await head;
      return { status: statusCode ?? 0, rawHeaders };
    },
    async finished() {
      const answer = await head;
      const chunks: Buffer[] = [];
      let size = 0;
      try {
        for await (const chunk of answer) {
          size += chunk.length;
          if (size > maxBodyBytes)
            throw failed(url, `its answer is longer than ${maxBodyBytes} bytes; use the proxy for it`);
          chunks.push(chunk);
        }
      } catch (error) {
        throw error instanceof GroatError ? error : failed(url, 'its answer broke off', error);
      }
      return { status: answer.statusCode ?? 0, rawHeaders: answer.rawHeaders, body: Buffer.concat(chunks) };
    },
  };
}

const failed = (url: URL, problem: string, cause?: unknown) =>
  new GroatError('upstream-failed', { target: url.origin, problem }, cause);
