import { GroatError } from '../errors/index.ts';
import type { Atomic } from './amount.ts';

/** Words of an order's life (architecture page, "Order life"). */
export type OrderState =
  | 'reserved'
  | 'submitting'
  | 'submitted'
  | 'delivering'
  | 'settled'
  | 'released'
  | 'failed'
  | 'unknown';

export const orderStates = [
  'reserved',
  'submitting',
  'submitted',
  'delivering',
  'settled',
  'released',
  'failed',
  'unknown',
] as const satisfies readonly OrderState[];

/** What was granted: fixed when the order is made, never changed after. */
export interface OrderFacts {
  readonly id: string;
  readonly agent: string;
  readonly method: string;
  /** The request's URL without its query string, which stays out of history. */
  readonly url: string;
  readonly dialect: string;
  /** CAIP-2 id of the offer. */
  readonly network: string;
  /** Mint address. */
  readonly asset: string;
  readonly amount: Atomic;
  /** Owner address that is paid, as the offer names it. */
  readonly payee: string;
}

/**
 * The signed transfer as it leaves us. With x402 the payee adds the fee payer's signature and broadcasts, so the
 * transaction id is not ours to know: the message hash and our own signature find it on the chain.
 */
export interface SignedPayment {
  /** SHA-256 of the message bytes, hex. */
  readonly messageHash: string;
  /** The spender's own signature, base58. */
  readonly ownSignature: string;
  /** From our own RPC, never from an offer: after this finalized height the transfer can no longer land. */
  readonly lastValidBlockHeight: bigint;
}

/** How far the seller's answer got: none yet, an answer with an error, a success that still flows, or all of it. */
export type Delivery = 'none' | 'refused' | 'open' | 'complete' | 'cut';

interface Open {
  readonly payment: SignedPayment;
  readonly delivery: Delivery;
  /** Transaction id, once our own look at the chain has shown that the transfer landed. */
  readonly landed: string | null;
}

export type OrderLife =
  | { readonly state: 'reserved' }
  | ({ readonly state: 'submitting' | 'submitted' | 'delivering' } & Open)
  | ({ readonly state: 'unknown'; readonly why: string } & Open)
  | { readonly state: 'settled'; readonly payment: SignedPayment; readonly landed: string }
  | { readonly state: 'failed'; readonly payment: SignedPayment; readonly landed: string; readonly why: string }
  | { readonly state: 'released'; readonly payment: SignedPayment | null; readonly why: string };

export type OrderEvent =
  /** The signer made the payment; it is about to leave. */
  | { readonly kind: 'signed'; readonly payment: SignedPayment }
  /** Given up, and no byte of a signed payment has left this process. */
  | { readonly kind: 'abandoned'; readonly why: string }
  /** The paid request was written out in full. */
  | { readonly kind: 'sent' }
  /** The head of the seller's answer came. */
  | { readonly kind: 'answered'; readonly httpStatus: number; readonly why: string }
  /** The whole answer was handed on (or the agent left it of its own accord). */
  | { readonly kind: 'delivered' }
  /** The answer did not come, or broke off, or we were interrupted. */
  | { readonly kind: 'lost'; readonly why: string }
  /** Our own look at the chain found the transfer. */
  | { readonly kind: 'landed'; readonly signature: string }
  /** What was paid and not delivered was asked for again with the same proof, and came. */
  | { readonly kind: 'redelivered' }
  /** The release rule holds: the transfer can no longer land, and a finalized search found nothing. */
  | { readonly kind: 'expired'; readonly why: string };

/** Terminal states: no money moves any more. What failed may still be delivered late, and is settled then. */
export function isClosed(life: OrderLife): boolean {
  return life.state === 'settled' || life.state === 'failed' || life.state === 'released';
}

/**
 * The one place where an order changes. An event that comes late, after the order was closed, changes nothing, but for
 * `redelivered`; one that makes no sense throws `order-transition`.
 */
export function transition(id: string, life: OrderLife, event: OrderEvent): OrderLife {
  switch (life.state) {
    case 'settled':
    case 'released':
      return life;
    case 'failed': {
      const { payment, landed } = life;
      return event.kind === 'redelivered' ? { state: 'settled', payment, landed } : life;
    }
    case 'reserved':
      if (event.kind === 'signed') {
        return { state: 'submitting', payment: event.payment, delivery: 'none', landed: null };
      }
      if (event.kind === 'abandoned') return { state: 'released', payment: null, why: event.why };
      break;
    case 'submitting':
    case 'submitted':
    case 'delivering':
    case 'unknown':
      return fromOpen(id, life, event);
  }
  throw new GroatError('order-transition', { order: id, from: life.state, event: event.kind });
}

type OpenLife = Extract<OrderLife, { delivery: Delivery }>;

function fromOpen(id: string, life: OpenLife, event: OrderEvent): OrderLife {
  const { payment, landed } = life;
  switch (event.kind) {
    case 'abandoned':
      if (life.state !== 'submitting' || landed !== null) break;
      return { state: 'released', payment, why: event.why };
    case 'sent':
      return life.state === 'submitting' ? { ...life, state: 'submitted' } : life;
    case 'answered':
      if (event.httpStatus >= 400) return close({ ...life, state: 'unknown', delivery: 'refused', why: event.why });
      return close({ state: 'delivering', payment, landed, delivery: 'open' });
    case 'delivered':
      // An error that was handed on in full is still no delivery.
      return life.delivery === 'open' ? close({ ...life, delivery: 'complete' }) : life;
    case 'lost':
      return close({
        ...life,
        state: 'unknown',
        delivery: life.delivery === 'open' ? 'cut' : life.delivery,
        why: event.why,
      });
    case 'landed':
      return close({ ...life, landed: event.signature });
    case 'expired':
      if (landed !== null) break;
      return { state: 'released', payment, why: event.why };
    case 'redelivered':
    case 'signed':
      break;
  }
  throw new GroatError('order-transition', { order: id, from: life.state, event: event.kind });
}

/** Closes an order whose two questions are answered: did the money move, and did the answer arrive. */
function close(life: OpenLife): OrderLife {
  if (life.landed === null) return life;
  if (life.delivery === 'complete') return { state: 'settled', payment: life.payment, landed: life.landed };
  if (life.state === 'unknown') {
    return { state: 'failed', payment: life.payment, landed: life.landed, why: life.why };
  }
  return life;
}
