import type { ORPCError } from '@orpc/client';

/** What the host answered: its code and sentences, for `printError`. */
export class HostError extends Error {
  override readonly name = 'HostError';
  readonly code: string;
  readonly what: string;
  readonly next: string;

  constructor(error: ORPCError<string, unknown>) {
    super(error.message, { cause: error });
    const data = error.data;
    const text = (field: string, otherwise: string) =>
      typeof data === 'object' && data !== null && field in data ? String(Reflect.get(data, field)) : otherwise;
    this.code = text('code', error.code.toLowerCase());
    this.what = text('what', inputProblem(data) ?? error.message);
    this.next = text('next', 'See `groat help` for the command’s arguments.');
  }
}

function inputProblem(data: unknown): string | null {
  if (typeof data !== 'object' || data === null || !('issues' in data) || !Array.isArray(data.issues)) return null;
  const [issue] = data.issues;
  return issue === undefined ? null : `${[issue.path].flat().join('.')}: ${issue.message}`;
}
