import { setImmediate as nextTurn } from 'node:timers/promises';
import type { OrderLine } from '../../src-shared/contract/index.ts';
import { csvLine } from '../base/csv.ts';
import type { OrderFilter, OrderRecord, OrderSearch } from '../wallet/index.ts';

/** An order has about half a kilobyte of text; so many go in one piece. */
const ordersAtOnce = 500;

const columns = [
  'seq',
  'id',
  'createdAt',
  'updatedAt',
  'agent',
  'method',
  'url',
  'payee',
  'amount',
  'asset',
  'state',
  'httpStatus',
  'signature',
  'why',
] as const satisfies readonly (keyof OrderLine)[];

/**
 * All orders that the filter lets through, newest first, as pieces of one text. Other work goes on between two of them, and
 * nothing is read ahead of the reader; it ends early when `signal` says that nobody reads any more.
 */
export async function* exportOrders(
  search: Pick<OrderSearch, 'look'>,
  filter: OrderFilter,
  format: 'csv' | 'json',
  toLine: (order: OrderRecord) => OrderLine,
  signal: AbortSignal | undefined,
): AsyncGenerator<string> {
  yield format === 'csv' ? csvLine(columns) : '[';
  let before: number | null = null;
  let first = true;
  do {
    const { orders, next } = search.look(filter, { before, limit: ordersAtOnce });
    if (orders.length > 0) {
      const lines = orders.map(toLine);
      yield format === 'csv' ? lines.map(toCsv).join('') : `${first ? '\n' : ',\n'}${lines.map(toJson).join(',\n')}`;
      first = false;
    }
    before = next;
    await nextTurn();
  } while (before !== null && signal?.aborted !== true);
  if (format === 'json' && before === null) yield first ? ']\n' : '\n]\n';
}

/** Times as a person and a spreadsheet read them. */
const withTimes = (line: OrderLine) => ({
  ...line,
  createdAt: new Date(line.createdAt).toISOString(),
  updatedAt: new Date(line.updatedAt).toISOString(),
});

function toJson(line: OrderLine): string {
  const values = withTimes(line);
  return JSON.stringify(Object.fromEntries(columns.map((column) => [column, values[column]])));
}

function toCsv(line: OrderLine): string {
  const values = withTimes(line);
  return csvLine(columns.map((column) => values[column]));
}
