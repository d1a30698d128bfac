import type { ServerResponse } from 'node:http';
import { type Problem, problem } from '../../src-shared/errors/index.ts';
import { answerProblem } from '../base/http/problem-answer.ts';
import type { Fields } from '../base/http/relay.ts';
import type { Demand } from '../payments/index.ts';

/** What a page in a browser may read of our answers (the Fetch standard hides the rest). */
const exposed =
  'PAYMENT-REQUIRED, PAYMENT-RESPONSE, X-PAYMENT-RESPONSE, Payment-Receipt, X-Prepaid-Remaining, WWW-Authenticate, Retry-After';
const payingHeaders =
  'Content-Type, Accept, Authorization, PAYMENT-SIGNATURE, X-PAYMENT, Payment-Receipt, X-Prepaid-Credential, X-x402-Timestamp, X-x402-Nonce, Accept-x402-Version, Access-Control-Expose-Headers';

export const exposedFields: Fields = ['Access-Control-Expose-Headers', exposed];
export const ownFields: Fields = ['Access-Control-Allow-Origin', '*', ...exposedFields];
const demandFields: Fields = [...ownFields, 'Cache-Control', 'no-store'];

export const problems = {
  requestMalformed: (detail: string) => problem(400, 'request-malformed', 'The request has no price', detail),
  repeated: (name: string) => problem(400, 'header-repeated', 'Sent more than once', `Send ${name} once.`),
  tooLarge: (limit: number) =>
    problem(
      413,
      'body-too-large',
      'The body is too large',
      `This shop takes ${limit} bytes at most. Nothing was charged.`,
    ),
  lengthWanted: () =>
    problem(
      411,
      'length-required',
      'How long is the body?',
      'This shop is paid before it asks its API: send the body with a Content-Length. Nothing was charged.',
    ),
  limited: (whose: string) =>
    problem(429, 'rate-limited', 'Too many requests', `The limit per minute ${whose} is reached. Nothing was charged.`),
  busy: () =>
    problem(503, 'shop-busy', 'The shop is busy', 'It has as many requests in work as it takes. Nothing was charged.'),
  noUpgrade: () =>
    problem(
      501,
      'upgrade-unsupported',
      'No other protocol is spoken here',
      'This shop sells HTTP requests, not WebSockets.',
    ),
  closed: () => problem(503, 'shop-closing', 'The shop is closing', 'Nothing was charged.'),
  targetFailed: (charged: boolean) =>
    problem(502, 'target-failed', 'The API behind this shop failed', `It gave no usable answer. ${charge(charged)}`),
  targetSlow: (charged: boolean) =>
    problem(
      504,
      'target-slow',
      'The API behind this shop is too slow',
      `It did not answer in time. ${charge(charged)}`,
    ),
  unavailable: () =>
    problem(503, 'till-unavailable', 'The till is out of order', 'Payments cannot be looked at now. Try again later.'),
  internal: () => problem(500, 'shop-failed', 'The shop failed', 'Something broke inside it; its log says more.'),
  notFound: () => problem(404, 'not-found', 'Not here', 'There is nothing of this name.'),
} as const;

const charge = (charged: boolean): string =>
  charged
    ? 'You paid for it: present the receipt or the payment again, or ask the seller for a refund.'
    : 'You were not charged; try again later.';

export function answerOwnProblem(response: ServerResponse, body: Problem, extra: Fields = []): void {
  answerProblem(response, body, extra.length === 0 ? ownFields : [...ownFields, ...extra]);
}

export function answerDemand(response: ServerResponse, demand: Demand): void {
  send(response, 402, [...demand.headers, ...demandFields], 'application/json', demand.body);
}

export function answerJson(response: ServerResponse, status: number, body: object, extra: Fields = []): void {
  answerWhole(response, status, [...ownFields, ...extra], 'application/json', JSON.stringify(body));
}

export function answerWhole(
  response: ServerResponse,
  status: number,
  fields: Fields,
  type: string,
  body: string,
): void {
  send(response, status, [...fields], type, body);
}

/** `fields` becomes the answer's own. */
function send(response: ServerResponse, status: number, fields: string[], type: string, body: string): void {
  const bytes = Buffer.byteLength(body);
  fields.push('Content-Type', type, 'Content-Length', String(bytes));
  response.writeHead(status, fields);
  // What is ASCII is the same in Latin-1, which is written faster.
  response.end(body, bytes === body.length ? 'latin1' : 'utf8');
}

/** To a browser that asks before it sends a payment. */
export function answerPreflight(response: ServerResponse, askedHeaders: string): void {
  const asked = askedHeaders.length <= 1024 && /^[\w\-, ]+$/.test(askedHeaders) ? `, ${askedHeaders}` : '';
  response.writeHead(204, [
    'Access-Control-Allow-Origin',
    '*',
    'Access-Control-Allow-Methods',
    'GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS',
    'Access-Control-Allow-Headers',
    payingHeaders + asked,
    'Access-Control-Max-Age',
    '600',
  ]);
  response.end();
}
