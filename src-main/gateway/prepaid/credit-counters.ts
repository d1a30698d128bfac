import type { LogSink } from '../../base/log-sink.ts';
import type { CreditBook, CreditRecord, MoveListener } from '../ports.ts';

/** One call, taken. The upstream may be asked at once, but the answer's head has to wait for what `recorded` says. */
export interface Taken {
  readonly kind: 'taken';
  /** The buyer's address, as the credential names it. */
  readonly payer: string;
  /** Calls left after this one. */
  readonly remaining: number;
  /**
   * True once the death of this process cannot undo the count, false when the store did not count it: then the call was not
   * taken. To be asked when there is an answer, and not before: it has the store commit all that was taken so far.
   * Never rejects.
   */
  recorded(): boolean | Promise<boolean>;
  /** The call was not delivered: the buyer has it again. Once; what is asked for more often, or was never counted, is nothing. */
  giveBack(): void;
}

/**
 * Counts the calls of the credits in use. Memory decides, so that two requests in one turn never share a call; the store
 * confirms, and its row is the truth: where it disagrees the memory of that credit is thrown away.
 */
export interface CreditCounters {
  /** Null: the books know no such credit. */
  credit(id: string): CreditRecord | null;
  /** Null: no call is left. */
  take(id: string): Taken | null;
}

interface Counter {
  readonly credit: CreditRecord;
  used: number;
  /** Writes whose fate is open. */
  moving: number;
  /** The store disagreed: nothing is taken until it was read again, which is as soon as nothing moves. */
  doubtful: boolean;
}

const maxIdle = 10_000;

export function createCreditCounters(deps: {
  readonly book: Pick<CreditBook, 'get' | 'move' | 'hurry'>;
  readonly log: LogSink;
}): CreditCounters {
  const { book, log } = deps;
  const counters = new Map<string, Counter>();

  const counterOf = (id: string): Counter | null => {
    const known = counters.get(id);
    if (known !== undefined) return known;
    const credit = book.get(id);
    if (credit === null) return null;
    const counter = { credit, used: credit.used, moving: 0, doubtful: false };
    if (counters.size >= maxIdle) forgetIdle(counters);
    counters.set(id, counter);
    return counter;
  };

  const begin = (counter: Counter, calls: number, told: MoveListener): void => {
    counter.used += calls;
    counter.moving += 1;
    book.move(counter.credit.id, calls, told);
  };
  const ended = (counter: Counter, moved: boolean, error: unknown): void => {
    const { id, shop } = counter.credit;
    if (error !== null) log.error('a call could not be counted', { credit: id, shop, error });
    else if (!moved) log.warn('the books count a credit otherwise than memory does', { credit: id, shop });
    counter.moving -= 1;
    if (!moved) counter.doubtful = true;
    if (counter.doubtful && counter.moving === 0) counters.delete(id);
  };
  const giveBack = (id: string): void => {
    const counter = counterOf(id);
    if (counter === null) return;
    begin(counter, -1, {
      moved: (moved) => ended(counter, moved, null),
      failed: (error) => ended(counter, false, error),
    });
  };
  const desk: CallDesk = { ended, giveBack, hurry: book.hurry };

  return {
    credit: (id) => counterOf(id)?.credit ?? null,
    take(id) {
      const counter = counterOf(id);
      if (counter === null || counter.doubtful || counter.used >= counter.credit.calls) return null;
      const call = new TakenCall(desk, counter);
      begin(counter, 1, call);
      return call;
    },
  };
}

/** What a call needs of those who count it. */
interface CallDesk {
  ended(counter: Counter, moved: boolean, error: unknown): void;
  giveBack(id: string): void;
  hurry(): void;
}

/** A class because there is one for each call. */
class TakenCall implements Taken, MoveListener {
  readonly kind = 'taken';
  readonly remaining: number;
  readonly #desk: CallDesk;
  readonly #counter: Counter;
  /** Null: the store has not said. */
  #counted: boolean | null = null;
  #givenBack = false;
  #waiting: ((counted: boolean) => void)[] | null = null;

  constructor(desk: CallDesk, counter: Counter) {
    this.#desk = desk;
    this.#counter = counter;
    this.remaining = counter.credit.calls - counter.used - 1;
  }

  get payer(): string {
    return this.#counter.credit.buyer;
  }

  recorded(): boolean | Promise<boolean> {
    if (this.#counted === null) this.#desk.hurry();
    if (this.#counted !== null) return this.#counted;
    return new Promise((resolve) => {
      this.#waiting = [...(this.#waiting ?? []), resolve];
    });
  }

  giveBack(): void {
    if (this.#givenBack) return;
    this.#givenBack = true;
    if (this.#counted === true) this.#desk.giveBack(this.#counter.credit.id);
  }

  moved(moved: boolean): void {
    this.#end(moved, null);
  }

  failed(error: unknown): void {
    this.#end(false, error);
  }

  #end(counted: boolean, error: unknown): void {
    this.#counted = counted;
    this.#desk.ended(this.#counter, counted, error);
    if (counted && this.#givenBack) this.#desk.giveBack(this.#counter.credit.id);
    for (const tell of this.#waiting ?? []) tell(counted);
    this.#waiting = null;
  }
}

/** Those that were asked for first; what moves must stay, or one credit would be counted twice. */
function forgetIdle(counters: Map<string, Counter>): void {
  let looked = 0;
  for (const [id, { moving }] of counters) {
    if (moving === 0) counters.delete(id);
    looked += 1;
    if (looked === 100) return;
  }
}
