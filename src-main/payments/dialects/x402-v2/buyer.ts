import { isAddress } from '@solana/kit';
import type { Denied, Offer } from '../../../../src-shared/model/index.ts';
import { parseWireAmount } from '../../../../src-shared/model/index.ts';
import { headerValues } from '../../../base/raw-headers.ts';
import {
  decodeHeader,
  encodeHeader,
  type PaymentRequired,
  paymentRequiredHeader,
  paymentRequiredSchema,
  paymentResponseHeader,
  type Requirement,
  requirementSchema,
  settleResponseSchema,
} from './codec.ts';

/** More ways to pay than any seller needs; a list beyond it is not looked through. */
const maxOffers = 64;
const maxMemoBytes = 256;
/** What we send back is bounded by what ordinary servers take in their headers (Node: 16 KiB for all). */
const maxEchoBytes = 6_000;

/** Flows that charge one fixed amount for one answer; the word "authorization" is never on the wire (section 2.4). */
const knownFlows = new Set<unknown>([undefined, null, 'authorization', 'upfront']);

/** An offer that can be paid on Solana, with what must be echoed to its seller. */
export interface PayableOffer extends Offer {
  readonly accepted: Requirement;
  readonly required: PaymentRequired;
}

export interface OffersFound {
  readonly kind: 'offers';
  readonly offers: readonly PayableOffer[];
}

/** The offers of a 402 that `exact` on this network and asset can pay; the rest are skipped, as the spec asks. */
export function readOffers(
  rawHeaders: readonly string[],
  accept: { readonly network: string; readonly asset: string },
): OffersFound | Denied {
  const values = headerValues(rawHeaders, paymentRequiredHeader);
  const [value] = values;
  if (value === undefined) return denied('no-offer', 'The 402 carries no offer in a dialect that Groat speaks.');
  if (values.length > 1) return denied('offer-malformed', 'The 402 carries PAYMENT-REQUIRED more than once.');
  const required = decodeHeader(paymentRequiredSchema, value);
  if (required === null) return denied('offer-malformed', 'The PAYMENT-REQUIRED header cannot be read.');
  if (required.accepts.length > maxOffers) {
    return denied('too-many-offers', `The 402 lists ${required.accepts.length} offers; at most ${maxOffers} are read.`);
  }
  const offers = required.accepts.flatMap((entry) => {
    const parsed = requirementSchema.safeParse(entry);
    const offer = parsed.success ? payable(parsed.data, required, accept) : null;
    return offer === null ? [] : [offer];
  });
  if (offers.length > 0) return { kind: 'offers', offers };
  return denied('offer-unsupported', `No offer can be paid in ${accept.asset} on ${accept.network} with scheme exact.`);
}

function payable(
  accepted: Requirement,
  required: PaymentRequired,
  accept: { readonly network: string; readonly asset: string },
): PayableOffer | null {
  const { scheme, network, asset, payTo, maxTimeoutSeconds } = accepted;
  const extra = accepted.extra ?? {};
  const amount = parseWireAmount(accepted.amount);
  const feePayer = extra['feePayer'];
  // An empty memo is none, as the official packages read it.
  const memo = extra['memo'] || null;
  if (scheme !== 'exact' || network !== accept.network || asset !== accept.asset || amount === null) return null;
  if (!isAddress(payTo) || typeof feePayer !== 'string' || !isAddress(feePayer)) return null;
  if (!knownFlows.has(extra['paymentFlow'])) return null;
  if (memo !== null && (typeof memo !== 'string' || Buffer.byteLength(memo) > maxMemoBytes)) return null;
  const echo = JSON.stringify([accepted, required.resource, required.extensions]);
  if (Buffer.byteLength(echo) > maxEchoBytes) return null;
  return {
    dialect: 'x402-v2',
    scheme,
    network,
    asset,
    amount,
    payTo,
    feePayer,
    memo,
    maxTimeoutSeconds,
    accepted,
    required,
  };
}

/** The value of PAYMENT-SIGNATURE (section 2.2): the chosen offer copied whole, resource and extensions echoed. */
export function paymentSignature(offer: PayableOffer, wire: Uint8Array): string {
  const { resource, extensions } = offer.required;
  return encodeHeader({
    x402Version: 2,
    ...(resource ? { resource } : {}),
    accepted: offer.accepted,
    payload: { transaction: Buffer.from(wire).toString('base64') },
    ...(extensions ? { extensions } : {}),
  });
}

/** The transaction id a seller claims in PAYMENT-RESPONSE. It is a hint where to look, never proof. */
export function claimedTransaction(rawHeaders: readonly string[]): string | null {
  const [value] = headerValues(rawHeaders, paymentResponseHeader);
  const response = value === undefined ? null : decodeHeader(settleResponseSchema, value);
  return response !== null && /^[1-9A-HJ-NP-Za-km-z]{64,88}$/.test(response.transaction) ? response.transaction : null;
}

function denied(reason: Denied['reason'], detail: string): Denied {
  return { kind: 'denied', reason, detail };
}
