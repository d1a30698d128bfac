import { createHmac, type KeyObject, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import { GroatError } from '../../src-shared/errors/index.ts';
import type { NetworkName } from '../../src-shared/model/index.ts';
import { canonical } from '../log/index.ts';
import {
  type Approval,
  type ApprovalStore,
  approvalSchema,
  rememberedUntil,
  type UsedApproval,
} from '../policy/ports.ts';
import type { Connection } from './connection.ts';
import type { Log } from './log.ts';

interface Row {
  readonly record: string;
  readonly mac: Uint8Array;
}

export interface Approvals extends ApprovalStore {
  anyWaiting(): boolean;
  /** What the agent asked about the payee and that still says something, newest first. */
  asked(agent: string, payee: string): readonly UsedApproval[];
  prompts(agent: string, since: number): readonly { readonly payee: string; readonly waiting: boolean }[];
  /** Only inside a write of the committer: writes it as it now is, with its log entry. */
  put(approval: Approval, event: string): void;
  /** Only inside a write: a yes to one action without money, which leaves no order to show that it was used. */
  consume(id: string): void;
}

/** More than an agent may raise within the time that an answer is remembered. */
const maxAsked = 64;

/**
 * Each record stands under a MAC, so that nobody who writes to the file writes himself a yes. A record that is not ours is
 * as if it were not there.
 */
export function createApprovals(
  { db, committer, recordedNow, peekNow }: Connection,
  network: NetworkName,
  key: KeyObject,
  log: Log,
): Approvals {
  const columns = 'record, mac';
  const byId = db.prepare<[string], Row>(`SELECT ${columns} FROM approvals WHERE id = ?`);
  const byMatch = db.prepare<[string, string, number], Row>(
    `SELECT ${columns} FROM approvals WHERE agent = +? AND payee = +? ORDER BY created_at DESC LIMIT ?`,
  );
  const newest = db.prepare<[number], Row>(`SELECT ${columns} FROM approvals ORDER BY created_at DESC LIMIT ?`);
  const newestIn = db.prepare<[string, number], Row>(
    `SELECT ${columns} FROM approvals WHERE state = +? ORDER BY created_at DESC LIMIT ?`,
  );
  // The state as a literal: SQLite takes the index of those that wait only where it sees that it may.
  const newestWaiting = db.prepare<[number], Row>(
    `SELECT ${columns} FROM approvals INDEXED BY approvals_waiting WHERE state = 'waiting'
     ORDER BY created_at DESC LIMIT ?`,
  );
  const waiting = db.prepare<[], Row>(
    `SELECT ${columns} FROM approvals INDEXED BY approvals_waiting WHERE state = 'waiting' ORDER BY created_at`,
  );
  const someWaiting = db
    .prepare<[], bigint>("SELECT 1 FROM approvals INDEXED BY approvals_waiting WHERE state = 'waiting' LIMIT 1")
    .pluck();
  // Those since then and those that wait from before, never an agent's whole history.
  const prompts = db.prepare<[{ agent: string; since: number; limit: number }], { payee: string; waiting: bigint }>(
    `SELECT payee, state = 'waiting' AS waiting FROM approvals INDEXED BY approvals_created
       WHERE created_at > +@since AND agent = +@agent
     UNION ALL
     SELECT payee, 1 FROM approvals INDEXED BY approvals_waiting
       WHERE state = 'waiting' AND agent = +@agent AND created_at <= +@since
     LIMIT @limit`,
  );
  const used = db.prepare<[string], { n: bigint; sum: bigint }>(
    `SELECT COUNT(*) AS n, COALESCE(SUM(amount), 0) AS sum FROM orders WHERE grant_id = ? AND state <> 'released'`,
  );
  const upsert = db.prepare(
    `INSERT INTO approvals (id, agent, payee, state, created_at, until, record, mac)
     VALUES (@id, @agent, @payee, @state, @createdAt, @until, @record, @mac)
     ON CONFLICT (id) DO UPDATE SET state = excluded.state, until = excluded.until, record = excluded.record,
       mac = excluded.mac`,
  );
  const macOf = (record: string) => createHmac('sha256', key).update(canonicalMac(network)).update(record).digest();

  const read = (row: Row | undefined): Approval | null => {
    if (row === undefined) return null;
    const right = macOf(row.record);
    if (right.length !== row.mac.length || !timingSafeEqual(right, row.mac)) return null;
    return approvalSchema.safeParse(JSON.parse(row.record)).data ?? null;
  };
  const readAll = (rows: readonly Row[]): readonly Approval[] =>
    rows.flatMap((row) => {
      const approval = read(row);
      return approval === null ? [] : [approval];
    });

  const put = (approval: Approval, event: string): void => {
    const { id, agent, payee, origin, url, method, amount, createdAt, life, reason, witnesses } = approval;
    const record = canonical(z.encode(approvalSchema, approval));
    upsert.run({ id, agent, payee, state: life.state, createdAt, until: life.until, record, mac: macOf(record) });
    const by = witnesses.map((one) => one.by);
    log.append({
      kind: 'approval',
      agent,
      subject: id,
      data: {
        event,
        state: life.state,
        reason,
        method,
        url,
        origin,
        payee,
        amount: amount.toString(),
        by,
        ...(life.state === 'approved' ? { scope: life.scope, upTo: life.upTo.toString(), until: life.until } : {}),
        ...(life.state === 'denied' ? { blockPayee: life.blockPayee } : {}),
      },
    });
  };

  return {
    put,
    consume(id) {
      const approval = read(byId.get(id));
      if (approval?.life.state !== 'approved' || approval.life.scope !== 'once') return;
      put({ ...approval, life: { ...approval.life, until: recordedNow() } }, 'used');
    },
    get: (id) => read(byId.get(id)),
    list({ state, limit }) {
      if (state === null) return readAll(newest.all(limit));
      return readAll(state === 'waiting' ? newestWaiting.all(limit) : newestIn.all(state, limit));
    },
    waiting: () => readAll(waiting.all()),
    anyWaiting: () => someWaiting.get() !== undefined,
    asked(agent, payee) {
      const now = peekNow();
      const live = readAll(byMatch.all(agent, payee, maxAsked)).filter(({ life }) => now < rememberedUntil(life));
      return live.map((approval) => {
        const sums = used.get(approval.id);
        return { approval, usedCount: Number(sums?.n ?? 0n), usedSum: sums?.sum ?? 0n };
      });
    },
    prompts: (agent, since) =>
      prompts.all({ agent, since, limit: maxAsked }).map((row) => ({ payee: row.payee, waiting: row.waiting === 1n })),
    change: (id, step) =>
      committer.write(() => {
        const before = read(byId.get(id));
        if (before === null) throw new GroatError('approval-unknown', { approval: id });
        const after = step(before, recordedNow());
        if (after === null || after === before) return before;
        put(after, after.life.state === 'waiting' ? 'witnessed' : after.life.state);
        return after;
      }),
  };
}

const canonicalMac = (network: NetworkName): string => canonical(['groat approval v1', network]);
