import Database from 'better-sqlite3';
import { describe, expect, test } from 'vitest';
import { openTestDesk, reasonOf, startAt, type TestDesk } from '../../support/test-desk.ts';
import { freshFile, setClock } from '../../support/test-store.ts';

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
