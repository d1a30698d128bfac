import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { verifyEntries } from '../../../src-main/log/verify.ts';
import { firstCorridor } from '../../../src-main/store/migrations/0001-first-corridor.ts';
import { testKey } from '../../unit/log/log-fixture.ts';
import { freshFile, openLog } from './log-database.ts';

/** A database as version 1 left it, with these steps: order, step, time, state, event. */
function versionOne(steps: readonly (readonly [number, number, number, string, string])[]): string {
  const file = freshFile();
  const db = new Database(file);
  db.exec(firstCorridor);
  db.pragma(`application_id = ${0x67726f74}`);
  db.pragma('user_version = 1');
  db.exec("INSERT INTO meta (key, value) VALUES ('network', 'sandbox')");
  const order = db.prepare(
    `INSERT OR IGNORE INTO orders (seq, id, agent, method, url, dialect, network, asset, amount, payee, state, delivery,
       created_at, updated_at)
     VALUES (?, ?, ?, 'GET', 'http://x/', 'x402-v2', 'solana:x', 'mint', 1, 'payee', 'reserved', 'none', 1, 1)`,
  );
  const step = db.prepare('INSERT INTO order_steps (order_seq, step, at, state, event) VALUES (?, ?, ?, ?, ?)');
  db.transaction(() => {
    for (const [seq, ...rest] of steps) {
      order.run(seq, `ord_${seq}`, `bot${seq}`);
      step.run(seq, ...rest);
    }
  })();
  db.close();
  return file;
}

test('the steps of orders become chained entries, as they followed each other in time', () => {
  const { log, connection } = openLog(
    versionOne([
      [1, 0, 10, 'reserved', 'granted'],
      [1, 1, 20, 'submitting', 'signed'],
      [1, 2, 40, 'settled', 'landed'],
      [2, 0, 20, 'reserved', 'granted'],
      [2, 1, 30, 'released', 'abandoned'],
    ]),
  );
  expect(verifyEntries(log.entries(1), testKey().owner, [])).toMatchObject({ ok: true, entries: 5 });
  const said = log.recent({ limit: 9 }).map(({ kind, agent, subject, at, data }) => [kind, agent, subject, at, data]);
  expect(said.reverse()).toEqual([
    ['order', 'bot1', 'ord_1', 10, { state: 'reserved', event: 'granted' }],
    ['order', 'bot1', 'ord_1', 20, { state: 'submitting', event: 'signed' }],
    ['order', 'bot2', 'ord_2', 20, { state: 'reserved', event: 'granted' }],
    ['order', 'bot2', 'ord_2', 30, { state: 'released', event: 'abandoned' }],
    ['order', 'bot1', 'ord_1', 40, { state: 'settled', event: 'landed' }],
  ]);
  const tables = connection.db.prepare("SELECT name FROM sqlite_schema WHERE name LIKE 'order_steps%'").all();
  expect(tables).toEqual([]);
});

test('more steps than one page holds lose none, many at one instant among them', () => {
  const steps = Array.from(
    { length: 2500 },
    (_, i) => [1 + (i % 7), i, 5 + Math.floor(i / 1100), 'x', `e${i}`] as const,
  );
  const { log } = openLog(versionOne(steps));
  expect(verifyEntries(log.entries(1), testKey().owner, [])).toMatchObject({ ok: true, entries: 2500 });
  const events = new Set(log.recent({ limit: 9999 }).map(({ data }) => data['event']));
  expect(events.size).toBe(2500);
});

test('a database without orders gets an empty log', () => {
  const { log } = openLog(versionOne([]));
  expect(log.head().count).toBe(0);
});
