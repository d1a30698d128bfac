import type { OrderState } from '../../src-shared/model/index.ts';
import type { OrderFilter, OrderSearch } from '../wallet/ports.ts';
import type { Connection } from './connection.ts';
import { firstSince } from './first-since.ts';
import { type OrderRow, toRecord } from './orders.ts';

/** A look over so many takes a few milliseconds, and then other work has its turn. */
const sliceSize = 4000;
/** As it does over so much of what agents may make long. */
const sliceBytes = 1_000_000;

interface Query {
  readonly before: number;
  readonly floor: number;
  readonly limit: number;
  readonly agent: string | null;
  /** Each between two commas. */
  readonly states: string | null;
  readonly text: string | null;
}

/**
 * Walks orders by their number, which has no gap, so a search needs no index that payments would have to keep up: it is the
 * reader who waits.
 */
export function createOrderSearch({ db }: Connection): OrderSearch {
  const byId = db.prepare<[string], OrderRow>('SELECT * FROM orders WHERE id = ?');
  const last = db.prepare<[], bigint | null>('SELECT MAX(seq) FROM orders').pluck();
  const createdAt = db.prepare<[number], bigint>('SELECT created_at FROM orders WHERE seq = ?').pluck();
  // Unary plus: no index but that of the numbers, and no plan made anew at every call.
  const slice = db.prepare<[Query], OrderRow>(
    `SELECT * FROM orders WHERE seq < +@before AND seq >= +@floor
       AND (@agent IS NULL OR +agent = @agent)
       AND (@states IS NULL OR instr(@states, ',' || state || ','))
       AND (@text IS NULL OR instr(lower(url), @text) OR instr(lower(payee), @text) OR instr(lower(id), @text)
         OR instr(lower(landed), @text))
     ORDER BY seq DESC LIMIT @limit`,
  );
  const bytes = db
    .prepare<[number, number], bigint | null>('SELECT SUM(octet_length(url)) FROM orders WHERE seq < +? AND seq >= +?')
    .pluck();
  const inState = db.prepare<[OrderState], bigint>('SELECT COUNT(*) FROM orders WHERE state = +?').pluck();

  const count = (): number => Number(last.get() ?? 0n);
  const dateOf = (seq: number): number | undefined => {
    const at = createdAt.get(seq);
    return at === undefined ? undefined : Number(at);
  };

  /** Where a look from `end` down to `floor` has to stop: half as far, as often as there is too much in between. */
  const within = (end: number, floor: number): number => {
    const length = end - floor;
    return length <= 1 || Number(bytes.get(end, floor) ?? 0n) <= sliceBytes
      ? floor
      : within(end, end - Math.floor(length / 2));
  };

  return {
    count,
    inState: (state) => Number(inState.get(state) ?? 0n),
    line(id) {
      const row = byId.get(id);
      return row === undefined ? null : toRecord(row, []);
    },
    look({ agent, states, text, from, until }: OrderFilter, { before, limit }) {
      const all = count();
      const lowest = from === null ? 1 : firstSince(all, dateOf, from);
      const end = Math.min(before ?? all + 1, until === null ? all + 1 : firstSince(all, dateOf, until));
      if (end <= lowest) return { orders: [], next: null };
      const floor = within(end, Math.max(lowest, end - sliceSize));
      const rows = slice.all({
        before: end,
        floor,
        limit,
        agent,
        states: states === null ? null : `,${states.join(',')},`,
        text: text === null ? null : lowered(text),
      });
      const oldest = rows.length === limit ? Number(rows.at(-1)?.seq ?? floor) : floor;
      return { orders: rows.map((row) => toRecord(row, [])), next: oldest > lowest ? oldest : null };
    },
  };
}

/** As SQLite's lower() has it. */
const lowered = (text: string): string => text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
