import { join } from 'node:path';
import Database from 'better-sqlite3';
import { networks } from '../src-shared/model/index.ts';

/** Writes `count` settled orders of `agent` into a stopped sandbox home, as a year of use would have left them there. */
export function seedOrders(home: string, agent: string, count: number): void {
  const db = new Database(join(home, 'sandbox', 'groat.db'));
  const { mint } = networks.sandbox.usdc;
  const amount = 10_000;
  const dayMs = 86_400_000;
  const start = Date.now() - 365 * dayMs;
  const stepMs = Math.floor((360 * dayMs) / count);
  const numbers = `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${count})`;
  db.transaction(() => {
    db.exec(`${numbers} INSERT INTO orders (id, agent, method, url, dialect, network, asset, amount, payee, state, delivery,
        message_hash, own_signature, last_valid_height, landed, http_status, created_at, updated_at, committed_at, running_total)
      SELECT 'ord_seed' || i, '${agent}', 'GET', 'http://127.0.0.1/seeded', 'x402-v2', 'seed', '${mint}', ${amount}, 'payee',
        'settled', 'complete', 'seedhash' || i, 'seedown' || i, 1, 'seedtx' || i, 200,
        ${start} + i * ${stepMs}, ${start} + i * ${stepMs}, ${start} + i * ${stepMs}, i * ${amount} FROM n`);
    db.exec(`INSERT INTO order_steps (order_seq, step, at, state, event)
      SELECT orders.seq, step.value, created_at, 'settled', 'landed' FROM orders, json_each('[0,1,2,3,4]') AS step WHERE orders.id LIKE 'ord_seed%'`);
    db.exec(`INSERT INTO entries (at, reference, account, asset, amount)
      SELECT created_at, orders.id, e.value ->> 0, asset, amount * (e.value ->> 1) FROM orders,
        json_each('[["external",-1],["reserved",1],["reserved",-1],["spent",1]]') AS e WHERE orders.id LIKE 'ord_seed%'`);
    db.exec(`INSERT INTO statement (signature, slot, delta, order_id, recorded_at)
      SELECT landed, seq, -amount, orders.id, created_at FROM orders WHERE orders.id LIKE 'ord_seed%'`);
    const total = count * amount;
    db.prepare("INSERT INTO balances (account, asset, amount) VALUES ('spent', ?, 0) ON CONFLICT DO NOTHING").run(mint);
    db.prepare("UPDATE balances SET amount = amount + ? WHERE account = 'spent' AND asset = ?").run(total, mint);
    db.prepare("UPDATE balances SET amount = amount - ? WHERE account = 'external' AND asset = ?").run(total, mint);
  })();
  db.pragma('wal_checkpoint(TRUNCATE)');
  db.close();
}
