import Database from 'better-sqlite3';
import { describe, expect, test } from 'vitest';
import { openConnection } from '../../../src-main/store/connection.ts';
import { migrations } from '../../../src-main/store/migrations/index.ts';
import { applyEvent } from '../../../src-main/wallet/ledger.ts';
import {
  asset,
  deposit,
  freshFile,
  grantedAlways,
  openTestStore,
  requestOf,
  setClock,
  signedFor,
  type TestStore,
} from '../../support/test-store.ts';

const reserve = ({ reservations }: TestStore, id: string, amount: bigint) => {
  const request = requestOf(id, amount);
  return reservations.reserve(request, () => grantedAlways(request));
};

/** A store whose wallet has 100 and whose order `a` of 30 has been sent. */
async function withSentOrder() {
  const store = openTestStore(setClock(1000));
  await deposit(store, 100n);
  await reserve(store, 'a', 30n);
  await store.orders.change('a', (order) => applyEvent(order, { kind: 'signed', payment: signedFor('a') }));
  return store;
}

describe('the ledger', () => {
  test('refuses a posting that does not sum to zero, in every asset by itself, and with it all that its write did', async () => {
    const { connection, ledger } = openTestStore(setClock(1));
    const { db, committer } = connection;
    const unbalanced = committer.write(() => {
      db.prepare("INSERT INTO cursors VALUES ('account', 'x')").run();
      ledger.post(1, 'half', [{ account: 'available', asset, amount: 5n }]);
    });
    await expect(unbalanced).rejects.toMatchObject({ code: 'ledger-unbalanced' });
    const acrossAssets = committer.write(() =>
      ledger.post(1, 'mixed', [
        { account: 'available', asset, amount: 5n },
        { account: 'external', asset: 'native', amount: -5n },
      ]),
    );
    await expect(acrossAssets).rejects.toMatchObject({ code: 'ledger-unbalanced' });
    for (const table of ['entries', 'balances', 'cursors']) {
      expect(db.prepare(`SELECT COUNT(*) FROM ${table}`).pluck().get(), table).toBe(0n);
    }
  });

  test('lets no account but external go below zero, and rolls back what tried', async () => {
    const store = openTestStore(setClock(1));
    const { connection, ledger } = store;
    await deposit(store, 10n);
    for (const account of ['available', 'reserved', 'spent', 'fees', 'received'] as const) {
      const overdraw = connection.committer.write(() =>
        ledger.post(1, 'overdraw', [
          { account: 'external', asset, amount: 11n },
          { account, asset, amount: -11n },
        ]),
      );
      await expect(overdraw, account).rejects.toThrow(/CHECK/);
    }
    expect(ledger.balance('available', asset)).toBe(10n);
    expect(ledger.balance('external', asset)).toBe(-10n);
    expect(connection.db.prepare('SELECT COUNT(*) FROM entries').pluck().get()).toBe(2n);
  });

  test('keeps amounts beyond 2^53 exact', async () => {
    const store = openTestStore(setClock(1));
    await deposit(store, 2n ** 62n + 1n);
    expect(store.ledger.balance('available', asset)).toBe(2n ** 62n + 1n);
  });
});

