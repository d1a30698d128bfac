import type { CallOutcome, SaleView, ShopView } from '../../../src-shared/contract/index.ts';
import { addDecimals, compareDecimals, dollars } from '../../ui/money.ts';
import type { ToneName } from '../../ui/tone.ts';

export const shopStates: { readonly [S in ShopView['state']]: { readonly word: string; readonly tone: ToneName } } = {
  open: { word: 'Open', tone: 'good' },
  stopped: { word: 'Stopped', tone: 'neutral' },
  failed: { word: 'Not open', tone: 'bad' },
};

/** What became of requests, in the order in which they are told. */
export const callWords: readonly { readonly outcome: CallOutcome; readonly word: string; readonly means: string }[] = [
  { outcome: 'paid', word: 'paid', means: 'answered for money' },
  { outcome: 'prepaid', word: 'from credit', means: 'answered from credit that was bought ahead' },
  { outcome: 'free', word: 'free', means: 'answered for nothing, as the prices say' },
  { outcome: 'unpaid', word: 'asked to pay', means: 'told the price; many buyers ask first and pay then' },
  { outcome: 'refused', word: 'refused', means: 'the payment was not good' },
  { outcome: 'limited', word: 'too many', means: 'turned away by the shop’s limits' },
  { outcome: 'failed', word: 'failed', means: 'the API behind the shop did not answer well; nobody was charged' },
];

/** "12 paid, 3 from credit, 1 failed": what did not happen is not told. */
export function callsText(calls: ShopView['calls']): string {
  const told = callWords.flatMap(({ outcome, word }) => {
    const count = calls[outcome] ?? 0;
    return count === 0 ? [] : [`${count.toLocaleString()} ${word}`];
  });
  return told.length === 0 ? 'No requests yet' : told.join(', ');
}

/** What requests cost in a shop: one sum, or from the lowest to the highest that is not free. */
export function priceText({ price, routes }: Pick<ShopView, 'price' | 'routes'>): string {
  const paid = [price, ...routes.map((route) => route.price)]
    .filter((each) => compareDecimals(each, '0') > 0)
    .sort(compareDecimals);
  const [low, high] = [paid[0], paid.at(-1)];
  if (low === undefined || high === undefined) return 'Free';
  return compareDecimals(low, high) === 0 ? dollars(low) : `${dollars(low)} to ${dollars(high)}`;
}

/** The pattern of a price, as it is read: "every request" where it is one for all. */
export function routeText(route: string): string {
  if (/^(\* )?(\*|\/\*)?$/.test(route.trim())) return 'Every other request';
  const text = route.replace(/^\* /, '');
  return /^(POST )?\/prepaid\/purchase$/.test(text) ? 'Packages of calls' : text;
}

/** What was asked for at a shop: its own address is the same in every line. */
export function askedFor(url: string): string {
  const parsed = URL.parse(url);
  return parsed === null ? url : `${parsed.pathname}${parsed.search}`;
}

export const dialectWords: {
  readonly [D in ShopView['dialects'][number]]: { readonly name: string; readonly about: string };
} = {
  'x402-v2': { name: 'x402', about: 'The official clients of today' },
  'x402-v1': { name: 'x402 (first version)', about: 'Official clients from before 2026' },
  open402: {
    name: 'open402',
    about: 'Clients of ag402. Weaker: whoever sees the payment on the chain first can claim the answer',
  },
};

export const flowWords: {
  readonly [F in ShopView['flow']]: { readonly name: string; readonly about: string };
} = {
  after: { name: 'After the answer', about: 'Your API answers first; if it fails, the buyer is not charged.' },
  upfront: {
    name: 'Before the answer',
    about: 'The money is yours before your API is asked. For streams and long work.',
  },
};

/** What became of a sale, money and goods together. */
export function saleWords({ state, delivery, purpose }: Pick<SaleView, 'state' | 'delivery' | 'purpose'>): {
  readonly word: string;
  readonly tone: ToneName;
  readonly means: string;
} {
  switch (state) {
    case 'claimed':
      return { word: 'Presented', tone: 'info', means: 'A payment was shown; no money has moved yet.' };
    case 'sending':
      return { word: 'Not known yet', tone: 'warn', means: 'Sent to the chain; Groat finds out whether it landed.' };
    case 'failed':
      return { word: 'Not charged', tone: 'neutral', means: 'No money moved.' };
    case 'settled':
      if (purpose !== 'call' || delivery === 'complete')
        return { word: 'Sold', tone: 'good', means: 'The money is in your till, and the buyer got what it paid for.' };
      return {
        word: 'Paid, not delivered',
        tone: 'bad',
        means: 'The money is in your till, and the buyer got no whole answer.',
      };
  }
}

export const refundWords: {
  readonly [S in NonNullable<SaleView['refund']>['state']]: { readonly word: string; readonly tone: ToneName };
} = {
  signed: { word: 'Being given back', tone: 'info' },
  settled: { word: 'Given back', tone: 'neutral' },
  released: { word: 'Not given back', tone: 'warn' },
};

/** Money that came in and has not gone back: only that can be given back, once. */
export const canRefund = ({ state, purpose, refund }: Pick<SaleView, 'state' | 'purpose' | 'refund'>): boolean =>
  state === 'settled' && purpose !== 'facilitator' && (refund === null || refund.state === 'released');

/** The last 30 days for those who do not see the bars. */
export function spokenRevenue(amounts: readonly string[]): string {
  const days = amounts.filter((amount) => compareDecimals(amount, '0') > 0).length;
  if (days === 0) return 'Nothing earned in the last 30 days';
  return `${dollars(amounts.reduce(addDecimals, '0'))} earned in the last 30 days, on ${days} of them`;
}
