import type { DeskStatus } from '../../src-shared/contract/index.ts';
import { type Atomic, formatDecimal, type Network } from '../../src-shared/model/index.ts';
import { desk as deskSubject, type Experience, type PolicyDesk } from '../policy/index.ts';
import type { Store } from '../store/index.ts';
import type { Authority } from './open-authority.ts';

export interface DeskStatusDeps {
  readonly network: Network;
  readonly store: Pick<Store, 'ledger' | 'orderSearch' | 'spending' | 'usage' | 'now'>;
  readonly authority: Pick<Authority, 'problem' | 'unaccepted'> & {
    readonly desk: Pick<PolicyDesk, 'read'>;
    readonly experience: Pick<Experience, 'breakers'>;
  };
  /** What the owner wants the wallet to hold at most; null: no matter. */
  readonly ceiling: () => Atomic | null;
}

const weekMs = 7 * 24 * 60 * 60 * 1000;

/** What stands on top of every screen. A few dozen seeks however long history is: it may be asked for many times a second. */
export function readDeskStatus({ network, store, authority, ceiling }: DeskStatusDeps, waiting: number): DeskStatus {
  const { usdc } = network;
  const dollars = (amount: bigint) => formatDecimal(amount, usdc.decimals);
  const cap = (limit: Atomic | null | undefined) => (limit == null ? 'none' : dollars(limit));
  const { ledger, orderSearch, spending } = store;
  const available = ledger.balance('available', usdc.mint);
  const { day, month, total } = store.usage(deskSubject);
  const most = ceiling();
  const found = authority.desk.read();
  const policy = found.kind === 'policy' ? found.policy : null;
  const limits = policy?.delegations.get(deskSubject)?.terms.limits;
  return {
    network: network.name,
    available: dollars(available),
    reserved: dollars(ledger.balance('reserved', usdc.mint)),
    spent: {
      day: dollars(day),
      // All there ever was, what is open included, without what had moved a week ago.
      week: dollars(total - spending.totalAt(store.now() - weekMs)),
      month: dollars(month),
    },
    // Nothing is paid by rules that cannot be read.
    limits:
      limits === undefined
        ? { perDay: '0', perMonth: '0' }
        : { perDay: cap(limits.perDay), perMonth: cap(limits.perMonth) },
    paused: { all: policy?.pausedAll ?? false, agents: [...(policy?.pausedAgents ?? [])].sort() },
    waiting,
    underWay:
      orderSearch.inState('reserved') +
      orderSearch.inState('submitting') +
      orderSearch.inState('submitted') +
      orderSearch.inState('delivering'),
    unknown: orderSearch.inState('unknown'),
    payments: orderSearch.count(),
    breakers: authority.experience
      .breakers()
      .flatMap(({ scope, state: { kind } }) => (kind === 'closed' ? [] : [{ scope, state: kind }])),
    hasPin: policy?.hasPin ?? false,
    aboveCeiling: most !== null && available > most,
    problem: authority.problem(),
    unaccepted: authority.unaccepted(),
  };
}
