import type { AgentName, Denied, Refusal } from '../../src-shared/model/index.ts';

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

/**
 * A payment that was granted, reserved and signed, and that belongs to exactly one repetition of the request.
 * Whoever sends it reports what happens, in this order: `submit`; then `neverSent`, which ends it, or `sent`; then `answered` or
 * `lost`; then after `answered` one of `delivered` and `lost`. `sent` is left out when the connection broke, or the seller
 * answered, while the request was still being written. `neverSent`, `delivered` and `lost` end the attempt: nothing comes
 * after them. Reports after `submit` never throw and need not be awaited; they are written in the order they were made.
 */
export interface Attempt {
  readonly orderId: string;
  /** How long the seller may take to send the head of its answer. */
  readonly answerTimeoutMs: number;
  /**
   * Headers to add to the repeated request. Promise: when this resolves, the order is durably `submitting`; before, there
   * is nothing to send. Throws: do not send, and say `neverSent`.
   */
  submit(): Promise<readonly (readonly [name: string, value: string])[]>;
  /** No byte left this process: the connection was never made, or the agent had left before. */
  neverSent(why: string): void;
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
   * Reads the offers, asks policy, reserves and signs. What waits for a person is held for as long as the agent's delegation
   * says. A refusal is a value; the 402 then goes to the agent as it came, plus `Groat-Decision` and `Groat-Reason`.
   * Failure: throws, nothing was sent, and what was reserved is released.
   */
  pay(request: PayableRequest, challenge: Challenge, caller: Caller): Promise<Refusal | Granted>;
  /** Puts a refusal on record that the sender gave by itself, without `pay`. */
  refused(request: PayableRequest, denied: Denied): void;
}
