import type { Clock } from '../../base/clock.ts';
import type { LogSink } from '../../base/log-sink.ts';
import type { Chain } from '../../chain/index.ts';
import type { Collector } from '../rails/solana/collect.ts';
import { createCover } from './cover.ts';
import type { Settler, SignedPayment } from './settler.ts';

/**
 * A trial holds for so long. A buyer may write assertions into a payment that let it fail later, or empty the account while
 * the upstream works: what fails on the chain costs our fee payer, what fails in a trial costs nothing.
 */
const freshMs = 1_000;

/** Our own fee payer's: rules 14 and 15 of the x402 reference, section 7, are left to the chain's simulation. */
export function createOwnSettler(deps: {
  readonly feePayer: string;
  readonly chain: Pick<Chain, 'simulate' | 'tokenBalance'>;
  readonly collector: Collector;
  readonly clock: Clock;
  readonly log: LogSink;
}): Settler {
  const { feePayer, chain, collector, clock, log } = deps;
  const cover = createCover(chain.tokenBalance);
  const triedAt = new WeakMap<SignedPayment, number>();

  const trial = async (signed: SignedPayment): Promise<string | null> => {
    triedAt.set(signed, clock.monotonic());
    try {
      const { error } = await chain.simulate(signed.wire);
      return error === null ? null : 'invalid_exact_svm_transaction_simulation_failed';
    } catch (error) {
      log.warn('payment could not be simulated', { error });
      return 'unexpected_verify_error';
    }
  };

  return {
    feePayer: () => feePayer,
    speaksV1: () => true,
    ready: async () => undefined,
    trial,
    async collect(payment, signed) {
      const spending = cover.begin(signed.source, payment.amount);
      try {
        const isFresh = clock.monotonic() - (triedAt.get(signed) ?? Number.NEGATIVE_INFINITY) <= freshMs;
        const refusal = (await spending.covered) && isFresh ? null : await trial(signed);
        if (refusal !== null) return { kind: 'refused', reason: refusal };
        return await collector.collect(payment, signed.wire, signed.rule);
      } catch (error) {
        log.warn('payment could not be settled; nothing was sent', { shop: payment.shop, error });
        return { kind: 'refused', reason: 'unexpected_settle_error' };
      } finally {
        spending.end();
      }
    },
  };
}
