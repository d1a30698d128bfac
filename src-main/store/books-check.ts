import { z } from 'zod';
import { openEntry } from '../log/index.ts';
import type { Connection } from './connection.ts';
import type { Log } from './log.ts';

/** Reads on from "Nothing is paid now:". */
export interface BooksProblem {
  readonly why: string;
}

interface OrderRow {
  readonly seq: bigint;
  readonly id: string;
  readonly state: string;
  readonly amount: bigint;
  readonly charged: string;
  readonly landed: string | null;
  readonly grant_id: string | null;
}

/** What the log says of an order: where it stands, and what it was granted as. */
interface Logged {
  readonly state: string;
  readonly granted: Granted | null;
}

/** The longest window of a limit: what is older counts only in totals, and those are compared at their end. */
const windowMs = 30 * 24 * 60 * 60 * 1000;

const momentMs = 10_000;
/** Among an agent's last so many steps of orders is its last payment, or there is none to reset. */
const longestOrder = 40;

const landedData = z.object({ amount: z.string(), spent: z.record(z.string(), z.tuple([z.string(), z.number()])) });
const grantData = z.object({
  decision: z.literal('granted'),
  amount: z.string(),
  approval: z.string().nullable().optional(),
  charged: z.array(z.string()).optional(),
});
type Granted = z.output<typeof grantData>;
const stepData = z.object({ state: z.string() });

/**
 * Does what limits are counted by say what the log says? Every payment that the log saw land within the longest window, and
 * each delegation's last, must stand there with its totals; every order that the log shows open must be held; and nothing
 * else may be held. So a row that somebody deleted or changed resets no limit. Reads the last 30 days, not all of history.
 */
