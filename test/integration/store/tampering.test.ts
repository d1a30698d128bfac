import Database from 'better-sqlite3';
import { describe, expect, test } from 'vitest';
import { openConnection } from '../../../src-main/store/connection.ts';
import { createPaidBefore } from '../../../src-main/store/paid-before.ts';
import { openTestDesk, reasonOf, startAt, type TestDesk } from '../../support/test-desk.ts';
import {
  deposit,
  freshFile,
  grantedAlways,
  openTestStore,
  payee,
  policyMac,
  requestOf,
  setClock,
} from '../../support/test-store.ts';

const minuteMs = 60_000;

/** An agent that has paid twice and has one order open; stopped. */
async function someBooks(): Promise<{ file: string; clock: ReturnType<typeof setClock> }> {
  const clock = setClock(startAt);
  const file = freshFile();
  const held = await openTestDesk({ file, clock });
  await held.admit('bot');
  for (const id of ['paid-1', 'paid-2', 'open']) {
    await held.gate.authorize(held.request({ id }), { respondAsync: true, signal: null });
    clock.at += minuteMs;
    if (id !== 'open') await held.settle(id);
    clock.at += minuteMs;
  }
  await held.stop();
  return { file, clock };
}

/** As somebody with the file and SQLite would. */
function edit(file: string, sql: string): void {
  const db = new Database(file);
  db.pragma('foreign_keys = OFF');
  const before = db.prepare('SELECT total_changes()').pluck().get();
  db.exec(sql);
  expect(db.prepare('SELECT total_changes()').pluck().get(), 'the edit changed nothing').not.toBe(before);
  db.close();
}

test('books that nobody touched agree', async () => {
  const { file, clock } = await someBooks();
  const held = await openTestDesk({ file, clock });
  expect(held.store.checkBooks()).toBeNull();
});

const edits: Readonly<Record<string, string>> = {
  'a deleted order': "DELETE FROM orders WHERE id = 'paid-1'",
  'a deleted open order': "DELETE FROM holds; DELETE FROM orders WHERE id = 'open'",
  'all orders deleted with all that they counted': 'DELETE FROM holds; DELETE FROM spends; DELETE FROM orders',
  'a changed amount': "UPDATE orders SET amount = 1 WHERE id = 'paid-1'",
  'an order that was paid and is said to be released':
    "UPDATE orders SET state = 'released', landed = NULL WHERE id = 'paid-2'",
  'an open order that is said to be released':
    "DELETE FROM holds; UPDATE orders SET state = 'released' WHERE id = 'open'",
  'deleted spends': "DELETE FROM spends WHERE subject = 'bot'",
  'one deleted spend': "DELETE FROM spends WHERE subject = '@desk' AND count = 1",
  'changed totals': 'UPDATE spends SET total = 1',
  'a changed date': `UPDATE spends SET at = at - ${24 * 60 * minuteMs} WHERE count = 1`,
  'an inserted spend that hides those after it': `INSERT INTO spends VALUES ('bot', ${startAt - minuteMs}, 0, 20000, NULL)`,
  'an inserted spend from before the longest window': `INSERT INTO spends VALUES ('bot', 1, 0, 20000, NULL)`,
  'an inserted spend between others': `INSERT INTO spends VALUES ('bot', ${startAt + 3 * minuteMs - 1}, 99, 20000, NULL)`,
  'deleted holds': 'DELETE FROM holds',
  'a changed hold': 'UPDATE holds SET amount = 0',
  'a hold for nothing': "INSERT INTO holds SELECT 'bot', seq, 5 FROM orders WHERE id = 'paid-1'",
  'fewer delegations charged': `DELETE FROM holds WHERE subject = '@desk'; UPDATE orders SET charged = '["bot"]' WHERE id = 'open'`,
  'an open order said to be for another address': "UPDATE orders SET url = 'http://127.0.0.1/y' WHERE id = 'open'",
  'a deleted route': "DELETE FROM paid_before WHERE what LIKE 'route %'",
  'a route whose price was raised': "UPDATE paid_before SET amount = 9000000 WHERE what LIKE 'route %'",
  'a deleted payee': "DELETE FROM paid_before WHERE what LIKE 'payee %'",
  'a deleted origin': "DELETE FROM paid_before WHERE what LIKE 'origin %'",
  'a used approval that is said not to be': "UPDATE orders SET grant_id = 'apr_other' WHERE id = 'open'",
};

describe('the books show', () => {
  test.for(Object.entries(edits))('%s', async ([, sql]) => {
    const { file, clock } = await someBooks();
    edit(file, sql);
    const held = await openTestDesk({ file, clock });
    expect(held.store.checkBooks()).not.toBeNull();
  });
});

