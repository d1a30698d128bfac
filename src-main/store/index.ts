import type { NetworkName } from '../../src-shared/model/index.ts';
import type { Clock } from '../base/clock.ts';
import type { AgentStore } from '../identity/ports.ts';
import type { Settlements } from '../payments/ports.ts';
import type { LimitStore, Reservations } from '../policy/ports.ts';
import type { SealedKeys } from '../wallet/keys/ports.ts';
import type { LedgerStore, OrderStore, StatementStore } from '../wallet/ports.ts';
import { createAgentStore } from './agents.ts';
import { openConnection } from './connection.ts';
import { createLedger } from './ledger.ts';
import { createLimitStore } from './limits.ts';
import { createOrders } from './orders.ts';
import { createReservations } from './reservations.ts';
import { createSealedKeys } from './sealed-keys.ts';
import { createSettlements } from './settlements.ts';
import { createSpendWindow } from './spend-window.ts';
import { createStatement } from './statement.ts';

/** One network's database, seen through the ports that the rooms need. */
export interface Store {
  readonly agents: AgentStore;
  readonly limits: LimitStore;
  readonly reservations: Reservations;
  readonly keys: SealedKeys;
  readonly ledger: LedgerStore;
  readonly orders: OrderStore;
  readonly statement: StatementStore;
  readonly settlements: Settlements;
  /** Waits for what is being written, then closes. */
  close(): Promise<void>;
}

export function openStore(file: string, network: NetworkName, clock: Clock): Store {
  const connection = openConnection(file, network, clock);
  const ledger = createLedger(connection);
  const window = createSpendWindow(connection);
  const orders = createOrders(connection, ledger, window);
  return {
    agents: createAgentStore(connection),
    limits: createLimitStore(connection),
    reservations: createReservations(connection, ledger, window),
    keys: createSealedKeys(connection),
    ledger,
    orders,
    statement: createStatement(connection, ledger, orders),
    settlements: createSettlements(connection, ledger),
    async close() {
      await connection.committer.flushed();
      connection.close();
    },
  };
}
