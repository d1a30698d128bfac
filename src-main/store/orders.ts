import { z } from 'zod';
import { GroatError } from '../../src-shared/errors/index.ts';
import type { Delivery, OrderLife, OrderState } from '../../src-shared/model/index.ts';
import { toAtomic } from '../../src-shared/model/index.ts';
import { invariant } from '../base/assert.ts';
import type { OrderChange, OrderRecord, OrderStore } from '../wallet/ports.ts';
import type { Connection } from './connection.ts';
import type { Ledger } from './ledger.ts';
import type { Log } from './log.ts';
import type { PaidBefore } from './paid-before.ts';
import type { Spending } from './spending.ts';
import type { Totals, UsageBook } from './usage.ts';

export interface OrderRow {
  readonly seq: bigint;
  readonly id: string;
  readonly agent: string;
  readonly method: string;
  readonly url: string;
  readonly dialect: string;
  readonly network: string;
  readonly asset: string;
  readonly amount: bigint;
  readonly payee: string;
  readonly charged: string;
  readonly state: OrderState;
  readonly delivery: Delivery;
  readonly why: string | null;
  readonly message_hash: string | null;
  readonly own_signature: string | null;
  readonly last_valid_height: bigint | null;
  readonly landed: string | null;
  readonly http_status: bigint | null;
  readonly created_at: bigint;
  readonly updated_at: bigint;
}

const desk = '@desk';

/** An order's entries in the log, as far as its steps are concerned. */
const step = z.object({ state: z.string(), event: z.string() });
const charged = z.array(z.string()).min(1);

export interface Orders extends OrderStore {
  /** Only inside a write of the committer. */
  findPaidBy(messageHash: string, signatures: readonly string[]): OrderRecord | null;
  /** Only inside a write of the committer. */
  apply(order: OrderRecord, change: OrderChange): void;
}

export function createOrders(
  connection: Connection,
  parts: {
    readonly ledger: Ledger;
    readonly usage: UsageBook;
    readonly log: Log;
    readonly paidBefore: PaidBefore;
    readonly spending: Spending;
  },
): Orders {
  const { ledger, usage, log, paidBefore, spending } = parts;
  const { db, committer, recordedNow, peekNow } = connection;
  const byId = db.prepare<[string], OrderRow>('SELECT * FROM orders WHERE id = ?');
  const byLanded = db.prepare<[string], OrderRow>('SELECT * FROM orders WHERE landed = ?');
  const byMessage = db.prepare<[string], OrderRow>('SELECT * FROM orders WHERE message_hash = ?');
  const bySignature = db.prepare<[string], OrderRow>('SELECT * FROM orders WHERE own_signature = ?');
  const unclosed = db.prepare<[], OrderRow>(
    `SELECT * FROM orders INDEXED BY orders_unclosed WHERE state NOT IN ('settled','released','failed') ORDER BY seq`,
  );
  const newest = db.prepare<[bigint, number], OrderRow>('SELECT * FROM orders WHERE seq < ? ORDER BY seq DESC LIMIT ?');
  const seqOf = db.prepare<[string], bigint>('SELECT seq FROM orders WHERE id = ?').pluck();
  const chargedOf = db.prepare<[string], { seq: bigint; charged: string }>(
    'SELECT seq, charged FROM orders WHERE id = ?',
  );
  const counts = db.prepare<[], { state: string; n: bigint }>('SELECT state, COUNT(*) AS n FROM orders GROUP BY state');
  const update = db.prepare(
    `UPDATE orders SET state = @state, delivery = @delivery, why = @why, message_hash = @messageHash,
       own_signature = @ownSignature, last_valid_height = @lastValidHeight, landed = @landed, http_status = @httpStatus,
       updated_at = @now WHERE id = @id`,
  );

  const steps = (id: string) =>
    log.recent({ subject: id, limit: maxSteps }).flatMap(({ at, kind, data }) => {
      if (kind === 'decision') return [{ at, state: 'reserved', event: 'granted' }];
      const found = step.safeParse(data).data;
      return found === undefined ? [] : [{ at, ...found }];
    });
  const withSteps = (row: OrderRow): OrderRecord => toRecord(row, steps(row.id).reverse());
  const record = (row: OrderRow | undefined): OrderRecord | null => (row === undefined ? null : toRecord(row, []));

  const apply = (order: OrderRecord, change: OrderChange): void => {
    const now = recordedNow();
    const { life } = change;
    const payment = 'payment' in life ? life.payment : null;
    update.run({
      id: order.id,
      state: life.state,
      delivery: deliveryOf(life),
      why: 'why' in life ? life.why : null,
      messageHash: payment?.messageHash ?? null,
      ownSignature: payment?.ownSignature ?? null,
      lastValidHeight: payment?.lastValidBlockHeight ?? null,
      landed: 'landed' in life ? life.landed : null,
      httpStatus: change.httpStatus,
      now,
    });
    const row = chargedOf.get(order.id);
    if (row === undefined) throw new GroatError('order-unknown', { order: order.id });
    const subjects = charged.parse(JSON.parse(row.charged));
    let spent: Totals | null = null;
    if (change.commits) {
      spent = usage.commit(row.seq, subjects, order.amount, now);
      paidBefore.remember(order, now);
      spending.add(order, now);
    } else if (life.state === 'released') {
      usage.release(row.seq, subjects);
    }
    ledger.post(now, order.id, change.entries);
    log.append({
      kind: 'order',
      agent: order.agent,
      subject: order.id,
      data: {
        ...change.entry,
        ...(spent === null
          ? {}
          : { spent, dated: now, remembered: true, landed: 'landed' in life ? life.landed : null }),
      },
    });
  };

  return {
    apply,
    findPaidBy(messageHash, signatures) {
      const direct = byMessage.get(messageHash);
      if (direct !== undefined) return record(direct);
      for (const signature of signatures) {
        const row = bySignature.get(signature);
        if (row !== undefined) return record(row);
      }
      return null;
    },
    change: (id, step, when = 'now') =>
      committer[when === 'now' ? 'write' : 'writeSoon'](() => {
        const order = record(byId.get(id));
        if (order === null) throw new GroatError('order-unknown', { order: id });
        const change = step(order);
        if (change === null) return order;
        apply(order, change);
        return { ...order, life: change.life, httpStatus: change.httpStatus };
      }),
    get(id) {
      const row = byId.get(id) ?? byLanded.get(id);
      return row === undefined ? null : withSteps(row);
    },
    list({ limit, before }) {
      const from = before === undefined ? 2n ** 62n : (seqOf.get(before) ?? 0n);
      return newest.all(from, limit).map(withSteps);
    },
    unclosed: () => unclosed.all().map((row) => toRecord(row, [])),
    countByState: () => Object.fromEntries(counts.all().map(({ state, n }) => [state, Number(n)])),
    spentToday: (agent) => usage.of(agent ?? desk, peekNow()).day,
  };
}

