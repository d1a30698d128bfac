import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { CallOutcome } from '../../src-shared/contract/index.ts';
import type { Problem } from '../../src-shared/errors/index.ts';
import type { Fields } from '../base/http/relay.ts';
import type { Target } from '../base/http/target.ts';
import { type RequestBody, Upload } from '../base/http/upload.ts';
import type { AnswerSink } from '../base/http/upstream/answer-sink.ts';
import type { Connection } from '../base/http/upstream/connection.ts';
import type { DialFailure } from '../base/http/upstream/dial.ts';
import type { Pool } from '../base/http/upstream/pool.ts';
import type { ResponseHead } from '../base/http/upstream/response-head.ts';
import type { LogSink } from '../base/log-sink.ts';
import type { AnswerFields } from './answer-fields.ts';
import { answerDemand, answerOwnProblem, problems } from './answers.ts';
import type { Clearance, Fare } from './fare.ts';
import { HeldAnswer } from './held-answer.ts';
import { Outgoing, type OutgoingParts, Unheard } from './outgoing.ts';

/** What every errand of one shop shares. */
export interface ErrandParts {
  readonly shop: string;
  readonly target: Target;
  readonly pool: Pool;
  readonly fields: AnswerFields;
  readonly bodyBytes: number;
  readonly answerMs: number;
  readonly log: LogSink;
  /** The upstream can take another request. */
  freed(isFree: boolean): void;
  /** Nothing more comes of it, here or there. */
  over(errand: Errand): void;
}

/** A buyer's request, ready to go. */
export interface ErrandTask {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly method: string;
  /** The whole head for the upstream, in Latin-1. */
  readonly head: string;
  readonly body: RequestBody;
  /** The buyer waits for a 100 before it sends the body. */
  readonly expects: boolean;
  readonly fare: Fare;
  readonly visit: { count(outcome: CallOutcome): void };
}

const idempotent = new Set(['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE', 'TRACE']);
/** An answer that says nothing for so long, while the buyer reads, is given up. */
const stallMs = 300_000;
/** What was paid for and left is read on for so long, for the copies of the payment. */
const readOnMs = 120_000;

/**
 * One request at the upstream: asked, waited for, charged when the answer is good, handed on as it comes. Nothing of a
 * good answer goes out before it is charged (x402 reference, section 2.4).
 */
export class Errand implements AnswerSink {
  /** Where it stands among those that are not over; -1: not there. Theirs to set. */
  place = -1;
  readonly #parts: ErrandParts;
  readonly #task: ErrandTask;
  readonly #upload: Upload | null;
  /** `asking`: no head yet. `held`: its charge is open. `answering`: it goes out. `over`: the upstream has no more to say. */
  #phase: 'asking' | 'held' | 'answering' | 'over' = 'asking';
  #connection: Connection | null = null;
  #next: AnswerSink | null = null;
  #outgoing: OutgoingParts | null = null;
  /** Dials and charges whose end is still to come. */
  #pending = 0;
  #status: number | null = null;
  #refused = false;
  #retried = false;
  #holdsSlot = true;
  #closed = false;
  /** Monotonic ms; null: to be set at the next tick. */
  #deadline: number | null;
  #moved = false;

  constructor(parts: ErrandParts, task: ErrandTask, now: number) {
    this.#parts = parts;
    this.#task = task;
    this.#upload = task.body === 'none' ? null : new Upload(task.request, task.body, null);
    this.#deadline = now + parts.answerMs;
  }

  begin(): void {
    const rested = this.#parts.pool.take(this.#parts.target);
    if (rested === null) this.#open();
    else this.#send(rested);
  }

