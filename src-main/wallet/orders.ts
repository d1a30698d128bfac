import { GroatError } from '../../src-shared/errors/index.ts';
import type { OrderEvent } from '../../src-shared/model/index.ts';
import type { CheckpointReached } from '../base/checkpoint.ts';
import type { LogSink } from '../base/log-sink.ts';
import type { Authorization, Gate } from '../policy/index.ts';
import { applyEvent } from './ledger.ts';
import type { ChainView, OrderRecord, OrderStore } from './ports.ts';
import type { PaymentFacts, SentTransfer, SignedTransfer, Signer } from './signer/index.ts';
import { withoutSignatures } from './signer/wire-transaction.ts';

/** What the payee's offer adds to what was authorized. */
export interface TransferTerms {
  readonly feePayer: string;
  readonly memo: string | null;
}

export interface PreparedPayment<T extends SignedTransfer = SignedTransfer> {
  /** Writes `submitting` durably, and only then hands out the bytes that may leave. */
  submit(): Promise<T>;
}

/** A transfer that we are to send ourselves. */
export interface PreparedTransfer extends PreparedPayment<SentTransfer> {
  /** The transaction with its signatures left out: all that a trial run needs, and nobody can land it. */
  readonly unsigned: Uint8Array;
}

/**
 * The orders that somebody in this process still works on, by id. What is open and not among them was left behind, by a
 * crash or by a report that could not be written, and is for reconcile to finish.
 */
export type UnderWay = Set<string>;

export interface Orders {
  /** Signs the one transfer that the authorization allows. On failure the reservation is released and the error passed on. */
  prepare(authorization: Authorization, terms: TransferTerms): Promise<PreparedPayment>;
  /** The same for a transfer that our own fee payer pays for and that we send ourselves. */
  prepareOwn(authorization: Authorization, terms: TransferTerms): Promise<PreparedTransfer>;
  /** Writes what became of a payment. Resolves when durable, with the order as it then is; may wait for another commit. */
  report(id: string, event: OrderEvent): Promise<OrderRecord>;
}

export function createOrders(deps: {
  readonly store: OrderStore;
  readonly gate: Pick<Gate, 'redeem' | 'assertStanding'>;
  readonly signer: Pick<Signer, 'signPayment' | 'signOwnTransfer'>;
  readonly chain: Pick<ChainView, 'mint' | 'recentBlockhash'>;
  readonly log: LogSink;
  readonly reached: CheckpointReached;
}): Orders {
  const { store, gate, signer, chain, log, reached } = deps;

  const write = (id: string, event: OrderEvent) => store.change(id, (order) => applyEvent(order, event));

  const prepare = async <T extends SignedTransfer>(
    authorization: Authorization,
    { feePayer, memo }: TransferTerms,
    sign: (facts: PaymentFacts) => Promise<T>,
  ): Promise<{ readonly transfer: T; readonly payment: PreparedPayment<T> }> => {
    const { id, agent, asset, amount, payee } = gate.redeem(authorization);
    reached('reserved');
    try {
      const [mint, lifetime] = await Promise.all([chain.mint(asset), chain.recentBlockhash()]);
      const transfer = await sign({
        mint: asset,
        tokenProgram: mint.tokenProgram,
        decimals: mint.decimals,
        amount,
        payTo: payee,
        feePayer,
        memo,
        blockhash: lifetime.blockhash,
      });
      reached('signed');
      const payment = {
        messageHash: transfer.messageHash,
        ownSignature: transfer.ownSignature,
        lastValidBlockHeight: lifetime.lastValidBlockHeight,
      };
      const submit = async () => {
        // The last moment at which a pause costs nothing.
        gate.assertStanding(agent);
        const order = await write(id, { kind: 'signed', payment });
        if (order.life.state !== 'submitting') {
          throw new GroatError('order-transition', { order: id, from: order.life.state, event: 'signed' });
        }
        reached('submitting');
        return transfer;
      };
      return { transfer, payment: { submit } };
    } catch (error) {
      log.warn('payment could not be signed; its reservation is released', { order: id, error });
      await write(id, { kind: 'abandoned', why: 'it could not be signed' });
      throw error;
    }
  };

  return {
    report: (id, event) => store.change(id, (order) => applyEvent(order, event), 'soon'),
    async prepare(authorization, terms) {
      return (await prepare(authorization, terms, (facts) => signer.signPayment(facts))).payment;
    },
    async prepareOwn(authorization, terms) {
      const signed = await prepare(authorization, terms, (facts) => signer.signOwnTransfer('spender', facts));
      return { ...signed.payment, unsigned: withoutSignatures(signed.transfer.wire) };
    },
  };
}
