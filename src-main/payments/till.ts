import { createHash } from 'node:crypto';
import type { Network } from '../../src-shared/model/index.ts';
import type { CheckpointReached } from '../base/checkpoint.ts';
import type { Clock } from '../base/clock.ts';
import type { LogSink } from '../base/log-sink.ts';
import type { Random } from '../base/random.ts';
import type { Chain } from '../chain/index.ts';
import type { SettlementRequirement } from '../wallet/index.ts';
import { createDemands } from './demand.ts';
import { isProof } from './dialects/open402/codec.ts';
import { createOpen402Desk, open402Spoken } from './dialects/open402/seller.ts';
import { readV1Payment, v1Spoken } from './dialects/x402-v1/seller.ts';
import { type ReadPayment, type ReadProblem, readV2Payment, v2Spoken } from './dialects/x402-v2/seller.ts';
import { createOwnSettler } from './facilitator/own-settler.ts';
import type { Settler, SignedPayment } from './facilitator/settler.ts';
import type { Answers, Claim, PresentedPayment, Refunds, SaleRecord, Settlements } from './ports.ts';
import type { Collector } from './rails/solana/collect.ts';
import { isSameHash, newReceipt, parseReceipt, saleOf } from './receipt.ts';
import { createSales, keptMs, paidAt } from './sale.ts';
import type { Admission, Presented, Quote, Till } from './seller.ts';
import { createSettlementChecks } from './settlement-checks.ts';
import type { Spoken } from './spoken.ts';
import { transactionBytes } from './transaction-bytes.ts';
import { createUnderWay, type Run, within } from './under-way.ts';

/** A copy waits so long for the one that came first. */
const copyWaitMs = 60_000;
/** A receipt, and a proof of open402 whose answer was lost, can be presented for so long. */
const graceMs = 300_000;
/** What was paid for and never answered at all is owed for so long to whoever has its payment-identifier. */
const unansweredMs = 24 * 60 * 60 * 1000;
/** An answer that was cut and could not be kept is served anew so often: cutting must not be a way to be served for ever. */
const maxServings = 3;
/** Sales that were served anew; the oldest are forgotten first. */
const maxServed = 10_000;
/** Payments whose buyer was told "pending": more than these are forgotten, their receipts are not. */
const maxPending = 10_000;

export interface TillDeps {
  readonly network: Network;
  /** Our own, which pays the network where no remote facilitator does. */
  readonly feePayer: string;
  readonly chain: Pick<Chain, 'simulate' | 'tokenBalance' | 'transaction'>;
  readonly settlements: Settlements;
  readonly answers: Answers;
  readonly refunds: Pick<Refunds, 'get'>;
  readonly collector: Collector;
  /** By URL; the same for the same URL. */
  readonly remoteSettler: (url: string) => Settler;
  readonly clock: Clock;
  /** The books' own time, which never runs back: what is owed is counted by the clock that wrote down when it was paid. */
  readonly now: () => number;
  readonly random: Random;
  readonly log: LogSink;
  readonly reached: CheckpointReached;
}

export interface OpenTill extends Till {
  /** Before a shop opens: resolves once its facilitator (null: ourselves) can be used, and rejects when it cannot. */
  ready(facilitator: string | null): Promise<void>;
}

