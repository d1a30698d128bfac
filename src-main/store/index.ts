import type { KeyObject } from 'node:crypto';
import type { Atomic, NetworkName } from '../../src-shared/model/index.ts';
import type { Clock } from '../base/clock.ts';
import type { CallBook, CreditBook, FacilitatorBook, ShopBook } from '../gateway/ports.ts';
import type { AgentStore } from '../identity/ports.ts';
import type { LogStore } from '../log/index.ts';
import type { Answers, Refunds, Revenue, Settlements } from '../payments/ports.ts';
import type { BoughtCredits, OriginSecretBook, Purchases } from '../payments/rails/prepaid/ports.ts';
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
import { createAnswers } from './answers.ts';
import { createApprovals } from './approvals.ts';
import { type BooksProblem, checkBooks } from './books-check.ts';
import { createBoughtCredits } from './bought-credits.ts';
import { createCallBook } from './call-book.ts';
import { openConnection } from './connection.ts';
import { createCredits } from './credits.ts';
import { createJournal } from './journal.ts';
import { createLedger } from './ledger.ts';
import { createLog } from './log.ts';
import { createOrderSearch } from './order-search.ts';
import { createOrders } from './orders.ts';
import { createOriginSecrets } from './origin-secrets.ts';
import { createPaidBefore } from './paid-before.ts';
import { createPolicyBook } from './policy-book.ts';
import { createProjections } from './projections.ts';
import { createPurchases } from './purchases.ts';
import { createRefunds } from './refunds.ts';
import { createReservations } from './reservations.ts';
import { createRevenue } from './revenue.ts';
import { createSealedKeys } from './sealed-keys.ts';
import { createSettlements } from './settlements.ts';
import { createShopBook } from './shop-book.ts';
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
  readonly credits: CreditBook;
  readonly answers: Answers;
  readonly revenue: Revenue;
  readonly refunds: Refunds;
  readonly calls: CallBook;
  readonly log: LogStore;
  readonly journal: Journal;
  readonly suspicions: Suspicions;
  /** What needs the key that policy is sealed with; there is none before the wallet is open. */
  authority(policyMac: KeyObject): Authority;
  /** The same for what is sold here. */
  selling(policyMac: KeyObject): { readonly shops: ShopBook; readonly facilitator: FacilitatorBook };
  /** What needs the key that such things are sealed with: credit that was bought, and API keys. */
  sealed(box: KeyObject): Sealed;
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

export interface Sealed {
  readonly credits: BoughtCredits;
  readonly purchases: Purchases;
  readonly secrets: OriginSecretBook;
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
  const revenue = createRevenue(connection);
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
    settlements: createSettlements(connection, ledger, revenue),
    credits: createCredits(connection),
    answers: createAnswers(connection),
    revenue,
    refunds: createRefunds(connection, ledger, log),
    calls: createCallBook(connection),
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
    selling: (policyMac) => createShopBook(connection, network, policyMac, log),
    sealed: (box) => ({
      credits: createBoughtCredits(connection, network, box, log),
      purchases: createPurchases(connection, network, box),
      secrets: createOriginSecrets(connection, network, box, log),
    }),
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
