import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { Network } from '../../../../src-shared/model/index.ts';
import type { Demands, Terms } from '../../demand.ts';
import { paymentIdOf } from '../../payment-identifier.ts';
import type { Spoken } from '../../spoken.ts';
import { decodeHeader, encodeHeader, paymentPayloadSchema, paymentResponseHeader, type Requirement } from './codec.ts';

/** A payment in form: its transaction is still unread. */
export interface ReadPayment {
  readonly kind: 'payment';
  readonly transaction: string;
  readonly paymentId: string | null;
  /** Hex SHA-256 of what stands for the payment in the header. */
  readonly payloadHash: string;
  /** As a facilitator takes them. */
  readonly payload: unknown;
  readonly requirement: unknown;
}

export interface ReadProblem {
  readonly kind: 'refused' | 'malformed';
  readonly code: string;
}

/** Of `accepted.extra`, what the scheme lets a buyer carry beside what was offered (x402 reference, section 2.2). */
const dynamicExtra = new Set(['recentBlockhash', 'lastValidBlockHeight']);

/** Reads PAYMENT-SIGNATURE and matches it with what is offered. */
export function readV2Payment(header: string, terms: Terms): ReadPayment | ReadProblem {
  const payload = decodeHeader(paymentPayloadSchema, header);
  if (payload === null) return { kind: 'refused', code: 'invalid_payload' };
  const { v2 } = terms;
  if (v2 === null || !matches(v2, payload.accepted)) {
    return { kind: 'refused', code: 'No matching payment requirements' };
  }
  const { extensions } = payload;
  if (!echoes(terms.extensions, extensions)) return { kind: 'refused', code: 'extension_echo_mismatch' };
  const id = paymentIdOf(extensions);
  if (id.kind === 'malformed') return { kind: 'malformed', code: 'payment-identifier-malformed' };
  const { transaction } = payload.payload;
  return {
    kind: 'payment',
    transaction,
    paymentId: id.kind === 'id' ? id.id : null,
    payloadHash: createHash('sha256').update(JSON.stringify(payload.payload)).digest('hex'),
    payload,
    requirement: v2,
  };
}

export function v2Spoken(network: Network, demands: Demands): Spoken {
  const response = (fields: object): readonly string[] => [
    paymentResponseHeader,
    encodeHeader({ ...fields, network: network.caip2 }),
  ];
  return {
    dialect: 'x402-v2',
    refused: (quote, code) => demands.demand(quote, code),
    // As 2.27 gives it: no offer, for a new payment would be a second one.
    unsettled: (_quote, errorReason, transaction, payer) => ({
      headers: response({ success: false, errorReason, transaction, payer }),
      body: '{}',
      error: errorReason,
    }),
    settled: (transaction, payer) => response({ success: true, transaction, payer }),
  };
}

/** Section 2.2: every field but `extra` deeply equal, and the offered `extra` contained in the accepted one. */
function matches(offered: Requirement, accepted: Requirement): boolean {
  const { extra: offeredExtra, ...offeredRest } = offered;
  const { extra: acceptedExtra, ...acceptedRest } = accepted;
  if (!isDeepStrictEqual(offeredRest, acceptedRest)) return false;
  const given = acceptedExtra ?? {};
  return Object.entries(offeredExtra ?? {}).every(
    ([key, value]) => dynamicExtra.has(key) || (Object.hasOwn(given, key) && isDeepStrictEqual(given[key], value)),
  );
}

/** A buyer may leave extensions out and add to what was advertised, never change it. */
function echoes(
  advertised: Terms['extensions'],
  echoed: Readonly<Record<string, unknown>> | null | undefined,
): boolean {
  return Object.entries(echoed ?? {}).every(([key, value]) => {
    const offered = Object.hasOwn(advertised, key) ? infoOf(advertised[key]) : undefined;
    return offered === undefined || contains(infoOf(value), offered);
  });
}

const infoOf = (extension: unknown): unknown =>
  typeof extension === 'object' && extension !== null && 'info' in extension ? extension.info : undefined;

function contains(whole: unknown, part: unknown): boolean {
  if (typeof part !== 'object' || part === null || Array.isArray(part)) return isDeepStrictEqual(whole, part);
  if (typeof whole !== 'object' || whole === null) return false;
  const given = new Map(Object.entries(whole));
  return Object.entries(part).every(([key, value]) => given.has(key) && contains(given.get(key), value));
}
