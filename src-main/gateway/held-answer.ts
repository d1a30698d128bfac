import type { AnswerSink } from '../base/http/upstream/answer-sink.ts';
import type { Connection } from '../base/http/upstream/connection.ts';
import type { ResponseHead } from '../base/http/upstream/response-head.ts';

type End =
  | { readonly kind: 'end'; readonly last: Buffer | null; readonly trailers: readonly string[] }
  | { readonly kind: 'broken'; readonly why: string };

/**
 * An answer that may not go out yet. Its connection is not read meanwhile, so that what is kept is what came with the
 * head: at most one read of a socket.
 */
export class HeldAnswer implements AnswerSink {
  readonly answer: ResponseHead;
  readonly #chunks: Buffer[] = [];
  #end: End | null = null;

  constructor(head: ResponseHead, connection: Connection) {
    this.answer = head;
    connection.pause();
  }

  /** All of it is here, or all that will ever come; the connection is not ours any more. */
  get isOver(): boolean {
    return this.#end !== null;
  }

  get isBroken(): boolean {
    return this.#end?.kind === 'broken';
  }

  head(): void {
    throw new Error('an answer has one head');
  }

  data(chunk: Buffer): void {
    this.#chunks.push(Buffer.from(chunk));
  }

  end(last: Buffer | null, trailers: readonly string[]): void {
    this.#end = { kind: 'end', last: last === null ? null : Buffer.from(last), trailers };
  }

  broken(why: string): void {
    this.#end = { kind: 'broken', why };
  }

  /** Hands on what is here. If it was not over, the rest follows once the caller resumes the connection. */
  release(next: AnswerSink): void {
    const alone = this.#chunks.length === 0 && this.#end === null;
    next.head(this.answer, alone);
    for (const chunk of this.#chunks) next.data(chunk);
    if (this.#end?.kind === 'end') next.end(this.#end.last, this.#end.trailers);
    else if (this.#end?.kind === 'broken') next.broken(this.#end.why);
  }
}
