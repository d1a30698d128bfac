import { type Atomic, toAtomic } from '../../src-shared/model/index.ts';
import type { Connection } from './connection.ts';

const desk = '@desk';

export interface Paid {
  readonly agent: string;
  readonly method: string;
  readonly url: string;
  readonly payee: string;
  readonly amount: bigint;
}

/** Whom an agent has paid, where, and what each route cost: what makes a payee new and a price strange. */
export interface PaidBefore {
  /** When the agent's first payment to it was seen on the chain; null when there was none. */
  firstAt(agent: string, what: 'payee' | 'origin', value: string): number | null;
  lastPrice(method: string, url: string): Atomic | null;
  /** Only inside a write of the committer. */
  remember(paid: Paid, now: number): void;
}

export function createPaidBefore({ db }: Connection): PaidBefore {
  const first = db
    .prepare<[string, string], bigint>('SELECT first_at FROM paid_before WHERE subject = ? AND what = ?')
    .pluck();
  const price = db
    .prepare<[string, string], bigint>('SELECT amount FROM paid_before WHERE subject = ? AND what = ?')
    .pluck();
  const upsert = db.prepare(
    `INSERT INTO paid_before (subject, what, amount, first_at, last_at) VALUES (@subject, @what, @amount, @now, @now)
     ON CONFLICT (subject, what) DO UPDATE SET amount = excluded.amount, last_at = excluded.last_at`,
  );
  const route = (method: string, url: string) => `route ${method} ${url}`;

  return {
    firstAt(agent, what, value) {
      const at = first.get(agent, `${what} ${value}`);
      return at === undefined ? null : Number(at);
    },
    lastPrice(method, url) {
      const amount = price.get(desk, route(method, url));
      return amount === undefined ? null : toAtomic(amount);
    },
    remember({ agent, method, url, payee, amount }, now) {
      upsert.run({ subject: agent, what: `payee ${payee}`, amount, now });
      upsert.run({ subject: agent, what: `origin ${new URL(url).origin}`, amount, now });
      upsert.run({ subject: desk, what: route(method, url), amount, now });
    },
  };
}
