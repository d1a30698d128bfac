import { setImmediate as nextTurn } from 'node:timers/promises';
import type { OrderFilter as FilterView, OrderLine } from '../../src-shared/contract/index.ts';
import { GroatError } from '../../src-shared/errors/index.ts';
import { formatDecimal, isClosed, type Network } from '../../src-shared/model/index.ts';
import type { Clock } from '../base/clock.ts';
import type { Store } from '../store/index.ts';
import type { OrderFilter } from '../wallet/index.ts';
import type { Implementer } from './call.ts';
import type { DeskFollow } from './desk-follow.ts';
import { exportOrders } from './order-export.ts';
import { toOrderLine, toOrderView } from './order-view.ts';
import { spendingSeries } from './spending-series.ts';

/** A search answers with what it has after so long. */
const searchMs = 150;

/** What only screens ask for: orders by the window, money over time, and everything as it changes. */
export function screenProcedures(
  os: Implementer,
  deps: {
    readonly network: Network;
    readonly store: Store;
    readonly follow: DeskFollow;
    /** Looks at the chain now for one order; never throws. */
    readonly look: (order: string) => Promise<void>;
    readonly clock: Clock;
  },
) {
  const { network, store, follow, look, clock } = deps;
  const { orderSearch, spending } = store;
  const line = (order: Parameters<typeof toOrderLine>[0]) => toOrderLine(order, network);
  const known = (id: string) => {
    const order = store.orders.get(id);
    if (order === null) throw new GroatError('order-unknown', { order: id });
    return order;
  };

  return {
    desk: { follow: os.desk.follow.handler(({ signal }) => follow.follow(signal)) },
    spending: {
      series: os.spending.series.handler(({ input }) =>
        spendingSeries(spending, { ...input, agent: input.agent ?? null }, store.now(), (amount) =>
          formatDecimal(amount, network.usdc.decimals),
        ),
      ),
    },
    orders: {
      search: os.orders.search.handler(async ({ input: { before, limit, ...filter }, signal }) => {
        const wanted = toFilter(filter);
        const began = clock.monotonic();
        const orders: OrderLine[] = [];
        let next: number | null = before ?? null;
        do {
          const found = orderSearch.look(wanted, { before: next, limit: limit - orders.length });
          orders.push(...found.orders.map(line));
          next = found.next;
          if (next === null || orders.length === limit || clock.monotonic() - began > searchMs) break;
          await nextTurn();
        } while (signal?.aborted !== true);
        return { orders, next };
      }),
      open: os.orders.open.handler(() => store.orders.unclosed().map(line)),
      check: os.orders.check.handler(async ({ input }) => {
        const { id, life } = known(input.id);
        if (!isClosed(life)) await look(id);
        return toOrderView(known(id), network);
      }),
      export: os.orders.export.handler(async function* ({ input: { format, ...filter }, signal }) {
        await store.journal.note({ kind: 'export', agent: null, subject: null, data: { what: 'payments', format } });
        yield* exportOrders(orderSearch, toFilter(filter), format, line, signal);
      }),
    },
  };
}

const toFilter = ({ text, agent, states, from, until }: FilterView): OrderFilter => ({
  text: text === undefined || text === '' ? null : text,
  agent: agent ?? null,
  states: states ?? null,
  from: from ?? null,
  until: until ?? null,
});
