import type { AnswerSink } from './answer-sink.ts';
import { ChunkedBody } from './chunked-body.ts';
import { parseResponseHead, type ResponseHead } from './response-head.ts';

const maxHeadBytes = 256 * 1024;
const maxInterim = 16;
const headEnd = Buffer.from('\r\n\r\n');
const noTrailers: readonly string[] = [];

type Phase = 'idle' | 'head' | 'length' | 'chunked' | 'close' | 'broken';

/** Reads one answer after another from a connection, in whatever pieces the bytes come. */
export class ResponseReader {
  #phase: Phase = 'idle';
  #sink: AnswerSink | null = null;
  #method = '';
  #head: ResponseHead | null = null;
  #partial: Buffer = Buffer.alloc(0);
  #partialLength = 0;
  #interim = 0;
  #remaining = 0;
  #chunked: ChunkedBody | null = null;
  #surplus = false;

  /** Waiting for no answer: none was asked for, or the last one is whole. */
  get idle(): boolean {
    return this.#phase === 'idle';
  }

  /** The last answer was malformed or cut, or nobody wants it any more. */
  get broken(): boolean {
    return this.#phase === 'broken';
  }

  /** The last answer ended where it said it would, and the origin keeps the connection. */
  get reusable(): boolean {
    return this.#phase === 'idle' && !this.#surplus && this.#head?.keepAlive === true;
  }

  get keepAliveMs(): number | null {
    return this.#head?.keepAliveMs ?? null;
  }

  begin(method: string, sink: AnswerSink): void {
    this.#phase = 'head';
    this.#method = method;
    this.#sink = sink;
    this.#head = null;
    this.#interim = 0;
    this.#surplus = false;
  }

  /** No further event reaches the sink. */
  abandon(): void {
    this.#phase = 'broken';
    this.#sink = null;
  }

  push(chunk: Buffer): void {
    if (this.#phase === 'head') this.#readHead(chunk);
    else this.#readBody(chunk, 0);
  }

  /** The origin sent its last byte. */
  finish(): void {
    if (this.#phase === 'close') this.#end(null, noTrailers);
    else if (this.#phase === 'head') this.#fail('it closed the connection without an answer');
    else this.#fail('it closed the connection before its answer was whole');
  }

  fail(why: string): void {
    this.#fail(why);
  }

  #readHead(chunk: Buffer): void {
    let bytes = chunk;
    let searchFrom = 0;
    if (this.#partialLength > 0) {
      searchFrom = Math.max(0, this.#partialLength - 3);
      bytes = this.#joined(chunk);
    }
    let start = 0;
    while (this.#phase === 'head') {
      const end = bytes.indexOf(headEnd, Math.max(start, searchFrom));
      if (end === -1 || end - start > maxHeadBytes) {
        if (bytes.length - start > maxHeadBytes) this.#fail('its head is larger than 256 KiB');
        else this.#keep(bytes, start);
        return;
      }
      const head = parseResponseHead(bytes.toString('latin1', start, end), this.#method);
      start = end + 4;
      if (typeof head === 'string') this.#fail(head);
      else if (head.status >= 200) {
        this.#partialLength = 0;
        this.#partial = bytes === chunk ? this.#partial : Buffer.alloc(0);
        this.#answer(head, bytes, start);
      } else this.#skipInterim(head.status);
    }
  }

  #answer(head: ResponseHead, bytes: Buffer, bodyStart: number): void {
    this.#head = head;
    const sink = this.#sink;
    if (head.framing === 'none') {
      sink?.head(head, false);
      this.#surplus = bodyStart < bytes.length;
      if (this.#sink !== null) this.#end(null, noTrailers);
      return;
    }
    this.#phase = head.framing;
    this.#remaining = head.length;
    this.#chunked = head.framing === 'chunked' ? new ChunkedBody() : null;
    sink?.head(head, bodyStart === bytes.length);
    if (bodyStart < bytes.length) this.#readBody(bytes, bodyStart);
  }

  #readBody(bytes: Buffer, start: number): void {
    switch (this.#phase) {
      case 'length':
        if (bytes.length - start < this.#remaining) {
          this.#remaining -= bytes.length - start;
          this.#sink?.data(start === 0 ? bytes : bytes.subarray(start));
          return;
        }
        this.#surplus = bytes.length - start > this.#remaining;
        this.#end(bytes.subarray(start, start + this.#remaining), noTrailers);
        return;
      case 'chunked':
        this.#readChunked(bytes, start);
        return;
      case 'close':
        this.#sink?.data(start === 0 ? bytes : bytes.subarray(start));
        return;
      case 'idle':
      case 'head':
      case 'broken':
        this.#surplus = true;
        return;
    }
  }

  #readChunked(bytes: Buffer, start: number): void {
    const body = this.#chunked;
    if (body === null) return;
    const found: Buffer[] = [];
    const stopped = body.push(bytes, start, found);
    const last = body.done ? found.pop() : undefined;
    for (const data of found) this.#sink?.data(data);
    if (typeof stopped === 'string') this.#fail(stopped);
    else if (body.done && this.#sink !== null) {
      this.#surplus = stopped < bytes.length;
      this.#end(last ?? null, body.trailers);
    }
  }

  #skipInterim(status: number): void {
    this.#interim += 1;
    if (status === 101) this.#fail('it switched protocols unasked');
    else if (this.#interim > maxInterim) this.#fail('it sent too many interim answers');
  }

  /** Keeps an unfinished head in a buffer that doubles, so that a head of single bytes costs linear time. */
  #keep(bytes: Buffer, start: number): void {
    const length = bytes.length - start;
    if (this.#partial.length < length)
      this.#partial = Buffer.alloc(Math.min(maxHeadBytes * 2, Math.max(1024, length * 2)));
    bytes.copy(this.#partial, 0, start);
    this.#partialLength = length;
  }

  #joined(chunk: Buffer): Buffer {
    const length = this.#partialLength + chunk.length;
    if (this.#partial.length < length) {
      const larger = Buffer.alloc(length * 2);
      this.#partial.copy(larger, 0, 0, this.#partialLength);
      this.#partial = larger;
    }
    chunk.copy(this.#partial, this.#partialLength);
    return this.#partial.subarray(0, length);
  }

  #end(last: Buffer | null, trailers: readonly string[]): void {
    this.#chunked = null;
    this.#sink?.end(last, trailers);
    // Not when the sink gave the connection up in the meantime.
    if (this.#sink !== null) this.#phase = 'idle';
    this.#sink = null;
  }

  #fail(why: string): void {
    const sink = this.#sink;
    this.abandon();
    sink?.broken(why);
  }
}
