import type { LogSink } from '../../../base/log-sink.ts';
import type { Orders, Reconcile } from '../../../wallet/index.ts';
import type { Broadcast, ReadyTransfer } from '../solana/broadcast.ts';
import type { OwnTransfers } from './buyer.ts';

/** Packages are paid for like open402: we send, and the chain tells. */
export function createOwnTransfers(deps: {
  readonly broadcast: Broadcast;
  readonly orders: Pick<Orders, 'report'>;
  readonly reconcile: Pick<Reconcile, 'confirm'>;
  readonly log: LogSink;
}): OwnTransfers {
  const { broadcast, orders, reconcile, log } = deps;

  const send = (transfer: ReadyTransfer, order: string) =>
    transfer.send().catch(async (error) => {
      await orders.report(order, { kind: 'abandoned', why: 'it could not be sent' });
      throw error;
    });

  return {
    async pay(authorization, order, memo) {
      const prepared = await broadcast.prepare(authorization, order, memo);
      if ('kind' in prepared) return { kind: 'failed', denied: prepared };
      const sent = await send(prepared, order);
      switch (sent.kind) {
        case 'confirmed':
          // Whoever asks for the credential goes by the order, so it is told first.
          await reconcile.confirm(order, sent.signature);
          return { kind: 'landed', signature: sent.signature };
        case 'failed':
          log.warn('a package could not be paid for', { order, why: sent.why });
          return { kind: 'failed', denied: { kind: 'denied', reason: 'chain-unavailable', detail: `${sent.why}.` } };
        case 'unknown':
          return { kind: 'open' };
      }
    },
  };
}
