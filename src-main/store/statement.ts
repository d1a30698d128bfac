import type { StatementStore } from '../wallet/ports.ts';
import type { Connection } from './connection.ts';
import type { Ledger } from './ledger.ts';
import type { Orders } from './orders.ts';

export function createStatement(
  { db, committer, recordedNow }: Connection,
  ledger: Ledger,
  orders: Orders,
): StatementStore {
  const insert = db.prepare(
    'INSERT OR IGNORE INTO statement (signature, slot, delta, order_id, recorded_at) VALUES (?, ?, ?, ?, ?)',
  );
  const known = db.prepare<[string], bigint>('SELECT 1 FROM statement WHERE signature = ?').pluck();
  const lastBefore = db
    .prepare<[number], string>(
      'SELECT signature FROM statement WHERE recorded_at < ? ORDER BY recorded_at DESC, slot DESC LIMIT 1',
    )
    .pluck();
  const cursor = db.prepare<[string], string>('SELECT signature FROM cursors WHERE account = ?').pluck();
  const setCursor = db.prepare(
    'INSERT INTO cursors (account, signature) VALUES (?, ?) ON CONFLICT (account) DO UPDATE SET signature = excluded.signature',
  );

  return {
    isKnown: (signature) => known.get(signature) !== undefined,
    lastBefore: (at) => lastBefore.get(at) ?? null,
    cursor: (account) => cursor.get(account) ?? null,
    setCursor: (account, signature) => committer.writeSoon(() => void setCursor.run(account, signature)),
    record: (line, effect) =>
      committer.writeSoon(() => {
        const now = recordedNow();
        const order = orders.findPaidBy(line.messageHash, line.signatures);
        const { changes } = insert.run(line.signature, line.slot, line.delta, order?.id ?? null, now);
        if (changes === 0) return 'known';
        const { change, entries } = effect(order, ledger.balance('available', line.asset));
        if (order !== null && change !== null) orders.apply(order, change);
        ledger.post(now, line.signature, entries);
        return 'recorded';
      }),
  };
}
