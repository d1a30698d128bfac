import { join } from 'node:path';
import { address } from '@solana/kit';
import { parseDecimal } from '../../src-shared/model/index.ts';
import type { TargetGuard } from '../base/http/target-guard.ts';
import {
  type CallBook,
  type CreditDesk,
  createCreditDesk,
  openFacilitatorDoor,
  openShop,
  type Shop,
  type ShopPlan,
} from '../gateway/index.ts';
import {
  createCollector,
  createFacilitator,
  createRemoteSettlers,
  createTill,
  openPaymentCap,
  type Settlements,
} from '../payments/index.ts';
import { tokenAccountOf } from '../wallet/index.ts';
import { createAccessLog } from './access-log.ts';
import { createFacilitatorDesk, type FacilitatorDesk } from './facilitator-desk.ts';
import type { Books } from './open-books.ts';
import type { OpenChain } from './open-chain.ts';
import { createRefundDesk, type RefundDesk } from './refunds.ts';
import { startSettlementReconcile } from './settlement-reconcile.ts';
import { metricsToken } from './shop-procedures.ts';
import { createShopViews, type ShopViews } from './shop-view.ts';
import { createShops, type Shops } from './shops.ts';
import type { StopStack } from './stop-stack.ts';
import type { Surroundings } from './surroundings.ts';

/** The seller's side of this host. */
export interface Selling {
  readonly shops: Shops;
  readonly views: ShopViews;
  readonly refunds: RefundDesk;
  readonly facilitator: FacilitatorDesk;
  /** Where this host listens as a seller. */
  ports(): readonly number[];
  /** What keeps buyers from paying, a sentence each. Rejects when the chain does not answer. */
  gaps(): Promise<string[]>;
}

/** Wires the till over the books and looks up what an earlier run left open. No shop is open yet. */
export async function openSelling(
  { clock, random, log, reached }: Surroundings,
  { network, chain }: OpenChain,
  { store, signer, secrets }: Books,
  parts: {
    readonly home: string;
    /** Of the addresses that a shop may stand before. */
    readonly guard: TargetGuard;
  },
  stops: StopStack,
  leftMs: () => number,
): Promise<Selling> {
  const { till: payee, feePayer } = signer.addresses;
  const { issuing } = secrets;
  const { home, guard } = parts;
  const accessLog = createAccessLog(join(home, 'logs', 'access.log'), clock, log);
  stops.push('access log', () => accessLog.stop());
  const listeners = new Set<() => void>();
  const sold = (): void => {
    for (const listener of listeners) listener();
  };
  const settlements = telling(store.settlements, sold);
  const calls: CallBook = {
    ...store.calls,
    add: async (...counts) => {
      await store.calls.add(...counts);
      sold();
    },
  };

  const collector = createCollector({ network, chain, signer, settlements, log, reached });
  const till = createTill({
    network,
    feePayer,
    chain,
    settlements,
    answers: store.answers,
    refunds: store.refunds,
    collector,
    remoteSettler: createRemoteSettlers({ network, collector, clock, log }),
    clock,
    now: store.now,
    random,
    log,
    reached,
  });
  const tillAccount = tokenAccountOf(address(payee), address(network.tokenProgram), address(network.usdc.mint));
  const refunds = createRefundDesk({
    network,
    chain,
    signer,
    tillAccount,
    settlements,
    refunds: {
      ...store.refunds,
      settled: (...end) => store.refunds.settled(...end).then(sold),
      released: (...end) => store.refunds.released(...end).then(sold),
    },
    log,
    reached,
  });
  await settlements.dropUnsentClaims();
  const reconcile = () => Promise.all([collector.reconcile(), refunds.reconcile()]).then(() => undefined);
  const settling = startSettlementReconcile({ reconcile }, log);
  stops.push('settlement reconcile', () => settling.stop());

  const creditsOf = ({ name, packages, payTo, dialects, price, routes }: ShopPlan): CreditDesk | null => {
    // What was sold is owed, also by a shop that sells no more of it.
    if (packages === null && store.credits.sums(name, store.now()).packages === 0) return null;
    const isReal = network.name === 'mainnet';
    const takesAg402 = !isReal || dialects.includes('open402');
    return createCreditDesk({
      shop: name,
      seller: payTo ?? payee,
      network,
      packages: packages ?? [],
      perCall: routes.length === 0 ? parseDecimal(price, network.usdc.decimals) : null,
      forms: new Set(takesAg402 ? ['groat', 'ag402'] : ['groat']),
      ag402Cap: isReal ? openPaymentCap : null,
      issuing,
      book: store.credits,
      transfers: {
        lookUp: (signature) => chain.transaction(signature),
        claim: (payment, signature, alsoInTransaction) =>
          settlements.claimLanded(payment, signature, collector.earnings(payment), alsoInTransaction),
      },
      clock,
      log,
    });
  };
  const open = async (plan: ShopPlan): Promise<Shop> => {
    await till.ready(plan.facilitator);
    return openShop(
      { plan, payTo: plan.payTo ?? payee, network },
      {
        till,
        credits: creditsOf(plan),
        calls,
        guard,
        clock,
        log,
        accessLog,
        metricsToken: metricsToken(issuing, plan.name),
      },
    );
  };

  const books = store.selling(secrets.policyMac);
  const shops = createShops({ network, book: books.shops, till: payee, openShop: open, now: clock.now, log });
  listeners.add(shops.changed);
  stops.push('shops', () => shops.stopAll(leftMs()));
  const settleForOthers = createFacilitator({ network, feePayer, chain, settlements, collector, clock, log });
  const facilitator = createFacilitatorDesk({
    book: books.facilitator,
    openDoor: (terms) => openFacilitatorDoor(terms, { facilitator: settleForOthers, clock, log }),
    spent: () => settlements.facilitatorFees(),
    random,
    log,
  });
  stops.push('facilitator', () => facilitator.stop(leftMs()));
  const views = createShopViews({ ...store, network, till: payee, now: store.now });

  const gaps = async (): Promise<string[]> => {
    const [held, lamports] = await Promise.all([chain.tokenBalance(tillAccount), chain.solBalance(feePayer)]);
    return [
      ...(held === null
        ? [`The till has no USDC account on ${network.name} yet: send it any amount of USDC once, to ${payee}.`]
        : []),
      ...(lamports === 0n
        ? [`The fee payer has no SOL, so nothing can be settled: send it a little (0.01 is for long), to ${feePayer}.`]
        : []),
    ];
  };
  const ports = () => [...shops.ports(), ...facilitator.ports()];
  return { shops, views, refunds, facilitator, ports, gaps };
}

/** The same book, that says when something was sold. */
function telling(settlements: Settlements, sold: () => void): Settlements {
  return {
    ...settlements,
    async claimLanded(...payment) {
      const claim = await settlements.claimLanded(...payment);
      sold();
      return claim;
    },
    async settled(...payment) {
      await settlements.settled(...payment);
      sold();
    },
  };
}
