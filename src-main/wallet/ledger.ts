import { isClosed, type OrderEvent, type OrderLife, sol, transition } from '../../src-shared/model/index.ts';
import type { LogData } from '../log/index.ts';
import { outcomeOfOrder } from '../policy/index.ts';
import type { Entry, OrderChange, OrderRecord } from './ports.ts';

const move = (asset: string, amount: bigint, from: Entry['account'], to: Entry['account']): readonly Entry[] => [
  { account: from, asset, amount: -amount },
  { account: to, asset, amount },
];

/** Money found on our token account that no order explains: it came from outside (or left behind our back, negative). */
export const outside = (asset: string, delta: bigint): readonly Entry[] => move(asset, delta, 'external', 'available');

export const earned = (asset: string, amount: bigint): readonly Entry[] => move(asset, amount, 'external', 'received');

/** Set aside for a refund that is about to be sent: the till has it no more, unless it can no longer land. */
export const refunded = (asset: string, amount: bigint): readonly Entry[] =>
  move(asset, amount, 'received', 'external');

/** It can no longer land: the till has it again. */
export const refundReturned = (asset: string, amount: bigint): readonly Entry[] =>
  move(asset, amount, 'external', 'received');

export const feePaid = (asset: string, lamports: bigint): readonly Entry[] => move(asset, lamports, 'external', 'fees');

/** Whether we send an order's transfer ourselves, so that landing it costs our own fee payer: open402, and packages. */
export const sentByUs = (dialect: string): boolean => dialect === 'open402' || dialect.startsWith('prepaid');

/** What landing an order's transfer has cost us, delivered or not, and also where it was executed and failed. */
export const feeOfOrder = ({ dialect }: Pick<OrderRecord, 'dialect'>, lamports: bigint): readonly Entry[] =>
  sentByUs(dialect) ? feePaid(sol.mint, lamports) : [];

const landedOf = (life: OrderLife): string | null => ('landed' in life ? life.landed : null);

/**
 * What an event does to an order and to the books: at the moment the transfer is seen on the chain, reserved money is
 * spent; when it can no longer land, it is available again; in between it stays reserved.
 */
export function applyEvent(order: OrderRecord, event: OrderEvent): OrderChange | null {
  const life = transition(order.id, order.life, event);
  if (isClosed(order.life) && life === order.life) return null;
  const commits = landedOf(life) !== null && landedOf(order.life) === null;
  const entries = commits
    ? move(order.asset, order.amount, 'reserved', 'spent')
    : life.state === 'released'
      ? move(order.asset, order.amount, 'reserved', 'available')
      : [];
  const httpStatus = event.kind === 'answered' ? event.httpStatus : order.httpStatus;
  return { life, event, entries, commits, httpStatus, entry: entryOf(order, event, life) };
}

/** What the log keeps of a step: enough to learn from, without the payment itself. */
function entryOf({ life: before, amount, url, payee }: OrderRecord, event: OrderEvent, life: OrderLife): LogData {
  return {
    event: event.kind,
    state: life.state,
    ok: answeredWell(before, event),
    trust: outcomeOfOrder(before, life),
    amount: amount.toString(),
    origin: new URL(url).origin,
    payee,
    ...('why' in life ? { why: life.why } : {}),
  };
}

/** Reconcile's words for an order that we ourselves lost sight of: no seller's failure. */
const ownDoing: ReadonlySet<string> = new Set(['Groat stopped while it was under way', 'nobody reported how it ended']);

/**
 * For the breakers: whether what was sent was answered well; null where this step does not say. The head alone decides, so
 * that a body that never ends keeps nobody waiting for the outcome.
 */
function answeredWell(before: OrderLife, event: OrderEvent): boolean | null {
  if (event.kind === 'answered') return event.httpStatus < 400;
  if (event.kind !== 'lost' || ownDoing.has(event.why)) return null;
  return 'delivery' in before && before.delivery === 'none' ? false : null;
}
