import { ORPCError } from '@orpc/client';

/** Something that did not work, in the host's own two sentences: what happened, and what to do next. */
export interface Problem {
  /** A `GroatError` code, or `unreachable` and `signed-out`, which only a screen can meet. */
  readonly code: string;
  readonly what: string;
  readonly next: string;
}

const isText = (data: unknown): data is Problem =>
  typeof data === 'object' && data !== null && 'code' in data && 'what' in data && 'next' in data;

export function toProblem(error: unknown): Problem {
  if (error instanceof ORPCError) {
    if (isText(error.data)) return { code: error.data.code, what: error.data.what, next: error.data.next };
    if (error.status === 401)
      return {
        code: 'signed-out',
        what: 'This page is not signed in any more.',
        next: 'Open a new link with groat ui.',
      };
    if (error.status === 400)
      return {
        code: 'input-invalid',
        what: `Groat cannot read that: ${inputIssue(error)}.`,
        next: 'Correct it and try again.',
      };
    return {
      code: 'refused',
      what: `Groat refused: ${error.message}.`,
      next: 'Reload the page; if it stays, restart Groat.',
    };
  }
  return {
    code: 'unreachable',
    what: 'Groat does not answer.',
    next: 'Is it still running? This page goes on by itself once it is back.',
  };
}

function inputIssue({ data, message }: ORPCError<string, unknown>): string {
  if (typeof data !== 'object' || data === null || !('issues' in data) || !Array.isArray(data.issues)) return message;
  const [issue] = data.issues;
  return typeof issue?.message === 'string' ? issue.message.replace(/\.$/, '') : message;
}

/** The line to the host is not alive, so that nothing secret may be put on it. */
export class Unreachable extends Error {
  override readonly name = 'Unreachable';
}

/** The owner was asked and said "not now": nothing went wrong, and nothing was done. */
export class Cancelled extends Error {
  override readonly name = 'Cancelled';
}
