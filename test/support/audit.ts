import { join } from 'node:path';
import { getBase58Encoder } from '@solana/kit';
import Database from 'better-sqlite3';
import { expect } from 'vitest';

interface OrderRow {
  readonly id: string;
  readonly agent: string;
  readonly state: string;
  readonly amount: number;
  readonly landed: string | null;
  readonly charged: string;
  readonly seq: number;
}

/**
 * Opens a stopped host's two databases and asks of them what must always hold (promises P1, P2, P4): the books balance,
 * every order is accounted for, what the chain moved is what the orders say, and no order was paid twice.
 */
export function auditHome(home: string): { readonly orders: readonly OrderRow[]; balance(account: string): number } {
  const books = new Database(join(home, 'sandbox', 'groat.db'), { readonly: true });
  const chain = new Database(join(home, 'sandbox', 'chain', 'chain.db'), { readonly: true });
  try {
    const orders = books.prepare<[], OrderRow>('SELECT * FROM orders ORDER BY seq').all();
    const balances = new Map(
      books
        .prepare<[], { account: string; asset: string; amount: number }>('SELECT * FROM balances')
        .all()
        .map(({ account, asset, amount }) => [`${account} ${asset === 'native' ? 'SOL' : 'USDC'}`, amount]),
    );
    const balance = (account: string) => balances.get(`${account} USDC`) ?? 0;
    const summed = books
      .prepare<[], { account: string; asset: string; amount: number }>(
        'SELECT account, asset, SUM(amount) AS amount FROM entries GROUP BY account, asset',
      )
      .all();
    for (const { account, asset, amount } of summed) {
      expect(amount, `${account} of ${asset}`).toBe(balances.get(`${account} ${asset === 'native' ? 'SOL' : 'USDC'}`));
    }
    expect(books.prepare('SELECT COALESCE(SUM(amount), 0) FROM entries').pluck().get()).toBe(0);

    const open = orders.filter(({ landed, state }) => landed === null && state !== 'released');
    const moved = orders.filter(({ landed }) => landed !== null);
    const sum = (rows: readonly OrderRow[]) => rows.reduce((total, { amount }) => total + amount, 0);
    expect(balance('reserved'), 'reserved money is that of open orders').toBe(sum(open));
    expect(balance('spent'), 'spent money is that of landed orders').toBe(sum(moved));
    expect(new Set(moved.map(({ landed }) => landed)).size, 'each order has its own transaction').toBe(moved.length);
    const counted = (table: 'spends' | 'holds') =>
      new Set(books.prepare(`SELECT subject || ' ' || order_seq FROM ${table}`).pluck().all());
    const [spends, holds] = [counted('spends'), counted('holds')];
    for (const { id, seq, landed, state, charged } of orders) {
      for (const subject of JSON.parse(charged)) {
        expect(spends.has(`${subject} ${seq}`), `${id} counts for ${subject}'s limits once it landed`).toBe(
          landed !== null,
        );
        const waits = landed === null && state !== 'released';
        expect(holds.has(`${subject} ${seq}`), `${id} is set aside under ${subject} while it is open`).toBe(waits);
      }
    }
    const statement = new Map(
      books
        .prepare<[], { signature: string; delta: number; order_id: string | null }>('SELECT * FROM statement')
        .all()
        .map((line) => [line.signature, line]),
    );
    for (const { id, landed, amount } of moved) {
      expect(statement.get(landed ?? '')).toMatchObject({ order_id: id, delta: -amount });
      const signature = Buffer.from(getBase58Encoder().encode(landed ?? ''));
      const error = chain.prepare('SELECT error FROM transactions WHERE signature = ?').pluck().get(signature);
      expect(error, `${id} is on the chain`).toBe('null');
    }
    return { orders, balance };
  } finally {
    books.close();
    chain.close();
  }
}
