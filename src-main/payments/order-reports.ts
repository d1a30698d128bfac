import type { OrderEvent } from '../../src-shared/model/index.ts';
import type { CheckpointReached } from '../base/checkpoint.ts';
import type { LogSink } from '../base/log-sink.ts';
import type { Orders, Reconcile, UnderWay } from '../wallet/index.ts';
import type { Attempt } from './payer.ts';

export interface ReportDeps {
  readonly orders: Pick<Orders, 'report'>;
  readonly underWay: UnderWay;
  readonly reconcile: Pick<Reconcile, 'confirm'>;
  readonly log: LogSink;
  readonly reached: CheckpointReached;
}

/** What becomes of a paid request, as its order is told. `claimed` is the transaction that the seller names, or our own. */
export interface OrderReports extends Pick<Attempt, 'sent' | 'delivered'> {
  abandoned(why: string): void;
  answered(httpStatus: number, claimed: string | null): void;
  lost(why: string, claimed: string | null): void;
  /** Resolves when all that was said so far is written, and was looked up on the chain. */
  told(): Promise<void>;
}

/** Reports are written in the order they were made; one that cannot be written is left to reconcile. */
export function createOrderReports(id: string, deps: ReportDeps): OrderReports {
  const { orders, reconcile, underWay, log, reached } = deps;
  const report = (event: OrderEvent): Promise<void> =>
    orders.report(id, event).then(
      () => undefined,
      (error) => log.error('order event could not be written', { order: id, report: event.kind, error }),
    );
  let work: Promise<unknown> = Promise.resolve();
  const after = (step: Promise<unknown>): void => {
    work = Promise.all([work, step]);
  };
  /** The attempt is over: what its last report did not say, reconcile finds out. */
  const end = (event: OrderEvent): Promise<void> => report(event).finally(() => underWay.delete(id));

  return {
    abandoned(why) {
      after(end({ kind: 'abandoned', why }));
    },
    sent() {
      reached('paid-request-sent');
      after(report({ kind: 'sent' }));
    },
    answered(httpStatus, claimed) {
      reached('answer-head');
      const why = `the seller answered ${httpStatus} to the paid request`;
      after(
        report({ kind: 'answered', httpStatus, why })
          .then(() => reached('delivering'))
          .then(() => reconcile.confirm(id, claimed)),
      );
    },
    delivered() {
      after(end({ kind: 'delivered' }).then(() => reached('answer-delivered')));
    },
    lost(why, claimed) {
      after(end({ kind: 'lost', why }).then(() => reconcile.confirm(id, claimed)));
    },
    told: () => work.then(() => undefined),
  };
}
