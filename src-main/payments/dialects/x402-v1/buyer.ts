import { isAddress } from '@solana/kit';
import { type Denied, type Offer, parseWireAmount } from '../../../../src-shared/model/index.ts';
import { encodeHeader } from '../x402-v2/codec.ts';
import { decodeV1Body, type V1Requirement, v1NetworkName, v1RequirementSchema } from './codec.ts';

/** As for v2: a longer list is not looked through. */
const maxOffers = 64;
const maxMemoBytes = 256;

/** An offer out of the body of a 402. */
export interface X402V1Offer extends Offer {
  readonly dialect: 'x402-v1';
  readonly feePayer: string;
  readonly requirement: V1Requirement;
}

/** The offers of v1 that can be paid on this network and in this asset. Null: the body is none of v1. */
export function readV1Offers(
  body: Uint8Array | null,
  accept: { readonly network: string; readonly asset: string },
): readonly X402V1Offer[] | Denied | null {
  // Most bodies of a 402 are short, and those of v1 say so in a word that needs no parsing.
  const bytes = body === null ? null : Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  if (bytes === null || !bytes.includes('"x402Version"')) return null;
  const required = decodeV1Body(bytes.toString('utf8'));
  if (required === null) return null;
  const { accepts } = required;
  if (accepts.length > maxOffers) {
    const detail = `The 402 lists ${accepts.length} offers; at most ${maxOffers} are read.`;
    return { kind: 'denied', reason: 'too-many-offers', detail };
  }
  const network = v1NetworkName(accept.network);
  return accepts.flatMap((entry) => {
    const requirement = v1RequirementSchema.safeParse(entry).data;
    const offer = requirement === undefined ? null : payable(requirement, { ...accept, name: network });
    return offer === null ? [] : [offer];
  });
}

function payable(
  requirement: V1Requirement,
  accept: { readonly network: string; readonly name: string | null; readonly asset: string },
): X402V1Offer | null {
  const { scheme, network, asset, payTo, maxTimeoutSeconds } = requirement;
  const extra = requirement.extra ?? {};
  const amount = parseWireAmount(requirement.maxAmountRequired);
  const feePayer = extra['feePayer'];
  const memo = extra['memo'] || null;
  if (scheme !== 'exact' || network !== accept.name || asset !== accept.asset || amount === null) return null;
  if (!isAddress(payTo) || typeof feePayer !== 'string' || !isAddress(feePayer)) return null;
  if (memo !== null && (typeof memo !== 'string' || Buffer.byteLength(memo) > maxMemoBytes)) return null;
  return {
    dialect: 'x402-v1',
    scheme,
    network: accept.network,
    asset,
    amount,
    payTo,
    feePayer,
    memo,
    maxTimeoutSeconds,
    requirement,
  };
}

/** The value of X-PAYMENT (x402 reference, section 3): the scheme and network by their names, and nothing echoed. */
export function xPayment({ requirement }: X402V1Offer, wire: Uint8Array): string {
  const { scheme, network } = requirement;
  return encodeHeader({
    x402Version: 1,
    scheme,
    network,
    payload: { transaction: Buffer.from(wire).toString('base64') },
  });
}
