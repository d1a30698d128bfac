import type { ResponseHead } from './response-head.ts';

/**
 * Who receives an origin's answer: `head` once, `data` any number of times, then one of `end` and `broken`.
 * `broken` may also come before `head`. Nothing comes after the connection was destroyed by its user.
 */
export interface AnswerSink {
  /** The final head (not 1xx). `alone`: a body follows, but no byte of it is here yet. */
  head(head: ResponseHead, alone: boolean): void;
  /** Never empty. The bytes are the sink's until it returns, or longer with `Connection.hold`. */
  data(chunk: Buffer): void;
  /** The answer is whole. `last` holds its final bytes, if any came with the end (as in `data`); trailers: name, value, … */
  end(last: Buffer | null, trailers: readonly string[]): void;
  /** The connection broke, or the origin broke the rules of HTTP, before the answer was whole. */
  broken(why: string): void;
}
