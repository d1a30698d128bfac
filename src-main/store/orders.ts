import { GroatError } from '../../src-shared/errors/index.ts';
import type { Delivery, OrderLife, OrderState } from '../../src-shared/model/index.ts';
import { toAtomic } from '../../src-shared/model/index.ts';
import { invariant } from '../base/assert.ts';
import type { OrderChange, OrderRecord, OrderStore } from '../wallet/ports.ts';
import type { Connection } from './connection.ts';
import type { Ledger } from './ledger.ts';
import type { SpendWindow } from './spend-window.ts';

interface OrderRow {
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

interface StepRow {
  readonly at: bigint;
  readonly state: string;
  readonly event: string;
}

export interface Orders extends OrderStore {
  /** Only inside a write of the committer. */
  findPaidBy(messageHash: string, signatures: readonly string[]): OrderRecord | null;
  /** Only inside a write of the committer. */
  apply(order: OrderRecord, change: OrderChange): void;
}

export function createOrders(connection: Connection, ledger: Ledger, window: SpendWindow): Orders {
  const { db, committer, recordedNow, peekNow } = connection;
  const byId = db.prepare<[string], OrderRow>('SELECT * FROM orders WHERE id = ?');
  const byLanded = db.prepare<[string], OrderRow>('SELECT * FROM orders WHERE landed = ?');
  const byMessage = db.prepare<[string], OrderRow>('SELECT * FROM orders WHERE message_hash = ?');
  const bySignature = db.prepare<[string], OrderRow>('SELECT * FROM orders WHERE own_signature = ?');
  const unclosed = db.prepare<[], OrderRow>(
    `SELECT * FROM orders INDEXED BY orders_unclosed WHERE state NOT IN ('settled','released','failed') ORDER BY seq`,
  );
  const newest = db.prepare<[bigint, number], OrderRow>('SELECT * FROM orders WHERE seq < ? ORDER BY seq DESC LIMIT ?');
  const steps = db.prepare<[bigint], StepRow>(
    'SELECT at, state, event FROM order_steps WHERE order_seq = ? ORDER BY step',
  );
  const seqOf = db.prepare<[string], bigint>('SELECT seq FROM orders WHERE id = ?').pluck();
  const counts = db.prepare<[], { state: string; n: bigint }>('SELECT state, COUNT(*) AS n FROM orders GROUP BY state');
  const agents = db.prepare<[], string>('SELECT name FROM agents').pluck();
  const addStep = db.prepare(
    `INSERT INTO order_steps (order_seq, step, at, state, event)
     SELECT @seq, COALESCE(MAX(step), 0) + 1, @at, @state, @event FROM order_steps WHERE order_seq = @seq`,
  );
  const update = db.prepare(
    `UPDATE orders SET state = @state, delivery = @delivery, why = @why, message_hash = @messageHash,
       own_signature = @ownSignature, last_valid_height = @lastValidHeight, landed = @landed, http_status = @httpStatus,
       updated_at = @now, committed_at = COALESCE(committed_at, @committedAt),
       running_total = COALESCE(running_total, @runningTotal)
     WHERE id = @id`,
  );

  const record = (row: OrderRow | undefined): OrderRecord | null =>
    row === undefined ? null : toRecord(row, steps.all(row.seq));

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
      committedAt: change.commits ? now : null,
      runningTotal: change.commits ? window.total(order.agent, order.asset) + order.amount : null,
    });
    addStep.run({ seq: seqOf.get(order.id), at: now, state: life.state, event: change.event.kind });
    ledger.post(now, order.id, change.entries);
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
    get: (id) => record(byId.get(id) ?? byLanded.get(id)),
    list({ limit, before }) {
      const from = before === undefined ? 2n ** 62n : (seqOf.get(before) ?? 0n);
      return newest.all(from, limit).map((row) => toRecord(row, steps.all(row.seq)));
    },
    unclosed: () => unclosed.all().map((row) => toRecord(row, [])),
    countByState: () => Object.fromEntries(counts.all().map(({ state, n }) => [state, Number(n)])),
    spentToday(asset, agent) {
      const now = peekNow();
      return (agent === undefined ? agents.all() : [agent]).reduce(
        (sum, name) => sum + window.committedInDay(name, asset, now) + window.pending(name, asset),
        0n,
      );
    },
  };
}

function deliveryOf(life: OrderLife): Delivery {
  if ('delivery' in life) return life.delivery;
  return life.state === 'settled' ? 'complete' : 'none';
}

function toRecord(row: OrderRow, steps: readonly StepRow[]): OrderRecord {
  return {
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
    steps: steps.map(({ at, state, event }) => ({ at: Number(at), state, event })),
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
