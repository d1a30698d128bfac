import { createHash } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { problemContentType } from '../../src-shared/errors/index.ts';
import type { Denied, Refusal } from '../../src-shared/model/index.ts';
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
import { brokenPayer, grantedFields, problems, refusalFields, unansweredProblem, unsentProblem } from './answer.ts';
import type { ReadChallenge } from './challenge.ts';
import { PaidAnswer, type PaidEnd } from './paid-answer.ts';
import type { Attempt, BodySample, PayableRequest, Payer, PaymentHeaders, Submitted } from './ports.ts';
import { type OutgoingRequest, paidHead } from './request-head.ts';

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
  /** What this 402 was the answer to; null: it was not paid for at all. */
  readonly without: 'prepaid' | null;
}

/**
 * Pays and repeats the request exactly once, or hands the 402 on with the reason. Credit that is not taken has cost nothing:
 * then it is paid for by the offers of the 402 that said so.
 */
export async function answerChallenge(challenged: ChallengedRequest): Promise<void> {
  const outcome = await ask(challenged);
  if (outcome === 'left') challenged.challenge.discard();
  else if (outcome.kind !== 'granted') refuse(challenged, outcome);
  else {
    const { attempt } = outcome;
    const end = await repeat(challenged, attempt);
    if (end.kind !== 'declined') return;
    const { challenge, connection } = end;
    await answerChallenge({ ...challenged, challenge, connection, without: 'prepaid' });
  }
}

async function ask({
  payer,
  log,
  payable,
  upload,
  response,
  challenge,
  denied,
  without,
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
    return await payer.pay(payable, { rawHeaders, body: challenge.body }, caller, without ?? undefined);
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

type Turn = 'first' | 'repetition';

const over = { kind: 'over' } as const;

async function repeat(challenged: ChallengedRequest, attempt: Attempt): Promise<PaidEnd> {
  const { log, request, response, challenge } = challenged;
  // What we send to the chain ourselves cannot be taken back: not for somebody who has left.
  if (response.closed) {
    attempt.neverSent(agentLeft.why);
    challenge.discard();
    return over;
  }
  let submitted: Submitted;
  try {
    submitted = await attempt.submit();
  } catch (error) {
    const denied = withdrawn(error);
    if (denied === null) log.error('order could not be submitted', { error });
    attempt.neverSent(denied?.detail ?? 'it could not be submitted');
    refuse(challenged, denied ?? brokenPayer);
    return over;
  }
  challenge.discard();
  if (submitted.kind === 'unknown') {
    const { origin } = request.target;
    if (!response.closed)
      answerProblem(response, unansweredProblem(attempt, origin, 504, submitted.why), grantedFields(attempt));
    return over;
  }
  const end = await sendPaid(challenged, attempt, submitted.headers, 'first');
  if (end.kind !== 'broken') return end;
  log.info('a paid request got no answer; it is sent once more with the same payment', { order: attempt.orderId });
  return sendPaid(challenged, attempt, attempt.again(), 'repetition');
}

async function sendPaid(
  challenged: ChallengedRequest,
  attempt: Attempt,
  headers: PaymentHeaders,
  turn: Turn,
): Promise<PaidEnd> {
  const { pool, request, upload, response } = challenged;
  // Always a new connection: on an old one it could not be told whether the payment was read or the connection was dead.
  const opened = response.closed ? agentLeft : await pool.open(request.target);
  if ('kind' in opened) {
    neverSent(challenged, attempt, opened, turn);
    return over;
  }
  if (response.closed) {
    opened.destroy();
    neverSent(challenged, attempt, agentLeft, turn);
    return over;
  }
  const { target, method } = request;
  const mayRepeat = turn === 'first' && attempt.repeatable;
  const answer = new PaidAnswer(attempt, opened, response, target.origin, mayRepeat);
  const head = paidHead(request, headers);
  opened.ask(answer, method, head, upload?.repetition() ?? [], () => answer.requestWritten());
  return answer.over;
}

const agentLeft = { kind: 'left', why: 'the agent left before the payment was sent' } as const;

function neverSent(
  { request, response }: ChallengedRequest,
  attempt: Attempt,
  failure: DialFailure | typeof agentLeft,
  turn: Turn,
): void {
  const { origin } = request.target;
  // What goes out for the second time has left before, whatever becomes of the second connection.
  if (turn === 'repetition') attempt.lost(failure.why);
  const money = turn === 'repetition' ? 'spent' : attempt.neverSent(failure.why);
  if (response.closed) return;
  answerProblem(response, unsentProblem(attempt, origin, failure, money), grantedFields(attempt));
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
