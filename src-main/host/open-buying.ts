import type { TargetGuard } from '../base/http/target-guard.ts';
import { createBroadcast, createPayer, createUnclaimed, type OfferPayer } from '../payments/index.ts';
import { createOrders } from '../wallet/index.ts';
import type { Books } from './open-books.ts';
import type { OpenChain } from './open-chain.ts';
import { openPrepaid, type PrepaidDesk } from './prepaid-desk.ts';
import type { StopStack } from './stop-stack.ts';
import type { Surroundings } from './surroundings.ts';

export interface Buying {
  readonly payer: OfferPayer;
  readonly prepaid: PrepaidDesk;
}

/** Wires all that pays: offers of every dialect, credit bought ahead, and the owner's own keys. */
export function openBuying(
  around: Surroundings,
  open: OpenChain,
  books: Books,
  parts: { readonly guard: () => TargetGuard; readonly leftMs: () => number },
  stops: StopStack,
): Buying {
  const { clock, random, log, reached } = around;
  const { network, chain } = open;
  const { store, signer, reconcile, underWay, authority } = books;
  const { gate, httpOrigins } = authority;
  const { spender, feePayer } = signer.addresses;
  const search = store.orderSearch;

  const orders = createOrders({ store: store.orders, gate, signer, chain, log, reached });
  const broadcast = createBroadcast({ orders, search, chain, spender, feePayer, clock, log, reached });
  const unclaimed = createUnclaimed({
    orders: store.orders,
    search,
    reconcile,
    chain,
    underWay,
    spender,
    clock,
    log,
  });
  const prepaid = openPrepaid(around, open, books, { broadcast, orders, ...parts }, stops);
  const payer = createPayer({
    network,
    httpOrigins,
    gate,
    orders,
    underWay,
    reconcile,
    broadcast,
    unclaimed,
    prepaid: prepaid.purse,
    secrets: prepaid.keys,
    clock,
    random,
    log,
    reached,
  });
  return { payer, prepaid };
}
