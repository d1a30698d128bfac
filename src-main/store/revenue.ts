import type { PresentedPayment, Revenue } from '../payments/ports.ts';
import type { Connection } from './connection.ts';

const dayMs = 24 * 60 * 60 * 1000;
/** Routes and payers that one day can tell apart; a buyer with many wallets must not make the table grow without end. */
const maxRows = 1_000;
/** The row that stands for all days. */
const ever = -1;

interface Sum {
  readonly amount: bigint;
  readonly count: bigint;
}

export interface RevenueBook extends Revenue {
  /** Only inside a write of the committer. */
  add(at: number, payment: Pick<PresentedPayment, 'shop' | 'route' | 'payer' | 'amount'>): void;
}

export function createRevenue({ db }: Connection): RevenueBook {
  const update = db.prepare(
    `UPDATE revenue SET amount = amount + ?, count = count + 1
     WHERE shop = ? AND day = ? AND route = ? AND payer = ?`,
  );
  const upsert = db.prepare(
    `INSERT INTO revenue (amount, count, shop, day, route, payer) VALUES (?, 1, ?, ?, ?, ?)
     ON CONFLICT (shop, day, route, payer) DO UPDATE SET amount = amount + excluded.amount, count = count + 1`,
  );
  const rows = db
    .prepare<[string, number], bigint>('SELECT COUNT(*) FROM revenue WHERE shop = +? AND day = +?')
    .pluck();
  const total = db.prepare<[string], Sum>(
    `SELECT amount, count FROM revenue WHERE shop = +? AND day = ${ever} AND route = '' AND payer = ''`,
  );
  const days = db.prepare<[string, number], Sum & { day: bigint }>(
    `SELECT day, SUM(amount) AS amount, SUM(count) AS count FROM revenue WHERE shop = +? AND day >= +?
     GROUP BY day ORDER BY day`,
  );
  const by = (column: 'route' | 'payer') =>
    db.prepare<[string, number, number], Sum & { key: string }>(
      `SELECT ${column} AS key, SUM(amount) AS amount, SUM(count) AS count FROM revenue WHERE shop = +? AND day >= +?
       GROUP BY ${column} ORDER BY SUM(amount) DESC, ${column} LIMIT ?`,
    );
  const grouped = { route: by('route'), payer: by('payer') };
  /** Rows of a shop's newest day; counted once, then kept. What a job that is undone adds to it does no harm. */
  const newest = new Map<string, { day: number; rows: number }>();

  const rowsOf = (shop: string, day: number): { day: number; rows: number } => {
    const known = newest.get(shop);
    if (known?.day === day) return known;
    const counted = { day, rows: Number(rows.get(shop, day) ?? 0n) };
    newest.set(shop, counted);
    return counted;
  };
  const plain = ({ amount, count }: Sum) => ({ amount, count: Number(count) });

  return {
    add(at, { shop, route, payer, amount }) {
      const day = Math.floor(at / dayMs);
      upsert.run(amount, shop, ever, '', '');
      if (update.run(amount, shop, day, route, payer).changes === 1) return;
      const counted = rowsOf(shop, day);
      const crowded = counted.rows >= maxRows;
      upsert.run(amount, shop, day, crowded ? '' : route, crowded ? '' : payer);
      if (!crowded) counted.rows += 1;
    },
    total: (shop) => plain(total.get(shop) ?? { amount: 0n, count: 0n }),
    days: (shop, from) => days.all(shop, Math.max(0, from)).map((row) => ({ day: Number(row.day), ...plain(row) })),
    by: (what, shop, from, limit) =>
      grouped[what].all(shop, Math.max(0, from), limit).map((row) => ({ key: row.key, ...plain(row) })),
  };
}
