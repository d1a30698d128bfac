import type { KeyObject } from 'node:crypto';
import type { NetworkName } from '../../src-shared/model/index.ts';
import {
  type BoughtCredit,
  type BoughtCredits,
  boughtCredit,
  type CreditRecord,
} from '../payments/rails/prepaid/ports.ts';
import type { Connection } from './connection.ts';
import type { Log } from './log.ts';
import { createSealedBox, toText } from './sealed-box.ts';

interface Row {
  readonly id: string;
  readonly origin: string;
  readonly calls: bigint;
  readonly remaining: bigint;
  readonly expires_at: bigint;
  readonly refused: string | null;
  readonly sealed: Uint8Array;
}

const table = 'bought_credits';
const dayMs = 86_400_000;
/** More than one origin's credits are not looked through for one that opens. */
const mostOfOrigin = 20;

export function createBoughtCredits(
  { db, committer, recordedNow }: Connection,
  network: NetworkName,
  key: KeyObject,
  log: Log,
): BoughtCredits {
  const box = createSealedBox(key, network);
  const insert = db.prepare(
    `INSERT INTO bought_credits (id, origin, calls, remaining, expires_at, sealed, created_at)
     VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING`,
  );
  const finish = db.prepare("UPDATE purchases SET state = 'done', why = NULL, updated_at = ? WHERE order_id = ?");
  const byId = db.prepare<[string], Row>('SELECT * FROM bought_credits WHERE id = ?');
  const all = db.prepare<[], Row>('SELECT * FROM bought_credits ORDER BY created_at DESC, id');
  const usable = db.prepare<[string, number, number], Row>(
    `SELECT * FROM bought_credits WHERE origin = +? AND expires_at > +? AND remaining > 0 AND refused IS NULL
     ORDER BY expires_at LIMIT ?`,
  );
  const take = db.prepare(
    'UPDATE bought_credits SET remaining = remaining - 1 WHERE id = ? AND remaining > 0 AND expires_at > ? AND refused IS NULL',
  );
  const giveBack = db.prepare(
    'UPDATE bought_credits SET remaining = remaining + 1 WHERE id = ? AND remaining < MIN(calls, ?)',
  );
  const lower = db.prepare('UPDATE bought_credits SET remaining = MIN(remaining, ?) WHERE id = ?');
  const refuse = db.prepare('UPDATE bought_credits SET refused = ? WHERE id = ? AND refused IS NULL');
  const reseal = db.prepare('UPDATE bought_credits SET sealed = ? WHERE id = ?');
  const drop = db.prepare('DELETE FROM bought_credits WHERE id = ?');
  const dropUses = db.prepare('DELETE FROM credit_uses WHERE credit = ?');
  const use = db.prepare(
    `INSERT INTO credit_uses (credit, day, count, saved) VALUES (@id, @day, 1, @saved)
     ON CONFLICT (credit, day) DO UPDATE SET count = count + 1,
       saved = CASE WHEN excluded.saved IS NULL THEN saved ELSE COALESCE(saved, 0) + excluded.saved END`,
  );
  const uses = db.prepare<[string, number], { count: bigint | null; saved: bigint | null }>(
    'SELECT SUM(count) AS count, SUM(saved) AS saved FROM credit_uses WHERE credit = ? AND day >= ?',
  );

  const recordOf = (row: Row | undefined): CreditRecord | null => {
    if (row === undefined) return null;
    const text = box.open(table, row.id, row.sealed);
    if (text === null) return null;
    const credit = boughtCredit.safeParse(JSON.parse(text)).data;
    if (credit === undefined) return null;
    const { id, origin, calls, expiresAt } = credit;
    const agrees =
      id === row.id && origin === row.origin && BigInt(calls) === row.calls && BigInt(expiresAt) === row.expires_at;
    return agrees ? { credit, remaining: Number(row.remaining), refused: row.refused } : null;
  };
  const records = (rows: readonly Row[]) => rows.flatMap((row) => recordOf(row) ?? []);
  const sealed = (credit: BoughtCredit) => box.seal(table, credit.id, toText(credit));

  return {
    add: (credit, renews) =>
      committer.write(() => {
        const before = renews === null ? null : recordOf(byId.get(renews));
        const made = { ...credit, renewal: before?.credit.renewal ?? credit.renewal };
        const { id, origin, calls, expiresAt, order } = made;
        const now = recordedNow();
        const { changes } = insert.run(id, origin, calls, calls, expiresAt, sealed(made), now);
        if (changes === 0) return 'known';
        if (before !== null) reseal.run(sealed({ ...before.credit, renewal: null }), before.credit.id);
        finish.run(now, order);
        return 'added';
      }),
    usable: (origin, now) => records(usable.all(origin, now, mostOfOrigin))[0] ?? null,
    take: (id, now) => committer.write(() => take.run(id, now).changes === 1),
    giveBack: (id, most) => committer.writeSoon(() => void giveBack.run(id, most)),
    lower: (id, remaining) => committer.writeSoon(() => void lower.run(remaining, id)),
    used: (id, saved) => committer.writeSoon(() => void use.run({ id, day: Math.floor(recordedNow() / dayMs), saved })),
    refuse: (id, why) => committer.write(() => void refuse.run(why, id)),
    get: (id) => recordOf(byId.get(id)),
    list: () => records(all.all()),
    usesSince(id, from) {
      const found = uses.get(id, Math.floor(from / dayMs));
      return { count: Number(found?.count ?? 0n), saved: found?.saved ?? null };
    },
    setRenewal: (id, renewal) =>
      committer.write(() => {
        const found = recordOf(byId.get(id));
        if (found === null) return null;
        const credit = { ...found.credit, renewal };
        reseal.run(sealed(credit), id);
        const rule = renewal === null ? {} : { below: renewal.below, upTo: renewal.upTo.toString() };
        log.append({
          kind: 'owner',
          agent: credit.agent,
          subject: id,
          data: { what: `prepaid renewal ${renewal === null ? 'off' : 'on'}`, origin: credit.origin, ...rule },
        });
        return { ...found, credit };
      }),
    purge: (now) =>
      committer.write(() => {
        let removed = 0;
        for (const row of all.all()) {
          const found = recordOf(row);
          // What the seller refuses may have calls left: it stays until its time is over.
          if (found !== null && found.remaining > 0 && found.credit.expiresAt > now) continue;
          dropUses.run(row.id);
          removed += drop.run(row.id).changes;
        }
        return removed;
      }),
  };
}
