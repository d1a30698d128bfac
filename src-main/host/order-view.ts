import type { OrderView } from '../../src-shared/contract/index.ts';
import { formatDecimal, type Network } from '../../src-shared/model/index.ts';
import type { OrderRecord } from '../wallet/index.ts';

/** An order as doors show it: money in dollars, the asset by its symbol. */
export function toOrderView(order: OrderRecord, { usdc }: Network): OrderView {
  const { id, agent, method, url, payee, life, httpStatus, createdAt, updatedAt, steps } = order;
  return {
    id,
    agent,
    method,
    url,
    amount: formatDecimal(order.amount, usdc.decimals),
    asset: order.asset === usdc.mint ? usdc.symbol : order.asset,
    payee,
    state: life.state,
    signature: 'landed' in life ? life.landed : null,
    httpStatus,
    why: 'why' in life ? life.why : null,
    createdAt,
    updatedAt,
    steps: [...steps],
  };
}
