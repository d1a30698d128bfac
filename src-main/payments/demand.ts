import { type Atomic, type Dialect, formatDecimal, type Network, parseDecimal } from '../../src-shared/model/index.ts';
import { challengeHeader, formatChallenge } from './dialects/open402/codec.ts';
import { type V1Offer, v1NetworkName } from './dialects/x402-v1/codec.ts';
import { paymentRequiredHeader, type Requirement } from './dialects/x402-v2/codec.ts';
import type { Settler } from './facilitator/settler.ts';
import { identifierExtension, identifierKey } from './payment-identifier.ts';
import type { Demand, Quote } from './seller.ts';

/**
 * open402 and ag402's credentials can be presented by whoever sees the transaction first: nothing dearer than this goes by
 * them. USDC, atomic.
 */
export const openPaymentCap: Atomic = parseDecimal('1', 6);

const maxTimeoutSeconds = 60;
/** Methods times routes times shops; beyond it somebody plays with us, and what is dropped is only made again. */
const maxTemplates = 10_000;

/** What does not change between two requests of one kind. */
export interface Terms {
  readonly v2: Requirement | null;
  readonly v1: V1Offer | null;
  readonly open402: boolean;
  readonly extensions: Readonly<Record<string, unknown>>;
}

interface Template {
  readonly quote: Quote;
  readonly feePayer: string | null;
  readonly speaksV1: boolean;
  readonly terms: Terms;
  /** Base64 of the JSON up to the URL, a multiple of three bytes long; null: no v2. */
  readonly v2: string | null;
  /** The v1 body before its error, from there to its URL, and the rest; null: no v1. */
  readonly v1: readonly [string, string, string] | null;
  readonly challenge: string | null;
}

export interface Demands {
  /** `error` null: nothing was presented. Stable: two requests of one kind are offered the same. */
  demand(quote: Quote, error: string | null): Demand;
  terms(quote: Quote): Terms;
}

/**
 * Prices a request in every dialect that the shop speaks. Most of what it says is written once per kind of request, since
 * this is what most requests to a shop get. While a remote facilitator has not said who it is, nothing can be paid through it.
 */
export function createDemands(network: Network, settlerOf: (facilitator: string | null) => Settler): Demands {
  const templates = new Map<string, Template>();

  const templateOf = (quote: Quote): Template => {
    const key = `${quote.shop}\n${quote.method}\n${quote.route}`;
    const settler = settlerOf(quote.facilitator);
    const [feePayer, speaksV1] = [settler.feePayer(), settler.speaksV1()];
    const known = templates.get(key);
    if (
      known !== undefined &&
      known.feePayer === feePayer &&
      known.speaksV1 === speaksV1 &&
      isSameKind(known.quote, quote)
    )
      return known;
    if (templates.size >= maxTemplates) templates.clear();
    const made = makeTemplate(network, quote, feePayer, speaksV1);
    templates.set(key, made);
    return made;
  };

  return {
    demand(quote, error) {
      const { v2, v1, challenge } = templateOf(quote);
      const url = JSON.stringify(quote.resource);
      const headers: string[] = [];
      if (v2 !== null) {
        const why = JSON.stringify(error ?? 'PAYMENT-SIGNATURE header is required');
        const rest = Buffer.from(`${url}},"error":${why}}`, 'utf8').toString('base64');
        headers.push(paymentRequiredHeader, v2 + rest);
      }
      if (challenge !== null) headers.push(challengeHeader, challenge);
      const body =
        v1 === null ? '{}' : `${v1[0]}${JSON.stringify(error ?? 'X-PAYMENT header is required')}${v1[1]}${url}${v1[2]}`;
      return { headers, body, error };
    },
    terms: (quote) => templateOf(quote).terms,
  };
}

function isSameKind(a: Quote, b: Quote): boolean {
  return (
    a.amount === b.amount &&
    a.payTo === b.payTo &&
    a.facilitator === b.facilitator &&
    a.flow === b.flow &&
    a.description === b.description &&
    a.dialects === b.dialects &&
    a.extensions === b.extensions
  );
}

function makeTemplate(network: Network, quote: Quote, feePayer: string | null, speaksV1: boolean): Template {
  const { amount, payTo, description, dialects } = quote;
  const offers = (dialect: Dialect): boolean => dialects.has(dialect);
  const [scheme, asset] = ['exact', network.usdc.mint];
  const v2: Requirement | null =
    offers('x402-v2') && feePayer !== null
      ? {
          scheme,
          network: network.caip2,
          amount: amount.toString(),
          asset,
          payTo,
          maxTimeoutSeconds,
          extra: { feePayer, ...(quote.flow === 'upfront' && { paymentFlow: 'upfront' }) },
        }
      : null;
  const v1Network = v1NetworkName(network.caip2);
  const v1: V1Offer | null =
    offers('x402-v1') && speaksV1 && feePayer !== null && v1Network !== null
      ? {
          scheme,
          network: v1Network,
          maxAmountRequired: amount.toString(),
          description,
          mimeType: '',
          payTo,
          maxTimeoutSeconds,
          asset,
          extra: { feePayer },
        }
      : null;
  const open402 = offers('open402') && amount <= openPaymentCap;
  const extensions = { ...quote.extensions, [identifierKey]: identifierExtension };
  return {
    quote,
    feePayer,
    speaksV1,
    terms: { v2, v1, open402, extensions },
    v2: v2 === null ? null : encodedHead(v2, description, extensions),
    v1: v1 === null ? null : v1Parts(v1),
    challenge: open402
      ? formatChallenge({
          chain: 'solana',
          token: network.usdc.symbol,
          amount: formatDecimal(amount, network.usdc.decimals),
          address: payTo,
        })
      : null,
  };
}

/** Spaces fill it up to whole groups of base64, so that what follows can be encoded by itself. */
function encodedHead(offer: Requirement, description: string, extensions: Terms['extensions']): string {
  const json = JSON.stringify({ x402Version: 2, accepts: [offer], extensions });
  const head = `${json.slice(0, -1)},"resource":{"description":${JSON.stringify(description)},"url":`;
  const bytes = Buffer.byteLength(head);
  return Buffer.from(head + ' '.repeat((3 - (bytes % 3)) % 3), 'utf8').toString('base64');
}

function v1Parts(offer: V1Offer): readonly [string, string, string] {
  return ['{"x402Version":1,"error":', `,"accepts":[${JSON.stringify(offer).slice(0, -1)},"resource":`, '}]}'];
}
