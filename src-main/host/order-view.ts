import type { OrderLine, OrderView } from '../../src-shared/contract/index.ts';
import { formatDecimal, type Network } from '../../src-shared/model/index.ts';
import type { OrderRecord } from '../wallet/index.ts';

/** An order as doors show it: money in dollars, the asset by its symbol. */
export function toOrderView(order: OrderRecord, network: Network): OrderView {
  const { seq: _, ...view } = toOrderLine(order, network);
  return { ...view, steps: [...order.steps] };
}

/** No longer than we write it ourselves: hundreds of them go to a screen at once, and rows may be somebody else's. */
export const shownUrl = (url: string): string => url.slice(0, 2048);

/** The same as a row of a list. */
export function toOrderLine(order: OrderRecord, { usdc }: Network): OrderLine {
  const { seq, id, agent, method, url, payee, life, httpStatus, createdAt, updatedAt } = order;
  return {
    seq,
    id,
    agent,
    method,
    url: shownUrl(url),
    amount: formatDecimal(order.amount, usdc.decimals),
    asset: order.asset === usdc.mint ? usdc.symbol : order.asset,
    payee,
    state: life.state,
    signature: 'landed' in life ? life.landed : null,
    httpStatus,
    why: 'why' in life ? life.why : null,
    createdAt,
    updatedAt,
  };
}
