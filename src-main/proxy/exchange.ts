import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AgentName, Denied } from '../../src-shared/model/index.ts';
import type { KeptBodies } from '../base/http/kept-body.ts';
import { answerProblem } from '../base/http/problem-answer.ts';
import { Relay } from '../base/http/relay.ts';
import { Upload } from '../base/http/upload.ts';
import type { AnswerSink } from '../base/http/upstream/answer-sink.ts';
import type { Connection } from '../base/http/upstream/connection.ts';
import type { DialFailure } from '../base/http/upstream/dial.ts';
import type { Pool } from '../base/http/upstream/pool.ts';
import type { ResponseHead } from '../base/http/upstream/response-head.ts';
import type { LogSink } from '../base/log-sink.ts';
import { brokenPayer, credentialWanted, problems } from './answer.ts';
import { ChallengeReader, type ReadChallenge } from './challenge.ts';
import { answerChallenge } from './paid-exchange.ts';
import type { AgentDirectory, PayableRequest, Payer } from './ports.ts';
import { type OutgoingRequest, outgoingHead, readRequestHead } from './request-head.ts';
import type { TargetReader } from './target.ts';

/** What every exchange of one proxy shares. */
export interface ProxyParts {
  readonly agents: AgentDirectory;
  readonly payer: Payer;
  readonly targets: TargetReader;
  readonly pool: Pool;
  readonly bodies: KeptBodies;
  readonly log: LogSink;
  /** Counts a payment as in flight until it is over, even if the agent has left. */
  track(work: Promise<void>): void;
}

const carriesPayment = /^(?:x-payment|payment-signature|x-prepaid-credential|authorization: *x402\b)/im;
const idempotent = new Set(['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE', 'TRACE']);

/** One request's walk: known agent, known target, sent on, answer handed back; a 402 turns off into `paid-exchange.ts`. */
export function serve(parts: ProxyParts, incoming: IncomingMessage, response: ServerResponse): void {
  const { url = '', method = '' } = incoming;
  if (url.startsWith('/') || url === '*') {
    answerProblem(response, problems.notAProxyRequest());
    return;
  }
  const head = readRequestHead(incoming.rawHeaders);
  if (head === null) {
    answerProblem(response, problems.requestMalformed('Its Transfer-Encoding is not understood.'));
    return;
  }
  const agent = head.credential === null ? null : parts.agents.byProxyCredential(head.credential);
  if (agent === null) {
    answerProblem(response, problems.credentialMissing(), credentialWanted);
    return;
  }
  const place = parts.targets.absolute(url, method);
  if (place === null) {
    answerProblem(response, problems.requestMalformed('Its target is not an absolute http:// or https:// URL.'));
    return;
  }
  const request = { method, target: place.target, path: place.path, head };
  new Exchange(parts, incoming, response, agent, request).begin();
}

class Exchange implements AnswerSink {
  readonly #parts: ProxyParts;
  readonly #incoming: IncomingMessage;
  readonly #response: ServerResponse;
  readonly #agent: AgentName;
  readonly #request: OutgoingRequest;
  readonly #upload: Upload | null;
  #connection: Connection | null = null;
  #next: AnswerSink | null = null;
  #retried = false;

  constructor(
    parts: ProxyParts,
    incoming: IncomingMessage,
    response: ServerResponse,
    agent: AgentName,
    request: OutgoingRequest,
  ) {
    this.#parts = parts;
    this.#incoming = incoming;
    this.#response = response;
    this.#agent = agent;
    this.#request = request;
    this.#upload = request.head.body === 'none' ? null : this.#newUpload();
  }

  begin(): void {
    this.#response.on('close', () => this.#closed());
    const rested = this.#parts.pool.take(this.#request.target);
    if (rested === null) this.#open();
    else this.#send(rested);
  }

