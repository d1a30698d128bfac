import { cpSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createRouterClient } from '@orpc/server';
import Database from 'better-sqlite3';
import { describe, expect, test } from 'vitest';
import { throughProxy } from '../../support/proxy-client.ts';
import { freshHome, ownerInside, startTestHost, type TestHost } from '../../support/test-host.ts';

const databaseOf = (home: string) => join(home, 'sandbox', 'groat.db');
const asOwner = ({ host }: TestHost) => createRouterClient(host.router, { context: ownerInside });

/** A stopped home in which an agent with $0.05 a day has bought for three cents. */
async function usedHome(): Promise<{ home: string; credential: URL }> {
  const home = freshHome();
  const host = await startTestHost({ home });
  const { proxyUrl } = await host.client.agents.add({ agent: 'bot', perDay: '0.05' });
  for (let i = 0; i < 3; i++) expect((await throughProxy(proxyUrl, host.demoUrl)).status).toBe(200);
  await host.stop();
  return { home, credential: new URL(proxyUrl) };
}

/** Does something to the stopped database that Groat would not do. */
function edit(home: string, ...statements: string[]): void {
  const db = new Database(databaseOf(home));
  for (const sql of statements) {
    const { changes } = db.prepare(sql).run();
    if (!sql.startsWith('DROP')) expect(changes, sql).toBeGreaterThan(0);
  }
  db.pragma('wal_checkpoint(TRUNCATE)');
  db.close();
}

/** What the agent hears when the home is started again, and what its owner is told. */
async function afterwards(home: string, credential: URL) {
  const host = await startTestHost({ home });
  const proxy = new URL(host.host.ready.proxyUrl);
  const proxyUrl = `http://${credential.username}:${credential.password}@${proxy.host}`;
  const answer = await throughProxy(proxyUrl, host.demoUrl);
  const { problem } = await host.client.host.status();
  return { host, proxyUrl, answer, problem };
}

describe('an edit of the database behind Groat’s back stops spending, and is told', () => {
  const books = 'books-suspect';
  const policy = 'policy-unreadable';
  const edits: readonly (readonly [claim: string, reason: string, ...sql: string[]])[] = [
    ['deleting what an agent spent does not give it its limit back', books, "DELETE FROM spends WHERE subject = 'bot'"],
    [
      'deleting the last payment of it alone',
      books,
      "DELETE FROM spends WHERE subject = 'bot' AND count = (SELECT MAX(count) FROM spends WHERE subject = 'bot')",
    ],
    ['moving it out of the day', books, "UPDATE spends SET at = at - 90000000 WHERE subject = 'bot'"],
    ['making it smaller', books, "UPDATE spends SET total = 1 WHERE subject = 'bot'"],
    ['deleting an order', books, 'DELETE FROM orders WHERE seq = 2'],
    ['making an order cheaper', books, 'UPDATE orders SET amount = 1 WHERE seq = 2'],
    ['setting money aside for nothing', books, "INSERT INTO holds VALUES ('bot', 1, 5)"],
    [
      'a higher limit',
      policy,
      "UPDATE policy SET value = replace(value, '50000', '5000000') WHERE key = 'delegation/bot'",
    ],
    ['no delegation of the desk', policy, "DELETE FROM policy WHERE key = 'delegation/@desk'"],
    ['a row more', policy, "INSERT INTO policy SELECT 'role/x', value, version, mac FROM policy LIMIT 1"],
    ['another seal', policy, 'UPDATE policy_seal SET version = version + 1'],
    ['no policy at all', books, 'DELETE FROM policy', 'DELETE FROM policy_seal'],
  ];
  test.each(edits)('%s: %s', async (_claim, reason, ...statements) => {
    const { home, credential } = await usedHome();
    edit(home, ...statements);
    const { answer, problem } = await afterwards(home, credential);
    expect(answer.headers).toMatchObject({
      'groat-decision': 'denied',
      'groat-reason': expect.stringMatching(reason === policy ? policy : /books-suspect|policy-unreadable/),
    });
    expect(problem).toEqual(expect.any(String));
  });

  test.each([
    ['one byte of an entry', "UPDATE log SET body = replace(body, '10000', '10001') WHERE seq = 9"],
    ['an entry less', 'DELETE FROM log WHERE seq = (SELECT MAX(seq) FROM log)'],
    ['the whole log', 'DELETE FROM log'],
  ])('%s of the log changed, and the first bad entry is named', async (_claim, sql) => {
    const { home, credential } = await usedHome();
    edit(home, 'DROP TRIGGER log_keeps', 'DROP TRIGGER log_stays', sql);
    const { host, answer, problem } = await afterwards(home, credential);
    // A change far back is found by `log verify`; a start looks at what no signed head vouches for.
    const verdict = await host.client.log.verify();
    expect(verdict).toMatchObject({ ok: false, firstBad: expect.any(Number) });
    if (sql.startsWith('DELETE')) {
      expect(answer.headers['groat-decision']).toBe('denied');
      expect(problem).toMatch(/log|order/);
    }
  });
});

