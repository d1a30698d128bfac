import type { Connection } from './connection.ts';

/** What was spent under a delegation up to and with a row: atomic units, and a number of orders. */
export interface Totals {
  readonly total: bigint;
  readonly count: bigint;
}

export type SpendFinder = (
  delegation: string,
  orderSeq: bigint,
  totals: Totals,
  dated: number | null,
  loggedAt: number,
) => boolean;

const momentMs = 10_000;

/** An entry that does not date its rows was written at most moments after them. */
export function spendFinder(db: Connection['db']): SpendFinder {
  // By the whole key: many rows may share a time.
  const at = db
    .prepare<[string, number, bigint, bigint, bigint], bigint>(
      'SELECT 1 FROM spends WHERE subject = +? AND at = +? AND count = +? AND order_seq = ? AND total = ?',
    )
    .pluck();
  const about = db
    .prepare<[string, number, number, bigint, bigint, bigint], bigint>(
      'SELECT 1 FROM spends WHERE subject = +? AND at >= +? AND at <= +? AND count = ? AND order_seq = ? AND total = ?',
    )
    .pluck();
  return (delegation, orderSeq, { total, count }, dated, loggedAt) =>
    (dated === null
      ? about.get(delegation, loggedAt - momentMs, loggedAt, count, orderSeq, total)
      : at.get(delegation, dated, count, orderSeq, total)) !== undefined;
}

/**
 * The first delegation with a row since then that is not the one before it and one order more: such a row would stand for
 * all that was spent before it, and empty the windows.
 */
export function brokenSpends(db: Connection['db'], since: number): string | null {
  const before = db.prepare<[string, number], { total: bigint; count: bigint }>(
    'SELECT total, count FROM spends WHERE subject = +? AND at < +? ORDER BY at DESC, count DESC LIMIT 1',
  );
  const rows = db.prepare<[string, number], { total: bigint; count: bigint; amount: bigint | null }>(
    `SELECT spends.total, spends.count, orders.amount FROM spends LEFT JOIN orders ON orders.seq = spends.order_seq
     WHERE spends.subject = +? AND spends.at >= +? ORDER BY spends.at, spends.count`,
  );
  for (const subject of subjectsOf(db)) {
    let last = before.get(subject, since) ?? { total: 0n, count: 0n };
    for (const row of rows.iterate(subject, since)) {
      if (row.count !== last.count + 1n || row.total !== last.total + (row.amount ?? 0n)) return subject;
      last = row;
    }
  }
  return null;
}

/** Every delegation under which anything was ever spent: a seek for each, not a walk over all of history. */
export function subjectsOf(db: Connection['db']): readonly string[] {
  const next = db.prepare<[string], string | null>('SELECT MIN(subject) FROM spends WHERE subject > +?').pluck();
  const found: string[] = [];
  for (let subject = next.get('') ?? null; subject !== null; subject = next.get(subject) ?? null) found.push(subject);
  return found;
}
