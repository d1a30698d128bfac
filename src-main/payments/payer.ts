import type { AgentName, Denied, Dialect, Refusal } from '../../src-shared/model/index.ts';

/** A request as the payer needs to see it; of the body it sees a sample, and only where a person has to be asked. */
export interface PayableRequest {
  readonly agent: AgentName;
  readonly method: string;
  /** Absolute, with query. */
  readonly url: URL;
  /** As they came: name, value, name, value. */
  readonly rawHeaders: readonly string[];
}

/** The 402 that came back. */
export interface Challenge {
  readonly rawHeaders: readonly string[];
  /** The body's first bytes, at most 64 KiB; null when it was longer and is therefore not looked at. */
  readonly body: Uint8Array | null;
}

/** What a request is paid with: an offer's dialect, credit that was bought before, or the owner's own API key. */
export type PaidBy = Dialect | 'prepaid' | 'secret';

/** Headers that a paid request carries, each in place of whatever the agent's request has under that name. */
export type PaymentHeaders = readonly (readonly [name: string, value: string])[];

export type Submitted =
  | { readonly kind: 'ready'; readonly headers: PaymentHeaders }
  /** The money may have left, and there is nothing to show for it: the attempt has ended, nothing is to be sent. */
  | { readonly kind: 'unknown'; readonly why: string };

/**
 * A payment that was granted, reserved and signed, and that belongs to exactly one repetition of the request.
 * Whoever sends it reports what happens, in this order: `submit`, left out where nobody waits any more; then `neverSent`,
 * which ends it, or `sent`; then `answered` or `lost`; then after `answered` one of `delivered` and `lost`. `sent` is left out
 * when the connection broke, or the seller answered, while the request was still being written. `neverSent`, `delivered` and
 * `lost` end the attempt: nothing comes after them. Reports after `submit` never throw and need not be awaited; they are
 * written in the order they were made.
 */
export interface Attempt {
  /** Null where no money moves: credit, and the owner's key. */
  readonly orderId: string | null;
  readonly by: PaidBy;
  /** How long the seller may take to send the head of its answer. */
  readonly answerTimeoutMs: number;
  /**
   * The seller knows the payment again and takes it for one: when the connection broke before the answer's head, the request
   * may go out once more, with `again()`.
   */
  readonly repeatable: boolean;
  /** A 402 means that it was not taken and has cost nothing: the request may then be paid in another way. */
  readonly fallsBack: boolean;
  /**
   * Headers to add to the repeated request. Promise: when this resolves, the order is durably `submitting`, and what we send to
   * the chain ourselves is on it; before, there is nothing to send. Throws: do not send, and say `neverSent`.
   */
  submit(): Promise<Submitted>;
  /** After `submit`: the same proof for the repetition, with what has to be fresh each time. */
  again(): PaymentHeaders;
  /**
   * No byte of the request left this process: the connection was never made, or the agent had left before. `spent`: the money
   * has moved all the same, since we had sent it ourselves.
   */
  neverSent(why: string): 'unspent' | 'spent';
  /** The request was written out in full. */
  sent(): void;
  /** The head of the final answer (not 1xx) came. */
  answered(httpStatus: number, rawHeaders: readonly string[]): void;
  /** The whole answer was handed to the agent, or the agent left of its own accord. */
  delivered(): void;
  /** No answer, or it broke off. */
  lost(why: string): void;
}

/** A request's body as far as it is at hand. */
export interface BodySample {
  /** Of all of it. */
  readonly bytes: number;
  /** Its beginning, 2 KiB or more; shorter than the body and than that where it is no longer kept. */
  readonly head: Uint8Array;
}

/** Who waits for the answer. */
export interface Caller {
  /** Aborted when nobody waits any more; null for a caller that always does. */
  readonly gone: AbortSignal | null;
  /** Hex SHA-256 of the request's body; null without one. */
  readonly bodyHash: string | null;
  /** Null without one. Called only where a person is to be asked, and before `pay` resolves. */
  readonly body: () => BodySample | null;
}

export interface Granted {
  readonly kind: 'granted';
  readonly attempt: Attempt;
}

/** Has a 402 paid, for whoever sends the request: the proxy, or `groat pay`. */
export interface Payer {
  /**
   * A refusal when a 402 to this request could never be paid (wrong origin, a browser's request, or it carries a payment
   * already): the proxy then keeps no copy of the body. Null when it may be. Pure and cheap; asked for requests with a
   * body, and again or first when a 402 has come.
   */
  mayPay(request: PayableRequest): Denied | null;
  /**
   * Reads the offers, asks policy, reserves and signs: the owner's credit with this origin first, then the offers from the
   * cheapest on, then the owner's own API key for it. `without` leaves out what was refused just now. What waits for a person is
   * held for as long as the agent's delegation says. A refusal is a value; the 402 then goes to the agent as it came, plus
   * `Groat-Decision` and `Groat-Reason`.
   * Failure: throws, nothing was sent, and what was reserved is released.
   */
  pay(request: PayableRequest, challenge: Challenge, caller: Caller, without?: 'prepaid'): Promise<Refusal | Granted>;
  /** Puts a refusal on record that the sender gave by itself, without `pay`. */
  refused(request: PayableRequest, denied: Denied): void;
}