export function createTill(deps: TillDeps): OpenTill {
  const { network, chain, settlements, answers, refunds, collector, remoteSettler, clock, now, random, log, reached } =
    deps;
  const own = createOwnSettler(deps);
  const settlerOf = (facilitator: string | null): Settler => (facilitator === null ? own : remoteSettler(facilitator));
  const demands = createDemands(network, settlerOf);
  const spoken = { v2: v2Spoken(network, demands), v1: v1Spoken(network, demands), open402: open402Spoken(demands) };
  const open402 = createOpen402Desk({ network, chain, clock, log });
  const sales = createSales(deps);
  const underWay = createUnderWay();
  const checked = createSettlementChecks();
  const proving = new Map<string, Promise<void>>();
  const pending = new Set<string>();
  const servings = new Map<string, number>();

  const byDialect: Record<SaleRecord['dialect'], Spoken> = {
    'x402-v2': spoken.v2,
    'x402-v1': spoken.v1,
    open402: spoken.open402,
  };

  return {
    ready: (facilitator) => settlerOf(facilitator).ready(),
    demand: (quote) => demands.demand(quote, null),
    async admit(quote, presented) {
      const { paymentSignature, xPayment, authorization, receipt } = presented;
      const proofs = authorization.filter(isProof);
      if (paymentSignature.length + xPayment.length + proofs.length > 1 || receipt.length > 1) {
        return problem(400, 'payment-repeated', 'More than one payment', 'Send one payment, in one header.');
      }
      try {
        const [again] = receipt;
        const redeemed = again === undefined ? null : await redeem(quote, again);
        if (redeemed !== null) return redeemed;
        const terms = demands.terms(quote);
        const [v2, v1, proof] = [paymentSignature[0], xPayment[0], proofs[0]];
        if (v2 !== undefined && terms.v2 !== null) {
          return await admitSigned(quote, spoken.v2, readV2Payment(v2, terms));
        }
        if (v1 !== undefined && terms.v1 !== null) {
          return await admitSigned(quote, spoken.v1, readV1Payment(v1, terms, quote.resource));
        }
        if (proof !== undefined && terms.open402) return await admitProof(quote, proof, presented);
      } catch (error) {
        log.error('a payment could not be looked at; nothing was taken', { shop: quote.shop, error });
        return problem(503, 'till-failed', 'The till could not answer', 'Nothing was charged; try again later.');
      }
      return { kind: 'demand', demand: demands.demand(quote, null) };
    },
  };

  /** The answer that a receipt stands for; null: it stands for nothing here, and the request is one like any other. */
  async function redeem(quote: Quote, value: string): Promise<Admission | null> {
    const receipt = parseReceipt(value);
    const known = receipt === null ? null : settlements.bySale(receipt.sale);
    if (receipt === null || known === null || !isSameHash(receipt.hash, known.receiptHash)) return null;
    if (known.shop !== quote.shop || known.requestHash !== requestHash(quote)) return null;
    const deadline = clock.monotonic() + copyWaitMs;
    for (;;) {
      const run = underWay.byMessage(known.messageHash);
      if (run === null) break;
      if (!(await within(run.done, deadline - clock.monotonic()))) return stillUnderWay;
    }
    const sale = settlements.get(known.messageHash);
    if (sale === null || now() - paidAt(sale) > graceMs) return null;
    return owe(quote, sale, underWay.start(sale), byDialect[sale.dialect], graceMs, value);
  }

  async function admitSigned(quote: Quote, by: Spoken, read: ReadPayment | ReadProblem): Promise<Admission> {
    if (read.kind === 'malformed') {
      return problem(
        400,
        read.code,
        'A payment-identifier of another form',
        'It is 16 to 128 letters, digits, _ or -.',
      );
    }
    const refuse = (code: string): Admission => ({ kind: 'demand', demand: by.refused(quote, code) });
    if (read.kind !== 'payment') return refuse(read.code);
    const wire = transactionBytes(read.transaction);
    if (wire === null) return refuse('invalid_exact_svm_payload_transaction');
    const settler = settlerOf(quote.facilitator);
    const feePayer = settler.feePayer();
    if (feePayer === null) return refuse('unexpected_verify_error');
    const { amount, payTo } = quote;
    const rule: SettlementRequirement = { amount, asset: network.usdc.mint, payTo, feePayer, memo: null };
    const check = checked(wire, rule);
    if (check.kind !== 'valid') return refuse(check.reason);
    const payment: PresentedPayment = {
      ...facts(quote, by, check.messageHash),
      payer: check.payer,
      fee: quote.facilitator === null ? check.feeLamports : 0n,
      paymentId: read.paymentId,
      payloadHash: read.paymentId === null ? null : read.payloadHash,
    };
    const request = {
      x402Version: by.dialect === 'x402-v2' ? 2 : 1,
      paymentPayload: read.payload,
      paymentRequirements: read.requirement,
    } as const;
    return claimSigned(quote, by, payment, settler, { wire, source: check.sourceAta, rule, request });
  }

  /** Whoever claims serves. A copy with the same payment-identifier waits for its answer; any other is a duplicate. */
  async function claimSigned(
    quote: Quote,
    by: Spoken,
    payment: PresentedPayment,
    settler: Settler,
    signed: SignedPayment,
  ): Promise<Admission> {
    const { messageHash } = payment;
    const deadline = clock.monotonic() + copyWaitMs;
    for (;;) {
      const first = underWay.find(payment);
      if (first === null) break;
      if (!isSamePayment(payment, first.payment)) return clash(quote, by, payment, first.payment);
      if (!(await within(first.done, deadline - clock.monotonic()))) return stillUnderWay;
    }
    const run = underWay.start(payment);
    try {
      // What has ended is refused by a look at the books; of anything else the claim alone decides.
      const past = settlements.get(messageHash);
      if (past?.state === 'settled' || past?.state === 'failed') {
        return await known(quote, by, payment, { kind: 'known', sale: past }, run);
      }
      const receipt = newReceipt(payment.sale, random);
      // A trial changes nothing, so it may run while the claim is written; the claim alone decides who serves.
      const trial = settler.trial(signed);
      const claim = await settlements.claim(payment, { receiptHash: receipt.hash });
      if (claim.kind !== 'claimed') return await known(quote, by, payment, claim, run);
      reached('seller-claimed');
      const refusal = await trial;
      if (refusal !== null) {
        await settlements.abandon(messageHash);
        run.end();
        return { kind: 'demand', demand: by.refused(quote, refusal) };
      }
      reached('seller-verified');
      const collect = () => settler.collect(payment, signed);
      return { kind: 'admitted', sale: sales.fresh(quote, run, by, receipt, collect, () => remember(messageHash)) };
    } catch (error) {
      run.end();
      throw error;
    }
  }

  /** Presented before, as the books say. */
  async function known(
    quote: Quote,
    by: Spoken,
    payment: PresentedPayment,
    claim: Exclude<Claim, { kind: 'claimed' }>,
    run: Run,
  ): Promise<Admission> {
    if (claim.kind === 'over-ceiling') {
      run.end();
      return { kind: 'demand', demand: by.refused(quote, 'unexpected_verify_error') };
    }
    const { sale } = claim;
    if (isSamePayment(payment, sale)) return owe(quote, sale, run, by, keptMs, null);
    const { messageHash } = payment;
    // Told "pending" and asked again with the same payload, as official servers do it: looked up, not sent again.
    const asksAgain = sale.state === 'sending' || pending.delete(messageHash);
    if (asksAgain && sale.paymentId === null && isSameRequest(payment, sale)) {
      return owe(quote, sale, run, by, graceMs, null);
    }
    run.end();
    return clash(quote, by, payment, sale);
  }

  function clash(quote: Quote, by: Spoken, payment: PresentedPayment, other: PresentedPayment): Admission {
    if (payment.paymentId === null || payment.paymentId !== other.paymentId || payment.shop !== other.shop) {
      return { kind: 'demand', demand: by.refused(quote, 'duplicate_settlement') };
    }
    const detail = 'This payment-identifier stands for another payment or another request.';
    return problem(409, 'payment-identifier-conflict', 'The payment-identifier is taken', detail);
  }

  async function admitProof(quote: Quote, value: string, presented: Presented): Promise<Admission> {
    const by = spoken.open402;
    const proof = open402.read(value, presented);
    if ('kind' in proof) return proof;
    const { txHash } = proof;
    const deadline = clock.monotonic() + copyWaitMs;
    for (;;) {
      const first = proving.get(txHash);
      if (first === undefined) break;
      if (!(await within(first, deadline - clock.monotonic()))) return stillUnderWay;
    }
    const { promise, resolve } = Promise.withResolvers<void>();
    proving.set(txHash, promise);
    const end = () => {
      proving.delete(txHash);
      resolve();
    };
    try {
      const proven = await open402.prove(quote, proof);
      if (proven.kind === 'problem') {
        end();
        return proven;
      }
      const { messageHash } = proven.landed;
      const payment: PresentedPayment = {
        ...facts(quote, by, messageHash),
        payer: proof.payerAddress,
        fee: 0n,
        paymentId: null,
        payloadHash: null,
      };
      const busy = underWay.byMessage(messageHash);
      if (busy !== null) {
        end();
        return { kind: 'demand', demand: by.refused(quote, 'duplicate_settlement') };
      }
      const run = underWay.start(payment);
      run.done.then(end, end);
      const claim = await settlements.claimLanded(payment, txHash, collector.earnings(payment)).catch((error) => {
        run.end();
        throw error;
      });
      if (claim.kind === 'claimed') {
        reached('seller-claimed');
        return { kind: 'admitted', sale: sales.owed(run, by, payment, txHash, null) };
      }
      const sale = claim.kind === 'known' ? claim.sale : null;
      const isOwed =
        sale?.dialect === 'open402' &&
        sale.purpose === 'call' &&
        sale.payer === payment.payer &&
        sale.delivery !== 'complete' &&
        isSameRequest(payment, sale) &&
        now() - paidAt(sale) <= graceMs;
      if (isOwed) return await owe(quote, sale, run, by, graceMs, null);
      run.end();
      return { kind: 'demand', demand: by.refused(quote, 'duplicate_settlement') };
    } catch (error) {
      end();
      throw error;
    }
  }

  /**
   * What a buyer gets who has paid before: the answer that was kept, or the upstream's once more, for `cutMs` where a part
   * of it was delivered. `run` is ended here where nothing is admitted.
   */
  async function owe(
    quote: Quote,
    sale: SaleRecord,
    run: Run,
    by: Spoken,
    cutMs: number,
    receiptText: string | null,
  ): Promise<Admission> {
    const { messageHash, payer } = sale;
    try {
      const found =
        sale.state === 'sending'
          ? await collector.lookUp(sale).catch((error) => {
              log.warn('settlement could not be looked up yet', { sale: sale.sale, error });
              return null;
            })
          : null;
      const signature = (found !== null && found.kind !== 'refused' ? found.signature : sale.signature) ?? '';
      const unsettled = (code: string): Admission => {
        run.end();
        return { kind: 'demand', demand: by.unsettled(quote, code, signature, payer) };
      };
      if (sale.state === 'failed' || found?.kind === 'failed') return unsettled('invalid_exact_svm_transaction_failed');
      if (sale.state === 'sending' && found?.kind !== 'settled') {
        remember(messageHash);
        return unsettled('settlement_pending');
      }
      if (sale.state === 'claimed') return unsettled('duplicate_settlement');
      const refuse = (code: string, title: string, detail: string): Admission => {
        run.end();
        return problem(409, code, title, detail);
      };
      const refund = refunds.get(sale.sale);
      if (refund !== null && refund.state !== 'released') {
        return refuse('payment-refunded', 'The payment was given back', 'Its seller has refunded it; pay again.');
      }
      const answer = answers.get(messageHash, now());
      if (answer !== null) {
        run.end();
        return { kind: 'answered', answer };
      }
      // Without a name that only its buyer knows, whoever reads the chain can show a payment again: for as short as can be.
      const isNamed = receiptText === null && sale.paymentId !== null;
      const owedMs = { none: isNamed ? unansweredMs : graceMs, cut: cutMs, refused: cutMs, complete: 0 };
      const isOver = sale.delivery === 'complete' || now() - paidAt(sale) > owedMs[sale.delivery];
      if (isOver || (sale.delivery === 'cut' && !mayServeAnew(messageHash))) {
        const detail = 'It was paid for and answered before, and that answer is not kept any more.';
        return refuse('answer-not-kept', 'The answer is not kept', detail);
      }
      return { kind: 'admitted', sale: sales.owed(run, by, sale, signature, receiptText) };
    } catch (error) {
      run.end();
      throw error;
    }
  }

  function mayServeAnew(messageHash: string): boolean {
    const before = servings.get(messageHash) ?? 0;
    if (before >= maxServings) return false;
    const [oldest] = servings.keys();
    if (before === 0 && servings.size >= maxServed && oldest !== undefined) servings.delete(oldest);
    servings.set(messageHash, before + 1);
    return true;
  }

  function remember(messageHash: string): void {
    if (pending.size >= maxPending) pending.clear();
    pending.add(messageHash);
  }

  function facts(quote: Quote, { dialect }: Spoken, messageHash: string) {
    const { shop, method, route, resource, amount, payTo } = quote;
    return {
      messageHash,
      sale: saleOf(messageHash),
      purpose: 'call',
      dialect,
      shop,
      method,
      route,
      url: resource.split('?', 1)[0] ?? resource,
      requestHash: requestHash(quote),
      payTo,
      asset: network.usdc.mint,
      amount,
    } as const;
  }
}

const stillUnderWay = problem(409, 'payment-under-way', 'The payment is under way', 'Ask again in a moment.');

function problem(status: number, code: string, title: string, detail: string): Extract<Admission, { kind: 'problem' }> {
  return { kind: 'problem', status, code, title, detail };
}

const requestHash = ({ method, resource }: Quote): string =>
  createHash('sha256').update(`${method} ${resource}`).digest('hex');

const isSameRequest = (a: PresentedPayment, b: PresentedPayment): boolean =>
  a.shop === b.shop && a.requestHash === b.requestHash;

/** The same payment-identifier, for the same request, with the same payload. */
const isSamePayment = (a: PresentedPayment, b: PresentedPayment): boolean =>
  a.paymentId !== null &&
  a.paymentId === b.paymentId &&
  a.payloadHash === b.payloadHash &&
  a.messageHash === b.messageHash &&
  isSameRequest(a, b);
