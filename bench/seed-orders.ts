import Database from 'better-sqlite3';
import { emptyHead, type Head, sealEntry } from '../src-main/log/index.ts';
import { networks } from '../src-shared/model/index.ts';

const { mint } = networks.sandbox.usdc;
/** So little that all of it is within a day's limit: the log dates them now, since it never runs back. */
const amount = 10;
const dayMs = 86_400_000;
const hourMs = 3_600_000;
const payees = [
  '9xQeWvG816bUx9EPjHmaT23yvVM2ZWbrrpZb9PusVFin',
  '4Nd1mYv8bqz7fD1cHq2bWcQqkG8m3sJbQ6v1uVgT2XyZ',
  '7Vbmv1jt4vyuqBZcpYPpnVhrqVe5e6ZPb6JxDcffRHUN',
] as const;
const urls = [
  'http://127.0.0.1:8080/seeded',
  'http://127.0.0.1:8080/v1/weather',
  'http://127.0.0.1:8081/v1/search',
  'http://127.0.0.1:8082/quotes/latest',
  'http://127.0.0.1:8082/quotes/daily',
] as const;

interface HourSum {
  readonly hour: number;
  readonly agent: string;
  readonly payee: string;
  readonly origin: string;
  readonly count: number;
}

/**
 * Writes `count` settled orders, spread over these agents, into a stopped sandbox's database, as use would have left
 * them there: orders, limits, ledger, statement, sums for the screens, and a log that follows from the one that is there.
 * They are spread over the last five days, or over the time since the last entry of that log where it is younger.
 */
export function seedOrders(file: string, agents: readonly string[], count: number): void {
  const db = new Database(file);
  const order = db.prepare(
    `INSERT INTO orders (id, action, agent, method, url, dialect, network, asset, amount, payee, charged, state, delivery, message_hash,
       own_signature, last_valid_height, landed, http_status, created_at, updated_at)
     VALUES (?, 'pay', ?, 'GET', ?, 'x402-v2', 'seed', ?, ?, ?, ?, 'settled', 'complete', ?, ?, 1, ?, 200, ?, ?)`,
  );
  const spend = db.prepare('INSERT INTO spends (subject, at, count, total, order_seq) VALUES (?, ?, ?, ?, ?)');
  const line = db.prepare(
    'INSERT INTO statement (signature, slot, delta, order_id, recorded_at) VALUES (?, ?, ?, ?, ?)',
  );
  const ledger = db.prepare('INSERT INTO entries (at, reference, account, asset, amount) VALUES (?, ?, ?, ?, ?)');
  const hourly = db.prepare(
    `INSERT INTO spending (hour, agent, payee, origin, amount, count) VALUES (?, ?, ?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET amount = amount + excluded.amount, count = count + excluded.count`,
  );
  const log = db.prepare('INSERT INTO log (seq, at, body, hash) VALUES (?, ?, ?, unhex(?))');
  const last = db
    .prepare<[], Head & { at: number }>(
      'SELECT seq AS count, lower(hex(hash)) AS hash, at FROM log ORDER BY seq DESC LIMIT 1',
    )
    .get();
  let head: Head = last ?? emptyHead;
  // Not before what is on record already.
  const start = Math.max(Date.now() - 5 * dayMs, last?.at ?? 0);
  const stepMs = Math.max(0, Math.floor((Date.now() - start) / count));
  const counts = new Map<string, number>();
  const hours = new Map<string, HourSum>();
  const append = (at: number, draft: Parameters<typeof sealEntry>[0]): void => {
    const sealed = sealEntry(draft, at, head);
    log.run(sealed.seq, sealed.at, sealed.body, sealed.hash);
    head = { count: sealed.seq, hash: sealed.hash };
  };
  db.transaction(() => {
    for (let i = 1; i <= count; i++) {
      const id = `ord_seed${i}`;
      const agent = agents[i % agents.length] ?? '';
      const at = start + i * stepMs;
      const payee = payees[i % payees.length] ?? payees[0];
      const url = urls[i % urls.length] ?? urls[0];
      const { origin } = new URL(url);
      const common = { amount: String(amount), payee };
      const hour = Math.floor(at / hourMs);
      const key = JSON.stringify([hour, agent, payee, origin]);
      hours.set(key, { hour, agent, payee, origin, count: (hours.get(key)?.count ?? 0) + 1 });
      const charged = [agent, '@desk'];
      const { lastInsertRowid } = order.run(
        id,
        agent,
        url,
        mint,
        amount,
        payee,
        JSON.stringify(charged),
        `hash${i}`,
        `own${i}`,
        `tx${i}`,
        at,
        at,
      );
      const spent = Object.fromEntries(
        charged.map((subject) => {
          const n = (counts.get(subject) ?? 0) + 1;
          counts.set(subject, n);
          spend.run(subject, at, n, n * amount, lastInsertRowid);
          return [subject, [String(n * amount), n]];
        }),
      );
      line.run(`tx${i}`, i, -amount, id, at);
      ledger.run(at, id, 'external', mint, -amount);
      ledger.run(at, id, 'spent', mint, amount);
      append(at, {
        kind: 'decision',
        agent,
        subject: id,
        data: {
          ...common,
          action: 'pay',
          approval: null,
          asset: mint,
          decision: 'granted',
          law: 1,
          limitOf: null,
          loop: 'seed',
          method: 'GET',
          policy: 1,
          reason: null,
          trust: 500_000,
          url,
        },
      });
      append(at, {
        kind: 'order',
        agent,
        subject: id,
        data: {
          ...common,
          dated: at,
          event: 'landed',
          landed: `tx${i}`,
          ok: null,
          origin,
          spent,
          state: 'settled',
          trust: 'delivered',
        },
      });
    }
    for (const { hour, agent, payee, origin, count: times } of hours.values())
      hourly.run(hour, agent, payee, origin, times * amount, times);
    const total = count * amount;
    db.prepare("INSERT INTO balances (account, asset, amount) VALUES ('spent', ?, 0) ON CONFLICT DO NOTHING").run(mint);
    db.prepare("UPDATE balances SET amount = amount + ? WHERE account = 'spent' AND asset = ?").run(total, mint);
    db.prepare("UPDATE balances SET amount = amount - ? WHERE account = 'external' AND asset = ?").run(total, mint);
  })();
  db.pragma('wal_checkpoint(TRUNCATE)');
  db.close();
}
