import { createHash } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { problemContentType } from '../../src-shared/errors/index.ts';
import type { Denied, Refusal } from '../../src-shared/model/index.ts';
import { invariant } from '../base/assert.ts';
import { withoutListed } from '../base/http/field-kind.ts';
import type { KeptBody } from '../base/http/kept-body.ts';
import { answerProblem, problemText } from '../base/http/problem-answer.ts';
import { Relay } from '../base/http/relay.ts';
import type { Upload } from '../base/http/upload.ts';
import type { Connection } from '../base/http/upstream/connection.ts';
import type { DialFailure } from '../base/http/upstream/dial.ts';
import type { Pool } from '../base/http/upstream/pool.ts';
import type { LogSink } from '../base/log-sink.ts';
import { withdrawn } from '../payments/index.ts';
import { brokenPayer, grantedFields, problems, refusalFields } from './answer.ts';
import type { ReadChallenge } from './challenge.ts';
import { PaidAnswer } from './paid-answer.ts';
import type { Attempt, BodySample, PayableRequest, Payer } from './ports.ts';
import { type OutgoingRequest, outgoingHead } from './request-head.ts';

/** A request that was answered with 402, and everything needed to pay for it and repeat it, or to hand the 402 on. */
export interface ChallengedRequest {
  readonly payer: Payer;
  readonly pool: Pool;
  readonly log: LogSink;
  readonly payable: PayableRequest;
  readonly request: OutgoingRequest;
  readonly upload: Upload | null;
  readonly response: ServerResponse;
  /** The one the 402 came over. */
  readonly connection: Connection;
  readonly challenge: ReadChallenge;
  /** What the payer said before: such a request is not payable at all. */
  readonly denied: Denied | null;
}

/** Pays and repeats the request exactly once, or hands the 402 on with the reason. */
export async function answerChallenge(challenged: ChallengedRequest): Promise<void> {
  const outcome = await ask(challenged);
  if (outcome === 'left') challenged.challenge.discard();
  else if (outcome.kind === 'granted') await repeat(challenged, outcome.attempt);
  else refuse(challenged, outcome);
}

async function ask({
  payer,
  log,
  payable,
  upload,
  response,
  challenge,
  denied,
}: ChallengedRequest): Promise<'left' | Refusal | { readonly kind: 'granted'; readonly attempt: Attempt }> {
  if (denied !== null) return refusedBySender(payer, payable, denied);
  await upload?.over();
  if (response.closed) return 'left';
  if (upload?.kept?.overflowed === true) return refusedBySender(payer, payable, bodyTooLarge);
  // It could not be paid when it came and can be now: what it carried is gone, and without it another request would be bought.
  if (upload !== null && upload.kept === null) return refusedBySender(payer, payable, bodyNotKept);
  const leaving = new AbortController();
  const leave = () => leaving.abort();
  response.once('close', leave);
  try {
    const { rawHeaders } = challenge.head;
    const caller = { gone: leaving.signal, bodyHash: hashOf(upload?.repetition() ?? []), body: sampler(upload?.kept) };
    return await payer.pay(payable, { rawHeaders, body: challenge.body }, caller);
  } catch (error) {
    log.error('payer failed', { error });
    return brokenPayer;
  } finally {
    response.off('close', leave);
  }
}

function refusedBySender(payer: Payer, payable: PayableRequest, denied: Denied): Denied {
  payer.refused(payable, denied);
  return denied;
}

/** Looks at the kept body when asked, and never holds on to it: by then the agent may have left, and it is freed. */
function sampler(kept: KeptBody | null | undefined): () => BodySample | null {
  const bytes = kept?.bytes.length ?? 0;
  return () => (kept && bytes > 0 ? { bytes, head: kept.bytes } : null);
}

/** Null without a body. */
function hashOf(body: readonly Buffer[]): string | null {
  if (body.length === 0) return null;
  const hash = createHash('sha256');
  for (const chunk of body) hash.update(chunk);
  return hash.digest('hex');
}

