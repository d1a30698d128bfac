import type { ServerResponse } from 'node:http';
import { answerProblem } from '../base/http/problem-answer.ts';
import { Relay } from '../base/http/relay.ts';
import type { AnswerSink } from '../base/http/upstream/answer-sink.ts';
import type { Connection } from '../base/http/upstream/connection.ts';
import type { ResponseHead } from '../base/http/upstream/response-head.ts';
import { grantedFields, problems } from './answer.ts';
import type { Attempt } from './ports.ts';

/**
 * The answer to a request that carries a payment: handed on to the agent, and every turn of it reported to the order,
 * once, in order. It outlives the agent until the answer's head is known, because only then is it known what was bought.
 */
export class PaidAnswer implements AnswerSink {
  /** Resolves after the last report. */
  readonly over: Promise<void>;
  readonly #attempt: Attempt;
  readonly #connection: Connection;
  readonly #response: ServerResponse;
  readonly #timer: NodeJS.Timeout;
  readonly #resolve: () => void;
  #relay: Relay | null = null;
  #open = true;

  constructor(attempt: Attempt, connection: Connection, response: ServerResponse) {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.over = promise;
    this.#resolve = resolve;
    this.#attempt = attempt;
    this.#connection = connection;
    this.#response = response;
    this.#timer = setTimeout(() => this.#silent(), attempt.answerTimeoutMs);
    response.on('close', () => this.#agentLeft());
  }

  requestWritten(): void {
    if (this.#open && this.#relay === null) this.#attempt.sent();
  }

  head(head: ResponseHead, alone: boolean): void {
    clearTimeout(this.#timer);
    this.#attempt.answered(head.status, head.rawHeaders);
    this.#relay = new Relay(this.#response, this.#connection, grantedFields(this.#attempt.orderId));
    if (this.#response.closed) this.#agentLeft();
    else this.#relay.head(head, alone);
  }

  data(chunk: Buffer): void {
    this.#relay?.data(chunk);
  }

  end(last: Buffer | null, trailers: readonly string[]): void {
    this.#relay?.end(last, trailers);
    this.#report(() => this.#attempt.delivered());
  }

  broken(why: string): void {
    this.#report(() => this.#attempt.lost(why));
    if (this.#relay === null) this.#answerUnknown(502, why);
    else this.#relay.broken();
  }

  #silent(): void {
    const why = `no answer within ${this.#attempt.answerTimeoutMs / 1000} s`;
    this.#connection.destroy();
    this.#report(() => this.#attempt.lost(why));
    this.#answerUnknown(504, why);
  }

  /** Before the head is known, the seller's answer still matters to the order; after it, nothing more is owed to the agent. */
  #agentLeft(): void {
    if (!this.#open || this.#relay === null) return;
    this.#connection.destroy();
    this.#report(() => this.#attempt.delivered());
  }

  #answerUnknown(status: number, why: string): void {
    const { orderId } = this.#attempt;
    if (!this.#response.closed) {
      answerProblem(this.#response, problems.paymentUnknown(status, orderId, why), grantedFields(orderId));
    }
  }

  #report(report: () => void): void {
    clearTimeout(this.#timer);
    this.#open = false;
    report();
    this.#resolve();
  }
}
