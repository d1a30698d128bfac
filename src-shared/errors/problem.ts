/** RFC 9457 problem details, as Groat's HTTP doors answer them (`application/problem+json`). */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly [extension: string]: unknown;
}

export const problemContentType = 'application/problem+json';

/** `code` becomes the type URN, which is stable; `detail` is for a person and may change. */
export function problem(
  status: number,
  code: string,
  title: string,
  detail: string,
  extensions: Readonly<Record<string, unknown>> = {},
): Problem {
  return { type: `urn:groat:problem:${code}`, title, status, detail, ...extensions };
}
