import type { CallOutcome, SaleView, ShopDetail, ShopView } from '../../src-shared/contract/index.ts';
import { formatDecimal, type Network } from '../../src-shared/model/index.ts';
import type { CallBook, CreditBook, ShopPlan } from '../gateway/index.ts';
import type { RefundRecord, Refunds, Revenue, SaleRecord, Settlements } from '../payments/index.ts';
import { urlOf } from './shop-terms.ts';

/** One shop of this host: its plan, and how it goes with it. */
export interface ShopState {
  readonly plan: ShopPlan;
  readonly state: ShopView['state'];
  readonly problem: string | null;
  /** Null while it is not open. */
  readonly url: string | null;
  readonly openedAt: number;
}

export interface ShopViewDeps {
  readonly network: Network;
  /** Who is paid where the plan names nobody. */
  readonly till: string;
  readonly revenue: Revenue;
  readonly calls: CallBook;
  readonly credits: Pick<CreditBook, 'sums'>;
  readonly settlements: Pick<Settlements, 'list' | 'bySale'>;
  readonly refunds: Pick<Refunds, 'get'>;
  readonly now: () => number;
}

const dayMs = 24 * 60 * 60_000;
const days = 30;
const mostRows = 50;
/** Beyond so many they are only "as many at least". */
const mostCounted = 500;

/** How shops and sales look from outside. Nothing here looks through all there ever was. */
export function createShopViews(deps: ShopViewDeps) {
  const { network, till, revenue, calls, credits, settlements, refunds, now } = deps;
  const dollars = (amount: bigint) => formatDecimal(amount, network.usdc.decimals);
  const today = () => Math.floor(now() / dayMs);

  const refund = ({ state, amount, signature, createdAt }: RefundRecord): NonNullable<SaleView['refund']> => ({
    state,
    amount: dollars(amount),
    signature,
    at: createdAt,
  });

  const sale = (record: SaleRecord): SaleView => {
    const { sale: id, shop, purpose, method, url, route, payer, state, delivery, signature, why } = record;
    const back = refunds.get(id);
    return {
      id,
      shop,
      at: record.createdAt,
      dialect: record.dialect,
      purpose,
      method,
      url,
      route,
      payer,
      amount: dollars(record.amount),
      state,
      delivery,
      signature,
      why,
      refund: back === null ? null : refund(back),
    };
  };

  const shop = ({ plan, state, problem, url, openedAt }: ShopState): ShopView => {
    const { name, target, price, routes, dialects, packages, flow, facilitator } = plan;
    const day = today();
    return {
      name,
      state,
      problem,
      gatewayUrl: url ?? urlOf(plan),
      payTo: plan.payTo ?? till,
      target,
      price,
      routes,
      network: network.caip2,
      dialects,
      prepaid: packages !== null,
      flow,
      facilitator,
      revenue: {
        today: dollars(revenue.days(name, day).reduce((sum, { amount }) => sum + amount, 0n)),
        total: dollars(revenue.total(name).amount),
      },
      calls: calls.days(name, day).reduce(addCalls, {}),
      openedAt,
    };
  };

  return {
    sale,
    refund,
    shop,
    detail(one: ShopState): ShopDetail {
      const { name, description, packages, limits } = one.plan;
      const from = today() - days + 1;
      const earned = new Map(revenue.days(name, from).map(({ day, ...sum }) => [day, sum]));
      const asked = new Map(calls.days(name, from).map((line) => [line.day, line.calls]));
      const top = (what: 'route' | 'payer') =>
        revenue
          .by(what, name, from, mostRows)
          .map(({ key, amount, count }) => ({ key, amount: dollars(amount), count }));
      return {
        ...shop(one),
        description,
        packages: packages ?? [],
        limits,
        byDay: [...new Set([...earned.keys(), ...asked.keys()])]
          .sort((a, b) => a - b)
          .map((day) => ({
            day: new Date(day * dayMs).toISOString().slice(0, 10),
            amount: dollars(earned.get(day)?.amount ?? 0n),
            count: earned.get(day)?.count ?? 0,
            calls: asked.get(day) ?? {},
          })),
        byRoute: top('route'),
        byPayer: top('payer'),
        credit: credits.sums(name, now()),
        sales: settlements.list({ shop: name, undelivered: false, before: null, limit: mostRows }).map(sale),
        undelivered: settlements.list({ shop: name, undelivered: true, before: null, limit: mostCounted }).length,
      };
    },
  };
}

export type ShopViews = ReturnType<typeof createShopViews>;

type Counts = Partial<Record<CallOutcome, number>>;

function addCalls(sum: Counts, { calls }: { readonly calls: Readonly<Counts> }): Counts {
  const added = { ...sum };
  for (const [outcome, count] of Object.entries(calls) as [CallOutcome, number][])
    added[outcome] = (added[outcome] ?? 0) + count;
  return added;
}
