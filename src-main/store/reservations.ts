import { actions } from '../../src-shared/model/index.ts';
import { invariant } from '../base/assert.ts';
import type { LogDraft } from '../log/index.ts';
import type { ActionRequest, FactReader, Judged, Reservations } from '../policy/ports.ts';
import type { Approvals } from './approvals.ts';
import type { Connection } from './connection.ts';
import type { Ledger } from './ledger.ts';
import type { Log } from './log.ts';
import type { PaidBefore } from './paid-before.ts';
import type { Suspicions } from './suspicions.ts';
import type { UsageBook } from './usage.ts';

/** Facts, decision and all that it says in one write (promises P2 and P5). */
export function createReservations(
  { db, committer, recordedNow, peekNow }: Connection,
  parts: {
    readonly ledger: Ledger;
    readonly usage: UsageBook;
    readonly log: Log;
    readonly approvals: Approvals;
    readonly paidBefore: PaidBefore;
    readonly suspicions: Suspicions;
  },
): Reservations {
  const { ledger, usage, log, approvals, paidBefore, suspicions } = parts;
  const insert = db.prepare(
    `INSERT INTO orders (id, action, agent, method, url, query_hash, dialect, network, asset, amount, payee, charged,
       grant_id, state, delivery, created_at, updated_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'reserved', 'none', ?, ?)`,
  );

  const reader = (): FactReader => {
    const now = peekNow();
    return {
      now,
      suspicion: suspicions.look(),
      usage: (subject) => usage.of(subject, now),
      available: (asset) => ledger.balance('available', asset),
      lastPrice: paidBefore.lastPrice,
      hasPaid: (agent, what, value) => paidBefore.firstAt(agent, what, value) !== null,
      anyWaiting: approvals.anyWaiting(),
      asked: approvals.asked,
      prompts: approvals.prompts,
    };
  };

  const grant = (
    request: ActionRequest,
    { charged, grant, overtaken, entry }: Extract<Judged, { kind: 'granted' }>,
  ) => {
    const now = recordedNow();
    const { id, action, agent, method, url, queryHash, dialect, network, asset, amount, payee } = request;
    if (actions[action].spends) {
      const list = JSON.stringify(charged);
      const { lastInsertRowid } = insert.run(
        ...[id, action, agent, method, url, queryHash, dialect, network, asset, amount, payee, list, grant, now, now],
      );
      usage.hold(BigInt(lastInsertRowid), charged, amount);
      ledger.post(now, id, [
        { account: 'available', asset, amount: -amount },
        { account: 'reserved', asset, amount },
      ]);
    } else {
      usage.commit(null, charged, 0n, now);
      if (grant !== null) approvals.consume(grant);
    }
    for (const approval of overtaken) approvals.put(approval, 'overtaken');
    log.append({ ...entry, data: { ...entry.data, charged } });
  };

  const putAside = (entry: LogDraft): void => {
    void committer.writeAside(() => void log.append(entry)).catch(() => undefined);
  };

  return {
    reserve: (request, judge) =>
      committer.write(() => {
        const judged = judge(reader());
        switch (judged.kind) {
          case 'granted':
            invariant(judged.charged.length > 0, `order ${request.id} would count under no delegation`);
            grant(request, judged);
            break;
          case 'deferred':
            approvals.put(judged.approval, 'asked');
            log.append(judged.entry);
            break;
          case 'refused':
            // Nothing was written yet, so this transaction costs no fsync and the answer no wait.
            if (judged.entry !== null) putAside(judged.entry);
            break;
        }
        return judged;
      }),
  };
}