  /** Looks at the clock for it; called a few times a second. */
  tick(now: number): void {
    if (this.#phase === 'asking') {
      if (this.#deadline !== null && now > this.#deadline)
        this.#giveUp(problems.targetSlow(this.#task.fare.charged), 'it did not answer in time');
      return;
    }
    if (this.#phase !== 'answering') return;
    const reading = !this.#closed && (this.#moved || this.#task.response.writableNeedDrain);
    this.#moved = false;
    if (this.#deadline === null || reading) this.#deadline = now + (this.#closed ? readOnMs : stallMs);
    else if (now > this.#deadline) {
      if (!this.#closed) this.#task.fare.brokeOff();
      this.#cut('it stopped in the middle of its answer');
    }
  }

  get socket(): Socket | null {
    return this.#task.response.socket;
  }

  /** It is the buyer's turn: to read, or to send the rest of its body. */
  get waitsForBuyer(): boolean {
    const { request, response } = this.#task;
    return response.writableNeedDrain || !request.complete;
  }

  /** A stop cuts what is still going on. */
  abort(): void {
    if (this.#phase === 'asking') this.#giveUp(problems.closed(), 'the shop was closed');
  }

  head(head: ResponseHead, alone: boolean): void {
    const connection = this.#connection;
    if (connection === null) return;
    const { fare } = this.#task;
    // Its offers would send the buyer's money to somebody else than this shop.
    if (head.status === 402) {
      this.#giveUp(problems.targetFailed(fare.charged), 'it wants to be paid itself');
      return;
    }
    const clearance = head.status < 400 ? fare.charge() : fare.waive();
    if (!(clearance instanceof Promise)) {
      this.#decide(clearance, head);
      this.#next?.head(head, alone);
      return;
    }
    const held = new HeldAnswer(head, connection);
    this.#phase = 'held';
    this.#next = held;
    this.#pending += 1;
    clearance.then((cleared) => this.#release(held, cleared)).catch((error: unknown) => this.#failed(error));
  }

  data(chunk: Buffer): void {
    this.#moved = true;
    this.#next?.data(chunk);
    if (this.#closed) this.#stopUnlessWanted();
  }

  end(last: Buffer | null, trailers: readonly string[]): void {
    this.#connection = null;
    this.#upload?.detach();
    this.#free();
    this.#next?.end(last, trailers);
    this.#upstreamDone();
  }

  broken(why: string): void {
    const connection = this.#connection;
    this.#connection = null;
    this.#upload?.detach();
    if (this.#next !== null) {
      this.#free();
      if (this.#phase === 'answering') this.#task.fare.brokeOff();
      this.#next.broken(why);
      this.#upstreamDone();
    } else if (this.#phase === 'over') this.#leaveIfOver();
    else if (connection?.stale === true && this.#repeatable()) this.#open();
    else this.#giveUp(problems.targetFailed(this.#task.fare.charged), why);
  }

  #open(): void {
    this.#pending += 1;
    this.#parts.pool
      .open(this.#parts.target)
      .then((opened) => this.#opened(opened))
      .catch((error: unknown) => this.#failed(error));
  }

  #opened(opened: Connection | DialFailure): void {
    this.#pending -= 1;
    if ('kind' in opened) {
      const { charged } = this.#task.fare;
      if (this.#phase === 'asking')
        this.#giveUp(
          opened.kind === 'timeout' ? problems.targetSlow(charged) : problems.targetFailed(charged),
          opened.why,
        );
    } else if (this.#phase === 'asking') this.#send(opened);
    else opened.destroy();
    this.#leaveIfOver();
  }

  #send(connection: Connection): void {
    this.#connection = connection;
    const { request, response, method, head, body, expects } = this.#task;
    if (this.#upload === null) {
      connection.ask(this, method, head, []);
      return;
    }
    if (expects) response.writeContinue();
    if (body === 'chunked') this.#measure(request);
    this.#upload.sendOn(connection, this, method, head);
  }

  /** A body in chunks says its size only by coming. */
  #measure(request: IncomingMessage): void {
    const { bodyBytes } = this.#parts;
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= bodyBytes) return;
      if (this.#phase === 'asking') this.#giveUp(problems.tooLarge(bodyBytes), null);
      else if (size > 2 * bodyBytes) this.#task.response.destroy();
    });
  }

  /**
   * The connection died of old age: such a request may go out once more, since it changes nothing, or the same again
   * (RFC 9110, section 9.2.2).
   */
  #repeatable(): boolean {
    const first = !this.#retried;
    this.#retried = true;
    return first && this.#upload === null && idempotent.has(this.#task.method);
  }

  #decide(clearance: Clearance, head: ResponseHead): void {
    const { fare, response, visit } = this.#task;
    this.#status = head.status;
    if (clearance.kind === 'no') {
      this.#drop();
      this.#next = null;
      this.#phase = 'over';
      this.#refused = true;
      visit.count('refused');
      fare.keeper?.broken();
      if (!response.closed) answerDemand(response, clearance.demand);
      return;
    }
    const paid = fare.outcome !== 'free';
    const good = head.status < 400;
    this.#refused = !good;
    visit.count(good || !paid ? fare.outcome : 'failed');
    const outgoing = { fields: this.#parts.fields, receipt: clearance.fields, paid, keeper: fare.keeper };
    this.#outgoing = outgoing;
    this.#phase = 'answering';
    this.#deadline = null;
    this.#next = response.closed ? new Unheard(outgoing) : new Outgoing(response, this.#connection, outgoing);
  }

  #release(held: HeldAnswer, clearance: Clearance): void {
    this.#pending -= 1;
    this.#decide(clearance, held.answer);
    const next = this.#next;
    if (next !== null) {
      if (held.isBroken) this.#task.fare.brokeOff();
      held.release(next);
      // After the keeper has seen the head, or it would be taken for one that wants nothing.
      if (this.#task.response.closed) this.#tell('cut');
      if (held.isOver) this.#upstreamDone();
      else {
        this.#connection?.resume();
        if (this.#closed) this.#stopUnlessWanted();
      }
    }
    this.#leaveIfOver();
  }

  /** There is no answer from the upstream, and there will be none. `why`: for the log; null where it is the buyer's doing. */
  #giveUp(body: Problem, why: string | null): void {
    if (this.#phase !== 'asking') return;
    const { fare, visit } = this.#task;
    if (why !== null) this.#parts.log.warn('the API behind a shop failed', { shop: this.#parts.shop, why });
    this.#phase = 'over';
    this.#refused = true;
    this.#status = body.status;
    this.#drop();
    visit.count(why === null ? 'refused' : 'failed');
    fare.keeper?.broken();
    const waived = fare.waive();
    if (!(waived instanceof Promise)) {
      this.#answerProblem(body, waived);
      return;
    }
    this.#pending += 1;
    waived
      .then((clearance) => {
        this.#pending -= 1;
        this.#answerProblem(body, clearance);
        this.#leaveIfOver();
      })
      .catch((error: unknown) => this.#failed(error));
  }

  #answerProblem(body: Problem, clearance: Clearance): void {
    const { response } = this.#task;
    const fields: Fields = clearance.kind === 'go' ? clearance.fields : [];
    if (!response.closed) answerOwnProblem(response, body, fields);
  }

  /** To be told once: the buyer has all of the answer, or has left. */
  buyerDone(): void {
    this.#closed = true;
    const { fare, response, visit } = this.#task;
    this.#upload?.abandon();
    switch (this.#phase) {
      case 'asking':
        this.#phase = 'over';
        this.#drop();
        fare.keeper?.broken();
        if (fare.outcome === 'prepaid' || fare.charged) visit.count(fare.outcome);
        fare.left();
        break;
      case 'held':
        break;
      case 'answering':
        this.#tell('cut');
        this.#deadline = null;
        if (this.#outgoing !== null) this.#next = new Unheard(this.#outgoing);
        this.#connection?.resume();
        this.#stopUnlessWanted();
        break;
      case 'over':
        this.#tell(response.writableFinished ? 'complete' : 'cut');
        break;
    }
    this.#leaveIfOver();
  }

  #tell(outcome: 'complete' | 'cut'): void {
    this.#task.fare.delivered(this.#refused ? 'refused' : outcome, this.#status);
  }

  #stopUnlessWanted(): void {
    if (this.#phase === 'answering' && this.#task.fare.keeper?.wants !== true) this.#cut('nobody wants it');
  }

  #cut(why: string): void {
    this.#drop();
    this.#next?.broken(why);
    this.#upstreamDone();
  }

  #upstreamDone(): void {
    if (this.#phase === 'answering') this.#phase = 'over';
    this.#leaveIfOver();
  }

  /** The upstream is not listened to any more. */
  #drop(): void {
    this.#upload?.detach();
    this.#connection?.destroy();
    this.#connection = null;
    this.#free();
  }

  #free(): void {
    if (!this.#holdsSlot) return;
    this.#holdsSlot = false;
    this.#parts.freed(this.#task.fare.outcome === 'free');
  }

  #leaveIfOver(): void {
    if (this.#closed && this.#phase === 'over' && this.#pending === 0) this.#parts.over(this);
  }

  /** A bug of ours: the buyer must not take what it has for a whole answer. */
  #failed(error: unknown): void {
    this.#parts.log.error('a shop’s request failed', { shop: this.#parts.shop, error });
    const { response } = this.#task;
    this.#pending = 0;
    this.#phase = 'over';
    this.#drop();
    if (response.headersSent || response.closed) response.destroy();
    else answerOwnProblem(response, problems.internal());
    this.#leaveIfOver();
  }
}
