import { type Problem, problem } from '../../src-shared/errors/index.ts';
import type { Denied, Refusal } from '../../src-shared/model/index.ts';
import type { Fields } from '../base/http/relay.ts';
import type { Attempt } from './ports.ts';

/** RFC 9110, section 11.7.1: who has no credential is told how to show one. */
export const credentialWanted: Fields = ['Proxy-Authenticate', 'Basic realm="Groat"'];

export const problems = {
  credentialMissing: () =>
    problem(
      407,
      'credential-missing',
      'Who is asking?',
      "This is Groat's proxy. Use the proxy URL with an agent's name and token, as `groat agents add NAME` prints it.",
    ),
  notAProxyRequest: () =>
    problem(
      400,
      'not-a-proxy-request',
      'This port is a proxy',
      "This is Groat's forward proxy for agents, not a web server. Set it as the HTTP proxy of a client (http_proxy), and ask for an absolute http:// or https:// URL.",
    ),
  requestMalformed: (detail: string) => problem(400, 'request-malformed', 'The request cannot be forwarded', detail),
  targetForbidden: (why: string) =>
    problem(403, 'target-forbidden', 'Not a target for agents', `Groat does not connect there: ${why}.`),
  upstreamFailed: (target: string, why: string) =>
    problem(502, 'upstream-failed', 'The origin did not answer', `${target}: ${why}.`),
  upstreamSlow: (target: string, why: string) =>
    problem(504, 'upstream-timeout', 'The origin could not be reached in time', `${target}: ${why}.`),
  internal: () =>
    problem(500, 'internal', 'Something broke inside Groat', 'The request was given up; the log says more.'),
  notPaid: (refusal: Refusal) => {
    const { kind, reason, detail } = refusal;
    const title = kind === 'deferred' ? 'Groat asks its owner first' : 'Groat did not pay';
    const approval = kind === 'deferred' ? { approval: refusal.approval } : {};
    return problem(402, `payment-${kind}`, title, detail, { reason, ...approval });
  },
  neverSent: (status: number, order: string, why: string) =>
    problem(status, 'payment-not-sent', 'The payment was not sent', `Nothing was paid: ${why}.`, { order }),
  paymentUnknown: (status: number, order: string, why: string) =>
    problem(
      status,
      'payment-unknown',
      'The payment was sent, and no answer came',
      `Order ${order}: ${why}. It counts as spent while Groat looks it up on the chain; do not pay again before that. See \`groat tx ${order}\`.`,
      { order },
    ),
};

/** What a bug of ours, or a payer that breaks, means for a payment: no. */
export const brokenPayer: Denied = {
  kind: 'denied',
  reason: 'internal',
  detail: 'Something broke inside Groat; nothing was paid.',
};

export function refusalFields(refusal: Refusal): Fields {
  const fields = ['Groat-Decision', refusal.kind, 'Groat-Reason', refusal.reason];
  if (refusal.kind !== 'deferred') return fields;
  return [...fields, 'Groat-Approval', refusal.approval, 'Retry-After', String(refusal.retryAfterSeconds)];
}

/** `Groat-Order` only where there is one: credit and the owner's keys move no money. */
export function grantedFields({ orderId, by }: Pick<Attempt, 'orderId' | 'by'>): Fields {
  const order = orderId === null ? [] : ['Groat-Order', orderId];
  return ['Groat-Decision', 'granted', 'Groat-Paid', by, ...order];
}

/** No answer to a request that was paid for: what it means for the money. */
export function unansweredProblem(
  { orderId }: Pick<Attempt, 'orderId'>,
  target: string,
  status: 502 | 504,
  why: string,
): Problem {
  if (orderId !== null) return problems.paymentUnknown(status, orderId, why);
  return status === 504 ? problems.upstreamSlow(target, why) : problems.upstreamFailed(target, why);
}

/** Nothing was sent to the seller. `spent`: what we had to send to the chain first is on it. */
export function unsentProblem(
  attempt: Pick<Attempt, 'orderId'>,
  target: string,
  { kind, why }: { readonly kind: string; readonly why: string },
  money: 'unspent' | 'spent',
): Problem {
  const status = kind === 'timeout' ? 504 : 502;
  if (attempt.orderId === null || money === 'spent') return unansweredProblem(attempt, target, status, why);
  return problems.neverSent(status, attempt.orderId, why);
}
