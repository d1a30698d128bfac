import { z } from 'zod';
import { openEntry } from '../log/index.ts';
import { type Accepted, lastAccepted } from './accepted.ts';
import type { Connection } from './connection.ts';
import { firstSince } from './first-since.ts';
import type { Log } from './log.ts';
import type { PaidBefore } from './paid-before.ts';
import { brokenSpends, spendFinder, subjectsOf, type Totals } from './spend-rows.ts';

/** Reads on from "Nothing is paid now:". */
export interface BooksProblem {
  readonly why: string;
}

interface OrderRow {
  readonly seq: bigint;
  readonly id: string;
  readonly agent: string;
  readonly method: string;
  readonly url: string;
  readonly payee: string;
  readonly state: string;
  readonly amount: bigint;
  readonly charged: string;
  readonly landed: string | null;
  readonly grant_id: string | null;
}

/** A delegation's totals by the log. Not `exact`: the least that they can be, for others may have spent under it later. */
interface Reached {
  readonly total: bigint;
  readonly count: bigint;
  readonly exact: boolean;
}

/** What the log says of an order: where it stands, and what it was granted as. */
interface Logged {
  readonly state: string;
  readonly granted: Granted | null;
}

/** The longest window of a limit: what is older counts only in totals, and those are compared at their end. */
const windowMs = 30 * 24 * 60 * 60 * 1000;

/** Among an agent's last so many steps of orders is its last payment, or there is none to reset. */
const longestOrder = 40;

const digits = z.string().regex(/^\d{1,19}$/);
const landedData = z.object({
  amount: digits,
  spent: z.record(z.string(), z.tuple([digits, z.int()])),
  /** The time of its rows in `spends`. */
  dated: z.int().optional(),
  /** Payee, origin and route were remembered in the same write. */
  remembered: z.literal(true).optional(),
});
const grantData = z.object({
  decision: z.literal('granted'),
  amount: z.string(),
  approval: z.string().nullable().optional(),
  method: z.string().optional(),
  url: z.string().optional(),
  charged: z.array(z.string()).optional(),
});
type Granted = z.output<typeof grantData>;
const stepData = z.object({ state: z.string() });

/**
 * Does what limits are counted by say what the log says? Every payment that the log saw land within the longest window, and
 * each delegation's last, must stand there with its totals, and its payee, origin and route must be known; every order that
 * the log shows open must be held; and nothing else may be held. So a row that somebody deleted or changed resets no limit.
 * Reads the last 30 days, not all of history, and nothing from before the owner last accepted the books.
 */
export function checkBooks(connection: Connection, log: Log, paidBefore: PaidBefore): BooksProblem | null {
  try {
    return compareBooks(connection, log, paidBefore);
  } catch (error) {
    // Only damage or a foreign hand makes what we wrote unreadable; to stop is for the owner's eyes, not to crash.
    return { why: `the books cannot be read (${error instanceof Error ? error.message : String(error)})` };
  }
}

