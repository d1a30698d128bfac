import type { RequestBody } from './upload.ts';

/** What a request's own fields said about its body and its trailers, as llhttp has already checked it. */
export interface RequestFraming {
  readonly body: RequestBody;
  /** The value of `Content-Length`, where `body` is `length`. */
  readonly length: string;
  /** `Trailer` fields as lines, each ended by CRLF; they mean something with a chunked body only. */
  readonly announced: string;
  /** The client takes trailers in the answer. */
  readonly trailersWelcome: boolean;
}

/**
 * The same, as lines for the next hop: made anew from what the parser understood, whatever else stood there, so that nobody
 * behind us finds another end of the body (RFC 9112, section 6; RFC 9110, section 10.1.4 for `TE`).
 */
export function framingLines({ body, length, announced, trailersWelcome }: RequestFraming): string {
  let lines = '';
  if (body === 'length') lines += `Content-Length: ${length}\r\n`;
  if (body === 'chunked') lines += `Transfer-Encoding: chunked\r\n${announced}`;
  if (trailersWelcome) lines += 'TE: trailers\r\nConnection: TE\r\n';
  return lines;
}

/** Of a `TE` value. */
export const welcomesTrailers = (te: string): boolean => /(?:^|,)[ \t]*trailers[ \t]*(?:,|$)/i.test(te);