export function checkBooks({ db, peekNow }: Connection, log: Log): BooksProblem | null {
  const firstOf = db.prepare<[number], bigint>('SELECT seq FROM log WHERE at >= ? ORDER BY seq LIMIT 1').pluck();
  const order = db.prepare<[string], OrderRow>(
    'SELECT seq, id, state, amount, charged, landed, grant_id FROM orders WHERE id = ?',
  );
  // Dated in the same write, at most moments before its entry.
  const spend = db
    .prepare<[string, number, number, bigint, bigint, number], bigint>(
      `SELECT 1 FROM spends WHERE subject = +? AND at >= +? AND at <= +? AND order_seq = ? AND total = ? AND count = ?`,
    )
    .pluck();
  const newest = db.prepare<[string], { total: bigint; count: bigint }>(
    'SELECT total, count FROM spends WHERE subject = +? ORDER BY at DESC, count DESC LIMIT 1',
  );
  const held = db.prepare<[], { subject: string; seq: bigint; amount: bigint }>(
    'SELECT subject, order_seq AS seq, amount FROM holds ORDER BY order_seq, subject',
  );
  const open = db.prepare<[], OrderRow>(
    `SELECT seq, id, state, amount, charged, landed, grant_id FROM orders
     WHERE state NOT IN ('settled','released','failed') ORDER BY seq`,
  );

  const agents = db.prepare<[], string>('SELECT name FROM agents').pluck();

  const from = Number(firstOf.get(peekNow() - windowMs) ?? 0n);
  const latest = new Map<string, { total: string; count: number }>();
  const logged = new Map<string, Logged>();
  if (from > 0) {
    for (const sealed of log.entries(from)) {
      const entry = openEntry(sealed.body, sealed.hash);
      const { kind, subject, data } = entry;
      if (subject === null || (kind !== 'decision' && kind !== 'order')) continue;
      const granted = kind === 'decision' ? grantData.safeParse(data).data : undefined;
      if (granted !== undefined && granted.amount !== '0') logged.set(subject, { state: 'reserved', granted });
      if (kind !== 'order') continue;
      const step = stepData.safeParse(data).data;
      if (step !== undefined) logged.set(subject, { state: step.state, granted: logged.get(subject)?.granted ?? null });
      const landed = landedData.safeParse(data).data;
      if (landed === undefined) continue;
      const row = order.get(subject);
      if (row === undefined || row.amount.toString() !== landed.amount || row.landed === null)
        return { why: `the log says that order ${subject} was paid, and the orders do not` };
      for (const [delegation, [total, count]] of Object.entries(landed.spent)) {
        if (spend.get(delegation, entry.at - momentMs, entry.at, row.seq, BigInt(total), count) === undefined)
          return { why: `the log says that order ${subject} counts against ${delegation}, and the limits do not` };
        latest.set(delegation, { total, count });
      }
    }
  }
  for (const [subject, { state, granted }] of logged) {
    const row = order.get(subject);
    if (row === undefined) return { why: `the log has an order ${subject}, and the orders have not` };
    if (row.state !== state) return { why: `order ${subject} is ${state} by the log, and ${row.state} by the orders` };
    if (granted !== null && !isAsGranted(row, granted))
      return { why: `order ${subject} is not what the log says was granted` };
  }
  const broken = brokenSpends(db, peekNow() - windowMs);
  if (broken !== null) return { why: `what ${broken} has spent does not add up` };
  // Who has been idle for longer still has totals.
  for (const agent of agents.all()) {
    if (latest.has(agent)) continue;
    const landed = log
      .recent({ agent, kind: 'order', limit: longestOrder })
      .flatMap(({ data }) => landedData.safeParse(data).data ?? []);
    const spent = landed[0]?.spent[agent];
    if (spent !== undefined) latest.set(agent, { total: spent[0], count: spent[1] });
  }
  for (const [delegation, { total, count }] of latest) {
    const last = newest.get(delegation);
    // Actions without money move the count only.
    if (last === undefined || last.total.toString() !== total || Number(last.count) < count)
      return { why: `what ${delegation} has spent is not what the log says` };
  }
  const wanted = new Map<string, bigint>();
  for (const { seq, amount, charged, landed } of open.all()) {
    if (landed !== null) continue;
    for (const subject of z.array(z.string()).parse(JSON.parse(charged))) wanted.set(`${seq} ${subject}`, amount);
  }
  for (const { subject, seq, amount } of held.all()) {
    const key = `${seq} ${subject}`;
    if (wanted.get(key) !== amount) return { why: `money is set aside for order number ${seq} that is not open` };
    wanted.delete(key);
  }
  const [missing] = wanted.keys();
  return missing === undefined ? null : { why: `no money is set aside for an open order (number ${missing})` };
}

function isAsGranted(row: OrderRow, { amount, approval, charged }: Granted): boolean {
  return (
    row.amount.toString() === amount &&
    (approval === undefined || row.grant_id === approval) &&
    (charged === undefined || row.charged === JSON.stringify(charged))
  );
}

/**
 * The first delegation with a row since then that is not the one before it and one order more: such a row would stand for
 * all that was spent before it, and empty the windows.
 */
function brokenSpends(db: Connection['db'], since: number): string | null {
  // A seek for each subject, not a walk over all of history.
  const next = db.prepare<[string], string | null>('SELECT MIN(subject) FROM spends WHERE subject > +?').pluck();
  const before = db.prepare<[string, number], { total: bigint; count: bigint }>(
    'SELECT total, count FROM spends WHERE subject = +? AND at < +? ORDER BY at DESC, count DESC LIMIT 1',
  );
  const rows = db.prepare<[string, number], { total: bigint; count: bigint; amount: bigint | null }>(
    `SELECT spends.total, spends.count, orders.amount FROM spends LEFT JOIN orders ON orders.seq = spends.order_seq
     WHERE spends.subject = +? AND spends.at >= +? ORDER BY spends.at, spends.count`,
  );
  for (let subject = next.get('') ?? null; subject !== null; subject = next.get(subject) ?? null) {
    let last = before.get(subject, since) ?? { total: 0n, count: 0n };
    for (const row of rows.iterate(subject, since)) {
      if (row.count !== last.count + 1n || row.total !== last.total + (row.amount ?? 0n)) return subject;
      last = row;
    }
  }
  return null;
}
