import { setTimeout as delay } from 'node:timers/promises';
import { address } from '@solana/kit';
import { type Network, sol } from '../../../../src-shared/model/index.ts';
import type { CheckpointReached } from '../../../base/checkpoint.ts';
import type { LogSink } from '../../../base/log-sink.ts';
import type { Chain } from '../../../chain/index.ts';
import { earned, feePaid, type SettlementRequirement, type Signer, tokenAccountOf } from '../../../wallet/index.ts';
import type { Entry } from '../../../wallet/ports.ts';
import type { PresentedPayment, SaleRecord, Settlements } from '../../ports.ts';

/** How a transfer to us ended. `pending`: sent, and nobody can say yet; it is looked up until it is known. */
export type Collected =
  | { readonly kind: 'settled'; readonly signature: string }
  /** Nothing was sent. */
  | { readonly kind: 'refused'; readonly reason: string }
  | { readonly kind: 'failed'; readonly signature: string }
  /** `signature` '': a remote facilitator has not said it. */
  | { readonly kind: 'pending'; readonly signature: string };

/** What a remote facilitator says it did; null: its answer was lost. A hint where to look, never proof. */
export type Claimed = { readonly transaction: string | null };

/** Seller's side of the Solana rail: adds the fee payer's signature, sends, and waits until the chain shows it. */
export interface Collector {
  /** Rejects only when nothing was sent: the claim may then be given back. */
  collect(payment: PresentedPayment, wire: Uint8Array, requirement: SettlementRequirement): Promise<Collected>;
  /**
   * The same, sent by somebody else in `send`, which never rejects: settled when our own chain shows the message that was
   * paid with.
   */
  collectSentBy(payment: PresentedPayment, send: () => Promise<Claimed>): Promise<Collected>;
  /** Looks once where a sale stands that was sent; null: nobody can say yet. */
  lookUp(sale: SaleRecord): Promise<Collected | null>;
  /** What a transfer that landed is in our books: it is ours only where the till was paid. */
  earnings(payment: PresentedPayment): readonly Entry[];
  /** Finishes what was sent and not seen through, at start and every few seconds. */
  reconcile(): Promise<void>;
}

/** Section 8 of the x402 reference: at once, every 250 ms for 2 s, then every second, up to 30 s. */
const pollDelaysMs = [...Array<number>(8).fill(250), ...Array<number>(28).fill(1000)];
/** A blockhash lives 150 blocks; the newest one we know bounds every other, and is at most this much older than the tip. */
const heightMargin = 150n;
/** So many newer transfers of a payee are looked through for one whose id nobody told us. */
const maxSearched = 1_000;

