import { createSecretKey } from 'node:crypto';
import { copyFileSync } from 'node:fs';
import Database from 'better-sqlite3';
import { describe, expect, test } from 'vitest';
import type { BookWritten, PolicyBook } from '../../../src-main/policy/book-port.ts';
import { bookKey, openSealedBook, type SealedBook } from '../../support/sealed-book.ts';

const nothing = () => undefined;

/** A book with three rows, written in two changes: the version is 2. */
async function writtenDesk(): Promise<SealedBook> {
  const desk = openSealedBook();
  desk.book.load();
  const rows = [
    { key: 'delegation/@desk', value: '{"perDay":"50"}' },
    { key: 'delegation/bot', value: '{"perDay":"20"}' },
  ];
  await desk.book.change(rows, nothing);
  await desk.book.change([{ key: 'pause/bot', value: 'true' }], nothing);
  return desk;
}

/** What another program, without the key, does to the file of a stopped Groat. */
function tamper({ file, close }: SealedBook, sql: string): void {
  close();
  const db = new Database(file);
  db.exec(sql);
  db.close();
}

const rowsOf = (book: PolicyBook) => {
  const state = book.load();
  return state.kind === 'read' ? Object.fromEntries(state.rows) : state;
};

describe('what the owner wrote is read again', () => {
  test('after a restart, with its version and hash, and a row that was taken away is gone', async () => {
    const desk = await writtenDesk();
    const stamp = await desk.book.change([{ key: 'pause/bot', value: null }], nothing);
    desk.close();
    const { book } = openSealedBook(desk.file);
    expect(book.load()).toEqual({
      kind: 'read',
      version: 3,
      hash: stamp.hash,
      rows: new Map([
        ['delegation/@desk', '{"perDay":"50"}'],
        ['delegation/bot', '{"perDay":"20"}'],
      ]),
    });
  });

  test('a book that was never written is empty, not altered', () => {
    expect(openSealedBook().book.load()).toEqual({ kind: 'empty' });
  });

  test('a change tells what stood before it, in the same transaction and in the order of the changes', async () => {
    const { book } = await writtenDesk();
    const told: BookWritten[] = [];
    const note = (written: BookWritten) => void told.push(written);
    const stamps = await Promise.all([
      book.change([{ key: 'delegation/bot', value: '1' }], note),
      book.change(
        [
          { key: 'delegation/bot', value: '2' },
          { key: 'law', value: '[]' },
        ],
        note,
      ),
      book.change([{ key: 'delegation/bot', value: null }], note),
    ]);
    expect(told.map(({ version, before }) => [version, Object.fromEntries(before)])).toEqual([
      [3, { 'delegation/bot': '{"perDay":"20"}' }],
      [4, { 'delegation/bot': '1', law: null }],
      [5, { 'delegation/bot': '2' }],
    ]);
    expect(told.map(({ version, hash }) => ({ version, hash }))).toEqual(stamps);
  });
});

