import { setTimeout as delay } from 'node:timers/promises';
import { GroatError } from '../../src-shared/errors/index.ts';
import { type Network, sol } from '../../src-shared/model/index.ts';
import type { CheckpointReached } from '../base/checkpoint.ts';
import type { LogSink } from '../base/log-sink.ts';
import type { Chain } from '../chain/index.ts';
import type { RefundRecord, Refunds, Settlements } from '../payments/index.ts';
import { feePaid, refunded, refundReturned, type Signer } from '../wallet/index.ts';

/** Gives the money of a sale back to whoever paid it, from the till. Who asks has proven to be the owner before. */
export interface RefundDesk {
  /**
   * All of it, or `amount`. Resolves when the chain shows it, or after a while with `signed`: then it is looked up until its
   * fate is known. Throws `sale-unknown` and `refund-refused`; then nothing was sent.
   */
  refund(sale: string, amount: bigint | null): Promise<RefundRecord>;
  /** Looks at every refund whose fate is open, and sends again what can still land. Rejects when the chain does not answer. */
  reconcile(): Promise<void>;
}

export interface RefundDeps {
  readonly network: Network;
  readonly chain: Pick<Chain, 'mint' | 'recentBlockhash' | 'send' | 'status' | 'finalized' | 'finalizedHistory'>;
  readonly signer: Pick<Signer, 'addresses' | 'signOwnTransfer'>;
  /** The till's token account. */
  readonly tillAccount: string;
  readonly settlements: Pick<Settlements, 'bySale' | 'list'>;
  readonly refunds: Refunds;
  readonly log: LogSink;
  readonly reached: CheckpointReached;
}

/** Two signatures and the lamport of priority that the signer offers. */
const feeLamports = 10_001n;
/** A blockhash lives 150 blocks; the newest one we know bounds every other, and is at most this much older than the tip. */
const heightMargin = 150n;
const lookDelaysMs = [0, ...Array<number>(8).fill(250), ...Array<number>(6).fill(1000)];
/** Among the newest so many sales is one that has landed. */
const salesLookedAt = 50;

