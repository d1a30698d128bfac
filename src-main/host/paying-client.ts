import { hash } from 'node:crypto';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { LookupFunction } from 'node:net';
import type { PayStep } from '../../src-shared/contract/index.ts';
import { GroatError } from '../../src-shared/errors/index.ts';
import { formatDecimal, type Network, toAgentName } from '../../src-shared/model/index.ts';
import type { TargetGuard } from '../base/http/target-guard.ts';
import { headerValues } from '../base/raw-headers.ts';
import type {
  Attempt,
  BodySample,
  GrantedOffer,
  OfferPayer,
  PayableRequest,
  PaymentHeaders,
  Submitted,
} from '../payments/index.ts';
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
  /** The work goes on to its end whoever still listens: a payment that was begun is reported. */
  pay(request: PayingRequest): AsyncGenerator<PayStep>;
  /** Resolves when no payment is under way. */
  idle(): Promise<void>;
}

const shownBodyBytes = 1024 * 1024;
const sampledChars = 4096;
const firstAnswerMs = 60_000;
const bodyMs = 120_000;

type Tell = (step: PayStep) => void;

export function createPayingClient(deps: {
  readonly network: Network;
  readonly payer: OfferPayer;
  readonly guard: TargetGuard;
  readonly orders: OrderStore;
  /** Looks once whether the order landed. */
  readonly look: (orderId: string) => Promise<void>;
}): PayingClient {
  const { network, payer, guard, orders } = deps;
  const running = new Set<Promise<void>>();

  const viewOf = (orderId: string) => {
    const order = orders.get(orderId);
    return order === null ? null : toOrderView(order, network);
  };

  const shown = ({ status, rawHeaders, body, truncated }: Answer, orderId: string | null): PayStep => ({
    step: 'answer',
    httpStatus: status,
    contentType: headerValues(rawHeaders, 'Content-Type')[0] ?? null,
    body: body.toString('utf8'),
    truncated,
    order: orderId === null ? null : viewOf(orderId),
  });

  const run = async (request: PayingRequest, tell: Tell): Promise<void> => {
    const url = new URL(request.url);
    tell({ step: 'request', method: request.method, url: `${url.origin}${url.pathname}` });
    const first = await ask(await dial(guard, url), request, [], firstAnswerMs).finished();
    if (first.status !== 402) {
      tell(shown(first, null));
      return;
    }
    tell({ step: 'challenge', httpStatus: first.status });
    const rawHeaders = Object.entries(request.headers).flat();
    const payable = { agent: toAgentName(request.agent), method: request.method, url, rawHeaders };
    await settle(request, payable, first, tell);
  };

  /** Pays for a 402 and repeats the request, or shows the 402 with the reason. */
  const settle = async (
    request: PayingRequest,
    payable: PayableRequest,
    challenge: Answer,
    tell: Tell,
    without?: 'prepaid',
  ): Promise<void> => {
    const { rawHeaders, body } = challenge;
    const outcome = await payer.pay(payable, { rawHeaders, body }, { gone: null, ...bodyOf(request) }, without);
    if (outcome.kind === 'granted') {
      const declined = await repeatPaid(request, payable.url, outcome, tell);
      // Credit that the seller does not take has cost nothing; its 402 says what a payment would be.
      if (declined !== null) await settle(request, payable, declined, tell, 'prepaid');
      return;
    }
    const { reason, detail } = outcome;
    const approval = outcome.kind === 'deferred' ? outcome.approval : null;
    tell({ step: 'decision', decision: outcome.kind, order: null, reason, detail, approval });
    tell(shown(challenge, null));
  };

  /** The 402 of a seller that does not take what was shown; null when it is over. */
  const repeatPaid = async (
    request: PayingRequest,
    url: URL,
    { attempt, offer }: GrantedOffer,
    tell: Tell,
  ): Promise<Answer | null> => {
    const { orderId } = attempt;
    tell({
      step: 'offer',
      dialect: attempt.by,
      amount: formatDecimal(offer?.amount ?? 0n, network.usdc.decimals),
      asset: network.usdc.symbol,
      payee: offer?.payTo ?? '',
      network: network.caip2,
    });
    tell({ step: 'decision', decision: 'granted', order: orderId, reason: null, detail: null, approval: null });
    let dialled: Dialled;
    let submitted: Submitted;
    try {
      dialled = await dial(guard, url);
      submitted = await attempt.submit();
    } catch (error) {
      attempt.neverSent('it could not be sent');
      throw error;
    }
    if (submitted.kind === 'unknown') {
      await showLost(orderId, submitted.why, tell);
      return null;
    }
    if (orderId !== null) tell({ step: 'submitted', order: orderId });
    const first = await exchange(request, dialled, attempt, submitted.headers, tell);
    if (first.kind !== 'broken') return first.kind === 'declined' ? first.answer : null;
    const second = await exchange(request, dialled, attempt, attempt.again(), tell, true);
    return second.kind === 'declined' ? second.answer : null;
  };

  /** One request with its payment. `isSecond`: it broke off once already, and is told now how it ends. */
  const exchange = async (
    request: PayingRequest,
    dialled: Dialled,
    attempt: Attempt,
    headers: PaymentHeaders,
    tell: Tell,
    isSecond = false,
  ): Promise<{ readonly kind: 'over' | 'broken' } | { readonly kind: 'declined'; readonly answer: Answer }> => {
    const { orderId } = attempt;
    const asked = ask(dialled, request, headers, attempt.answerTimeoutMs);
    let answered = false;
    try {
      const head = await asked.answered();
      answered = true;
      attempt.sent();
      attempt.answered(head.status, head.rawHeaders);
      const answer = await asked.finished();
      attempt.delivered();
      if (head.status === 402 && attempt.fallsBack) return { kind: 'declined', answer };
      if (orderId !== null) await deps.look(orderId);
      tell(shown(answer, orderId));
      return { kind: 'over' };
    } catch (error) {
      const why = reasonOf(error);
      if (!asked.connected() && !isSecond) {
        const money = attempt.neverSent(why);
        if (money === 'unspent') throw error;
        await showLost(orderId, why, tell);
        return { kind: 'over' };
      }
      if (attempt.repeatable && !answered && !isSecond && !asked.timedOut()) return { kind: 'broken' };
      attempt.lost(why);
      if (orderId === null) throw error;
      await showLost(orderId, why, tell);
      return { kind: 'over' };
    }
  };

  const showLost = async (orderId: string | null, why: string, tell: Tell): Promise<void> => {
    if (orderId === null) throw new GroatError('upstream-failed', { target: 'the seller', problem: why });
    await deps.look(orderId);
    tell({ step: 'lost', order: viewOf(orderId), why });
  };

  async function* pay(request: PayingRequest): AsyncGenerator<PayStep> {
    let listening = true;
    const steps = new ReadableStream<PayStep>({
      start(controller) {
        const work = run(request, (step) => {
          if (listening) controller.enqueue(step);
        }).then(
          () => {
            if (listening) controller.close();
          },
          (error) => {
            if (listening) controller.error(error);
          },
        );
        running.add(work);
        void work.finally(() => running.delete(work));
      },
      cancel() {
        listening = false;
      },
    });
    yield* steps;
  }

  return {
    pay,
    async idle() {
      await Promise.all(running);
    },
  };
}

