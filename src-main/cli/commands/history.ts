import type { OrderView } from '../../../src-shared/contract/index.ts';
import { bold, clockTime, dim, green, inert, type Output, red, short, table, yellow } from '../output.ts';
import { withHost } from '../with-host.ts';

export async function history(options: { limit: number; before?: string }, output: Output): Promise<void> {
  const orders = await withHost((host) => host.orders.list(options));
  output.result(orders, () =>
    orders.length === 0
      ? 'No payments yet.'
      : table(
          ['when (UTC)', 'agent', 'request', 'amount', 'payee', 'state', 'transaction', 'order'],
          orders.map((order) => [
            clockTime(order.createdAt),
            order.agent,
            `${order.method} ${order.url}`,
            `$${order.amount}`,
            short(order.payee),
            order.state,
            short(order.signature),
            order.id,
          ]),
          [3],
        ),
  );
}

export async function transaction(id: string, output: Output): Promise<void> {
  const order = await withHost((host) => host.orders.get({ id }));
  output.result(order, () => describe(order));
}

const verb: Readonly<Record<OrderView['state'], string>> = {
  reserved: 'is about to pay',
  submitting: 'is paying',
  submitted: 'is paying',
  delivering: 'is paying',
  settled: 'paid',
  failed: 'paid, without a whole answer,',
  released: 'did not pay',
  unknown: 'may have paid',
};

function describe(order: OrderView): string {
  return [
    `${bold(order.id)}  ${paint(order.state)}${order.why === null ? '' : dim(`  ${inert(order.why)}`)}`,
    `  ${order.agent} ${verb[order.state]} $${order.amount} ${order.asset} to ${inert(order.payee)}`,
    `  for ${inert(`${order.method} ${order.url}`)}${order.httpStatus === null ? '' : `  → ${order.httpStatus}`}`,
    `  transaction ${order.signature ?? 'not seen on the chain'}`,
    ...order.steps.map(({ at, state, event }) => dim(`  ${new Date(at).toISOString()}  ${state.padEnd(10)} ${event}`)),
  ].join('\n');
}

export function paint(state: OrderView['state']): string {
  if (state === 'settled') return green(state);
  if (state === 'failed') return red(state);
  return state === 'released' ? dim(state) : yellow(state);
}