export function createCollector(deps: {
  readonly network: Network;
  readonly chain: Pick<
    Chain,
    'send' | 'status' | 'recentBlockhash' | 'finalized' | 'transaction' | 'history' | 'finalizedHistory'
  >;
  readonly signer: Pick<Signer, 'cosignSettlement' | 'addresses'>;
  readonly settlements: Settlements;
  readonly log: LogSink;
  readonly reached: CheckpointReached;
}): Collector {
  const { network, chain, signer, settlements, log, reached } = deps;
  const { till } = signer.addresses;

  const earnings = (payment: PresentedPayment): readonly Entry[] =>
    payment.purpose !== 'facilitator' && (payment.payTo === till || payment.payTo === '')
      ? earned(payment.asset, payment.amount)
      : [];

  const settled = (payment: PresentedPayment, signature: string): Collected => {
    // The chain has it: should this write be lost, `reconcile` makes it again. The buyer need not wait for it.
    settlements.settled(payment.messageHash, signature, [...earnings(payment), ...feeOf(payment)]).then(
      () => reached('seller-settled'),
      (error) => log.error('earnings could not be booked; reconcile will', { signature, error }),
    );
    return { kind: 'settled', signature };
  };
  const failed = async (payment: PresentedPayment, signature: string): Promise<Collected> => {
    await settlements.failed(payment.messageHash, 'the transaction failed on the chain', feeOf(payment));
    return { kind: 'failed', signature };
  };

  /** Null: the chain does not show it yet. */
  const lookFor = async (payment: PresentedPayment, signature: string): Promise<Collected | null> => {
    const status = await chain.status(signature);
    if (status === null || !status.confirmed) return null;
    reached('seller-confirmed');
    return status.error === null ? settled(payment, signature) : failed(payment, signature);
  };

  /** Whatever id was told: only the message that was paid with counts. */
  const lookForMessage = async (payment: PresentedPayment, signature: string): Promise<Collected | null> => {
    const landed = await chain.transaction(signature);
    if (landed === null || landed.messageHash !== payment.messageHash) return null;
    return landed.error === null ? settled(payment, signature) : failed(payment, signature);
  };

  /** Where a transfer must appear that pays the sale. */
  const payeeAccount = (sale: SaleRecord): string =>
    tokenAccountOf(address(sale.payTo === '' ? till : sale.payTo), address(network.tokenProgram), address(sale.asset));

  /** A transfer to the same payee that had landed before this sale was presented: nothing older can pay it. */
  const landedBefore = ({ sale, shop, payTo, createdAt }: SaleRecord): string | null =>
    settlements
      .list({ shop, undelivered: false, before: sale, limit: 50 })
      .find((other) => other.payTo === payTo && other.settledAt !== null && other.settledAt < createdAt)?.signature ??
    null;

  const search = async (sale: SaleRecord, entries: readonly { readonly signature: string }[]) => {
    for (const { signature } of entries.slice(-maxSearched)) {
      const found = await lookForMessage(sale, signature);
      if (found !== null) return found;
    }
    return null;
  };

  const lookUp = async (sale: SaleRecord): Promise<Collected | null> => {
    if (sale.signature !== null) return lookFor(sale, sale.signature);
    return search(sale, await chain.history(payeeAccount(sale), landedBefore(sale)));
  };

  /** Asks every endpoint, for the word of one that lags would be believed too soon. Null: it did not land and never will. */
  const lookEverywhere = async (sale: SaleRecord, slot: bigint): Promise<Collected | null> => {
    const entries = await chain.finalizedHistory(payeeAccount(sale), landedBefore(sale), slot);
    const { signature } = sale;
    if (signature === null) return search(sale, entries);
    const entry = entries.find((one) => one.signature === signature);
    if (entry === undefined) return null;
    return entry.failed ? failed(sale, signature) : settled(sale, signature);
  };

  /** Until the chain shows it, or patience ends. */
  const watch = async (look: () => Promise<Collected | null>, signature: string): Promise<Collected> => {
    for (const waitMs of [0, ...pollDelaysMs]) {
      if (waitMs > 0) await delay(waitMs);
      const found = await look().catch((error) => {
        log.warn('settlement could not be looked up yet', { signature, error });
        return null;
      });
      if (found !== null) return found;
    }
    return { kind: 'pending', signature };
  };

  return {
    earnings,
    lookUp,
    async collect(payment, wire, requirement) {
      const [{ lastValidBlockHeight }, cosigned] = await Promise.all([
        chain.recentBlockhash(),
        signer.cosignSettlement(wire, requirement),
      ]);
      if (cosigned.kind === 'refused') return { kind: 'refused', reason: cosigned.reason };
      reached('seller-cosigned');
      const { signature } = cosigned;
      await settlements.sending(payment.messageHash, signature, lastValidBlockHeight + heightMargin);
      reached('seller-sending');
      try {
        await chain.send(cosigned.wire);
      } catch (error) {
        // A send whose answer is lost may have landed all the same: look before saying anything.
        log.warn('send was not acknowledged; looking it up', { signature, error });
      }
      reached('seller-sent');
      return watch(() => lookFor(payment, signature), signature);
    },
    async collectSentBy(payment, send) {
      const { lastValidBlockHeight } = await chain.recentBlockhash();
      await settlements.sending(payment.messageHash, null, lastValidBlockHeight + heightMargin);
      reached('seller-sending');
      const { transaction } = await send();
      reached('seller-sent');
      if (transaction !== null) return watch(() => lookForMessage(payment, transaction), transaction);
      const sale = settlements.get(payment.messageHash);
      const found = sale === null ? null : await lookUp(sale).catch(() => null);
      return found ?? { kind: 'pending', signature: '' };
    },
    async reconcile() {
      const open = settlements.sendingNow();
      if (open.length === 0) return;
      const { height, slot } = await chain.finalized();
      for (const sale of open) {
        try {
          const found = await lookUp(sale);
          if (found !== null || sale.deadHeight === null || height <= sale.deadHeight) continue;
          if ((await lookEverywhere(sale, slot)) === null) {
            await settlements.failed(sale.messageHash, 'it was not seen on the chain while it could land', []);
          }
        } catch (error) {
          log.warn('settlement could not be looked up yet', { sale: sale.sale, error });
        }
      }
    },
  };
}

const feeOf = ({ fee }: PresentedPayment): readonly Entry[] => (fee === 0n ? [] : feePaid(sol.mint, fee));