/** What the payer may know of the body. */
function bodyOf({ body }: PayingRequest): { readonly bodyHash: string | null; readonly body: () => BodySample | null } {
  if (body === undefined) return { bodyHash: null, body: () => null };
  const sample = () => ({ bytes: Buffer.byteLength(body), head: Buffer.from(body.slice(0, sampledChars)) });
  return { bodyHash: hash('sha256', body), body: sample };
}

interface Answer {
  readonly status: number;
  readonly rawHeaders: readonly string[];
  /** The first MiB of it. */
  readonly body: Buffer;
  readonly truncated: boolean;
}

interface Exchange {
  /** False as long as no byte can have left. */
  connected(): boolean;
  /** It was given up because it took too long. */
  timedOut(): boolean;
  answered(): Promise<Pick<Answer, 'status' | 'rawHeaders'>>;
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

/** The limits are of the whole head and the whole body: a seller that drips bytes does not hold us. */
function ask({ url, lookup }: Dialled, request: PayingRequest, extra: PaymentHeaders, headMs: number): Exchange {
  let connected = false;
  let timedOut = false;
  const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
  // Node frames a GET's body only when it is told how long it is.
  const framing = request.body === undefined ? {} : { 'Content-Length': String(Buffer.byteLength(request.body)) };
  const outgoing = send(url, {
    method: request.method,
    headers: { 'User-Agent': 'groat', ...framing, ...replaced(request.headers, extra) },
    agent: false,
    lookup,
  });
  outgoing.on('socket', (socket) =>
    socket.once('connect', () => {
      connected = true;
    }),
  );
  const limit = (ms: number, what: string) =>
    setTimeout(() => {
      timedOut = true;
      outgoing.destroy(failed(url, `${what} within ${ms / 1000} seconds`));
    }, ms);
  const headLimit = limit(headMs, 'no answer');
  const head = new Promise<IncomingMessage>((resolve, reject) => {
    outgoing.once('response', resolve);
    outgoing.on('error', (error) => reject(error instanceof GroatError ? error : failed(url, error.message, error)));
    // Node says no more than this of an answer that wants to speak another protocol.
    outgoing.once('close', () => reject(failed(url, 'it hung up without an answer')));
  }).finally(() => clearTimeout(headLimit));
  head.catch(() => undefined);
  outgoing.end(request.body);

  return {
    connected: () => connected,
    timedOut: () => timedOut,
    async answered() {
      const { statusCode, rawHeaders } = await head;
      return { status: statusCode ?? 0, rawHeaders };
    },
    async finished() {
      const answer = await head;
      const bodyLimit = limit(bodyMs, 'its answer did not end');
      const chunks: Buffer[] = [];
      let size = 0;
      try {
        for await (const chunk of answer) {
          if (size < shownBodyBytes) chunks.push(chunk);
          size += chunk.length;
        }
      } catch (error) {
        throw error instanceof GroatError ? error : failed(url, 'its answer broke off', error);
      } finally {
        clearTimeout(bodyLimit);
      }
      const body = Buffer.concat(chunks).subarray(0, shownBodyBytes);
      const { statusCode, rawHeaders } = answer;
      return { status: statusCode ?? 0, rawHeaders, body, truncated: size > shownBodyBytes };
    },
  };
}

/** What we add takes the place of whatever the request has under that name, in whichever case. */
function replaced(headers: PayingRequest['headers'], extra: PaymentHeaders): Record<string, string> {
  const names = extra.map(([name]) => name.toLowerCase());
  const kept = Object.entries(headers).filter(([name]) => !names.includes(name.toLowerCase()));
  return Object.fromEntries([...kept, ...extra]);
}

const reasonOf = (error: unknown): string =>
  error instanceof GroatError && 'problem' in error.context ? error.context.problem : String(error);

const failed = (url: URL, problem: string, cause?: unknown) =>
  new GroatError('upstream-failed', { target: url.origin, problem }, cause);
