import { GroatError } from '../../src-shared/errors/index.ts';
import type { Entry, LedgerStore } from '../wallet/ports.ts';
import type { Connection } from './connection.ts';

export interface Ledger extends LedgerStore {
  /** Only inside a write of the committer: entries and balances change together or not at all. */
  post(at: number, reference: string, entries: readonly Entry[]): void;
}

export function createLedger({ db }: Connection): Ledger {
  const insert = db.prepare('INSERT INTO entries (at, reference, account, asset, amount) VALUES (?, ?, ?, ?, ?)');
  const insertTwo = db.prepare(
    'INSERT INTO entries (at, reference, account, asset, amount) VALUES (?, ?, ?, ?, ?), (?, ?, ?, ?, ?)',
  );
  const addTwo = db.prepare(
    'UPDATE balances SET amount = amount + CASE account WHEN ? THEN ? ELSE ? END WHERE asset = ? AND account IN (?, ?)',
  );
  const add = db.prepare('UPDATE balances SET amount = amount + ? WHERE account = ? AND asset = ?');
  const open = db.prepare('INSERT INTO balances (amount, account, asset) VALUES (?, ?, ?)');
  const balance = db
    .prepare<[string, string], bigint>('SELECT amount FROM balances WHERE account = ? AND asset = ?')
    .pluck();

  return {
    balance: (account, asset) => balance.get(account, asset) ?? 0n,
    post(at, reference, entries) {
      const sums = new Map<string, bigint>();
      for (const { asset, amount } of entries) sums.set(asset, (sums.get(asset) ?? 0n) + amount);
      for (const [asset, sum] of sums) {
        if (sum !== 0n)
          throw new GroatError('ledger-unbalanced', { problem: `${reference} leaves ${sum} of ${asset} over` });
      }
      const [from, to] = entries;
      if (from !== undefined && to !== undefined && entries.length === 2 && from.asset === to.asset) {
        const { asset } = from;
        // The usual case, from one account to another, on the path of every payment: two statements instead of four.
        insertTwo.run(at, reference, from.account, asset, from.amount, at, reference, to.account, asset, to.amount);
        if (addTwo.run(from.account, from.amount, to.amount, asset, from.account, to.account).changes === 2) return;
        // One of the two is new; the update of the other is taken back.
        addTwo.run(from.account, -from.amount, -to.amount, asset, from.account, to.account);
      } else {
        for (const { account, asset, amount } of entries) insert.run(at, reference, account, asset, amount);
      }
      for (const { account, asset, amount } of entries) {
        if (add.run(amount, account, asset).changes === 0) open.run(amount, account, asset);
      }
    },
  };
}
