import { GroatError } from '../../src-shared/errors/index.ts';
import type { OrderEvent } from '../../src-shared/model/index.ts';
import type { CheckpointReached } from '../base/checkpoint.ts';
import type { LogSink } from '../base/log-sink.ts';
import type { Authorization, Gate } from '../policy/index.ts';
import { applyEvent } from './ledger.ts';
import type { ChainView, OrderRecord, OrderStore } from './ports.ts';
import type { SignedTransfer, Signer } from './signer/index.ts';

/** What the payee's offer adds to what was authorized. */
export interface TransferTerms {
  readonly feePayer: string;
  readonly memo: string | null;
}

export interface PreparedPayment {
  /** Writes `submitting` durably, and only then hands out the bytes that may leave. */
  submit(): Promise<SignedTransfer>;
}

/**
 * The orders that somebody in this process still works on, by id. What is open and not among them was left behind, by a
 * crash or by a report that could not be written, and is for reconcile to finish.
 */
export type UnderWay = Set<string>;

export interface Orders {
  /** Signs the one transfer that the authorization allows. On failure the reservation is released and the error passed on. */
  prepare(authorization: Authorization, terms: TransferTerms): Promise<PreparedPayment>;
  /** Writes what became of a payment. Resolves when durable, with the order as it then is; may wait for another commit. */
  report(id: string, event: OrderEvent): Promise<OrderRecord>;
}

export function createOrders(deps: {
  readonly store: OrderStore;
  readonly gate: Pick<Gate, 'redeem' | 'assertStanding'>;
  readonly signer: Pick<Signer, 'signPayment'>;
  readonly chain: Pick<ChainView, 'mint' | 'recentBlockhash'>;
  readonly log: LogSink;
  readonly reached: CheckpointReached;
}): Orders {
  const { store, gate, signer, chain, log, reached } = deps;

  const write = (id: string, event: OrderEvent) => store.change(id, (order) => applyEvent(order, event));

  return {
    report: (id, event) => store.change(id, (order) => applyEvent(order, event), 'soon'),
    async prepare(authorization, terms) {
      const { id, agent, asset, amount, payee } = gate.redeem(authorization);
      reached('reserved');
      try {
        const [mint, lifetime] = await Promise.all([chain.mint(asset), chain.recentBlockhash()]);
        const transfer = await signer.signPayment({
          mint: asset,
          tokenProgram: mint.tokenProgram,
          decimals: mint.decimals,
          amount,
          payTo: payee,
          feePayer: terms.feePayer,
          memo: terms.memo,
          blockhash: lifetime.blockhash,
        });
        reached('signed');
        const payment = {
          messageHash: transfer.messageHash,
          ownSignature: transfer.ownSignature,
          lastValidBlockHeight: lifetime.lastValidBlockHeight,
        };
        return {
          async submit() {
            // The last moment at which a pause costs nothing.
            gate.assertStanding(agent);
            const order = await write(id, { kind: 'signed', payment });
            if (order.life.state !== 'submitting') {
              throw new GroatError('order-transition', { order: id, from: order.life.state, event: 'signed' });
            }
            reached('submitting');
            return transfer;
          },
        };
      } catch (error) {
        log.warn('payment could not be signed; its reservation is released', { order: id, error });
        await write(id, { kind: 'abandoned', why: 'it could not be signed' });
        throw error;
      }
    },
  };
}