/** An order takes a dozen at most; the bound is for a log that somebody else wrote to. */
const maxSteps = 100;

function deliveryOf(life: OrderLife): Delivery {
  if ('delivery' in life) return life.delivery;
  return life.state === 'settled' ? 'complete' : 'none';
}

export function toRecord(row: OrderRow, steps: OrderRecord['steps']): OrderRecord {
  return {
    seq: Number(row.seq),
    id: row.id,
    agent: row.agent,
    method: row.method,
    url: row.url,
    dialect: row.dialect,
    network: row.network,
    asset: row.asset,
    amount: toAtomic(row.amount),
    payee: row.payee,
    life: toLife(row),
    httpStatus: row.http_status === null ? null : Number(row.http_status),
    createdAt: Number(row.created_at),
    updatedAt: Number(row.updated_at),
    steps,
  };
}

/** A row that lacks what its state needs is damage, and fails closed. */
function toLife(row: OrderRow): OrderLife {
  const { state, delivery, landed } = row;
  const why = row.why ?? '';
  if (state === 'reserved') return { state };
  const payment =
    row.message_hash === null || row.own_signature === null || row.last_valid_height === null
      ? null
      : {
          messageHash: row.message_hash,
          ownSignature: row.own_signature,
          lastValidBlockHeight: row.last_valid_height,
        };
  if (state === 'released') return { state, payment, why };
  invariant(payment !== null, `order ${row.id} is ${state} without its payment`);
  switch (state) {
    case 'submitting':
    case 'submitted':
    case 'delivering':
      return { state, payment, delivery, landed };
    case 'unknown':
      return { state, payment, delivery, landed, why };
    case 'settled':
      invariant(landed !== null, `order ${row.id} is settled without a transaction`);
      return { state, payment, landed };
    case 'failed':
      invariant(landed !== null, `order ${row.id} is failed without a transaction`);
      return { state, payment, landed, why };
  }
}
