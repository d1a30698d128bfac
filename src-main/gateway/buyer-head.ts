import { listedFields } from '../base/http/field-kind.ts';
import { framingLines, welcomesTrailers } from '../base/http/request-framing.ts';
import type { RequestBody } from '../base/http/upload.ts';
import type { Presented } from '../payments/index.ts';

/** A buyer's header section, split into what pays, what goes on to the upstream, and what is nobody's business there. */
export interface BuyerHead {
  /** Lines for the upstream, each ended by CRLF, without `Host`. */
  readonly lines: string;
  readonly body: RequestBody;
  /** As declared; 0 without a body, or where it comes in chunks. */
  readonly length: number;
  /** Null when nothing in it can carry a payment. */
  readonly presented: Presented | null;
  readonly credentials: readonly string[];
  readonly host: string;
  readonly accept: string;
  readonly userAgent: string;
  readonly authorization: string;
  /** The name of the protocol that the buyer would rather speak; empty: none. */
  readonly upgrade: string;
  /** It is a browser's question about other origins. */
  readonly preflight: boolean;
  /** Name, value, … of what a preflight asks for. */
  readonly askedHeaders: string;
}

/**
 * What an API may see of the buyer. An allow-list: cookies, credentials, addresses of the buyer, payments and whatever is
 * invented tomorrow stay here.
 */
const passed = new Set([
  'accept',
  'accept-encoding',
  'accept-language',
  'content-type',
  'content-encoding',
  'content-language',
  'content-disposition',
  'content-digest',
  'content-range',
  'user-agent',
  'origin',
  'cache-control',
  'pragma',
  'prefer',
  'if-match',
  'if-none-match',
  'if-modified-since',
  'if-unmodified-since',
  'if-range',
  'range',
  'last-event-id',
  'x-request-id',
  'x-correlation-id',
  'traceparent',
  'tracestate',
  'mcp-session-id',
  'mcp-protocol-version',
  'anthropic-version',
  'anthropic-beta',
  'openai-beta',
]);

const special = [
  'accept',
  'user-agent',
  'host',
  'content-length',
  'transfer-encoding',
  'connection',
  'te',
  'trailer',
  'upgrade',
  'authorization',
  'payment-signature',
  'x-payment',
  'payment-receipt',
  'x-x402-timestamp',
  'x-x402-nonce',
  'x-prepaid-credential',
  'access-control-request-method',
  'access-control-request-headers',
] as const;
type Special = (typeof special)[number];

const specials = new Map<string, Special>(special.map((name) => [name, name]));

interface FieldPart {
  readonly lower: string;
  readonly special: Special | null;
  readonly passes: boolean;
}

/** By the name as it was spelled: nearly all clients spell alike, and lower case costs a string for each field. */
const uses = new Map<string, FieldPart>();
const maxUses = 512;

function fieldOf(name: string): FieldPart {
  const known = uses.get(name);
  if (known !== undefined) return known;
  const lower = name.toLowerCase();
  const use = { lower, special: specials.get(lower) ?? null, passes: passed.has(lower) };
  if (uses.size < maxUses && name.length <= 64) uses.set(name, use);
  return use;
}

const none: readonly string[] = [];

/** Walks the raw headers once. Null when the body has a transfer coding other than `chunked`, which cannot be handed on. */
export function readBuyerHead(rawHeaders: readonly string[]): BuyerHead | null {
  let lines = '';
  let body: RequestBody = 'none';
  let length = '';
  let presented: Mutable<Presented> | null = null;
  let credentials = none;
  let host = '';
  let accept = '';
  let userAgent = '';
  let authorization = '';
  let upgrade = '';
  let preflight = false;
  let askedHeaders = '';
  let trailersWelcome = false;
  let announced = '';
  let listed = none;
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    const name = rawHeaders[i] ?? '';
    const value = rawHeaders[i + 1] ?? '';
    const use = fieldOf(name);
    if (use.passes) lines += `${name}: ${value}\r\n`;
    switch (use.special) {
      case null:
        break;
      case 'accept':
        accept = accept === '' ? value : `${accept}, ${value}`;
        break;
      case 'user-agent':
        userAgent = value;
        break;
      case 'host':
        host = value;
        break;
      case 'content-length':
        body = 'length';
        length = value;
        break;
      case 'transfer-encoding':
        if (body === 'chunked' || value.toLowerCase() !== 'chunked') return null;
        body = 'chunked';
        break;
      case 'connection':
        if (value !== 'keep-alive') listed = [...listed, ...listedFields(value)];
        break;
      case 'te':
        if (welcomesTrailers(value)) trailersWelcome = true;
        break;
      case 'trailer':
        announced += `${name}: ${value}\r\n`;
        break;
      case 'upgrade':
        upgrade = value;
        break;
      case 'authorization':
        authorization = value;
        if (/^\s*x402(?:\s|$)/i.test(value)) {
          presented ??= nothingPresented();
          presented.authorization = [...presented.authorization, value];
        }
        break;
      case 'payment-signature':
        presented ??= nothingPresented();
        presented.paymentSignature = [...presented.paymentSignature, value];
        break;
      case 'x-payment':
        presented ??= nothingPresented();
        presented.xPayment = [...presented.xPayment, value];
        break;
      case 'payment-receipt':
        presented ??= nothingPresented();
        presented.receipt = [...presented.receipt, value];
        break;
      case 'x-x402-timestamp':
        presented ??= nothingPresented();
        presented.timestamp = [...presented.timestamp, value];
        break;
      case 'x-x402-nonce':
        presented ??= nothingPresented();
        presented.nonce = [...presented.nonce, value];
        break;
      case 'x-prepaid-credential':
        credentials = [...credentials, value];
        break;
      case 'access-control-request-method':
        preflight = true;
        break;
      case 'access-control-request-headers':
        askedHeaders = value;
        break;
    }
  }
  if (listed.length > 0) lines = linesWithout(rawHeaders, listed);
  lines += framingLines({ body, length, announced, trailersWelcome });
  const bytes = length === '' ? 0 : Number(length);
  return {
    lines,
    // Nothing follows a length of 0; the line above says so all the same.
    body: body === 'length' && bytes === 0 ? 'none' : body,
    length: bytes,
    presented: presented !== null && pays(presented) ? presented : null,
    credentials,
    host,
    accept,
    userAgent,
    authorization,
    upgrade,
    preflight,
    askedHeaders,
  };
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

const nothingPresented = (): Mutable<Presented> => ({
  paymentSignature: none,
  xPayment: none,
  authorization: none,
  timestamp: none,
  nonce: none,
  receipt: none,
});

/** The replay fields pay nothing by themselves. */
const pays = ({ paymentSignature, xPayment, authorization, receipt }: Presented): boolean =>
  paymentSignature.length + xPayment.length + authorization.length + receipt.length > 0;

/** Without the fields that `Connection` lists (RFC 9110, section 7.6.1). */
function linesWithout(rawHeaders: readonly string[], listed: readonly string[]): string {
  let lines = '';
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    const name = rawHeaders[i] ?? '';
    const { lower, passes } = fieldOf(name);
    if (passes && !listed.includes(lower)) lines += `${name}: ${rawHeaders[i + 1] ?? ''}\r\n`;
  }
  return lines;
}
