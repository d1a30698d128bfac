import { toAgentName } from '../../../../src-shared/model/index.ts';
import type { LogSink } from '../../../base/log-sink.ts';
import type { PackageBuyer } from './buyer.ts';
import type { BoughtCredit, BoughtCredits, CreditRecord, Purchases, RenewalRule } from './ports.ts';

/** Buys again what the owner said to, and only that. */
export interface Renewals {
  /** A call was taken from this credit, or it changed. Never throws, and works in the background. */
  look(credit: string): void;
  /** Looks at all. */
  lookAtAll(): void;
  stop(): Promise<void>;
}

/** Between two purchases by rule at one origin, at the least; doubled with each that came to nothing. */
const leastGapMs = 60 * 60_000;
const mostGapMs = 24 * 60 * 60_000;
const dayMs = 24 * 60 * 60_000;

/**
 * So many of its calls we must have had ourselves: half of what is used up when the rule comes to apply, and one at the
 * least. That little is left may be the seller's word alone, who would gladly sell again.
 */
const leastUsed = ({ calls }: BoughtCredit, { below }: RenewalRule): number =>
  Math.max(1, Math.ceil((calls - below) / 2));

/** A credential ends some minutes more or less than whole days after it was bought. */
const wholeDaysOf = ({ boughtAt, expiresAt }: BoughtCredit): number => Math.round((expiresAt - boughtAt) / dayMs);

export function createRenewals(deps: {
  readonly buyer: Pick<PackageBuyer, 'buy'>;
  readonly credits: Pick<BoughtCredits, 'get' | 'list' | 'usesSince'>;
  readonly purchases: Pick<Purchases, 'renewedAt'>;
  /** Wall time that never runs back. */
  readonly now: () => number;
  readonly log: LogSink;
}): Renewals {
  const { buyer, credits, purchases, now, log } = deps;
  /** By origin: one at a time. */
  const underWay = new Map<string, Promise<void>>();
  const failures = new Map<string, { readonly times: number; readonly at: number }>();
  let stopped = false;

  const isDue = ({ credit, remaining, refused }: CreditRecord): boolean => {
    const { renewal, expiresAt, origin } = credit;
    if (renewal === null || refused !== null || expiresAt <= now() || remaining >= renewal.below) return false;
    if (credits.usesSince(credit.id, 0).count < leastUsed(credit, renewal)) return false;
    const last = purchases.renewedAt(origin);
    if (last !== null && now() - last < leastGapMs) return false;
    const failed = failures.get(origin);
    return failed === undefined || now() - failed.at >= Math.min(leastGapMs * 2 ** (failed.times - 1), mostGapMs);
  };

  const renew = async ({ credit }: CreditRecord): Promise<void> => {
    const { id, origin, form, agent, renewal } = credit;
    if (renewal === null) return;
    const fail = (why: string): void => {
      failures.set(origin, { times: (failures.get(origin)?.times ?? 0) + 1, at: now() });
      log.warn('prepaid credit could not be bought again', { credit: id, origin, why });
    };
    try {
      const terms = { upTo: renewal.upTo, calls: credit.calls, days: wholeDaysOf(credit) };
      const wish = { url: new URL(origin), package: credit.package, agent: toAgentName(agent), form, terms };
      const bought = await buyer.buy({ ...wish, renews: id });
      if (bought.kind === 'bought' || bought.kind === 'pending') {
        failures.delete(origin);
        log.info('prepaid credit bought again by the owner’s rule', { credit: id, origin, outcome: bought.kind });
      } else fail(bought.detail);
    } catch (error) {
      fail(error instanceof Error ? error.message : 'it broke');
    }
  };

  const consider = (found: CreditRecord | null): void => {
    if (stopped || found === null || !isDue(found)) return;
    const { origin } = found.credit;
    if (underWay.has(origin)) return;
    underWay.set(
      origin,
      renew(found).finally(() => underWay.delete(origin)),
    );
  };

  return {
    look(id) {
      consider(credits.get(id));
    },
    lookAtAll() {
      for (const found of credits.list()) consider(found);
    },
    async stop() {
      stopped = true;
      await Promise.allSettled(underWay.values());
    },
  };
}
