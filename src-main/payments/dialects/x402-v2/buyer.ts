import { isAddress } from '@solana/kit';
import { z } from 'zod';
import type { Denied, Offer } from '../../../../src-shared/model/index.ts';
import { parseWireAmount } from '../../../../src-shared/model/index.ts';
import { headerValues } from '../../../base/raw-headers.ts';
import { identifierKey } from '../../payment-identifier.ts';
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
export interface X402Offer extends Offer {
  readonly dialect: 'x402-v2';
  readonly feePayer: string;
  readonly accepted: Requirement;
  readonly required: PaymentRequired;
}

/**
 * The offers of a 402 that `exact` on this network and asset can pay; the rest are skipped, as the spec asks. Null: it has
 * no PAYMENT-REQUIRED.
 */
export function readX402Offers(
  rawHeaders: readonly string[],
  accept: { readonly network: string; readonly asset: string },
): readonly X402Offer[] | Denied | null {
  const values = headerValues(rawHeaders, paymentRequiredHeader);
  const [value] = values;
  if (value === undefined) return null;
  if (values.length > 1) return denied('offer-malformed', 'The 402 carries PAYMENT-REQUIRED more than once.');
  const required = decodeHeader(paymentRequiredSchema, value);
  if (required === null) return denied('offer-malformed', 'The PAYMENT-REQUIRED header cannot be read.');
  if (required.accepts.length > maxOffers) {
    return denied('too-many-offers', `The 402 lists ${required.accepts.length} offers; at most ${maxOffers} are read.`);
  }
  return required.accepts.flatMap((entry) => {
    const parsed = requirementSchema.safeParse(entry);
    const offer = parsed.success ? payable(parsed.data, required, accept) : null;
    return offer === null ? [] : [offer];
  });
}

function payable(
  accepted: Requirement,
  required: PaymentRequired,
  accept: { readonly network: string; readonly asset: string },
): X402Offer | null {
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

/**
 * The value of PAYMENT-SIGNATURE (section 2.2): the chosen offer copied whole, resource and extensions echoed. `paymentId`
 * goes into the extension that asked for one; null where none did.
 */
export function paymentSignature(
  { accepted, required }: X402Offer,
  wire: Uint8Array,
  paymentId: string | null,
): string {
  const { resource, extensions } = required;
  const echoed = paymentId === null || !extensions ? extensions : withPaymentId(extensions, paymentId);
  return encodeHeader({
    x402Version: 2,
    ...(resource ? { resource } : {}),
    accepted,
    payload: { transaction: Buffer.from(wire).toString('base64') },
    ...(echoed ? { extensions: echoed } : {}),
  });
}

/** Section 12: the seller knows a repetition by the id, and answers it as it answered the first. */
const advertised = z.looseObject({ info: z.looseObject({ id: z.undefined().optional() }) });

/** Whether the seller advertises `payment-identifier`, and leaves the id to us. */
export const wantsPaymentId = ({ required }: X402Offer): boolean =>
  advertised.safeParse(required.extensions?.[identifierKey]).success;

/** Adds to what was advertised and changes nothing of it, or the seller would not know its own words again. */
function withPaymentId(extensions: Readonly<Record<string, unknown>>, id: string): Readonly<Record<string, unknown>> {
  const extension = advertised.safeParse(extensions[identifierKey]).data;
  if (extension === undefined) return extensions;
  return { ...extensions, [identifierKey]: { ...extension, info: { ...extension.info, id } } };
}

/** The transaction id a seller claims in PAYMENT-RESPONSE, or v1's header. It is a hint where to look, never proof. */
export function claimedTransaction(
  rawHeaders: readonly string[],
  header: string = paymentResponseHeader,
): string | null {
  const [value] = headerValues(rawHeaders, header);
  const response = value === undefined ? null : decodeHeader(settleResponseSchema, value);
  return response !== null && /^[1-9A-HJ-NP-Za-km-z]{64,88}$/.test(response.transaction) ? response.transaction : null;
}

function denied(reason: Denied['reason'], detail: string): Denied {
  return { kind: 'denied', reason, detail };
}