export function createRefundDesk(deps: RefundDeps): RefundDesk {
  const { network, chain, signer, tillAccount, settlements, refunds, log, reached } = deps;
  const { usdc } = network;
  const underWay = new Set<string>();

  const refuse = (sale: string, problem: string) => new GroatError('refund-refused', { sale, problem });
  const fee = feePaid(sol.mint, feeLamports);
  /** Sales from before shops had a pay-to of their own name none. */
  const isTill = (payTo: string) => payTo === '' || payTo === signer.addresses.till;

  const checked = (sale: string, asked: bigint | null) => {
    const found = settlements.bySale(sale);
    if (found === null) throw new GroatError('sale-unknown', { sale });
    const { state, purpose, amount, asset, payer, payTo } = found;
    if (purpose === 'facilitator') throw refuse(sale, 'the money went to another seller');
    if (!isTill(payTo)) throw refuse(sale, 'the money did not go to the till');
    if (state !== 'settled') throw refuse(sale, 'its money has not arrived');
    if (asset !== usdc.mint) throw refuse(sale, 'it was paid in another asset');
    const wanted = asked ?? amount;
    if (wanted <= 0n || wanted > amount) throw refuse(sale, 'the amount is not between zero and what was paid');
    const before = refunds.get(sale);
    if (before !== null && before.state !== 'released') throw refuse(sale, knownText(before.state));
    return { payee: payer, amount: wanted, isPackage: purpose === 'package' };
  };

  /** Null: the chain does not show it (yet). */
  const lookUp = async ({ signature, asset, amount }: RefundRecord): Promise<'closed' | null> => {
    const status = await chain.status(signature);
    if (status === null || !status.confirmed) return null;
    reached('refund-landed');
    if (status.error === null) await refunds.settled(signature, fee);
    else await refunds.released(signature, 'it failed on the chain', [...refundReturned(asset, amount), ...fee]);
    return 'closed';
  };

  /** What is alive is sent again; what is past its life on every endpoint, and in none of their histories, is released. */
  const settleOpen = async (refund: RefundRecord, finalized: { height: bigint; slot: bigint }): Promise<void> => {
    if ((await lookUp(refund)) === 'closed') return;
    const { signature, asset, amount, deadHeight, after, wire } = refund;
    if (finalized.height <= deadHeight) {
      await send(wire, signature);
      return;
    }
    const history = await chain.finalizedHistory(tillAccount, after, finalized.slot);
    const line = history.find((one) => one.signature === signature);
    if (line === undefined)
      await refunds.released(
        signature,
        'it was not seen on the chain while it could land',
        refundReturned(asset, amount),
      );
    else if (line.failed)
      await refunds.released(signature, 'it failed on the chain', [...refundReturned(asset, amount), ...fee]);
    else await refunds.settled(signature, fee);
  };

  const send = async (wire: Uint8Array, signature: string): Promise<void> => {
    try {
      await chain.send(wire);
    } catch (error) {
      // It may have landed all the same: the chain is asked before anything is said.
      log.warn('a refund was not acknowledged; looking it up', { signature, error });
    }
  };

  const perform = async (sale: string, asked: bigint | null): Promise<RefundRecord> => {
    const { payee, amount, isPackage } = checked(sale, asked);
    const [{ blockhash, lastValidBlockHeight }, mint] = await Promise.all([
      chain.recentBlockhash(),
      chain.mint(usdc.mint),
    ]);
    const signed = await signer.signOwnTransfer('till', {
      mint: usdc.mint,
      tokenProgram: mint.tokenProgram,
      decimals: mint.decimals,
      amount,
      payTo: payee,
      feePayer: signer.addresses.feePayer,
      blockhash,
      memo: `groat-refund|${sale}`,
    });
    reached('refund-built');
    const { wire, signature, messageHash } = signed;
    const deadHeight = lastValidBlockHeight + heightMargin;
    const written = await refunds.sign(
      {
        sale,
        payee,
        asset: usdc.mint,
        amount,
        fee: feeLamports,
        signature,
        messageHash,
        wire,
        deadHeight,
        after: lastLanded(),
      },
      refunded(usdc.mint, amount),
      isPackage,
    );
    if (written === 'known') throw refuse(sale, knownText('signed'));
    if (written === 'short') throw refuse(sale, 'the till has earned less than that');
    reached('refund-signed');
    await send(wire, signature);
    reached('refund-sent');
    for (const waitMs of lookDelaysMs) {
      if (waitMs > 0) await delay(waitMs);
      const now = refunds.get(sale);
      if (now === null || now.signature !== signature || now.state !== 'signed') break;
      const found = await lookUp(now).catch((error) => {
        log.warn('a refund could not be looked up yet', { signature, error });
        return null;
      });
      if (found === 'closed') break;
    }
    const record = refunds.get(sale);
    if (record === null) throw new GroatError('internal', { problem: `the refund of ${sale} is gone` });
    return record;
  };

  /** A transfer to the till that has landed: the one that is signed now can only land after it. */
  const lastLanded = (): string | null =>
    settlements
      .list({ shop: null, undelivered: false, before: null, limit: salesLookedAt })
      .find(({ state, payTo }) => state === 'settled' && isTill(payTo))?.signature ?? null;

  return {
    async refund(sale, amount) {
      // The unique row decides; this spares the signer what could not be sent anyway.
      if (underWay.has(sale)) throw refuse(sale, knownText('signed'));
      underWay.add(sale);
      try {
        return await perform(sale, amount);
      } finally {
        underWay.delete(sale);
      }
    },
    async reconcile() {
      const open = refunds.open();
      if (open.length === 0) return;
      const finalized = await chain.finalized();
      for (const refund of open) {
        await settleOpen(refund, finalized).catch((error) =>
          log.warn('a refund could not be looked up yet', { signature: refund.signature, error }),
        );
      }
    },
  };
}

const knownText = (state: RefundRecord['state']): string =>
  state === 'settled' ? 'it was refunded already' : 'a refund of it is on its way';
