import { createHash } from 'node:crypto';
import type { Network } from '../../../../src-shared/model/index.ts';
import type { Demands, Terms } from '../../demand.ts';
import type { Spoken } from '../../spoken.ts';
import { decodeHeader, encodeHeader } from '../x402-v2/codec.ts';
import type { ReadPayment, ReadProblem } from '../x402-v2/seller.ts';
import { v1NetworkName, v1PayloadSchema, xPaymentResponseHeader } from './codec.ts';

/** What 2.27's v1 scheme says without the prefix that its other codes and all of v2's have (x402 reference, section 14). */
const bare =
  /^invalid_exact_svm_(?=(?:unsupported_scheme|network_mismatch|fee_payer_not_managed_by_facilitator|transaction_simulation_failed|transaction_failed|verification_failed)$)/;

export const withoutV1Prefix = (code: string): string => code.replace(bare, '');

/** Reads X-PAYMENT. v1 has no copy of the offer to be matched: scheme and network, then every rule. */
export function readV1Payment(header: string, { v1 }: Terms, resource: string): ReadPayment | ReadProblem {
  const payload = decodeHeader(v1PayloadSchema, header);
  if (payload === null) return { kind: 'refused', code: 'invalid_payload' };
  if (v1 === null || payload.scheme !== v1.scheme || payload.network !== v1.network) {
    return { kind: 'refused', code: 'No matching payment requirements' };
  }
  return {
    kind: 'payment',
    transaction: payload.payload.transaction,
    paymentId: null,
    payloadHash: createHash('sha256').update(JSON.stringify(payload.payload)).digest('hex'),
    payload,
    requirement: { ...v1, resource },
  };
}

export function v1Spoken(network: Network, demands: Demands): Spoken {
  const name = v1NetworkName(network.caip2) ?? network.caip2;
  const response = (fields: object): readonly string[] => [
    xPaymentResponseHeader,
    encodeHeader({ ...fields, network: name }),
  ];
  return {
    dialect: 'x402-v1',
    refused: (quote, code) => demands.demand(quote, withoutV1Prefix(code)),
    unsettled(quote, code, transaction, payer) {
      const errorReason = withoutV1Prefix(code);
      const { body } = demands.demand(quote, errorReason);
      const headers = response({ success: false, errorReason, transaction, payer });
      return { headers, body, error: errorReason };
    },
    settled: (transaction, payer) => response({ success: true, transaction, payer }),
  };
}
