import type { ServerResponse } from 'node:http';
import { type Problem, problemContentType } from '../../../src-shared/errors/index.ts';
import type { Fields } from './relay.ts';

/** Answers with an RFC 9457 problem of our own; `extra` fields go with it. */
export function answerProblem(response: ServerResponse, body: Problem, extra: Fields = []): void {
  const text = problemText(body);
  response.writeHead(body.status, [
    'Content-Type',
    problemContentType,
    'Content-Length',
    String(Buffer.byteLength(text)),
    'Cache-Control',
    'no-store',
    ...extra,
  ]);
  response.end(text);
}

export function problemText(body: Problem): string {
  return `${JSON.stringify(body)}\n`;
}
