import { createHash } from 'node:crypto';
import { type Network, parseWireAmount } from '../../../src-shared/model/index.ts';
import type { Clock } from '../../base/clock.ts';
import type { LogSink } from '../../base/log-sink.ts';
import type { Chain } from '../../chain/index.ts';
import type { SettlementRequirement } from '../../wallet/index.ts';
import { v1NetworkName, v1PayloadSchema, v1RequirementSchema } from '../dialects/x402-v1/codec.ts';
import { withoutV1Prefix } from '../dialects/x402-v1/seller.ts';
import { paymentPayloadSchema, requirementSchema } from '../dialects/x402-v2/codec.ts';
import type { PresentedPayment, SaleRecord, Settlements } from '../ports.ts';
import type { Collected, Collector } from '../rails/solana/collect.ts';
import { saleOf } from '../receipt.ts';
import { createSettlementChecks } from '../settlement-checks.ts';
import { transactionBytes } from '../transaction-bytes.ts';
import { createOwnSettler } from './own-settler.ts';
import type { SignedPayment } from './settler.ts';
import { facilitatorRequestSchema, type SettleAnswer, type SupportedAnswer, type VerifyAnswer } from './wire.ts';

/** Verifies and settles payments that other sellers were paid with; they share one claim space with our own. */
export interface Facilitator {
  supported(): SupportedAnswer;
  /** Never rejects for what was asked; null: it cannot be read. */
  verify(request: unknown): Promise<VerifyAnswer | null>;
  /** `feeCeiling`: what all of them may cost our fee payer in 24 hours, lamports. */
  settle(request: unknown, feeCeiling: bigint): Promise<SettleAnswer | null>;
}

/** What was asked, read; `code`: why it cannot hold. */
type Read =
  | {
      readonly kind: 'payment';
      readonly wire: Uint8Array;
      readonly source: string;
      readonly rule: SettlementRequirement;
      readonly payment: PresentedPayment;
    }
  | { readonly kind: 'invalid'; readonly code: string };

export function createFacilitator(deps: {
  readonly network: Network;
  readonly feePayer: string;
  readonly chain: Pick<Chain, 'simulate' | 'tokenBalance'>;
  readonly settlements: Settlements;
  readonly collector: Collector;
  readonly clock: Clock;
  readonly log: LogSink;
}): Facilitator {
  const { network, feePayer, settlements, collector, log } = deps;
  const settler = createOwnSettler(deps);
  const v1Name = v1NetworkName(network.caip2);
  const busy = new Set<string>();
  const checked = createSettlementChecks();

  async function read(version: 1 | 2, payload: unknown, requirements: unknown): Promise<Read> {
    const terms = version === 2 ? v2Terms(payload, requirements) : v1Terms(payload, requirements);
    if (terms === null) return { kind: 'invalid', code: 'invalid_payload' };
    const code = (text: string): Read => ({ kind: 'invalid', code: version === 2 ? text : withoutV1Prefix(text) });
    if (terms.schemes.some((scheme) => scheme !== 'exact')) return code('invalid_exact_svm_unsupported_scheme');
    const name = version === 2 ? network.caip2 : v1Name;
    if (terms.networks.some((one) => one !== name)) return code('invalid_exact_svm_network_mismatch');
    const amount = parseWireAmount(terms.amount);
    const { asset, payTo, extra } = terms;
    if (amount === null || asset !== network.usdc.mint) return code('invalid_payment_requirements');
    const offered = extra['feePayer'];
    if (typeof offered !== 'string') return code('invalid_exact_svm_payload_missing_fee_payer');
    if (offered !== feePayer) return code('invalid_exact_svm_fee_payer_not_managed_by_facilitator');
    const memo = typeof extra['memo'] === 'string' && extra['memo'] !== '' ? extra['memo'] : null;
    const wire = transactionBytes(terms.transaction);
    if (wire === null) return code('invalid_exact_svm_payload_transaction');
    const rule: SettlementRequirement = { amount, asset, payTo, feePayer, memo };
    const check = checked(wire, rule);
    if (check.kind !== 'valid') return code(check.reason);
    const { messageHash, payer, sourceAta, feeLamports } = check;
    const payment: PresentedPayment = {
      messageHash,
      sale: saleOf(messageHash),
      purpose: 'facilitator',
      dialect: version === 2 ? 'x402-v2' : 'x402-v1',
      shop: 'facilitator',
      method: 'POST',
      route: '/settle',
      url: terms.resource,
      requestHash: createHash('sha256').update(terms.resource).digest('hex'),
      payer,
      payTo,
      asset,
      amount,
      fee: feeLamports,
      paymentId: null,
      payloadHash: null,
    };
    return { kind: 'payment', wire, source: sourceAta, rule, payment };
  }

  const answer = (version: 1 | 2, payer: string | null) => {
    const fields = { network: version === 2 ? network.caip2 : (v1Name ?? network.caip2), ...(payer && { payer }) };
    const code = (text: string): string => (version === 2 ? text : withoutV1Prefix(text));
    return {
      no: (errorReason: string, transaction = ''): SettleAnswer => ({
        success: false,
        errorReason: code(errorReason),
        transaction,
        ...fields,
      }),
      of(collected: Collected): SettleAnswer {
        switch (collected.kind) {
          case 'settled':
            return { success: true, transaction: collected.signature, ...fields };
          case 'refused':
            return this.no(collected.reason);
          case 'failed':
            return this.no('invalid_exact_svm_transaction_failed', collected.signature);
          case 'pending':
            return this.no('settlement_pending', collected.signature);
        }
      },
    };
  };

  /** Settled once: asked again while it is pending, it is looked up; afterwards it is a duplicate. */
  async function again(version: 1 | 2, sale: SaleRecord): Promise<SettleAnswer> {
    const say = answer(version, sale.payer);
    if (sale.purpose !== 'facilitator' || sale.state !== 'sending') return say.no('duplicate_settlement');
    const found = await collector.lookUp(sale).catch((error) => {
      log.warn('settlement could not be looked up yet', { sale: sale.sale, error });
      return null;
    });
    return say.of(found ?? { kind: 'pending', signature: sale.signature ?? '' });
  }

  async function settleOnce(version: 1 | 2, found: Extract<Read, { kind: 'payment' }>, feeCeiling: bigint) {
    const { payment } = found;
    const say = answer(version, payment.payer);
    const signed = signedOf(version, found);
    const trial = settler.trial(signed);
    const claim = await settlements.claim(payment, { feeCeiling });
    if (claim.kind === 'over-ceiling') {
      const errorMessage = 'The facilitator has spent what it may spend on fees in 24 hours.';
      return { ...say.no('unexpected_settle_error'), errorMessage };
    }
    if (claim.kind !== 'claimed') return again(version, claim.sale);
    const refusal = await trial;
    const collected: Collected =
      refusal === null ? await settler.collect(payment, signed) : { kind: 'refused', reason: refusal };
    if (collected.kind === 'refused') await settlements.abandon(payment.messageHash);
    return say.of(collected);
  }

  return {
    supported: () => ({
      kinds: [
        { x402Version: 2, scheme: 'exact', network: network.caip2, extra: { feePayer } },
        ...(v1Name === null
          ? []
          : [{ x402Version: 1, scheme: 'exact', network: v1Name, extra: { feePayer } } as const]),
      ],
      extensions: [],
      signers: { 'solana:*': [feePayer] },
    }),

    async verify(request) {
      const asked = facilitatorRequestSchema.safeParse(request).data;
      if (asked === undefined) return null;
      const { x402Version: version } = asked;
      const found = await read(version, asked.paymentPayload, asked.paymentRequirements);
      if (found.kind === 'invalid') return { isValid: false, invalidReason: found.code };
      const { payer, messageHash } = found.payment;
      if (settlements.get(messageHash) !== null) {
        return { isValid: false, invalidReason: 'duplicate_settlement', payer };
      }
      const refusal = await settler.trial(signedOf(version, found));
      if (refusal === null) return { isValid: true, payer };
      return { isValid: false, invalidReason: version === 2 ? refusal : withoutV1Prefix(refusal), payer };
    },

    async settle(request, feeCeiling) {
      const asked = facilitatorRequestSchema.safeParse(request).data;
      if (asked === undefined) return null;
      const { x402Version: version } = asked;
      const found = await read(version, asked.paymentPayload, asked.paymentRequirements);
      if (found.kind === 'invalid') return answer(version, null).no(found.code);
      const { messageHash, payer } = found.payment;
      if (busy.has(messageHash)) return answer(version, payer).no('duplicate_settlement');
      busy.add(messageHash);
      try {
        return await settleOnce(version, found, feeCeiling);
      } finally {
        busy.delete(messageHash);
      }
    },
  };
}

