import { type ErrorCode, type ErrorContexts, errorTexts } from './codes.ts';

/** A breakage with a stable code and typed context. The message is two sentences: what happened, what to do next. */
export class GroatError<C extends ErrorCode = ErrorCode> extends Error {
  override readonly name = 'GroatError';
  readonly code: C;
  readonly context: ErrorContexts[C];
  readonly what: string;
  readonly next: string;

  constructor(code: C, context: ErrorContexts[C], cause?: unknown) {
    const { what, next } = errorTexts[code](context);
    super(`${what} ${next}`, cause === undefined ? undefined : { cause });
    this.code = code;
    this.context = context;
    this.what = what;
    this.next = next;
  }
}

/** Narrows an unknown error to one code. */
export function isGroatError<C extends ErrorCode>(error: unknown, code: C): error is GroatError<C> {
  return error instanceof GroatError && error.code === code;
}

/** Any thrown value as a `GroatError`; what is not one becomes `internal` with the original as its cause. */
export function asGroatError(error: unknown): GroatError {
  if (error instanceof GroatError) return error;
  return new GroatError('internal', { problem: error instanceof Error ? error.message : String(error) }, error);
}
