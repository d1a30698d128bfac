import type { AnswerSink } from '../base/http/upstream/answer-sink.ts';
import type { Connection } from '../base/http/upstream/connection.ts';
import type { ResponseHead } from '../base/http/upstream/response-head.ts';

const maxBodyBytes = 64 * 1024;

/** A 402 as it was read: whole, or cut short where its body is longer than anyone looks at. */
export interface ReadChallenge {
  readonly head: ResponseHead;
  /** Null when longer than 64 KiB. */
  readonly body: Buffer | null;
  /** Hands the 402 on to `sink` as it came, with what is still to come. */
  passOn(sink: AnswerSink): void;
  /** Nobody needs the rest. */
  discard(): void;
}

/**
 * Reads a 402 that may be paid. A body longer than 64 KiB is left where it is: reading stops until it is known whether
 * the agent gets it.
 */
export class ChallengeReader implements AnswerSink {
  readonly #connection: Connection;
  readonly #done: (challenge: ReadChallenge) => void;
  readonly #failed: (why: string) => void;
  #head: ResponseHead | null = null;
  #parts: Buffer[] = [];
  #length = 0;
  #handedOut = false;
  #ending: ((sink: AnswerSink) => void) | null = null;
  #next: AnswerSink | null = null;

  constructor(connection: Connection, done: (challenge: ReadChallenge) => void, failed: (why: string) => void) {
    this.#connection = connection;
    this.#done = done;
    this.#failed = failed;
  }

  head(head: ResponseHead): void {
    this.#head = head;
  }

  data(chunk: Buffer): void {
    if (this.#next !== null) {
      this.#next.data(chunk);
      return;
    }
    this.#add(chunk);
    if (this.#length > maxBodyBytes && !this.#handedOut) {
      this.#connection.pause();
      this.#handOut(null);
    }
  }

  end(last: Buffer | null, trailers: readonly string[]): void {
    if (this.#next !== null) {
      this.#next.end(last, trailers);
      return;
    }
    if (last !== null) this.#add(last);
    this.#ending = (sink) => sink.end(null, trailers);
    if (!this.#handedOut) this.#handOut(this.#length > maxBodyBytes ? null : Buffer.concat(this.#parts));
  }

  broken(why: string): void {
    if (this.#next !== null) this.#next.broken(why);
    else if (this.#handedOut) this.#ending = (sink) => sink.broken(why);
    else this.#failed(why);
  }

  #add(chunk: Buffer): void {
    this.#parts.push(Buffer.from(chunk));
    this.#length += chunk.length;
  }

  #handOut(body: Buffer | null): void {
    const head = this.#head;
    if (head === null) return;
    this.#handedOut = true;
    this.#done({
      head,
      body,
      passOn: (sink) => this.#passOn(head, sink),
      discard: () => {
        this.#parts = [];
        if (this.#ending === null) this.#connection.destroy();
      },
    });
  }

  #passOn(head: ResponseHead, sink: AnswerSink): void {
    sink.head(head, false);
    for (const part of this.#parts) sink.data(part);
    this.#parts = [];
    if (this.#ending !== null) this.#ending(sink);
    else {
      this.#next = sink;
      this.#connection.resume();
    }
  }
}
