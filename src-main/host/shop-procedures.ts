import { createHmac, type KeyObject } from 'node:crypto';
import { GroatError } from '../../src-shared/errors/index.ts';
import { type Network, parseDecimal } from '../../src-shared/model/index.ts';
import type { Settlements } from '../payments/index.ts';
import { authorOf } from './authority-procedures.ts';
import type { Implementer } from './call.ts';
import type { FacilitatorDesk } from './facilitator-desk.ts';
import { findLocalServers } from './local-servers.ts';
import type { RefundDesk } from './refunds.ts';
import type { ShopViews } from './shop-view.ts';
import type { Shops } from './shops.ts';

export interface ShopProcedureDeps {
  readonly network: Network;
  readonly shops: Shops;
  readonly views: ShopViews;
  readonly settlements: Pick<Settlements, 'list'>;
  readonly refunds: Pick<RefundDesk, 'refund'>;
  readonly facilitator: FacilitatorDesk;
  readonly issuing: KeyObject;
  readonly gaps: () => Promise<string[]>;
  /** Every port that this host listens on. */
  readonly ownPorts: () => readonly number[];
}

/** Whoever reads a shop's metrics shows this. Made from a key of the host's: it need not be kept. */
export function metricsToken(issuing: KeyObject, shop: string): string {
  return createHmac('sha256', issuing).update(`metrics ${shop}`).digest('base64url');
}

/** Shops, sales, refunds and the facilitator for others. */
export function shopProcedures(os: Implementer, deps: ShopProcedureDeps) {
  const { network, shops, views, settlements, refunds, facilitator, ownPorts } = deps;

  return {
    shops: {
      open: os.shops.open.handler(async ({ input, context }) => views.shop(await shops.open(input, authorOf(context)))),
      list: os.shops.list.handler(() => shops.list().map(views.shop)),
      gaps: os.shops.gaps.handler(() => deps.gaps()),
      show: os.shops.show.handler(({ input }) => views.detail(shops.get(input.name))),
      metrics: os.shops.metrics.handler(({ input, context }) => {
        const { plan, url } = shops.get(input.name);
        if (!network.playMoney && authorOf(context) !== 'owner')
          throw new GroatError('owner-required', { action: 'what reads a shop’s metrics' });
        return { url: url === null ? null : `${url}/metrics`, token: metricsToken(deps.issuing, plan.name) };
      }),
      stop: os.shops.stop.handler(async ({ input }) => views.shop(await shops.stop(input.name))),
      start: os.shops.start.handler(async ({ input }) => views.shop(await shops.start(input.name))),
      remove: os.shops.remove.handler(async ({ input: { name } }) => {
        await shops.remove(name);
        return { name, removed: true as const };
      }),
      sales: os.shops.sales.handler(({ input: { name, undelivered, before, limit } }) =>
        settlements.list({ shop: name ?? null, undelivered, before: before ?? null, limit }).map(views.sale),
      ),
      refund: os.shops.refund.handler(async ({ input: { sale, amount }, context }) => {
        // Money leaves without policy being asked: never without the PIN, also where a window is the owner's without.
        if (!context.pinProven) throw new GroatError('owner-required', { action: 'giving a sale’s money back' });
        const wanted = amount === undefined ? null : parseDecimal(amount, network.usdc.decimals);
        const refund = await refunds.refund(sale, wanted);
        shops.changed();
        return views.refund(refund);
      }),
      detect: os.shops.detect.handler(async ({ input }) => {
        const own = new Set(ownPorts());
        const sold = new Map(
          shops.list().flatMap(({ plan }) => {
            const { hostname, port, protocol } = new URL(plan.target);
            const isHere = ['127.0.0.1', 'localhost', '[::1]'].includes(hostname);
            return isHere ? [[Number(port) || (protocol === 'https:' ? 443 : 80), plan.name] as const] : [];
          }),
        );
        return [...(await findLocalServers(input.ports, { own, soldBy: (port) => sold.get(port) ?? null }))];
      }),
    },
    facilitator: {
      show: os.facilitator.show.handler(() => facilitator.view()),
      enable: os.facilitator.enable.handler(({ input }) => facilitator.enable(input)),
      disable: os.facilitator.disable.handler(() => facilitator.disable()),
    },
  };
}
