import type { ServerResponse } from 'node:http';
import { withoutListed } from './field-kind.ts';
import type { AnswerSink } from './upstream/answer-sink.ts';
import type { Connection } from './upstream/connection.ts';
import type { ResponseHead } from './upstream/response-head.ts';

/** Name, value, name, value. */
export type Fields = readonly string[];

const oneWriteBytes = 8 * 1024;

/** Hands an origin's answer on to the client as it comes, no faster than the client reads. */
export class Relay implements AnswerSink {
  readonly #response: ServerResponse;
  readonly #extra: Fields;
  #connection: Connection | null;
  #waiting = false;

  /** `connection`: null when the answer is whole already, and its bytes are nobody's but ours. */
  constructor(response: ServerResponse, connection: Connection | null, extra: Fields) {
    this.#response = response;
    this.#connection = connection;
    this.#extra = extra;
  }

  head(head: ResponseHead, alone: boolean): void {
    const fields = this.#extra.length === 0 ? head.rawHeaders : [...head.rawHeaders, ...this.#extra];
    this.begin(head.status, head.reason, fields, alone);
  }

  /** A head as it is to go out. */
  begin(status: number, reason: string, fields: string[], alone: boolean): void {
    // An HTTP/1.0 client gets no chunks, so no trailers, and Node refuses to announce any.
    const sent = this.#response.useChunkedEncodingByDefault ? fields : withoutListed(fields, ['trailer']);
    this.#response.writeHead(status, reason, sent);
    if (alone) this.#response.flushHeaders();
  }

  data(chunk: Buffer): void {
    if (this.#response.write(chunk, this.#connection?.hold()) || this.#waiting) return;
    this.#waiting = true;
    this.#connection?.pause();
    this.#response.once('drain', () => {
      this.#waiting = false;
      this.#connection?.resume();
    });
  }

  end(last: Buffer | null, trailers: readonly string[]): void {
    const connection = this.#connection;
    this.#connection = null;
    if (trailers.length > 0) this.#response.addTrailers(pairs(trailers));
    if (last === null) this.#response.end();
    // As a Latin-1 string a small body leaves in one write with the head; as a buffer it would take a `writev`, twice the cost.
    else if (last.length <= oneWriteBytes) this.#response.end(last.toString('latin1'), 'latin1');
    else this.#response.end(last, connection?.hold());
  }

  /** The client must never take a part for the whole: its connection is cut, not ended. */
  broken(): void {
    this.#connection = null;
    this.#response.destroy();
  }
}

function pairs(fields: readonly string[]): [string, string][] {
  const found: [string, string][] = [];
  for (let i = 0; i + 1 < fields.length; i += 2) found.push([fields[i] ?? '', fields[i + 1] ?? '']);
  return found;
}