test('an older copy of the database put back is noticed: what was spent since is not forgotten', async () => {
  const { home, credential } = await usedHome();
  const copy = `${databaseOf(home)}.copy`;
  cpSync(databaseOf(home), copy);
  const { host } = await afterwards(home, credential);
  await host.stop();
  for (const side of ['', '-wal', '-shm']) rmSync(`${databaseOf(home)}${side}`, { force: true });
  cpSync(copy, databaseOf(home));
  const { answer, problem } = await afterwards(home, credential);
  expect(answer.headers).toMatchObject({ 'groat-decision': 'denied', 'groat-reason': 'books-suspect' });
  expect(problem).toMatch(/older copy|cut off/);
});

test('an older copy of the database and of the head outside it is noticed by the money that is gone', async () => {
  const { home, credential } = await usedHome();
  const heads = join(home, 'log-heads');
  cpSync(databaseOf(home), `${databaseOf(home)}.copy`);
  cpSync(heads, `${heads}.copy`, { recursive: true });
  const { host } = await afterwards(home, credential);
  await host.stop();
  for (const side of ['', '-wal', '-shm']) rmSync(`${databaseOf(home)}${side}`, { force: true });
  rmSync(heads, { recursive: true });
  cpSync(`${databaseOf(home)}.copy`, databaseOf(home));
  cpSync(`${heads}.copy`, heads, { recursive: true });
  const { answer, problem } = await afterwards(home, credential);
  expect(answer.headers['groat-reason']).toBe('books-suspect');
  expect(problem).toMatch(/money left the wallet/);
});

test('an older policy put back brings back neither its limits nor its PIN’s tries', async () => {
  const { home, credential } = await usedHome();
  const kept = new Database(databaseOf(home));
  const tables = ['policy', 'policy_seal'] as const;
  const rows = tables.map((table) => kept.prepare(`SELECT * FROM ${table}`).all());
  kept.close();
  const { host } = await afterwards(home, credential);
  await host.client.owner.setPin({ pin: 'correct horse' });
  await host.client.agents.limit({ agent: 'bot', perDay: '0.04' });
  await host.stop();
  const db = new Database(databaseOf(home));
  for (const [n, table] of tables.entries()) {
    db.prepare(`DELETE FROM ${table}`).run();
    for (const row of rows[n] ?? []) {
      const names = Object.keys(row as object);
      db.prepare(`INSERT INTO ${table} (${names}) VALUES (${names.map((name) => `@${name}`)})`).run(row);
    }
  }
  db.close();
  const { host: again, answer, problem } = await afterwards(home, credential);
  expect(answer.headers['groat-reason']).toBe('policy-unreadable');
  expect(problem).toMatch(/older copy/);
  await expect(again.client.owner.setPin({ pin: 'another one' })).rejects.toMatchObject({
    data: { code: 'policy-altered' },
  });
});

test('a log without any signed head is not taken for that of a first start', async () => {
  const { home, credential } = await usedHome();
  edit(home, 'DELETE FROM log_heads');
  rmSync(join(home, 'log-heads'), { recursive: true });
  const { answer, problem } = await afterwards(home, credential);
  expect(answer.headers['groat-reason']).toBe('books-suspect');
  expect(problem).toMatch(/signed heads are gone/);
});

test('a head is signed soon after each payment, not at the next stop', async () => {
  const { home, credential } = await usedHome();
  const { host } = await afterwards(home, credential);
  const db = new Database(databaseOf(home), { readonly: true });
  const entries = db.prepare<[], number>('SELECT MAX(seq) FROM log').pluck();
  const signed = () => JSON.parse(readFileSync(join(home, 'log-heads', 'sandbox.json'), 'utf8')).head.count;
  await expect.poll(() => signed() === entries.get(), { timeout: 10_000 }).toBe(true);
  db.close();
  expect((await host.client.host.status()).problem).toBeNull();
});

test('a write of another program while Groat runs stops spending until the owner has looked, across restarts', async () => {
  const { home, credential } = await usedHome();
  const first = await afterwards(home, credential);
  expect(first.answer.status).toBe(200);
  edit(home, "INSERT INTO meta VALUES ('x', 'y')");
  const refused = await throughProxy(first.proxyUrl, first.host.demoUrl);
  expect(refused.headers).toMatchObject({ 'groat-decision': 'denied', 'groat-reason': 'books-suspect' });
  await first.host.stop();
  const second = await afterwards(home, credential);
  expect(second.answer.headers['groat-reason']).toBe('books-suspect');
  await expect(second.host.client.desk.resume({ acceptBooks: true })).rejects.toMatchObject({
    data: { code: 'owner-required' },
  });
  expect(await asOwner(second.host).desk.resume({ acceptBooks: true })).toMatchObject({ problem: null });
  expect((await throughProxy(second.proxyUrl, second.host.demoUrl)).status).toBe(200);
});

test('a home that nobody touched starts without a doubt', async () => {
  const { home, credential } = await usedHome();
  const { problem, answer, host } = await afterwards(home, credential);
  expect({ problem, status: answer.status }).toEqual({ problem: null, status: 200 });
  expect(await host.client.log.verify()).toMatchObject({ ok: true });
});