test('a foreign write while Groat runs stops spending at once, across a restart too, until the owner has looked', async () => {
  const { file, clock } = await someBooks();
  const held = await openTestDesk({ file, clock });
  expect(reasonOf(await held.ask())).toBe('granted');
  edit(file, "DELETE FROM spends WHERE subject = 'bot'");
  const all = await Promise.all([held.ask(), held.ask()]);
  expect(all.map(reasonOf)).toEqual(['books-suspect', 'books-suspect']);
  await held.stop();
  const again = await openTestDesk({ file, clock });
  expect(reasonOf(await again.ask())).toBe('books-suspect');
  await again.store.suspicions.dismiss();
  expect(reasonOf(await again.ask())).toBe('granted');
  expect(whatHappened(again)).toEqual(expect.arrayContaining(['suspect', 'accepted by the owner']));
});

test('a doubt is not lifted by who empties tables: it stands in the log', async () => {
  const { file, clock } = await someBooks();
  const held = await openTestDesk({ file, clock });
  await held.store.suspicions.raise('the first reason');
  await held.store.suspicions.raise('another reason');
  expect(whatHappened(held)).toEqual(['suspect']);
  await held.stop();
  const db = new Database(file);
  const tables = db.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").pluck().all();
  for (const table of tables) if (/suspic|doubt/.test(String(table))) db.exec(`DELETE FROM ${String(table)}`);
  db.close();
  const again = await openTestDesk({ file, clock });
  expect(again.store.suspicions.current()).toBe('the first reason');
  expect(reasonOf(await again.ask())).toBe('books-suspect');
});

test('a doubt that comes while the owner accepts another still stands, here and after a restart', async () => {
  const { file, clock } = await someBooks();
  const held = await openTestDesk({ file, clock });
  await held.store.suspicions.raise('seen by the owner');
  const dismissed = held.store.suspicions.dismiss();
  await held.store.connection.committer.flushed();
  const raised = held.store.connection.committer.write(() => {
    void held.store.suspicions.raise('not seen');
  });
  await Promise.all([dismissed, raised]);
  await held.stop();
  expect(held.store.suspicions.current()).not.toBeNull();
  const again = await openTestDesk({ file, clock });
  expect(again.store.suspicions.current()).toBe('not seen');
});

describe('what the owner accepted is not raised at the next start', () => {
  test.for(Object.entries(edits))('%s', async ([, sql]) => {
    const { file, clock } = await someBooks();
    edit(file, sql);
    const held = await openTestDesk({ file, clock });
    await held.store.suspicions.raise(held.store.checkBooks()?.why ?? 'nothing');
    await held.store.suspicions.dismiss();
    expect(held.store.checkBooks()).toBeNull();
    clock.at += minuteMs;
    expect(reasonOf(await held.ask({ id: 'after' }))).toBe('granted');
    await held.settle('after');
    await held.stop();
    const again = await openTestDesk({ file, clock });
    expect(again.store.checkBooks()).toBeNull();
    expect(again.store.suspicions.current()).toBeNull();
  });
});

test('what comes after an acceptance is looked at as before', async () => {
  const { file, clock } = await someBooks();
  const held = await openTestDesk({ file, clock });
  await held.store.suspicions.raise('something');
  await held.store.suspicions.dismiss();
  clock.at += minuteMs;
  await held.ask({ id: 'after' });
  await held.settle('after');
  await held.stop();
  edit(file, "DELETE FROM spends WHERE subject = 'bot' AND count = 3");
  const again = await openTestDesk({ file, clock });
  expect(again.store.checkBooks()).toMatchObject({ why: expect.stringContaining('after') });
});

test('accepting the books sets aside again what open orders need', async () => {
  const { file, clock } = await someBooks();
  edit(file, 'DELETE FROM holds');
  const held = await openTestDesk({ file, clock });
  expect(held.store.usage.of('bot', clock.at).total).toBe(20_000n);
  await held.store.suspicions.raise('holds are gone');
  await held.store.suspicions.dismiss();
  expect(held.store.usage.of('bot', clock.at).total).toBe(30_000n);
  expect(held.store.usage.of('@desk', clock.at).total).toBe(30_000n);
});

test('totals of who was idle for longer than any window are looked at, also when the list of agents lost it', async () => {
  const { file, clock } = await someBooks();
  clock.at += 40 * 24 * 60 * minuteMs;
  edit(
    file,
    "DELETE FROM agents; DELETE FROM spends WHERE subject = 'bot' AND count = 2; UPDATE spends SET total = 1 WHERE subject = 'bot'",
  );
  const held = await openTestDesk({ file, clock });
  expect(held.store.checkBooks()).toMatchObject({ why: expect.stringContaining('bot') });
});

