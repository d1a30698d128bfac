import { invariant } from '../base/assert.ts';
import {
  type DatedHead,
  type Entry,
  emptyHead,
  type LogDraft,
  openEntry,
  type SealedEntry,
  sealEntry,
} from '../log/index.ts';
import type { LogQuery, LogStore } from '../log/ports.ts';
import type { Connection } from './connection.ts';

interface HeadRow {
  readonly count: number;
  readonly hash: string;
  readonly at: number;
  readonly network: string;
  readonly key: string;
  readonly signature: string;
}

export interface Log extends LogStore {
  /**
   * Only inside a write of the committer: the entry is there when the write is. Dated by the recorded clock, and never
   * before the entry before it. Throws `internal` for what the log does not take, and takes the whole write with it.
   */
  append(draft: LogDraft): SealedEntry;
}

const pageSize = 500;

export function createLog({ db, committer, recordedNow }: Connection): Log {
  // Read in the transaction, never remembered: a write that is rolled back, and another process, change it too.
  const end = db
    .prepare<[], DatedHead>('SELECT seq AS count, lower(hex(hash)) AS hash, at FROM log ORDER BY seq DESC LIMIT 1')
    .safeIntegers(false);
  const insert = db.prepare('INSERT INTO log (seq, at, body, hash) VALUES (?, ?, ?, unhex(?))');
  const page = db
    .prepare<[number, number], SealedEntry>(
      'SELECT seq, at, body, lower(hex(hash)) AS hash FROM log WHERE seq >= ? ORDER BY seq LIMIT ?',
    )
    .safeIntegers(false);
  const headColumns = 'count, hash, at, network, key, signature';
  const heads = db.prepare<[], HeadRow>(`SELECT ${headColumns} FROM log_heads ORDER BY count`).safeIntegers(false);
  const lastHead = db
    .prepare<[], HeadRow>(`SELECT ${headColumns} FROM log_heads ORDER BY count DESC LIMIT 1`)
    .safeIntegers(false);
  const dropHeads = db.prepare('DELETE FROM log_heads WHERE count >= ?');
  const addHead = db.prepare(
    `INSERT INTO log_heads (${headColumns}) VALUES (@count, @hash, @at, @network, @key, @signature)`,
  );
  const find = recentQuery(db);
  const listeners = new Set<(entries: readonly Entry[]) => void>();

  return {
    append(draft) {
      invariant(db.inTransaction, 'the log is written within the write that it records');
      const head = end.get() ?? emptyHead;
      const sealed = sealEntry(draft, Math.max(recordedNow(), head.at), head);
      insert.run(sealed.seq, sealed.at, sealed.body, sealed.hash);
      if (listeners.size > 0) {
        const { kind, agent, subject, data } = draft;
        const entry = {
          kind,
          agent,
          subject,
          data,
          seq: sealed.seq,
          at: sealed.at,
          prev: head.hash,
          hash: sealed.hash,
        };
        committer.afterCommit(() => {
          for (const listener of listeners) listener([entry]);
        });
      }
      return sealed;
    },
    head: () => end.get() ?? emptyHead,
    *entries(from) {
      let rows = page.all(from, pageSize);
      while (rows.length > 0) {
        yield* rows;
        const last = rows.at(-1);
        rows = last === undefined ? [] : page.all(last.seq + 1, pageSize);
      }
    },
    recent: (query) => find(query).map(({ body, hash }) => openEntry(body, hash)),
    heads: () => heads.all(),
    lastHead: () => lastHead.get() ?? null,
    saveHead: (head) =>
      committer.write(() => {
        dropHeads.run(head.count);
        addHead.run(head);
      }),
    onAppended(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}

type Found = Pick<SealedEntry, 'body' | 'hash'>;

/** One statement for each set of filters that was ever asked for: there are eight, and the rare kinds' index doubles some. */
function recentQuery(db: Connection['db']): (query: LogQuery) => readonly Found[] {
  const prepared = new Map<string, ReturnType<typeof prepare>>();
  const prepare = (sql: string) => db.prepare<[{ readonly [name: string]: string | number }], Found>(sql);
  return ({ kind, agent, subject, before, limit }) => {
    const filters = ['seq < +@before'];
    if (subject !== undefined) filters.push('subject = +@subject');
    if (agent !== undefined) filters.push('agent = +@agent');
    if (kind !== undefined) filters.push('kind = +@kind');
    // Says what the bound kind cannot: that the index of rare kinds has it.
    if (kind !== undefined && kind !== 'decision' && kind !== 'order') filters.push("kind NOT IN ('decision','order')");
    const sql = `SELECT body, lower(hex(hash)) AS hash FROM log WHERE ${filters.join(' AND ')} ORDER BY seq DESC LIMIT @limit`;
    const statement = prepared.get(sql) ?? prepare(sql);
    prepared.set(sql, statement);
    return statement.all({
      before: before ?? Number.MAX_SAFE_INTEGER,
      limit,
      ...(subject === undefined ? {} : { subject }),
      ...(agent === undefined ? {} : { agent }),
      ...(kind === undefined ? {} : { kind }),
    });
  };
}
