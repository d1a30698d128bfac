import { hash } from 'node:crypto';
import { isAddress } from '@solana/kit';
import { type Asset, type Offer, parseDecimal, toAtomic } from '../../../../src-shared/model/index.ts';
import { headerValues } from '../../../base/raw-headers.ts';
import {
  challengeHeader,
  formatProof,
  nonceHeader,
  type Open402Challenge,
  parseChallenge,
  proofHeader,
  protocolVersion,
  timestampHeader,
  versionHeader,
} from './codec.ts';

/** ag402 names no time of its own; its gateway gives its upstream 30 seconds. */
const maxTimeoutSeconds = 60;
/** Of all challenges in a 402; the next one would be the seller's way of keeping us busy. */
const maxChallengeLength = 16 * 1024;

/** An offer that we broadcast for ourselves and then prove. */
export interface Open402Offer extends Offer {
  readonly dialect: 'open402';
  readonly feePayer: null;
  readonly memo: null;
}

/** The offers of the challenges that can be paid on this network and in this asset; `seen` counts those of any kind. */
export function readOpen402Offers(
  rawHeaders: readonly string[],
  accept: { readonly network: string; readonly usdc: Asset },
): { readonly seen: number; readonly offers: readonly Open402Offer[] } {
  const values = headerValues(rawHeaders, challengeHeader);
  if (values.reduce((sum, { length }) => sum + length, 0) > maxChallengeLength) return { seen: 0, offers: [] };
  const challenges = values
    .flatMap(singleChallenges)
    .map((value) => parseChallenge([value]))
    .filter((challenge) => challenge !== null);
  const offers = challenges.map((challenge) => payable(challenge, accept)).filter((offer) => offer !== null);
  return { seen: challenges.length, offers };
}

/** One field may list several challenges, of several schemes: none of them may borrow a value from its neighbour. */
function singleChallenges(value: string): readonly string[] {
  const unquoted = value.replace(/"[^"]*"/g, (quoted) => '"'.repeat(quoted.length));
  const starts = [...unquoted.matchAll(/(?:^|,)\s*(?=[\w-]+(?:\s+[^\s=,]|\s*(?:,|$)))/g)].map(
    ({ index, 0: before }) => index + before.length,
  );
  return starts.map((start, i) => value.slice(start, starts[i + 1]));
}

function payable(
  { chain, token, amount, address }: Open402Challenge,
  { network, usdc }: { readonly network: string; readonly usdc: Asset },
): Open402Offer | null {
  const sum = exactAmount(amount, usdc.decimals);
  // ag402 pays a quote for any chain on Solana; that would be money sent to nobody.
  if (chain !== 'solana' || (token !== usdc.symbol && token !== usdc.mint) || sum === null) return null;
  // ag402 itself takes any 32 to 44 letters of base58 for one.
  if (!isAddress(address)) return null;
  return {
    dialect: 'open402',
    scheme: 'exact',
    network,
    asset: usdc.mint,
    amount: sum,
    payTo: address,
    feePayer: null,
    memo: null,
    maxTimeoutSeconds,
  };
}

/**
 * Plain decimals only, and exactly: what would have to be rounded is not paid. Null for anything else, for nothing, and for
 * thirteen digits of whole dollars and more.
 */
function exactAmount(text: string, decimals: number): Open402Offer['amount'] | null {
  if (!/^(?:0|[1-9][0-9]{0,11})(?:\.[0-9]{1,18})?$/.test(text)) return null;
  const [, fraction = ''] = text.split('.');
  if (/[1-9]/.test(fraction.slice(decimals))) return null;
  const sum = parseDecimal(text, decimals);
  return sum === 0n ? null : toAtomic(sum);
}

/** What a request is, beyond its order: hashes in hex, null without a query or a body. */
export interface RequestIdentity {
  readonly method: string;
  readonly url: string;
  readonly queryHash: string | null;
  readonly bodyHash: string | null;
}

/**
 * The request id of an order's payment. It can be made again from the order and the request, so that a proof is found again
 * after a crash, by the memo of the transaction, and is shown for no other request than it paid for.
 */
export function requestIdOf(orderId: string, { method, url, queryHash, bodyHash }: RequestIdentity): string {
  return hash('sha256', JSON.stringify([orderId, method, url, queryHash, bodyHash])).slice(0, 32);
}

/** Headers of a proven request. Timestamp and nonce are fresh each time: a gateway takes each nonce once. */
export function proofHeaders(
  proof: { readonly txHash: string; readonly payerAddress: string; readonly requestId: string },
  nowMs: number,
  nonce: Uint8Array,
): readonly (readonly [name: string, value: string])[] {
  return [
    [proofHeader, formatProof({ ...proof, chain: 'solana' })],
    [timestampHeader, (nowMs / 1000).toFixed(3)],
    [nonceHeader, Buffer.from(nonce).toString('hex')],
    [versionHeader, protocolVersion],
  ];
}
