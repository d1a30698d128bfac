import { createSecretKey, type KeyObject } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Clock } from '../../src-main/base/clock.ts';
import type { ActionRequest } from '../../src-main/policy/index.ts';
import type { Judged, Reservations } from '../../src-main/policy/ports.ts';
import { type Approvals, createApprovals } from '../../src-main/store/approvals.ts';
import { type BooksProblem, checkBooks } from '../../src-main/store/books-check.ts';
import { type Connection, openConnection } from '../../src-main/store/connection.ts';
import { createJournal } from '../../src-main/store/journal.ts';
import { createLedger, type Ledger } from '../../src-main/store/ledger.ts';
import { createLog, type Log } from '../../src-main/store/log.ts';
import { createOrderSearch } from '../../src-main/store/order-search.ts';
import { createOrders, type Orders } from '../../src-main/store/orders.ts';
import { createPaidBefore } from '../../src-main/store/paid-before.ts';
import { createPolicyBook } from '../../src-main/store/policy-book.ts';
import { createProjections } from '../../src-main/store/projections.ts';
import { createReservations } from '../../src-main/store/reservations.ts';
import { createRevenue } from '../../src-main/store/revenue.ts';
import { createSettlements } from '../../src-main/store/settlements.ts';
import { createSpending, type Spending } from '../../src-main/store/spending.ts';
import { createStatement } from '../../src-main/store/statement.ts';
import { createSuspicions } from '../../src-main/store/suspicions.ts';
import { createUsageBook, type UsageBook } from '../../src-main/store/usage.ts';
import type { OrderSearch } from '../../src-main/wallet/ports.ts';
import { type NetworkName, networks, toAgentName, toAtomic } from '../../src-shared/model/index.ts';

export const asset = networks.sandbox.usdc.mint;
export const payee = 'GroatPayee1111111111111111111111111111111111';

/** A clock that a test sets; its wall may jump to wherever the test wants, and its ticks stand still unless they are set. */
export interface SetClock extends Clock {
  at: number;
  ticks: number;
}

export function setClock(at: number): SetClock {
  const clock: SetClock = { at, ticks: 0, now: () => clock.at, monotonic: () => clock.ticks };
  return clock;
}

/** One database with its parts in reach. */
export interface TestStore {
  readonly file: string;
  readonly connection: Connection;
  readonly ledger: Ledger;
  readonly usage: UsageBook;
  readonly log: Log;
  readonly journal: ReturnType<typeof createJournal>;
  readonly orders: Orders;
  readonly orderSearch: OrderSearch;
  readonly spending: Spending;
  readonly suspicions: ReturnType<typeof createSuspicions>;
  readonly approvals: Approvals;
  readonly reservations: Reservations;
  readonly book: ReturnType<typeof createPolicyBook>;
  readonly projections: ReturnType<typeof createProjections>;
  readonly statement: ReturnType<typeof createStatement>;
  readonly settlements: ReturnType<typeof createSettlements>;
  checkBooks(): BooksProblem | null;
  /** As a clean stop. */
  close(): Promise<void>;
  /** As a kill: what is not on the disk is lost, and every write that waits fails. */
  crash(): void;
}

export const policyMac: KeyObject = createSecretKey(Buffer.alloc(32, 7));

/** Closed when the test ends. */
export function openTestStore(clock: Clock, file = freshFile(), network: NetworkName = 'sandbox'): TestStore {
  const store = assembleStore(clock, file, network);
  onTestFinished(store.close);
  return store;
}

/** For a process of its own, which no test ends. */
export function assembleStore(clock: Clock, file: string, network: NetworkName = 'sandbox'): TestStore {
  const connection = openConnection(file, network, clock);
  const ledger = createLedger(connection);
  const usage = createUsageBook(connection);
  const log = createLog(connection);
  const paidBefore = createPaidBefore(connection, network);
  paidBefore.unlock(policyMac);
  const spending = createSpending(connection, network);
  spending.unlock(policyMac);
  const orders = createOrders(connection, { ledger, usage, log, paidBefore, spending });
  const suspicions = createSuspicions(connection, log, usage);
  const approvals = createApprovals(connection, network, policyMac, log);
  return {
    file,
    connection,
    ledger,
    usage,
    log,
    journal: createJournal(connection, log),
    orders,
    orderSearch: createOrderSearch(connection),
    spending,
    suspicions,
    approvals,
    reservations: createReservations(connection, { ledger, usage, log, approvals, paidBefore, suspicions }),
    book: createPolicyBook(connection, network, policyMac),
    projections: createProjections(connection, network, policyMac),
    statement: createStatement(connection, ledger, orders),
    settlements: createSettlements(connection, ledger, createRevenue(connection)),
    checkBooks: () => checkBooks(connection, log, paidBefore),
    async close() {
      if (!connection.db.open) return;
      await connection.committer.flushed();
      connection.close();
    },
    crash: () => void connection.db.close(),
  };
}

/** Not yet made, in a folder that is removed when the test ends. */
export function freshFile(): string {
  const folder = mkdtempSync(join(tmpdir(), 'groat-store-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, 'groat.db');
}

/** Gives the wallet money from outside. */
export function deposit({ connection, ledger }: TestStore, amount: bigint): Promise<void> {
  return connection.committer.write(() =>
    ledger.post(connection.recordedNow(), 'deposit', [
      { account: 'external', asset, amount: -amount },
      { account: 'available', asset, amount },
    ]),
  );
}

export function requestOf(id: string, amount: bigint, agent = 'bot'): ActionRequest {
  return {
    id,
    action: 'pay',
    agent: toAgentName(agent),
    method: 'GET',
    origin: 'http://127.0.0.1',
    url: 'http://127.0.0.1/x',
    queryHash: null,
    bodyHash: null,
    dialect: 'x402-v2',
    network: networks.sandbox.caip2,
    asset,
    amount: toAtomic(amount),
    payee,
  };
}

/** What a gate that asks nothing would say: yes, counted under the agent and the desk. */
export function grantedAlways({ id, agent, amount, method, url }: ActionRequest, charged?: readonly string[]): Judged {
  return {
    kind: 'granted',
    charged: charged ?? [agent, '@desk'],
    grant: null,
    overtaken: [],
    entry: {
      kind: 'decision',
      agent,
      subject: id,
      data: { decision: 'granted', action: 'pay', amount: amount.toString(), method, url },
    },
  };
}

/** What a signer would have made for the order. */
export const signedFor = (id: string) => ({
  messageHash: `message-of-${id}`,
  ownSignature: `signature-of-${id}`,
  lastValidBlockHeight: 150n,
});
