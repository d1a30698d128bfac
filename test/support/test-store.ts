import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Clock } from '../../src-main/base/clock.ts';
import type { Intent, Reservations } from '../../src-main/policy/index.ts';
import { type Connection, openConnection } from '../../src-main/store/connection.ts';
import { createLedger, type Ledger } from '../../src-main/store/ledger.ts';
import { createOrders, type Orders } from '../../src-main/store/orders.ts';
import { createReservations } from '../../src-main/store/reservations.ts';
import { createSettlements } from '../../src-main/store/settlements.ts';
import { createSpendWindow, type SpendWindow } from '../../src-main/store/spend-window.ts';
import { createStatement } from '../../src-main/store/statement.ts';
import { toAgentName, toAtomic } from '../../src-shared/model/index.ts';

export const asset = 'the-mint';

/** A clock that a test sets; it may jump to wherever the test wants. */
export interface SetClock extends Clock {
  at: number;
}

export function setClock(at: number): SetClock {
  const clock: SetClock = { at, now: () => clock.at, monotonic: () => clock.at };
  return clock;
}

export interface TestStore {
  readonly file: string;
  readonly connection: Connection;
  readonly ledger: Ledger;
  readonly window: SpendWindow;
  readonly orders: Orders;
  readonly reservations: Reservations;
  readonly statement: ReturnType<typeof createStatement>;
  readonly settlements: ReturnType<typeof createSettlements>;
  close(): Promise<void>;
}

/** One database with its parts in reach; closed when the test ends. */
export function openTestStore(clock: Clock, file = freshFile()): TestStore {
  const connection = openConnection(file, 'sandbox', clock);
  const ledger = createLedger(connection);
  const window = createSpendWindow(connection);
  const orders = createOrders(connection, ledger, window);
  const close = async () => {
    if (!connection.db.open) return;
    await connection.committer.flushed();
    connection.close();
  };
  onTestFinished(close);
  return {
    file,
    connection,
    ledger,
    window,
    orders,
    reservations: createReservations(connection, ledger, window),
    statement: createStatement(connection, ledger, orders),
    settlements: createSettlements(connection, ledger),
    close,
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

export function intentOf(id: string, amount: bigint, agent = 'bot'): Intent {
  return {
    id,
    agent: toAgentName(agent),
    method: 'GET',
    url: 'http://127.0.0.1/x',
    queryHash: null,
    dialect: 'x402-v2',
    network: 'solana:x',
    asset,
    amount: toAtomic(amount),
    payee: 'payee',
  };
}

/** What a signer would have made for the order. */
export const signedFor = (id: string) => ({
  messageHash: `message-of-${id}`,
  ownSignature: `signature-of-${id}`,
  lastValidBlockHeight: 150n,
});
