import { toAtomic, zero } from '../../src-shared/model/index.ts';
import type { Reservations } from '../policy/ports.ts';
import type { Connection } from './connection.ts';
import type { Ledger } from './ledger.ts';
import type { SpendWindow } from './spend-window.ts';

interface AgentRow {
  readonly live: bigint;
  readonly per_payment: bigint;
  readonly per_day: bigint;
}

/** Facts, decision and reservation in one write (promise P2). An agent without limits may spend nothing. */
export function createReservations(
  { db, committer, recordedNow, peekNow }: Connection,
  ledger: Ledger,
  window: SpendWindow,
): Reservations {
  const agentRow = db.prepare<[string], AgentRow>(
    `SELECT a.revoked_at IS NULL AS live, l.per_payment, l.per_day FROM agents a JOIN limits l ON l.agent = a.name
     WHERE a.name = ?`,
  );
  const insert = db.prepare(
    `INSERT INTO orders (id, agent, method, url, query_hash, dialect, network, asset, amount, payee, state, delivery,
       created_at, updated_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'reserved', 'none', ?, ?)`,
  );
  const step = db.prepare(
    "INSERT INTO order_steps (order_seq, step, at, state, event) VALUES (?, 0, ?, 'reserved', 'granted')",
  );

  return {
    reserve: (intent, decide) =>
      committer.write(() => {
        const { id, agent, method, url, queryHash, dialect, network, asset, amount, payee } = intent;
        const row = agentRow.get(agent);
        const denied = decide({
          agentLive: row !== undefined && row.live === 1n,
          limits:
            row === undefined
              ? { perPayment: zero, perDay: zero }
              : { perPayment: toAtomic(row.per_payment), perDay: toAtomic(row.per_day) },
          spentToday: window.committedInDay(agent, asset, peekNow()),
          open: window.pending(agent, asset),
          available: toAtomic(ledger.balance('available', asset)),
        });
        if (denied !== null) return denied;
        const now = recordedNow();
        const { lastInsertRowid } = insert.run(
          id,
          agent,
          method,
          url,
          queryHash,
          dialect,
          network,
          asset,
          amount,
          payee,
          now,
          now,
        );
        step.run(lastInsertRowid, now);
        ledger.post(now, id, [
          { account: 'available', asset, amount: -amount },
          { account: 'reserved', asset, amount },
        ]);
        return null;
      }),
  };
}
