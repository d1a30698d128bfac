import type { Usage } from '../policy/ports.ts';
import type { Connection } from './connection.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;
const monthMs = 30 * dayMs;

type Row = readonly [
  total: bigint | null,
  count: bigint | null,
  minute: bigint | null,
  minuteCount: bigint | null,
  hour: bigint | null,
  day: bigint | null,
  month: bigint | null,
  open: bigint,
  openCount: bigint,
];

/** What was spent under each delegation. Cost does not grow with history: a few seeks, and the open orders. */
export interface UsageBook {
  of(subject: string, now: number): Usage;
  /** Only inside a write of the committer: sets money aside under each of the delegations. */
  hold(orderSeq: bigint, charged: readonly string[], amount: bigint): void;
  /** Only inside a write: sets aside what the orders that are open say, and nothing else. */
  holdWhatIsOpen(): void;
  /** Only inside a write: what was set aside may be spent again. */
  release(orderSeq: bigint, charged: readonly string[]): void;
  /**
   * Only inside a write: what was set aside is spent at `now`, which never runs back. Tells each delegation's totals with it,
   * as atomic units and as a number of orders.
   */
  commit(orderSeq: bigint | null, charged: readonly string[], amount: bigint, now: number): Totals;
}

export type Totals = { readonly [subject: string]: readonly [total: string, count: number] };

export function createUsageBook({ db }: Connection): UsageBook {
  // The unary plus keeps SQLite (built with STAT4) from planning the statement anew at every call.
  const upTo = (column: string, time: string) =>
    `(SELECT ${column} FROM spends WHERE subject = +@subject AND at <= +@${time} ORDER BY at DESC, count DESC LIMIT 1)`;
  const usage = db
    .prepare<[{ subject: string; now: number; minute: number; hour: number; day: number; month: number }], Row>(
      `SELECT ${upTo('total', 'now')}, ${upTo('count', 'now')}, ${upTo('total', 'minute')}, ${upTo('count', 'minute')},
        ${upTo('total', 'hour')}, ${upTo('total', 'day')}, ${upTo('total', 'month')},
        (SELECT COALESCE(SUM(amount), 0) FROM holds WHERE subject = +@subject),
        (SELECT COUNT(*) FROM holds WHERE subject = +@subject)`,
    )
    .raw();
  const last = db.prepare<[string], { total: bigint; count: bigint }>(
    'SELECT total, count FROM spends WHERE subject = +? ORDER BY at DESC, count DESC LIMIT 1',
  );
  const addHold = db.prepare('INSERT INTO holds (subject, order_seq, amount) VALUES (?, ?, ?)');
  const addTwoHolds = db.prepare('INSERT INTO holds (subject, order_seq, amount) VALUES (?, ?, ?), (?, ?, ?)');
  const dropHold = db.prepare('DELETE FROM holds WHERE subject = ? AND order_seq = ?');
  const dropAllHolds = db.prepare('DELETE FROM holds');
  // Each order once under each subject, whatever somebody wrote into its list.
  const holdOpen = db.prepare(
    `INSERT INTO holds (subject, order_seq, amount)
     SELECT DISTINCT charged.value, orders.seq, orders.amount FROM orders, json_each(orders.charged) AS charged
     WHERE orders.landed IS NULL AND orders.state NOT IN ('settled','released','failed')`,
  );
  const addSpend = db.prepare('INSERT INTO spends (subject, at, count, total, order_seq) VALUES (?, ?, ?, ?, ?)');

  const release = (orderSeq: bigint, charged: readonly string[]): void => {
    for (const subject of charged) dropHold.run(subject, orderSeq);
  };

  return {
    of(subject, now) {
      const row = usage.get({
        subject,
        // All of it: what is dated after a clock that was set back counts too.
        now: Number.MAX_SAFE_INTEGER,
        minute: now - minuteMs,
        hour: now - hourMs,
        day: now - dayMs,
        month: now - monthMs,
      });
      if (row === undefined) throw new RangeError('a sum has no row');
      const [total, count, minute, minuteCount, hour, day, month, open, openCount] = row;
      const since = (before: bigint | null) => (total ?? 0n) - (before ?? 0n) + open;
      return {
        minute: since(minute),
        minuteCount: Number((count ?? 0n) - (minuteCount ?? 0n) + openCount),
        hour: since(hour),
        day: since(day),
        month: since(month),
        total: since(null),
        totalCount: Number((count ?? 0n) + openCount),
      };
    },
    hold(orderSeq, charged, amount) {
      const [own, above] = charged;
      // The usual chain, an agent under the desk, on the path of every payment.
      if (charged.length === 2) addTwoHolds.run(own, orderSeq, amount, above, orderSeq, amount);
      else for (const subject of charged) addHold.run(subject, orderSeq, amount);
    },
    holdWhatIsOpen() {
      dropAllHolds.run();
      holdOpen.run();
    },
    release,
    commit(orderSeq, charged, amount, now) {
      if (orderSeq !== null) release(orderSeq, charged);
      return Object.fromEntries(
        charged.map((subject) => {
          const before = last.get(subject);
          const total = (before?.total ?? 0n) + amount;
          const count = (before?.count ?? 0n) + 1n;
          addSpend.run(subject, now, count, total, orderSeq);
          return [subject, [total.toString(), Number(count)]];
        }),
      );
    },
  };
}
