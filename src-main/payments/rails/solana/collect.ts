import { setTimeout as delay } from 'node:timers/promises';
import { sol } from '../../../../src-shared/model/index.ts';
import type { CheckpointReached } from '../../../base/checkpoint.ts';
import type { LogSink } from '../../../base/log-sink.ts';
import type { Chain } from '../../../chain/index.ts';
import { earned, feePaid, type SettlementRequirement, type Signer } from '../../../wallet/index.ts';
import type { PresentedPayment, Settlements } from '../../ports.ts';

/** How a transfer to us ended. `pending`: sent, and nobody can say yet; it is looked up until it is known. */
export type Collected =
  | { readonly kind: 'settled'; readonly signature: string }
  | { readonly kind: 'refused'; readonly reason: string }
  | { readonly kind: 'failed'; readonly signature: string }
  | { readonly kind: 'pending'; readonly signature: string };

/** Seller's side of the Solana rail: adds the fee payer's signature, sends, and waits until the chain shows it. */
export interface Collector {
  /** Rejects only when nothing was sent: the claim may then be given back. */
  collect(payment: PresentedPayment, wire: Uint8Array, requirement: SettlementRequirement): Promise<Collected>;
  /** Finishes what was sent and not seen through, at start and every few seconds. */
  reconcile(): Promise<void>;
}

/** Section 8 of the x402 reference: at once, every 250 ms for 2 s, then every second, up to 30 s. */
const pollDelaysMs = [...Array<number>(8).fill(250), ...Array<number>(28).fill(1000)];
/** A blockhash lives 150 blocks; the newest one we know bounds every other, and is at most this much older than the tip. */
const heightMargin = 150n;

export function createCollector(deps: {
  readonly chain: Pick<Chain, 'send' | 'status' | 'recentBlockhash' | 'finalized'>;
  readonly signer: Pick<Signer, 'cosignSettlement'>;
  readonly settlements: Settlements;
  readonly log: LogSink;
  readonly reached: CheckpointReached;
}): Collector {
  const { chain, signer, settlements, log, reached } = deps;

  /** Null: the chain does not show it yet. */
  const lookUp = async (payment: PresentedPayment, signature: string): Promise<Collected | null> => {
    const status = await chain.status(signature);
    if (status === null || !status.confirmed) return null;
    reached('seller-confirmed');
    const fee = feePaid(sol.mint, payment.fee);
    if (status.error !== null) {
      await settlements.failed(payment.messageHash, 'the transaction failed on the chain', fee);
      return { kind: 'failed', signature };
    }
    // The chain has it: should this write be lost, `reconcile` makes it again. The buyer need not wait for it.
    settlements.settled(payment.messageHash, [...earned(payment.asset, payment.amount), ...fee]).then(
      () => reached('seller-settled'),
      (error) => log.error('earnings could not be booked; reconcile will', { signature, error }),
    );
    return { kind: 'settled', signature };
  };

  return {
    async collect(payment, wire, requirement) {
      const { lastValidBlockHeight } = await chain.recentBlockhash();
      const cosigned = await signer.cosignSettlement(wire, requirement);
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
      for (const waitMs of [0, ...pollDelaysMs]) {
        if (waitMs > 0) await delay(waitMs);
        const found = await lookUp(payment, signature).catch((error) => {
          log.warn('settlement could not be looked up yet', { signature, error });
          return null;
        });
        if (found !== null) return found;
      }
      return { kind: 'pending', signature };
    },
    async reconcile() {
      const open = settlements.sendingNow();
      if (open.length === 0) return;
      const { height } = await chain.finalized();
      for (const payment of open) {
        const found = await lookUp(payment, payment.signature).catch((error) => {
          log.warn('settlement could not be looked up yet', { signature: payment.signature, error });
          return 'unanswered' as const;
        });
        if (found === null && height > payment.deadHeight) {
          await settlements.failed(payment.messageHash, 'it was not seen on the chain while it could land', []);
        }
      }
    },
  };
}
