import type { Asset, Denied } from '../../src-shared/model/index.ts';
import { type Open402Offer, readOpen402Offers } from './dialects/open402/buyer.ts';
import { readV1Offers, type X402V1Offer } from './dialects/x402-v1/buyer.ts';
import { readX402Offers, type X402Offer } from './dialects/x402-v2/buyer.ts';
import type { Challenge } from './payer.ts';

/** An offer in any dialect that Groat pays in. */
export type PayableOffer = X402Offer | X402V1Offer | Open402Offer;

export interface OffersFound {
  readonly kind: 'offers';
  /** The cheapest first; at one price as `dialects` are listed. Never empty. */
  readonly offers: readonly PayableOffer[];
}

/**
 * All that a 402 offers and that we could pay: v2 in its header, v1 in its body where there is no such header (x402
 * reference, section 3), open402 among its challenges. One dialect that cannot be read does not spoil the others.
 * `takesProofs` false: open402 is seen and not taken. Its proof is a public transaction that whoever sees it first can
 * present, and its challenge does not say which of Solana's networks it means: nothing to pay real money by.
 */
export function readOffers(
  { rawHeaders, body }: Challenge,
  {
    network,
    usdc,
    takesProofs = true,
  }: { readonly network: string; readonly usdc: Asset; readonly takesProofs?: boolean },
): OffersFound | Denied {
  const accept = { network, asset: usdc.mint };
  const x402 = readX402Offers(rawHeaders, accept) ?? readV1Offers(body, accept);
  const open402 = readOpen402Offers(rawHeaders, { network, usdc });
  const offers = [...(x402 === null || 'kind' in x402 ? [] : x402), ...(takesProofs ? open402.offers : [])];
  // The sort keeps the order of equals.
  if (offers.length > 0) return { kind: 'offers', offers: offers.sort(byAmount) };
  if (x402 !== null && 'kind' in x402) return x402;
  return x402 === null && open402.seen === 0
    ? denied('no-offer', 'The 402 carries no offer in a dialect that Groat speaks.')
    : denied('offer-unsupported', `No offer can be paid in ${usdc.mint} on ${network} with scheme exact.`);
}

const byAmount = (a: PayableOffer, b: PayableOffer): number => (a.amount < b.amount ? -1 : a.amount > b.amount ? 1 : 0);

/** The seller's own words about what is sold. */
export function wordsOf(offer: PayableOffer): {
  readonly description: string | null;
  readonly resource: string | null;
} {
  switch (offer.dialect) {
    case 'x402-v2': {
      const { resource } = offer.required;
      return { description: resource?.description ?? null, resource: resource?.url ?? null };
    }
    case 'x402-v1': {
      const { description, resource } = offer.requirement;
      return { description: description ?? null, resource: resource ?? null };
    }
    case 'open402':
      return { description: null, resource: null };
  }
}

function denied(reason: Denied['reason'], detail: string): Denied {
  return { kind: 'denied', reason, detail };
}