test('a stranger whose row somebody inserts, or copies from a friend’s, stays a stranger', async () => {
  const { file, clock } = await someBooks();
  edit(
    file,
    "INSERT INTO paid_before SELECT subject, 'payee Eve', amount, first_at, last_at, mac FROM paid_before WHERE what LIKE 'payee %'",
  );
  edit(file, "UPDATE paid_before SET amount = 1 WHERE what LIKE 'route %'");
  const held = await openTestDesk({ file, clock });
  let known: unknown[] = [];
  const request = held.request();
  const { payee, method, url } = request;
  await held.store.reservations.reserve(request, (facts) => {
    known = [facts.hasPaid('bot', 'payee', 'Eve'), facts.hasPaid('bot', 'payee', payee), facts.lastPrice(method, url)];
    return { kind: 'refused', entry: { kind: 'decision', agent: 'bot', subject: null, data: {} } };
  });
  expect(known).toEqual([false, true, null]);
});

test('before the key is known nobody is, and nobody can be remembered', async () => {
  const { file, clock } = await someBooks();
  const connection = openConnection(file, 'sandbox', clock);
  const locked = createPaidBefore(connection, 'sandbox');
  const paid = { agent: 'bot', method: 'GET', url: 'http://127.0.0.1/x', payee, amount: 10_000n };
  expect(locked.lastPrice(paid.method, paid.url)).toBeNull();
  expect(locked.firstAt('bot', 'payee', payee)).toBeNull();
  expect(() => locked.remember(paid, clock.at)).toThrow(/key of the policy/);
  locked.unlock(policyMac);
  expect(locked.lastPrice(paid.method, paid.url)).toBe(10_000n);
  expect(locked.firstAt('bot', 'payee', payee)).toBe(startAt + minuteMs);
  connection.close();
});

test('who is remembered again keeps the time of the first payment, and a forged one counts from now', async () => {
  const { file, clock } = await someBooks();
  edit(file, "UPDATE paid_before SET first_at = 1 WHERE what LIKE 'origin %'");
  const connection = openConnection(file, 'sandbox', clock);
  const paidBefore = createPaidBefore(connection, 'sandbox');
  paidBefore.unlock(policyMac);
  const url = 'http://127.0.0.1/x';
  paidBefore.remember({ agent: 'bot', method: 'GET', url, payee, amount: 7n }, clock.at);
  expect(paidBefore.firstAt('bot', 'payee', payee)).toBe(startAt + minuteMs);
  expect(paidBefore.firstAt('bot', 'origin', 'http://127.0.0.1')).toBe(clock.at);
  expect(paidBefore.lastPrice('GET', url)).toBe(7n);
  connection.close();
});

test('payments that landed in the same moment are each looked up by their own row', async () => {
  const clock = setClock(startAt);
  const file = freshFile();
  const held = await openTestDesk({ file, clock, calm: true });
  await held.admit('bot');
  for (const id of ['one', 'two']) {
    await held.ask({ id });
    await held.settle(id);
  }
  const dated = held.store.log.recent({ kind: 'order', limit: 20 }).flatMap(({ data }) => data['dated'] ?? []);
  expect(dated).toEqual([startAt, startAt]);
  expect(held.store.checkBooks()).toBeNull();
  await held.stop();
  // Within the moment that an entry without `dated` allows.
  edit(file, `UPDATE spends SET at = ${startAt - 1} WHERE count = 1`);
  const again = await openTestDesk({ file, clock });
  expect(again.store.checkBooks()).toMatchObject({ why: expect.stringContaining('one') });
});

const whatHappened = ({ store }: TestDesk) =>
  store.log.recent({ kind: 'books', limit: 9 }).map(({ data }) => data['what']);

describe('a policy that somebody else touched grants nothing', () => {
  const touches: Readonly<Record<string, string>> = {
    'an edited row': "UPDATE policy SET value = replace(value, '1000000', '9000000') WHERE key = 'delegation/bot'",
    'a deleted row': "DELETE FROM policy WHERE key = 'delegation/@desk'",
    'a row copied to another name':
      "INSERT INTO policy SELECT 'delegation/eve', value, version, mac FROM policy WHERE key = 'delegation/bot'",
    'a lost seal': 'DELETE FROM policy_seal',
    'a deleted pause': "DELETE FROM policy WHERE key = 'pause/@all'",
  };
  test.for(Object.entries(touches))('%s', async ([, sql]) => {
    const { file, clock } = await someBooks();
    const before = await openTestDesk({ file, clock });
    await before.desk.pause(null, 'operator');
    await before.stop();
    edit(file, sql);
    const held = await openTestDesk({ file, clock });
    expect(reasonOf(await held.ask())).toBe('policy-unreadable');
    await expect(held.desk.resume(null, 'owner')).rejects.toMatchObject({ code: 'policy-altered' });
    expect(reasonOf(await held.ask())).toBe('policy-unreadable');
  });
});

test('books that cannot even be read are a doubt for the owner, not a crash', async () => {
  const store = openTestStore(setClock(1_000));
  await deposit(store, 100n);
  const request = requestOf('torn', 10n);
  await store.reservations.reserve(request, () => grantedAlways(request));
  store.connection.db.exec("DROP TRIGGER log_keeps; UPDATE log SET body = '{}'");
  expect(store.checkBooks()?.why).toMatch(/cannot be read/);
});
