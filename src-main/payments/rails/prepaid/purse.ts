import { isGroatError } from '../../../../src-shared/errors/index.ts';
import { type AgentName, type Network, zero } from '../../../../src-shared/model/index.ts';
import type { LogSink } from '../../../base/log-sink.ts';
import type { Random } from '../../../base/random.ts';
import type { Gate } from '../../../policy/index.ts';
import type { PrepaidCall, PrepaidPurse, PrepaidUse } from '../../ports.ts';
import type { BoughtCredit, BoughtCredits, CreditRecord } from './ports.ts';

/** What this process knows of a credit beyond its row. */
interface Account {
  /** Uses that nobody has said the end of. */
  open: number;
  /** The least that the seller has said is left; null: it never said. */
  told: number | null;
  /** Answers with 402 since the last that was none. */
  refusals: number;
}

/** So many 402s in a row, and the seller is not asked to take it any more. */
const mostRefusals = 3;
/** Accounts of so many credits are kept in memory. */
const mostAccounts = 1_000;

export interface PurseDeps {
  readonly network: Network;
  readonly gate: Pick<Gate, 'authorize' | 'redeem'>;
  readonly credits: BoughtCredits;
  /** Wall time that never runs back. */
  readonly now: () => number;
  readonly random: Random;
  readonly log: LogSink;
  /** Something changed that a screen shows, or a rule waits for. */
  readonly changed: (credit: string) => void;
}

/** Pays calls from credit: leave of the gate and the taking of the call share one commit. */
export function createPrepaidPurse(deps: PurseDeps): PrepaidPurse {
  const { network, gate, credits, now, random, log, changed } = deps;
  const accounts = new Map<string, Account>();

  const accountOf = (id: string): Account => {
    const known = accounts.get(id);
    if (known !== undefined) return known;
    if (accounts.size >= mostAccounts) for (const [other, { open }] of accounts) if (open === 0) accounts.delete(other);
    const made: Account = { open: 0, told: null, refusals: 0 };
    accounts.set(id, made);
    return made;
  };

  const requestOf = (
    { credit }: CreditRecord,
    agent: AgentName,
    { method, url, queryHash, bodyHash }: PrepaidCall,
  ) => ({
    id: `use_${Buffer.from(random(12)).toString('hex')}`,
    action: 'use-prepaid' as const,
    agent,
    method,
    url,
    origin: credit.origin,
    queryHash,
    bodyHash,
    dialect: 'prepaid',
    network: network.caip2,
    asset: network.usdc.mint,
    amount: zero,
    payee: credit.seller,
  });

  const write = (what: string, credit: string, written: Promise<void>): void => {
    written.then(
      () => changed(credit),
      (error) => log.error('what became of a prepaid call could not be written', { credit, what, error }),
    );
  };

  const callOf = ({ credit }: CreditRecord, price: bigint | null): PrepaidUse => {
    const { id, header, calls } = credit;
    const account = accountOf(id);
    account.open += 1;
    let over = false;
    /** True for the first word on it. */
    const end = (): boolean => {
      if (over) return false;
      over = true;
      account.open -= 1;
      return true;
    };
    /** Never above what the seller said is left and what is still under way, this one included. */
    const giveBack = (): void => {
      const most = account.told === null ? calls : Math.min(calls, account.told + account.open + 1);
      write('give back', id, credits.giveBack(id, most));
    };
    const lower = (remaining: number | null): void => {
      if (remaining === null || !Number.isSafeInteger(remaining) || remaining < 0) return;
      account.told = Math.min(account.told ?? calls, remaining);
      write('lower', id, credits.lower(id, remaining));
    };
    const refused = (): void => {
      account.refusals += 1;
      if (account.refusals < mostRefusals) return;
      log.warn('prepaid credit is not taken any more', { credit: id, origin: credit.origin });
      write('refuse', id, credits.refuse(id, `the seller answered 402 to it ${mostRefusals} times in a row`));
    };
    return {
      header,
      credit: id,
      answered(status, remaining) {
        if (!end()) return;
        if (status === 402 || status === 429 || status >= 500) giveBack();
        else {
          write('used', id, credits.used(id, savedBy(credit, price ?? credit.perCall)));
        }
        // After the give-back, which it bounds.
        lower(remaining);
        if (status === 402) refused();
        else account.refusals = 0;
      },
      lost() {
        if (end()) giveBack();
      },
      neverSent() {
        if (end()) giveBack();
      },
    };
  };

  return {
    async takeFor(origin, agent, call) {
      const found = credits.usable(origin, now());
      if (found === null || found.credit.origin !== origin) return null;
      const { id } = found.credit;
      // Asked for in one turn, so that both are one commit: a call that is taken in vain is given back.
      const asking = gate.authorize(requestOf(found, agent, call), { respondAsync: true, signal: null });
      const taking = credits.take(id, now());
      // Of the two the taking is looked at first.
      asking.catch(() => undefined);
      const use = await taking.then((taken) => (taken ? callOf(found, call.price) : null));
      const asked = await asking.catch((error: unknown) => {
        use?.neverSent();
        throw error;
      });
      if (use === null) return null;
      if (asked.kind !== 'granted') {
        use.neverSent();
        return asked.kind === 'denied' ? null : asked;
      }
      try {
        gate.redeem(asked.authorization);
      } catch (error) {
        use.neverSent();
        if (isGroatError(error, 'authorization-withdrawn')) return null;
        throw error;
      }
      return use;
    },
  };
}

/** What a call alone would cost is the seller's word: no call is taken to be worth more than all that was bought. */
function savedBy({ price, calls }: BoughtCredit, each: bigint | null): bigint | null {
  return each === null ? null : (each < price ? each : price) - price / BigInt(calls);
}