function signedOf(version: 1 | 2, { wire, source, rule }: Extract<Read, { kind: 'payment' }>): SignedPayment {
  const request = { x402Version: version, paymentPayload: null, paymentRequirements: null };
  return { wire, source, rule, request };
}

interface Terms {
  readonly schemes: readonly string[];
  readonly networks: readonly string[];
  readonly amount: string;
  readonly asset: string;
  readonly payTo: string;
  readonly extra: Readonly<Record<string, unknown>>;
  readonly transaction: string;
  /** Cut to what is kept. */
  readonly resource: string;
}

const kept = (url: string | null | undefined): string => (url ?? '').split('?', 1)[0]?.slice(0, 500) ?? '';

function v2Terms(payload: unknown, requirements: unknown): Terms | null {
  const paid = paymentPayloadSchema.safeParse(payload).data;
  const rule = requirementSchema.safeParse(requirements).data;
  if (paid === undefined || rule === undefined) return null;
  const { accepted } = paid;
  const resource = paid['resource'];
  const url = typeof resource === 'object' && resource !== null && 'url' in resource ? resource.url : null;
  return {
    schemes: [accepted.scheme, rule.scheme],
    networks: [accepted.network, rule.network],
    amount: rule.amount,
    asset: rule.asset,
    payTo: rule.payTo,
    extra: rule.extra ?? {},
    transaction: paid.payload.transaction,
    resource: kept(typeof url === 'string' ? url : null),
  };
}

function v1Terms(payload: unknown, requirements: unknown): Terms | null {
  const paid = v1PayloadSchema.safeParse(payload).data;
  const rule = v1RequirementSchema.safeParse(requirements).data;
  if (paid === undefined || rule === undefined) return null;
  return {
    schemes: [paid.scheme, rule.scheme],
    networks: [paid.network, rule.network],
    amount: rule.maxAmountRequired,
    asset: rule.asset,
    payTo: rule.payTo,
    extra: rule.extra ?? {},
    transaction: paid.payload.transaction,
    resource: kept(rule.resource),
  };
}