describe('what another program did to the book is noticed at load', () => {
  const cases: readonly (readonly [string, string, string | null])[] = [
    ['an edited value', `UPDATE policy SET value = '{"perDay":"9999"}' WHERE key = 'delegation/bot'`, 'delegation/bot'],
    ['an edited version', `UPDATE policy SET version = 2 WHERE key = 'delegation/bot'`, 'delegation/bot'],
    ['a renamed row', `UPDATE policy SET key = 'delegation/eve' WHERE key = 'delegation/bot'`, 'delegation/eve'],
    [
      'a row with the value and MAC of another',
      `UPDATE policy SET (value, version, mac) =
         (SELECT value, version, mac FROM policy WHERE key = 'delegation/@desk') WHERE key = 'delegation/bot'`,
      'delegation/bot',
    ],
    ['a new row', `INSERT INTO policy VALUES ('delegation/eve', '{}', 1, zeroblob(32))`, 'delegation/eve'],
    ['an empty MAC', `UPDATE policy SET mac = x'' WHERE key = 'pause/bot'`, 'pause/bot'],
    ['a deleted row', `DELETE FROM policy WHERE key = 'pause/bot'`, null],
    ['a deleted seal', 'DELETE FROM policy_seal', null],
    ['all rows deleted', 'DELETE FROM policy', null],
    ['an edited seal version', 'UPDATE policy_seal SET version = 9', null],
    ['an edited seal hash', `UPDATE policy_seal SET hash = '${'0'.repeat(64)}'`, null],
    ['an edited seal MAC', 'UPDATE policy_seal SET mac = zeroblob(32)', null],
    [
      'a table that takes anything',
      `DROP TABLE policy_seal; CREATE TABLE policy_seal (id INTEGER PRIMARY KEY, version, hash, mac);
       INSERT INTO policy_seal VALUES (1, 1.5, 2, NULL)`,
      null,
    ],
  ];
  test.each(cases)('%s', async (_, sql, key) => {
    const desk = await writtenDesk();
    tamper(desk, sql);
    const { book } = openSealedBook(desk.file);
    expect(book.load()).toMatchObject({ kind: 'altered', key });
    await expect(book.change([{ key: 'law', value: '[]' }], nothing)).rejects.toMatchObject({ code: 'policy-altered' });
  });

  test('a row put back as it stood in an older copy, MAC and all', async () => {
    const desk = await writtenDesk();
    const { db } = desk.connection;
    const old = db.prepare<[], { value: string; version: bigint; mac: Buffer }>(
      `SELECT value, version, mac FROM policy WHERE key = 'delegation/bot'`,
    );
    const before = old.get();
    await desk.book.change([{ key: 'delegation/bot', value: '{"perDay":"1"}' }], nothing);
    tamper(
      desk,
      `UPDATE policy SET value = '${before?.value}', version = ${before?.version}, mac = x'${before?.mac.toString('hex')}'
       WHERE key = 'delegation/bot'`,
    );
    expect(openSealedBook(desk.file).book.load()).toMatchObject({ kind: 'altered', key: null });
  });

  test('a row that was deleted by us, put back', async () => {
    const desk = await writtenDesk();
    const copy = `${desk.file}.copy`;
    desk.connection.db.prepare('VACUUM INTO ?').run(copy);
    await desk.book.change([{ key: 'delegation/bot', value: null }], nothing);
    tamper(
      desk,
      `ATTACH '${copy}' AS old; INSERT INTO policy SELECT * FROM old.policy WHERE key = 'delegation/bot'; DETACH old`,
    );
    expect(openSealedBook(desk.file).book.load()).toMatchObject({ kind: 'altered' });
  });

  test('a row of a later copy in an older book', async () => {
    const desk = await writtenDesk();
    const copy = `${desk.file}.copy`;
    desk.connection.db.prepare('VACUUM INTO ?').run(copy);
    await desk.book.change([{ key: 'delegation/bot', value: '{"perDay":"1000"}' }], nothing);
    desk.close();
    const later = new Database(desk.file);
    later.exec(`ATTACH '${copy}' AS old; INSERT OR REPLACE INTO old.policy SELECT * FROM policy; DETACH old`);
    later.close();
    copyFileSync(copy, desk.file);
    expect(openSealedBook(desk.file).book.load()).toMatchObject({ kind: 'altered', key: 'delegation/bot' });
  });

  test('a book that was written under another key', async () => {
    const desk = await writtenDesk();
    desk.close();
    const other = openSealedBook(desk.file, createSecretKey(Buffer.alloc(32, 8)));
    expect(other.book.load()).toMatchObject({ kind: 'altered' });
  });

  test('the book of another network, under the same key', async () => {
    const desk = await writtenDesk();
    const moved = openSealedBook(undefined, bookKey, 'devnet');
    tamper(
      moved,
      `ATTACH '${desk.file}' AS there; INSERT INTO policy SELECT * FROM there.policy;
       INSERT INTO policy_seal SELECT * FROM there.policy_seal; DETACH there`,
    );
    expect(openSealedBook(moved.file, bookKey, 'devnet').book.load()).toMatchObject({ kind: 'altered' });
  });
});

