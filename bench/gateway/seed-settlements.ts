import { createHash } from 'node:crypto';
import Database from 'better-sqlite3';
import { networks } from '../../src-shared/model/index.ts';

const { mint } = networks.sandbox.usdc;
const dayMs = 86_400_000;
const hex = (text: string): string => createHash('sha256').update(text).digest('hex');

/** Writes `count` settled calls of the last 90 days into a stopped sandbox's database, as use would have left them there. */
export function seedSettlements(file: string, shop: string, count: number): void {
  const db = new Database(file);
  const add = db.prepare(
    `INSERT INTO settlements (message_hash, state, shop, url, payer, asset, amount, signature, dead_height, fee, created_at,
       updated_at, sale, purpose, dialect, method, route, request_hash, receipt_hash, delivery, http_status, settled_at)
     VALUES (?, 'settled', ?, 'http://127.0.0.1:8080/seeded', ?, ?, 10000, ?, 1, 10001, ?, ?, ?, 'call', 'x402-v2', 'GET', '*',
       ?, ?, 'complete', 200, ?)`,
  );
  const now = Date.now();
  const start = now - 90 * dayMs;
  db.transaction(() => {
    for (let i = 1; i <= count; i++) {
      const hash = hex(`message ${i}`);
      const at = start + Math.floor(((now - start) * i) / count);
      const sale = `sale_${hash.slice(0, 24)}`;
      const proof = hex(`request ${i}`);
      add.run(hash, shop, `payer${i % 1000}`, mint, `signature${i}`, at, at, sale, proof, hex(`receipt ${i}`), at);
    }
  })();
  db.pragma('wal_checkpoint(TRUNCATE)');
  db.close();
}
