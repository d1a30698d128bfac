import type { OrderLine } from '../../../src-shared/contract/index.ts';

export const pageSize = 100;

/** Which pages of a list the rows from `first` to `last` lie in. */
export function pagesOf(first: number, last: number): readonly number[] {
  const from = Math.floor(Math.max(0, first) / pageSize);
  const to = Math.floor(Math.max(0, last) / pageSize);
  return Array.from({ length: to - from + 1 }, (_, at) => from + at);
}

/** The page's rows begin below this `seq`, where row 0 is the order `top`. */
export const beforeOf = (top: number, page: number): number => top - page * pageSize + 1;

/** Orders that changed, put in the place of what was known of them. The same list when none of them is in it. */
export function patched(rows: readonly OrderLine[], changed: readonly OrderLine[]): readonly OrderLine[] {
  const byId = new Map(changed.map((order) => [order.id, order]));
  return rows.some(({ id }) => byId.has(id)) ? rows.map((row) => byId.get(row.id) ?? row) : rows;
}

export const rowHeight = 34;

/** No browser makes an element of any height: what is beyond is reached by a date. */
export const rowsThatFit = (rows: number, tallestPx: number): number =>
  Math.min(rows, Math.floor(tallestPx / rowHeight));