  head(head: ResponseHead, alone: boolean): void {
    const connection = this.#connection;
    if (connection === null) return;
    if (head.status === 402) {
      this.#next = new ChallengeReader(
        connection,
        (challenge) => this.#parts.track(this.#challenged(connection, challenge)),
        (why) => this.#noAnswer(why),
      );
    } else {
      this.#upload?.kept?.free();
      this.#next = new Relay(this.#response, connection, []);
    }
    this.#next.head(head, alone);
  }

  data(chunk: Buffer): void {
    this.#next?.data(chunk);
  }

  end(last: Buffer | null, trailers: readonly string[]): void {
    this.#connection = null;
    this.#upload?.detach();
    this.#next?.end(last, trailers);
  }

  broken(why: string): void {
    const connection = this.#connection;
    this.#connection = null;
    this.#upload?.detach();
    if (this.#next !== null) this.#next.broken(why);
    else if (connection?.stale === true && this.#repeatable()) this.#open();
    else this.#noAnswer(why);
  }

  #newUpload(): Upload {
    const denied = mayPay(this.#parts, this.#payable());
    return new Upload(this.#incoming, this.#request.head.body, denied === null ? this.#parts.bodies.open() : null);
  }

  #open(): void {
    this.#parts.pool.open(this.#request.target).then(
      (opened) => this.#opened(opened),
      (error: unknown) => this.#failed(error),
    );
  }

  #opened(opened: Connection | DialFailure): void {
    if ('kind' in opened) this.#notConnected(opened);
    else if (this.#response.closed) opened.destroy();
    else this.#send(opened);
  }

  #send(connection: Connection): void {
    this.#connection = connection;
    const head = outgoingHead(this.#request);
    if (this.#upload === null) connection.ask(this, this.#request.method, head, []);
    else this.#upload.sendOn(connection, this, this.#request.method, head);
  }

  /**
   * The connection died of old age: such a request may go out once more, since it changes nothing, or the same again. Not
   * one that carries a payment of the agent's own, which may have been read.
   */
  #repeatable(): boolean {
    const { method, head } = this.#request;
    const first = !this.#retried;
    this.#retried = true;
    if (this.#response.closed || this.#upload !== null) return false;
    return first && idempotent.has(method) && !carriesPayment.test(head.lines);
  }

  async #challenged(connection: Connection, challenge: ReadChallenge): Promise<void> {
    // What is still to come of the body is kept for the repetition; this origin has already given its answer.
    this.#upload?.detach();
    const { payer, pool, log } = this.#parts;
    const payable = this.#payable();
    await answerChallenge({
      payer,
      pool,
      log,
      payable,
      request: this.#request,
      upload: this.#upload,
      response: this.#response,
      connection,
      challenge,
      denied: mayPay(this.#parts, payable),
      without: null,
    });
  }

  #payable(): PayableRequest {
    const { target, path, method } = this.#request;
    // Joined, not resolved: a path may begin with two slashes.
    const url = new URL(target.origin + (path === '*' ? '/' : path));
    return { agent: this.#agent, method, url, rawHeaders: this.#incoming.rawHeaders };
  }

  #notConnected({ kind, why }: DialFailure): void {
    if (this.#response.closed) return;
    const { origin } = this.#request.target;
    if (kind === 'forbidden') answerProblem(this.#response, problems.targetForbidden(why));
    else if (kind === 'timeout') answerProblem(this.#response, problems.upstreamSlow(origin, why));
    else this.#noAnswer(why);
  }

  #noAnswer(why: string): void {
    if (!this.#response.closed)
      answerProblem(this.#response, problems.upstreamFailed(this.#request.target.origin, why));
  }

  #failed(error: unknown): void {
    this.#parts.log.error('proxy exchange failed', { error });
    if (!this.#response.closed) answerProblem(this.#response, problems.internal());
  }

  /** The agent has all of its answer, or has left. */
  #closed(): void {
    this.#connection?.destroy();
    this.#upload?.abandon();
    this.#upload?.kept?.free();
  }
}

/** Fails closed: a payer that breaks does not pay. */
function mayPay({ payer, log }: ProxyParts, request: PayableRequest): Denied | null {
  try {
    return payer.mayPay(request);
  } catch (error) {
    log.error('payer failed', { error });
    return brokenPayer;
  }
}
