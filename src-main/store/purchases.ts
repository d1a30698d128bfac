import type { KeyObject } from 'node:crypto';
import type { NetworkName } from '../../src-shared/model/index.ts';
import { type PurchaseRecord, type PurchaseState, type Purchases, purchase } from '../payments/rails/prepaid/ports.ts';
import type { Connection } from './connection.ts';
import { createSealedBox, toText } from './sealed-box.ts';

interface Row {
  readonly order_id: string;
  readonly origin: string;
  readonly state: PurchaseState;
  readonly why: string | null;
  readonly sealed: Uint8Array;
  readonly created_at: bigint;
  readonly updated_at: bigint;
}

const table = 'purchases';
/** Of one origin's purchases so many are looked through for one that a rule made. */
const mostOfOrigin = 50;

export function createPurchases(
  { db, committer, recordedNow }: Connection,
  network: NetworkName,
  key: KeyObject,
): Purchases {
  const box = createSealedBox(key, network);
  const insert = db.prepare(
    "INSERT INTO purchases (order_id, origin, state, sealed, created_at, updated_at) VALUES (?, ?, 'paying', ?, ?, ?)",
  );
  const move = db.prepare(
    "UPDATE purchases SET state = ?, why = ?, updated_at = ? WHERE order_id = ? AND state <> 'done'",
  );
  const byOrder = db.prepare<[string], Row>('SELECT * FROM purchases WHERE order_id = ?');
  const open = db.prepare<[], Row>(
    "SELECT * FROM purchases WHERE state IN ('paying','claiming') ORDER BY created_at, order_id",
  );
  const failed = db.prepare<[number], Row>(
    "SELECT * FROM purchases WHERE state = 'failed' AND created_at >= ? ORDER BY created_at, order_id",
  );
  const ofOrigin = db.prepare<[string, number], Row>(
    'SELECT * FROM purchases WHERE origin = ? ORDER BY created_at DESC LIMIT ?',
  );

  const recordOf = (row: Row | undefined): PurchaseRecord | null => {
    if (row === undefined) return null;
    const text = box.open(table, row.order_id, row.sealed);
    const found = text === null ? undefined : purchase.safeParse(JSON.parse(text)).data;
    if (found === undefined || found.order !== row.order_id || found.origin !== row.origin) return null;
    const { state, why } = row;
    return { purchase: found, state, why, createdAt: Number(row.created_at), updatedAt: Number(row.updated_at) };
  };
  const records = (rows: readonly Row[]) => rows.flatMap((row) => recordOf(row) ?? []);

  return {
    begin: (wish) =>
      committer.write(() => {
        const now = recordedNow();
        insert.run(wish.order, wish.origin, box.seal(table, wish.order, toText(wish)), now, now);
      }),
    move: (order, state, why) => committer.write(() => void move.run(state, why, recordedNow(), order)),
    get: (order) => recordOf(byOrder.get(order)),
    open: () => records(open.all()),
    failedSince: (from) => records(failed.all(from)),
    renewedAt: (origin) =>
      records(ofOrigin.all(origin, mostOfOrigin)).find((one) => one.purchase.renews !== null)?.createdAt ?? null,
  };
}
