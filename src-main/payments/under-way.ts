import { setTimeout as delay } from 'node:timers/promises';
import type { PresentedPayment } from './ports.ts';

/** One payment that is being served by this process. */
export interface Run {
  readonly payment: PresentedPayment;
  /** Resolves when its buyer has been answered, or will not be. */
  readonly done: Promise<void>;
  end(): void;
}

/** What is being served right now, by transfer and by payment-identifier, so that copies do not have to ask the store. */
export interface UnderWay {
  /** By the buyer's own name for it first: the one that tells whether this is a copy or a clash. */
  find(payment: PresentedPayment): Run | null;
  byMessage(messageHash: string): Run | null;
  /** Only when `find` is null. */
  start(payment: PresentedPayment): Run;
}

export function createUnderWay(): UnderWay {
  const runs = new Map<string, Run>();
  const named = new Map<string, Run>();
  const nameOf = ({ shop, paymentId }: PresentedPayment): string | null =>
    paymentId === null ? null : `${shop}\n${paymentId}`;

  return {
    find(payment) {
      const name = nameOf(payment);
      return (name === null ? undefined : named.get(name)) ?? runs.get(payment.messageHash) ?? null;
    },
    byMessage: (messageHash) => runs.get(messageHash) ?? null,
    start(payment) {
      const { promise: done, resolve } = Promise.withResolvers<void>();
      const name = nameOf(payment);
      const run: Run = {
        payment,
        done,
        end() {
          if (runs.get(payment.messageHash) === run) runs.delete(payment.messageHash);
          if (name !== null && named.get(name) === run) named.delete(name);
          resolve();
        },
      };
      runs.set(payment.messageHash, run);
      if (name !== null) named.set(name, run);
      return run;
    },
  };
}

/** False: it took too long. */
export async function within(done: Promise<void>, ms: number): Promise<boolean> {
  const patience = new AbortController();
  const late = delay(Math.max(0, ms), false, { signal: patience.signal, ref: false }).catch(() => false);
  const inTime = await Promise.race([done.then(() => true), late]);
  patience.abort();
  return inTime;
}
