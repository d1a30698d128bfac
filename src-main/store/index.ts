import type { KeyObject } from 'node:crypto';
import type { Atomic, NetworkName } from '../../src-shared/model/index.ts';
import type { Clock } from '../base/clock.ts';
import type { AgentStore } from '../identity/ports.ts';
import type { LogStore } from '../log/index.ts';
import type { Settlements } from '../payments/ports.ts';
import type {
  ApprovalStore,
  Journal,
  PolicyBook,
  Projections,
  Reservations,
  Suspicions,
  Usage,
} from '../policy/ports.ts';
import type { SealedKeys } from '../wallet/keys/ports.ts';
import type { LedgerStore, OrderSearch, OrderStore, SpendingBook, StatementStore } from '../wallet/ports.ts';
import { createAgentStore } from './agents.ts';
import { createApprovals } from './approvals.ts';
import { type BooksProblem, checkBooks } from './books-check.ts';
import { openConnection } from './connection.ts';
import { createJournal } from './journal.ts';
import { createLedger } from './ledger.ts';
import { createLog } from './log.ts';
import { createOrderSearch } from './order-search.ts';
import { createOrders } from './orders.ts';
import { createPaidBefore } from './paid-before.ts';
import { createPolicyBook } from './policy-book.ts';
import { createProjections } from './projections.ts';
import { createReservations } from './reservations.ts';
import { createSealedKeys } from './sealed-keys.ts';
import { createSettlements } from './settlements.ts';
import { createSpending } from './spending.ts';
import { createStatement } from './statement.ts';
import { createSuspicions } from './suspicions.ts';
import { createUsageBook } from './usage.ts';

/** One network's database, seen through the ports that the rooms need. */
export interface Store {
  readonly agents: AgentStore;
  readonly keys: SealedKeys;
  readonly ledger: LedgerStore;
  readonly orders: OrderStore;
  readonly orderSearch: OrderSearch;
  readonly spending: SpendingBook;
  readonly statement: StatementStore;
  readonly settlements: Settlements;
  readonly log: LogStore;
  readonly journal: Journal;
  readonly suspicions: Suspicions;
  /** What needs the key that policy is sealed with; there is none before the wallet is open. */
  authority(policyMac: KeyObject): Authority;
  /** What was spent under a delegation, and what is open there. */
  usage(subject: string): Usage;
  lastPrice(method: string, url: string): Atomic | null;
  /** When the agent's first payment to it was seen on the chain. */
  paidSince(agent: string, what: 'payee' | 'origin', value: string): number | null;
  /** Compares orders, limits and log with each other; null when they agree. */
  checkBooks(): BooksProblem | null;
  /** Wall time that never runs back, as the store dates what it writes. */
  now(): number;
  /** Limits from before there were delegations. */
  readonly earlierLimits: readonly EarlierLimits[];
  /** Waits for what is being written, then closes. */
  close(): Promise<void>;
}

export interface Authority {
  readonly reservations: Reservations;
  readonly approvals: ApprovalStore;
  readonly book: PolicyBook;
  readonly projections: Projections;
}

export interface EarlierLimits {
  readonly name: string;
  readonly perPayment: Atomic;
  readonly perDay: Atomic;
}

export function openStore(file: string, network: NetworkName, clock: Clock): Store {
  const connection = openConnection(file, network, clock);
  const ledger = createLedger(connection);
  const usage = createUsageBook(connection);
  const log = createLog(connection);
  const paidBefore = createPaidBefore(connection, network);
  const spending = createSpending(connection, network);
  const orders = createOrders(connection, { ledger, usage, log, paidBefore, spending });
  const suspicions = createSuspicions(connection, log, usage);
  const earlier = connection.db.prepare<[], EarlierLimits>(
    'SELECT agent AS name, per_payment AS perPayment, per_day AS perDay FROM limits',
  );
  return {
    agents: createAgentStore(connection),
    keys: createSealedKeys(connection),
    ledger,
    orders,
    orderSearch: createOrderSearch(connection),
    spending,
    statement: createStatement(connection, ledger, orders),
    settlements: createSettlements(connection, ledger),
    log,
    journal: createJournal(connection, log),
    suspicions,
    authority(policyMac) {
      paidBefore.unlock(policyMac);
      spending.unlock(policyMac);
      const approvals = createApprovals(connection, network, policyMac, log);
      return {
        approvals,
        reservations: createReservations(connection, { ledger, usage, log, approvals, paidBefore, suspicions }),
        book: createPolicyBook(connection, network, policyMac),
        projections: createProjections(connection, network, policyMac),
      };
    },
    usage: (subject) => usage.of(subject, connection.peekNow()),
    lastPrice: paidBefore.lastPrice,
    paidSince: paidBefore.firstAt,
    checkBooks: () => checkBooks(connection, log, paidBefore),
    now: connection.peekNow,
    earlierLimits: earlier.all(),
    async close() {
      await connection.committer.flushed();
      connection.close();
    },
  };
}
