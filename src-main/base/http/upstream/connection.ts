import type { Socket } from 'node:net';
import type { AnswerSink } from './answer-sink.ts';
import type { Inlet } from './inlet.ts';
import { ResponseReader } from './response-reader.ts';

/** What a connection tells the pool it belongs to. */
export interface ConnectionHome {
  /** The exchange is over and the origin takes another one. */
  rested(connection: Connection): void;
  closed(connection: Connection): void;
  /** A bug of ours showed while bytes were handled; the connection is being cut. */
  faulted(error: unknown): void;
}

/** One connection to an origin, used by one exchange at a time. */
export class Connection {
  readonly origin: string;
  /** Until when it may rest, in the pool's monotonic ms. */
  restUntil = 0;
  readonly #socket: Socket;
  readonly #inlet: Inlet;
  readonly #home: ConnectionHome;
  readonly #reader = new ResponseReader();
  #exchanges = 0;
  #answerBegun = false;
  #requestWritten = true;
  #paused = false;
  #onDrain: (() => void) | null = null;

  constructor(origin: string, socket: Socket, inlet: Inlet, home: ConnectionHome) {
    this.origin = origin;
    this.#socket = socket;
    this.#inlet = inlet;
    this.#home = home;
    inlet.receive = (chunk) => this.#received(chunk);
    socket.on('data', (chunk: Buffer) => this.#received(chunk));
    socket.on('drain', () => this.#guarded(() => this.#onDrain?.()));
    socket.on('end', () => this.#guarded(() => this.#lost(null)));
    socket.on('error', (error) => this.#guarded(() => this.#lost(error)));
    socket.on('close', () => {
      this.#guarded(() => this.#lost(null));
      home.closed(this);
    });
  }

  /** It was kept alive after an earlier exchange and has said nothing since: the origin may just have closed it. */
  get stale(): boolean {
    return this.#exchanges > 1 && !this.#answerBegun;
  }

  get keepAliveMs(): number | null {
    return this.#reader.keepAliveMs;
  }

  get usable(): boolean {
    return !this.#socket.destroyed && this.#socket.writable;
  }

  /** Sends a whole request in one write. `written` is called once its bytes have left this process. */
  ask(sink: AnswerSink, method: string, head: string, body: readonly Buffer[], written: () => void = nothing): void {
    this.#begin(sink, method);
    this.#requestWritten = true;
    if (body.length === 0 && written === nothing) {
      this.#socket.write(head, 'latin1');
      return;
    }
    this.#socket.cork();
    this.#socket.write(head, 'latin1');
    for (const part of body) this.#socket.write(part);
    this.#socket.write('', (error) => {
      if (error === undefined || error === null) this.#guarded(written);
    });
    this.#socket.uncork();
  }

  /** Sends a head whose body follows by `write` and `finishRequest`; what is written in this tick leaves in one piece. */
  open(sink: AnswerSink, method: string, head: string, onDrain: () => void): void {
    this.#begin(sink, method);
    this.#onDrain = onDrain;
    this.#socket.cork();
    process.nextTick(() => this.#socket.uncork());
    this.#socket.write(head, 'latin1');
  }

  /** False: wait for `onDrain`. `left` is called once the bytes have left this process. */
  write(bytes: Buffer, left: () => void): boolean {
    return this.#socket.write(bytes, left);
  }

  /** One chunk of a chunked body. */
  writeChunk(bytes: Buffer, left: () => void): boolean {
    this.#socket.cork();
    this.#socket.write(`${bytes.length.toString(16)}\r\n`, 'latin1');
    this.#socket.write(bytes, left);
    const room = this.#socket.write('\r\n', 'latin1');
    this.#socket.uncork();
    return room;
  }

  /** `tail` ends a chunked body; empty for one with a length. */
  finishRequest(tail: string): void {
    if (tail !== '') this.#socket.write(tail, 'latin1');
    this.#requestWritten = true;
    this.#onDrain = null;
  }

  /** Keeps the bytes that the sink is just being given until the returned function is called. */
  hold(): () => void {
    return this.#inlet.hold();
  }

  pause(): void {
    this.#paused = true;
    this.#socket.pause();
  }

  resume(): void {
    this.#paused = false;
    this.#socket.resume();
  }

  /** Cuts it; the exchange hears nothing more. */
  destroy(): void {
    this.#reader.abandon();
    this.#socket.destroy();
  }

  /** Cuts it; the exchange hears why. */
  cut(why: string): void {
    this.#socket.destroy();
    if (!this.#reader.idle) this.#reader.fail(why);
  }

  #begin(sink: AnswerSink, method: string): void {
    this.#exchanges += 1;
    this.#answerBegun = false;
    this.#requestWritten = false;
    this.#reader.begin(method, sink);
  }

  #received(chunk: Buffer): void {
    this.#answerBegun = true;
    this.#guarded(() => this.#read(chunk));
  }

  #read(chunk: Buffer): void {
    this.#reader.push(chunk);
    if (this.#reader.broken) this.#socket.destroy();
    if (!this.#reader.idle) return;
    this.#onDrain = null;
    if (this.#paused) this.resume();
    if (this.#reader.reusable && this.#requestWritten && this.usable) this.#home.rested(this);
    else this.destroy();
  }

  #lost(error: Error | null): void {
    if (this.#reader.idle) {
      this.destroy();
      return;
    }
    if (error === null) this.#reader.finish();
    else this.#reader.fail(`the connection broke (${'code' in error ? error.code : error.message})`);
    this.destroy();
  }

  /** A bug of ours ends this exchange, which is told, and nothing else. */
  #guarded(step: () => void): void {
    try {
      step();
    } catch (error) {
      this.#home.faulted(error);
      this.#socket.destroy();
      try {
        this.#reader.fail('something broke inside Groat');
      } catch (second) {
        this.#home.faulted(second);
      }
    }
  }
}

function nothing(): undefined {
  return undefined;
}
