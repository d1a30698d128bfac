import type { Atomic, Dialect } from '../../src-shared/model/index.ts';
import type { KeptAnswer } from './ports.ts';

/** What one request to a shop costs; the same for both requests of a payment, since the buyer copies the offer. */
export interface Quote {
  readonly shop: string;
  readonly description: string;
  readonly method: string;
  /** The pattern of the price table. */
  readonly route: string;
  /** The full URL that is paid for, with its query. */
  readonly resource: string;
  readonly amount: Atomic;
  readonly payTo: string;
  readonly dialects: ReadonlySet<Dialect>;
  readonly flow: 'after' | 'upfront';
  /** Null: settled by ourselves. */
  readonly facilitator: string | null;
  /** Extensions of the v2 offer beside payment-identifier, such as `bazaar`; null: none. Must not change between two requests. */
  readonly extensions: Readonly<Record<string, unknown>> | null;
}

/** A 402 in the making. Flat fields, as `writeHead` takes them. */
export interface Demand {
  readonly headers: readonly string[];
  /** The v1 body, or `{}` where that dialect is off. */
  readonly body: string;
  /** The code that says why; null where nothing was presented. */
  readonly error: string | null;
}

/** The headers of a request that can carry a payment, each with every value it came with. */
export interface Presented {
  readonly paymentSignature: readonly string[];
  readonly xPayment: readonly string[];
  readonly authorization: readonly string[];
  /** ag402's replay fields. */
  readonly timestamp: readonly string[];
  readonly nonce: readonly string[];
  /** Our own receipt of an earlier answer. */
  readonly receipt: readonly string[];
}

export type Admission =
  /** Nothing presented, or nothing that holds: 402. */
  | { readonly kind: 'demand'; readonly demand: Demand }
  /** Not to be cured by paying: 400, 403, 409, 503. */
  | {
      readonly kind: 'problem';
      readonly status: number;
      readonly code: string;
      readonly title: string;
      readonly detail: string;
    }
  /** Paid and answered before: the same answer again. */
  | { readonly kind: 'answered'; readonly answer: KeptAnswer }
  | { readonly kind: 'admitted'; readonly sale: Sale };

export type Settled =
  /** The money has moved; these fields go with the answer. */
  | { readonly kind: 'settled'; readonly headers: readonly string[] }
  /** 402: the answer that was made must not go out. */
  | { readonly kind: 'unsettled'; readonly demand: Demand };

/**
 * A payment that holds every rule and is claimed for this request, or one that was made before and whose answer is owed.
 * Exactly one of `settle` and `abandon` must follow; after `settled` exactly one of `delivered`.
 */
export interface Sale {
  readonly payer: string;
  readonly dialect: Dialect;
  /**
   * Moves the money, or says that it has moved. With flow `upfront` call it before the upstream is asked. Never rejects.
   */
  settle(): Promise<Settled>;
  /** The upstream failed before anything was settled: the buyer is not charged, where that is still ours to say. */
  abandon(): Promise<void>;
  /** Collects the answer for copies of this payment; null: none may come. */
  readonly keeper: AnswerKeeper | null;
  /** What the buyer got; never rejects, and is written soon. */
  delivered(outcome: 'complete' | 'cut' | 'refused', httpStatus: number | null): void;
}

/** Listens to an answer that goes out. What grows beyond its limit is let go, and copies are then told so. */
export interface AnswerKeeper {
  head(status: number, reason: string, headers: readonly string[]): void;
  data(chunk: Uint8Array): void;
  /** It is whole. */
  end(): void;
  /** It will never be. */
  broken(): void;
  /** True while it is worth reading on although the buyer has left. */
  readonly wants: boolean;
}

/** The seller's side of every dialect. */
export interface Till {
  /** Cheap and without waiting: this is what most requests to a shop get. */
  demand(quote: Quote): Demand;
  /** `present` has at least one value. Never rejects for what the buyer wrote. */
  admit(quote: Quote, present: Presented): Promise<Admission>;
}
