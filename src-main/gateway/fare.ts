import type { Fields } from '../base/http/relay.ts';
import type { AnswerKeeper, Demand, Sale } from '../payments/index.ts';
import type { Taken } from './prepaid/credit-counters.ts';

/** Whether an answer may go out, and with which fields; or why it must not. */
export type Clearance =
  | { readonly kind: 'go'; readonly fields: Fields }
  | { readonly kind: 'no'; readonly demand: Demand };

/**
 * How one request is paid for. One of `charge` and `waive` is called, once; then, where something was charged,
 * `delivered` once.
 */
export interface Fare {
  readonly outcome: 'free' | 'prepaid' | 'paid';
  readonly payer: string | null;
  readonly keeper: AnswerKeeper | null;
  /** Something was charged before the upstream is asked: what becomes of the answer cannot change that. */
  readonly charged: boolean;
  /** The upstream answered well. Never rejects. */
  charge(): Clearance | Promise<Clearance>;
  /** It failed, or answered with an error: what can be given back is. Never rejects. */
  waive(): Clearance | Promise<Clearance>;
  /** The buyer left before there was an answer. Never rejects. */
  left(): void;
  delivered(outcome: 'complete' | 'cut' | 'refused', httpStatus: number | null): void;
  /** The upstream broke off in the middle of an answer that was going out. */
  brokeOff(): void;
}

const noFields: Fields = [];
const free: Clearance = { kind: 'go', fields: noFields };

export const freeFare: Fare = {
  outcome: 'free',
  payer: null,
  keeper: null,
  charged: false,
  charge: () => free,
  waive: () => free,
  left: nothing,
  delivered: nothing,
  brokeOff: nothing,
};

/** A call from credit. Counted when it was taken; what waits is the word that the count will last. */
export class PrepaidFare implements Fare {
  readonly outcome = 'prepaid';
  readonly keeper = null;
  readonly charged = false;
  readonly #taken: Taken;
  readonly #demand: () => Demand;

  /** `demand`: the 402 for a call that the store did not count. */
  constructor(taken: Taken, demand: () => Demand) {
    this.#taken = taken;
    this.#demand = demand;
  }

  get payer(): string {
    return this.#taken.payer;
  }

  charge(): Clearance | Promise<Clearance> {
    const recorded = this.#taken.recorded();
    return typeof recorded === 'boolean' ? this.#clearance(recorded) : recorded.then((so) => this.#clearance(so));
  }

  waive(): Clearance {
    this.#taken.giveBack();
    return { kind: 'go', fields: ['X-Prepaid-Remaining', String(this.#taken.remaining + 1)] };
  }

  /** The upstream has done its work: leaving is no way to have it for nothing. */
  left(): undefined {
    return undefined;
  }

  delivered(): undefined {
    return undefined;
  }

  brokeOff(): void {
    this.#taken.giveBack();
  }

  #clearance(recorded: boolean): Clearance {
    if (!recorded) return { kind: 'no', demand: this.#demand() };
    return { kind: 'go', fields: ['X-Prepaid-Remaining', String(this.#taken.remaining)] };
  }
}

/** A payment that moves when the upstream has answered well. */
export function paidFare(sale: Sale): Fare {
  let settled = false;
  return {
    outcome: 'paid',
    payer: sale.payer,
    keeper: sale.keeper,
    charged: false,
    async charge() {
      const result = await sale.settle();
      if (result.kind === 'unsettled') return { kind: 'no', demand: result.demand };
      settled = true;
      return { kind: 'go', fields: result.headers };
    },
    async waive() {
      await sale.abandon();
      return free;
    },
    left: () => void sale.abandon(),
    delivered: (outcome, httpStatus) => {
      if (settled) sale.delivered(outcome, httpStatus);
    },
    brokeOff: nothing,
  };
}

/** A payment that has moved already; `fields` is its receipt. */
export function settledFare(sale: Sale, fields: Fields): Fare {
  const go: Clearance = { kind: 'go', fields };
  return {
    outcome: 'paid',
    payer: sale.payer,
    keeper: sale.keeper,
    charged: true,
    charge: () => go,
    waive: () => go,
    left: () => sale.delivered('cut', null),
    delivered: (outcome, httpStatus) => sale.delivered(outcome, httpStatus),
    brokeOff: nothing,
  };
}

function nothing(): undefined {
  return undefined;
}