const bodyTooLarge: Denied = {
  kind: 'denied',
  reason: 'body-too-large',
  detail: 'The request body is larger than Groat keeps for a repetition (8 MiB a body, 64 MiB in all).',
};

const bodyNotKept: Denied = {
  ...bodyTooLarge,
  detail: 'What may be paid changed while the request came, and its body was not kept; the next try can be paid.',
};

async function repeat(challenged: ChallengedRequest, attempt: Attempt): Promise<void> {
  const { pool, log, request, upload, response, challenge } = challenged;
  let head: string;
  try {
    head = outgoingHead(request, paymentLines(await attempt.submit()));
  } catch (error) {
    const denied = withdrawn(error);
    if (denied === null) log.error('order could not be submitted', { error });
    attempt.neverSent(denied?.detail ?? 'it could not be submitted');
    refuse(challenged, denied ?? brokenPayer);
    return;
  }
  challenge.discard();
  // Always a new connection: on an old one it could not be told whether the payment was read or the connection was dead.
  const opened = response.closed ? agentLeft : await pool.open(request.target);
  if ('kind' in opened) {
    neverSent(challenged, attempt, opened);
  } else if (response.closed) {
    opened.destroy();
    neverSent(challenged, attempt, agentLeft);
  } else {
    const answer = new PaidAnswer(attempt, opened, response);
    opened.ask(answer, request.method, head, upload?.repetition() ?? [], () => answer.requestWritten());
    await answer.over;
  }
}

const agentLeft = { kind: 'left', why: 'the agent left before the payment was sent' } as const;

function neverSent(
  { response }: ChallengedRequest,
  attempt: Attempt,
  { kind, why }: DialFailure | typeof agentLeft,
): void {
  attempt.neverSent(why);
  if (response.closed) return;
  const body = problems.neverSent(kind === 'timeout' ? 504 : 502, attempt.orderId, why);
  answerProblem(response, body, grantedFields(attempt.orderId));
}

/** The 402 as it came, with the reason; where the origin gave no text of its own, with a problem that explains. */
function refuse({ request, response, connection, challenge }: ChallengedRequest, refusal: Refusal): void {
  if (response.closed) {
    challenge.discard();
    return;
  }
  const { head, body } = challenge;
  if (request.method !== 'HEAD' && body !== null && saysNothing(body)) {
    const text = problemText(problems.notPaid(refusal));
    const fields = ['Content-Type', problemContentType, 'Content-Length', String(Buffer.byteLength(text))];
    response.writeHead(head.status, head.reason, [
      ...withoutListed(head.rawHeaders, contentFields),
      ...fields,
      ...refusalFields(refusal),
    ]);
    response.end(text);
    return;
  }
  challenge.passOn(new Relay(response, connection, refusalFields(refusal)));
}

/** Empty, or an empty JSON object. A longer body says something, and is not searched. */
function saysNothing(body: Buffer): boolean {
  return body.length <= 64 && /^(?:\{\s*\})?$/.test(body.toString('latin1').trim());
}

/** Header lines of the payment. They come from our own code, but a line break in one would be a request of its own. */
function paymentLines(headers: readonly (readonly [name: string, value: string])[]): string {
  let lines = '';
  for (const [name, value] of headers) {
    invariant(/^[\w-]+$/.test(name) && /^[\x20-\x7e]*$/.test(value), 'a payment header is malformed');
    lines += `${name}: ${value}\r\n`;
  }
  return lines;
}

/** Fields that would speak of a body that we replace. */
const contentFields = [
  'content-type',
  'content-length',
  'content-encoding',
  'content-language',
  'content-range',
  'content-location',
  'content-md5',
  'content-digest',
  'repr-digest',
  'digest',
  'etag',
  'last-modified',
  'trailer',
];