function compareBooks({ db, peekNow }: Connection, log: Log, paidBefore: PaidBefore): BooksProblem | null {
  const columns = 'seq, id, agent, method, url, payee, state, amount, charged, landed, grant_id';
  const order = db.prepare<[string], OrderRow>(`SELECT ${columns} FROM orders WHERE id = ?`);
  const newest = db.prepare<[string], Totals>(
    'SELECT total, count FROM spends WHERE subject = +? ORDER BY at DESC, count DESC LIMIT 1',
  );
  const atOf = db.prepare<[number], bigint>('SELECT at FROM log WHERE seq = ?').pluck();
  const dateOf = (seq: number): number | undefined => {
    const at = atOf.get(seq);
    return at === undefined ? undefined : Number(at);
  };
  const hasSpend = spendFinder(db);

  const accepted = lastAccepted(log);
  const since = peekNow() - windowMs;
  const from = Math.max(firstSince(log.head().count, dateOf, since), (accepted?.seq ?? 0) + 1);
  const reached = new Map<string, Reached>();
  const logged = new Map<string, Logged>();
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
    if (landed.remembered === true && !paidBefore.remembers(row))
      return { why: `the log says that order ${subject} was paid, and its payee, origin or route is not known` };
    for (const [delegation, [total, count]] of Object.entries(landed.spent)) {
      const totals = { total: BigInt(total), count: BigInt(count) };
      if (!hasSpend(delegation, row.seq, totals, landed.dated ?? null, entry.at))
        return { why: `the log says that order ${subject} counts against ${delegation}, and the limits do not` };
      reached.set(delegation, { ...totals, exact: true });
    }
  }
  for (const [subject, { state, granted }] of logged) {
    const row = order.get(subject);
    if (row === undefined) return { why: `the log has an order ${subject}, and the orders have not` };
    if (row.state !== state) return { why: `order ${subject} is ${state} by the log, and ${row.state} by the orders` };
    if (granted !== null && !isAsGranted(row, granted))
      return { why: `order ${subject} is not what the log says was granted` };
  }
  const broken = brokenSpends(db, Math.max(since, (accepted?.at ?? -1) + 1));
  if (broken !== null) return { why: `what ${broken} has spent does not add up` };
  reachByIdle(db, log, accepted, reached);
  for (const [delegation, { total, count, exact }] of reached) {
    const last = newest.get(delegation);
    // Actions without money move the count only.
    if (last === undefined || last.total < total || (exact && last.total !== total) || last.count < count)
      return { why: `what ${delegation} has spent is not what the log says` };
  }
  return wrongHold(db);
}

/** Who has been idle for longer than the window still has totals: at least those of its last payment. */
function reachByIdle(db: Connection['db'], log: Log, accepted: Accepted | null, reached: Map<string, Reached>): void {
  const agents = db.prepare<[], string>('SELECT name FROM agents').pluck().all();
  // An agent that was revoked and forgotten may come back under its name.
  for (const agent of new Set([...agents, ...subjectsOf(db)])) {
    if (reached.get(agent)?.exact === true) continue;
    const landed = log
      .recent({ agent, kind: 'order', limit: longestOrder })
      .filter(({ seq }) => accepted === null || seq > accepted.seq)
      .flatMap(({ data }) => landedData.safeParse(data).data ?? []);
    for (const [delegation, [total, count]] of Object.entries(landed[0]?.spent ?? {})) {
      const known = reached.get(delegation);
      if (known === undefined || (!known.exact && known.count < BigInt(count)))
        reached.set(delegation, { total: BigInt(total), count: BigInt(count), exact: false });
    }
  }
}

const subjects = z.array(z.string());

function wrongHold(db: Connection['db']): BooksProblem | null {
  const held = db.prepare<[], { subject: string; seq: bigint; amount: bigint }>(
    'SELECT subject, order_seq AS seq, amount FROM holds ORDER BY order_seq, subject',
  );
  const open = db.prepare<[], Pick<OrderRow, 'seq' | 'amount' | 'charged' | 'landed'>>(
    `SELECT seq, amount, charged, landed FROM orders
     WHERE state NOT IN ('settled','released','failed') ORDER BY seq`,
  );
  const wanted = new Map<string, bigint>();
  for (const { seq, amount, charged, landed } of open.all()) {
    if (landed !== null) continue;
    for (const subject of subjects.parse(JSON.parse(charged))) wanted.set(`${seq} ${subject}`, amount);
  }
  for (const { subject, seq, amount } of held.all()) {
    const key = `${seq} ${subject}`;
    if (wanted.get(key) !== amount) return { why: `money is set aside for order number ${seq} that is not open` };
    wanted.delete(key);
  }
  const [missing] = wanted.keys();
  return missing === undefined ? null : { why: `no money is set aside for an open order (number ${missing})` };
}

function isAsGranted(row: OrderRow, { amount, approval, charged, method, url }: Granted): boolean {
  return (
    row.amount.toString() === amount &&
    (method === undefined || row.method === method) &&
    (url === undefined || row.url === url) &&
    (approval === undefined || row.grant_id === approval) &&
    (charged === undefined || row.charged === JSON.stringify(charged))
  );
}
