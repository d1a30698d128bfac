import type { IncomingMessage } from 'node:http';
import { fieldKind } from './field-kind.ts';
import { freeChunk } from './free-chunk.ts';
import type { KeptBody } from './kept-body.ts';
import type { AnswerSink } from './upstream/answer-sink.ts';
import type { Connection } from './upstream/connection.ts';

/** How a body is delimited, as llhttp has already checked it. */
export type RequestBody = 'none' | 'length' | 'chunked';

/** Hands a request body on as it comes, no faster than the origin reads, and keeps a copy where one may be needed. */
export class Upload {
  /** Null when nobody will repeat the request; freed by whoever knows that it is not needed. */
  readonly kept: KeptBody | null;
  readonly #request: IncomingMessage;
  readonly #chunked: boolean;
  #connection: Connection | null = null;
  #over = false;
  #onOver: (() => void) | null = null;

  constructor(request: IncomingMessage, body: RequestBody, kept: KeptBody | null) {
    this.#request = request;
    this.#chunked = body === 'chunked';
    this.kept = kept;
  }

  sendOn(connection: Connection, sink: AnswerSink, method: string, head: string): void {
    this.#connection = connection;
    // Before the head is sent, so that what is here of the body leaves with it.
    this.#request.on('data', (chunk: Buffer) => this.#chunk(chunk));
    this.#request.on('end', () => this.#end());
    connection.open(sink, method, head, () => this.#request.resume());
  }

  /** The origin takes no more of it (it answered early, or is gone): the rest is only kept, or read and dropped. */
  detach(): void {
    this.#connection = null;
    this.#request.resume();
  }

  /** Resolves when nothing more comes that matters: the client has sent all of it, has left, or it grew too large to keep. */
  over(): Promise<void> {
    if (this.#over) return Promise.resolve();
    return new Promise((resolve) => {
      this.#onOver = resolve;
    });
  }

  /** All of the kept body as it goes over the wire, for a repetition with the same head. */
  repetition(): readonly Buffer[] {
    const bytes = this.kept?.bytes ?? Buffer.alloc(0);
    if (!this.#chunked) return [bytes];
    const tail = Buffer.from(this.#tail(), 'latin1');
    if (bytes.length === 0) return [tail];
    return [Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, Buffer.from('\r\n'), tail];
  }

  /** The client has left. */
  abandon(): void {
    this.#connection = null;
    this.#finished();
  }

  #chunk(chunk: Buffer): void {
    this.kept?.add(chunk);
    if (this.kept?.overflowed === true) this.#finished();
    if (this.#connection === null) return;
    const left = (): void => freeChunk(chunk);
    const room = this.#chunked ? this.#connection.writeChunk(chunk, left) : this.#connection.write(chunk, left);
    if (!room) this.#request.pause();
  }

  #end(): void {
    this.#connection?.finishRequest(this.#tail());
    this.#connection = null;
    this.#finished();
  }

  #tail(): string {
    return this.#chunked ? `0\r\n${trailerLines(this.#request.rawTrailers)}\r\n` : '';
  }

  #finished(): void {
    this.#over = true;
    this.#onOver?.();
  }
}

/** Trailers frame nothing and route nothing (RFC 9110, section 6.5.1). */
function trailerLines(rawTrailers: readonly string[]): string {
  let lines = '';
  for (let i = 0; i + 1 < rawTrailers.length; i += 2) {
    const name = rawTrailers[i] ?? '';
    if (fieldKind(name) === 'pass') lines += `${name}: ${rawTrailers[i + 1] ?? ''}\r\n`;
  }
  return lines;
}
