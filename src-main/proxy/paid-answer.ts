import type { ServerResponse } from 'node:http';
import { answerProblem } from '../base/http/problem-answer.ts';
import { Relay } from '../base/http/relay.ts';
import type { AnswerSink } from '../base/http/upstream/answer-sink.ts';
import type { Connection } from '../base/http/upstream/connection.ts';
import type { ResponseHead } from '../base/http/upstream/response-head.ts';
import { grantedFields, unansweredProblem } from './answer.ts';
import { ChallengeReader, type ReadChallenge } from './challenge.ts';
import type { Attempt } from './ports.ts';

/** How it went. */
export type PaidEnd =
  /** The agent has all that it will get. */
  | { readonly kind: 'over' }
  /** The connection broke before the head, and the attempt may be shown once more. It has not been told. */
  | { readonly kind: 'broken'; readonly why: string }
  /** The seller does not take it and asks for a payment. The attempt is over. */
  | { readonly kind: 'declined'; readonly challenge: ReadChallenge; readonly connection: Connection };

/**
 * The answer to a request that carries a payment: handed on to the agent, and every turn of it reported to the order,
 * once, in order. It outlives the agent until the answer's head is known, because only then is it known what was bought.
 */
export class PaidAnswer implements AnswerSink {
  /** Resolves after the last report. */
  readonly over: Promise<PaidEnd>;
  readonly #attempt: Attempt;
  readonly #connection: Connection;
  readonly #response: ServerResponse;
  readonly #target: string;
  /** The request may go out once more. */
  readonly #mayRepeat: boolean;
  readonly #timer: NodeJS.Timeout;
  readonly #resolve: (end: PaidEnd) => void;
  #relay: Relay | null = null;
  #declined: ChallengeReader | null = null;
  /** The connection is the pool's again. */
  #ended = false;
  #open = true;

  constructor(attempt: Attempt, connection: Connection, response: ServerResponse, target: string, mayRepeat: boolean) {
    const { promise, resolve } = Promise.withResolvers<PaidEnd>();
    this.over = promise;
    this.#resolve = resolve;
    this.#attempt = attempt;
    this.#connection = connection;
    this.#response = response;
    this.#target = target;
    this.#mayRepeat = mayRepeat;
    this.#timer = setTimeout(() => this.#silent(), attempt.answerTimeoutMs);
    response.on('close', () => this.#agentLeft());
  }

  requestWritten(): void {
    if (this.#open && this.#relay === null && this.#declined === null) this.#attempt.sent();
  }

  head(head: ResponseHead, alone: boolean): void {
    this.#attempt.answered(head.status, head.rawHeaders);
    if (head.status === 402 && this.#attempt.fallsBack && !this.#response.closed) {
      this.#declined = new ChallengeReader(
        this.#connection,
        (challenge) => this.#refused(challenge),
        (why) => this.#unread(why),
      );
      // The time limit stands until all of it is read: nobody is to wait for a 402 that drips.
      this.#declined.head(head);
      return;
    }
    clearTimeout(this.#timer);
    this.#relay = new Relay(this.#response, this.#connection, grantedFields(this.#attempt));
    if (this.#response.closed) this.#agentLeft();
    else this.#relay.head(head, alone);
  }

  data(chunk: Buffer): void {
    (this.#declined ?? this.#relay)?.data(chunk);
  }

  end(last: Buffer | null, trailers: readonly string[]): void {
    this.#ended = true;
    if (this.#declined !== null) {
      this.#declined.end(last, trailers);
      return;
    }
    this.#relay?.end(last, trailers);
    this.#report(() => this.#attempt.delivered());
  }

  broken(why: string): void {
    if (this.#declined !== null) {
      this.#declined.broken(why);
      return;
    }
    if (this.#relay === null && this.#mayRepeat && !this.#response.closed) {
      this.#finish({ kind: 'broken', why });
      return;
    }
    this.#report(() => this.#attempt.lost(why));
    if (this.#relay === null) this.#answerUnknown(502, why);
    else this.#relay.broken();
  }

  #refused(challenge: ReadChallenge): void {
    this.#attempt.delivered();
    this.#finish({ kind: 'declined', challenge, connection: this.#connection });
  }

  /** The 402 itself broke off: there is nothing to pay by, and nothing to hand on. */
  #unread(why: string): void {
    this.#report(() => this.#attempt.lost(why));
    this.#answerUnknown(502, why);
  }

  #silent(): void {
    const why = `no answer within ${this.#attempt.answerTimeoutMs / 1000} s`;
    this.#connection.destroy();
    this.#report(() => this.#attempt.lost(why));
    this.#answerUnknown(504, why);
  }

  /** Before the head is known, the seller's answer still matters to the order; after it, nothing more is owed to the agent. */
  #agentLeft(): void {
    if (this.#declined !== null && !this.#ended) this.#connection.cut('the agent left');
    if (!this.#open || this.#relay === null) return;
    this.#connection.destroy();
    this.#report(() => this.#attempt.delivered());
  }

  #answerUnknown(status: 502 | 504, why: string): void {
    if (this.#response.closed) return;
    const attempt = this.#attempt;
    answerProblem(this.#response, unansweredProblem(attempt, this.#target, status, why), grantedFields(attempt));
  }

  #report(report: () => void): void {
    clearTimeout(this.#timer);
    this.#open = false;
    report();
    this.#resolve({ kind: 'over' });
  }

  #finish(end: PaidEnd): void {
    clearTimeout(this.#timer);
    this.#open = false;
    this.#resolve(end);
  }
}
