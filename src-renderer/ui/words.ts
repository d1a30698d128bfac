import type { OrderState, RefusalReason } from '../../src-shared/model/index.ts';
import type { ToneName } from './tone.ts';

/** What a state of a payment is called on a screen, and what it means. */
export const orderWords: {
  readonly [S in OrderState]: { readonly word: string; readonly tone: ToneName; readonly means: string };
} = {
  reserved: { word: 'Preparing', tone: 'info', means: 'The money is set aside; nothing was sent yet.' },
  submitting: { word: 'Paying', tone: 'info', means: 'The payment is signed and on its way to the seller.' },
  submitted: { word: 'Paying', tone: 'info', means: 'The payment was sent; the seller has not answered yet.' },
  delivering: {
    word: 'Receiving',
    tone: 'info',
    means: 'The seller answers; the money is being looked for on the chain.',
  },
  settled: { word: 'Paid', tone: 'good', means: 'The money moved and the answer arrived.' },
  released: { word: 'Not charged', tone: 'neutral', means: 'Nothing was charged, and nothing can be any more.' },
  failed: { word: 'Paid, not delivered', tone: 'bad', means: 'The money moved, but the seller did not deliver.' },
  unknown: { word: 'Not known yet', tone: 'warn', means: 'It was sent and its fate is not known; it counts as spent.' },
};

/** Why a payment was not made, in a few words. */
export const reasonWords: { readonly [R in RefusalReason]: string } = {
  'over-payment-limit': 'above the limit for one payment',
  'over-day-limit': 'the daily limit is reached',
  'insufficient-funds': 'the wallet holds too little',
  'agent-revoked': 'the agent was removed',
  'insecure-origin': 'the address is not encrypted (http)',
  'browser-request': 'it came from a web page',
  'payment-header-present': 'the agent tried to pay by itself',
  'body-too-large': 'the request is too large to repeat',
  'no-offer': 'the seller named no price',
  'offer-malformed': 'the price could not be read',
  'offer-unsupported': 'a way to pay that Groat does not know',
  'too-many-offers': 'the seller named too many prices',
  'chain-unavailable': 'Solana did not answer',
  internal: 'something broke inside Groat',
  'books-suspect': 'the books were changed from outside',
  'policy-unreadable': 'the rules cannot be read',
  'owner-missing': 'there is no PIN yet',
  'request-invalid': 'the request makes no sense',
  paused: 'Groat is paused',
  'agent-paused': 'the agent is paused',
  'delegation-missing': 'the agent has no limits yet',
  'delegation-revoked': 'the agent was removed',
  'delegation-not-yet-valid': 'the agent may not spend yet',
  'delegation-expired': 'the agent’s time is over',
  'delegation-too-deep': 'handed on too many times',
  'action-not-permitted': 'the agent may not do this',
  'origin-not-allowed': 'this site is not allowed',
  'payee-not-allowed': 'this payee is not allowed',
  'asset-not-allowed': 'this currency is not allowed',
  'network-not-allowed': 'this network is not allowed',
  'role-unknown': 'the agent’s role does not exist',
  'role-forbids': 'the agent’s role forbids it',
  'over-role-limit': 'more than the agent’s role may pay',
  'law-denied': 'one of your rules forbids it',
  'over-ceiling': 'above the hard ceiling',
  'under-minimum': 'less than the least payment',
  'over-minute-limit': 'the limit for a minute is reached',
  'over-minute-count': 'too many payments in a minute',
  'over-hour-limit': 'the hourly limit is reached',
  'over-month-limit': 'the monthly limit is reached',
  'over-total-limit': 'the limit in all is reached',
  'over-total-count': 'no more payments in all',
  'breaker-open': 'stopped after too many failures',
  'trust-too-low': 'the agent is not trusted enough yet',
  'request-loop': 'the same request over and over',
  'price-drift': 'the price went up',
  'law-asks': 'one of your rules asks you first',
  'always-ask': 'you want to be asked each time',
  'above-ask-limit': 'you want to be asked about sums like this',
  'new-payee': 'the first payment to this payee',
  'new-origin': 'the first payment to this site',
  'approval-denied': 'you said no',
  'approval-expired': 'nobody answered in time',
  'too-many-approvals': 'too many questions at once',
};

export const networkWords = {
  sandbox: 'Sandbox',
  devnet: 'Devnet',
  mainnet: 'Real money',
} as const;

/** Limits as they are called on screens, in the order in which they bite. */
export const limitWords: { readonly [name: string]: string } = {
  perPayment: 'one payment',
  perMinute: 'a minute',
  perHour: 'an hour',
  perDay: '24 hours',
  perMonth: '30 days',
  total: 'in all',
};

/** "https://api.example.com/v1/search" without what everybody knows: "api.example.com/v1/search". */
export const shortUrl = (url: string): string => url.replace(/^https?:\/\//, '');

/** An address or a hash, short enough for a row. */
export const shortAddress = (address: string): string =>
  address.length <= 12 ? address : `${address.slice(0, 5)}…${address.slice(-5)}`;

/** A server on this machine, as far as it says what it is. */
export const serverWords = {
  ollama: 'Ollama',
  'lm-studio': 'LM Studio',
  vllm: 'vLLM',
  'llama.cpp': 'llama.cpp',
  'openai-compatible': 'An OpenAI-like server',
  http: 'A web server',
} as const;