describe('a whole older book', () => {
  test('restored before a start is read, with the older version for its caller to notice', async () => {
    const desk = await writtenDesk();
    const copy = `${desk.file}.copy`;
    desk.connection.db.prepare('VACUUM INTO ?').run(copy);
    const newest = await desk.book.change([{ key: 'delegation/bot', value: '{"perDay":"1"}' }], nothing);
    desk.close();
    copyFileSync(copy, desk.file);
    expect(newest.version).toBe(3);
    expect(openSealedBook(desk.file).book.load()).toMatchObject({ kind: 'read', version: 2 });
  });

  test.each([
    [
      'its rows put back',
      'INSERT INTO policy SELECT * FROM old.policy; INSERT INTO policy_seal SELECT * FROM old.policy_seal;',
    ],
    ['all of it taken away', ''],
  ])('under a running Groat, %s, is refused at load and at the next change', async (_, put) => {
    const { book, connection, file } = await writtenDesk();
    connection.db.prepare('VACUUM INTO ?').run(`${file}.copy`);
    await book.change([{ key: 'delegation/bot', value: '{"perDay":"1"}' }], nothing);
    const other = new Database(file);
    other.exec(`ATTACH '${file}.copy' AS old; DELETE FROM policy; DELETE FROM policy_seal; ${put}`);
    other.close();
    await expect(book.change([{ key: 'law', value: '[]' }], nothing)).rejects.toMatchObject({ code: 'policy-altered' });
    expect(book.load()).toMatchObject({ kind: 'altered' });
  });
});

describe('a change', () => {
  test.each([
    ['edited', `UPDATE policy SET value = '{"perDay":"9999"}' WHERE key = 'delegation/bot'`],
    ['deleted', `DELETE FROM policy WHERE key = 'delegation/bot'`],
  ])('does not seal over a row that another program has %s since the load', async (_, sql) => {
    const { book, connection, file } = await writtenDesk();
    const other = new Database(file);
    other.exec(sql);
    other.close();
    await expect(book.change([{ key: 'law', value: '[]' }], nothing)).rejects.toMatchObject({ code: 'policy-altered' });
    expect(connection.db.prepare(`SELECT COUNT(*) FROM policy WHERE key = 'law'`).pluck().get()).toBe(0n);
    expect(book.load()).toMatchObject({ kind: 'altered' });
  });

  test('is refused before the book was ever read', async () => {
    const { book } = openSealedBook();
    await expect(book.change([{ key: 'law', value: '[]' }], nothing)).rejects.toMatchObject({ code: 'policy-altered' });
    expect(book.load()).toEqual({ kind: 'empty' });
  });

  test('whose callback throws leaves the book as it was, and the next one goes on from there', async () => {
    const { book } = await writtenDesk();
    const before = book.load();
    const broken = book.change([{ key: 'delegation/bot', value: null }], () => {
      throw new Error('no log, no change');
    });
    const next = book.change([{ key: 'law', value: '[]' }], nothing);
    await expect(broken).rejects.toThrow('no log, no change');
    expect(await next).toMatchObject({ version: before.kind === 'read' ? before.version + 1 : Number.NaN });
    expect(rowsOf(book)).toMatchObject({ 'delegation/bot': '{"perDay":"20"}', law: '[]' });
  });

  test('writes what the callback writes in the same transaction, or neither', async () => {
    const { book, connection } = await writtenDesk();
    const note = connection.db.prepare(`INSERT INTO meta (key, value) VALUES (?, 'x')`);
    await book.change([{ key: 'law', value: '[]' }], () => void note.run('one'));
    await expect(book.change([{ key: 'law', value: '[1]' }], () => void note.run('one'))).rejects.toThrow(/UNIQUE/);
    expect(rowsOf(book)).toMatchObject({ law: '[]' });
  });

  test('of text that SQLite would not give back is refused', async () => {
    const { book } = await writtenDesk();
    await expect(book.change([{ key: 'law', value: '"\ud800"' }], nothing)).rejects.toThrow(/well-formed/);
    await book.change([{ key: 'role/ü 💶', value: '"a\\u0000b 💶"' }], nothing);
    expect(rowsOf(book)).toMatchObject({ 'role/ü 💶': '"a\\u0000b 💶"' });
  });
});