describe('the committer', () => {
  const insert = (db: Database.Database, name: string) =>
    db.prepare('INSERT INTO cursors (account, signature) VALUES (?, ?)').run(name, 'x');
  const names = (db: Database.Database) => db.prepare('SELECT account FROM cursors').pluck().all();

  test('a job that throws takes no other of its commit with it, and leaves nothing of its own', async () => {
    const { connection } = openTestStore(setClock(1));
    const { db, committer } = connection;
    const outcomes = await Promise.allSettled([
      committer.write(() => insert(db, 'before')),
      committer.write(() => {
        insert(db, 'broken');
        throw new Error('no');
      }),
      committer.write(() => insert(db, 'before')),
      committer.write(() => insert(db, 'after')),
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected', 'fulfilled']);
    expect(names(db)).toEqual(['after', 'before']);
  });

  test('writes are made in the order in which they were asked for, also those asked for while others are under way', async () => {
    const { connection } = openTestStore(setClock(1));
    const { committer } = connection;
    const ran: number[] = [];
    const settled: number[] = [];
    const ask = (n: number) =>
      committer
        .write(() => {
          ran.push(n);
          if (n % 7 === 3) throw new Error('no');
        })
        .catch(() => undefined)
        .then(() => settled.push(n));
    const first = Array.from({ length: 50 }, (_, n) => ask(n));
    await first[0];
    const second = Array.from({ length: 50 }, (_, n) => ask(50 + n));
    await Promise.all([...first, ...second]);
    expect(ran).toEqual(Array.from({ length: 100 }, (_, n) => n));
    expect(settled).toHaveLength(100);
  });

  test('no promise resolves before another connection can see what it wrote', async () => {
    const store = openTestStore(setClock(1));
    const { db, committer } = store.connection;
    const other = new Database(store.file, { readonly: true });
    const count = other.prepare('SELECT COUNT(*) FROM cursors').pluck();
    let early: unknown = 'not looked';
    const written = committer.write(() => {
      insert(db, 'x');
      early = count.get();
    });
    await written;
    expect(early).toBe(0);
    expect(count.get()).toBe(1);
    other.close();
  });

  test('when the commit itself is impossible, every job of it fails, none is kept, and the next commit works', async () => {
    const { connection } = openTestStore(setClock(1));
    const { db, committer } = connection;
    db.exec('CREATE TABLE child (seq INTEGER REFERENCES orders (seq) DEFERRABLE INITIALLY DEFERRED)');
    const outcomes = await Promise.allSettled([
      committer.write(() => insert(db, 'good')),
      committer.write(() => db.prepare('INSERT INTO child VALUES (99)').run()),
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(names(db)).toEqual([]);
    await committer.write(() => insert(db, 'next'));
    expect(names(db)).toEqual(['next']);
  });
});

describe('reservations', () => {
  test('a refusal sets nothing aside; a decision that throws writes nothing', async () => {
    const store = openTestStore(setClock(1));
    await deposit(store, 10n);
    const request = requestOf('a', 5n);
    const { entry } = grantedAlways(request);
    const refused = { kind: 'refused', entry } as const;
    expect(await store.reservations.reserve(request, () => refused)).toBe(refused);
    const broken = store.reservations.reserve(requestOf('b', 5n), () => {
      throw new Error('no facts');
    });
    await expect(broken).rejects.toThrow('no facts');
    expect(store.orders.list({ limit: 9 })).toEqual([]);
    expect(store.ledger.balance('reserved', asset)).toBe(0n);
  });

  test('what would count under no delegation is never reserved', async () => {
    const store = openTestStore(setClock(1));
    await deposit(store, 10n);
    const request = requestOf('a', 5n);
    const uncounted = store.reservations.reserve(request, () => grantedAlways(request, []));
    await expect(uncounted).rejects.toThrow(/under no delegation/);
    expect(store.orders.list({ limit: 9 })).toEqual([]);
  });

  test('more than is available cannot be reserved, whatever was decided', async () => {
    const store = openTestStore(setClock(1));
    await deposit(store, 10n);
    await expect(reserve(store, 'a', 11n)).rejects.toThrow(/CHECK/);
    expect(store.orders.get('a')).toBeNull();
    expect(store.ledger.balance('available', asset)).toBe(10n);
  });

  test('each of two at once sees the other’s reservation', async () => {
    const store = openTestStore(setClock(1));
    await deposit(store, 10n);
    const seen: bigint[] = [];
    const look = (id: string) => {
      const request = requestOf(id, 4n);
      return store.reservations.reserve(request, (facts) => {
        seen.push(facts.usage('bot').total, facts.available(asset));
        return grantedAlways(request);
      });
    };
    await Promise.all([look('a'), look('b')]);
    expect(seen).toEqual([0n, 10n, 4n, 6n]);
  });
});

describe('the statement of our account', () => {
  const line = {
    asset,
    signature: 'tx-1',
    slot: 5n,
    delta: -30n,
    messageHash: 'message-of-a',
    signatures: ['fee', 'own'],
  };
  const landed = (order: Parameters<typeof applyEvent>[0] | null) => ({
    change: order === null ? null : applyEvent(order, { kind: 'landed', signature: 'tx-1' }),
    entries: [],
  });

  test('a line that comes again counts once, also when all copies come at once and after a restart', async () => {
    const store = await withSentOrder();
    const outcomes = await Promise.all(Array.from({ length: 8 }, () => store.statement.record(line, landed)));
    expect(outcomes).toEqual(['recorded', ...Array(7).fill('known')]);
    expect(store.ledger.balance('spent', asset)).toBe(30n);
    expect(store.ledger.balance('reserved', asset)).toBe(0n);
    await store.close();
    const again = openTestStore(setClock(2000), store.file);
    let asked = false;
    const outcome = await again.statement.record(line, (order) => {
      asked = true;
      return landed(order);
    });
    expect(outcome).toBe('known');
    expect(asked).toBe(false);
    expect(again.statement.isKnown('tx-1')).toBe(true);
    expect(again.ledger.balance('spent', asset)).toBe(30n);
    expect(again.usage.of('bot', 2000).total).toBe(30n);
  });

  test('finds the order by its message, or by our own signature, and otherwise none', async () => {
    const store = await withSentOrder();
    const found: (string | undefined)[] = [];
    const look = (changes: object) =>
      store.statement.record({ ...line, ...changes }, (order) => {
        found.push(order?.id);
        return { change: null, entries: [] };
      });
    await look({ signature: 'tx-2' });
    await look({ signature: 'tx-3', messageHash: 'other', signatures: ['fee', 'signature-of-a'] });
    await look({ signature: 'tx-4', messageHash: 'other' });
    expect(found).toEqual(['a', 'a', undefined]);
  });

  test('an effect that throws leaves the line unrecorded, to be read again', async () => {
    const store = await withSentOrder();
    const broken = store.statement.record(line, () => {
      throw new Error('no');
    });
    await expect(broken).rejects.toThrow('no');
    expect(store.statement.isKnown('tx-1')).toBe(false);
    expect(await store.statement.record(line, landed)).toBe('recorded');
  });
});

test('recorded time never runs back: not with the clock, not over a restart', async () => {
  const clock = setClock(5000);
  const store = openTestStore(clock);
  await deposit(store, 10n);
  clock.at = 100;
  expect(store.connection.recordedNow()).toBe(5000);
  await store.close();
  const reopened = openConnection(store.file, 'sandbox', clock);
  expect(reopened.recordedNow()).toBe(5000);
  clock.at = 6000;
  expect(reopened.recordedNow()).toBe(6000);
  reopened.close();
});

test('an order’s row that lacks what its state needs is damage, and is not read as anything', async () => {
  const store = await withSentOrder();
  store.connection.db.prepare("UPDATE orders SET message_hash = NULL WHERE id = 'a'").run();
  expect(() => store.orders.get('a')).toThrow(/order a is submitting without its payment/);
});

test('a page of history starts behind the order it names, and an unknown one starts nothing', async () => {
  const store = openTestStore(setClock(1));
  await deposit(store, 10n);
  for (const id of ['a', 'b', 'c']) await reserve(store, id, 1n);
  const page = (before?: string) =>
    store.orders.list({ limit: 2, ...(before === undefined ? {} : { before }) }).map(({ id }) => id);
  expect(page()).toEqual(['c', 'b']);
  expect(page('b')).toEqual(['a']);
  expect(page('z')).toEqual([]);
});

test('a database file is made where there is none, folders and all', () => {
  const file = `${freshFile()}/deep/er/groat.db`;
  openConnection(file, 'sandbox', setClock(1)).close();
  expect(new Database(file, { readonly: true }).pragma('user_version', { simple: true })).toBe(migrations.length);
});
