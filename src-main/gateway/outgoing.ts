import type { ServerResponse } from 'node:http';
import { type Fields, Relay } from '../base/http/relay.ts';
import type { AnswerSink } from '../base/http/upstream/answer-sink.ts';
import type { Connection } from '../base/http/upstream/connection.ts';
import type { ResponseHead } from '../base/http/upstream/response-head.ts';
import type { AnswerKeeper } from '../payments/index.ts';
import type { AnswerFields } from './answer-fields.ts';

/** What goes with one answer. */
export interface OutgoingParts {
  readonly fields: AnswerFields;
  /** Header fields of ours. */
  readonly receipt: Fields;
  readonly paid: boolean;
  readonly keeper: AnswerKeeper | null;
}

/** An upstream's answer on its way to the buyer, and into the keeper for copies of its payment. */
export class Outgoing implements AnswerSink {
  readonly #parts: OutgoingParts;
  readonly #relay: Relay;

  /** `connection`: null when the answer is whole already. */
  constructor(response: ServerResponse, connection: Connection | null, parts: OutgoingParts) {
    this.#parts = parts;
    this.#relay = new Relay(response, connection, []);
  }

  head(head: ResponseHead, alone: boolean): void {
    const { fields, receipt, paid, keeper } = this.#parts;
    const rawHeaders = fields.outgoing(head.rawHeaders, receipt, paid);
    keeper?.head(head.status, head.reason, rawHeaders);
    this.#relay.begin(head.status, head.reason, rawHeaders, alone);
  }

  data(chunk: Buffer): void {
    this.#parts.keeper?.data(chunk);
    this.#relay.data(chunk);
  }

  end(last: Buffer | null, trailers: readonly string[]): void {
    const { fields, keeper } = this.#parts;
    if (last !== null) keeper?.data(last);
    keeper?.end();
    this.#relay.end(last, fields.trailers(trailers));
  }

  broken(): void {
    this.#parts.keeper?.broken();
    this.#relay.broken();
  }
}

/** An answer whose buyer has left: only the keeper still listens. */
export class Unheard implements AnswerSink {
  readonly #parts: OutgoingParts;

  constructor(parts: OutgoingParts) {
    this.#parts = parts;
  }

  head({ status, reason, rawHeaders }: ResponseHead): void {
    const { fields, receipt, paid, keeper } = this.#parts;
    keeper?.head(status, reason, fields.outgoing(rawHeaders, receipt, paid));
  }

  data(chunk: Buffer): void {
    this.#parts.keeper?.data(chunk);
  }

  end(last: Buffer | null): void {
    if (last !== null) this.#parts.keeper?.data(last);
    this.#parts.keeper?.end();
  }

  broken(): void {
    this.#parts.keeper?.broken();
  }
}
