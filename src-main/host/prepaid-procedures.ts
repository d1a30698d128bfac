import type { CreditView, PackageOffer, PendingPurchase } from '../../src-shared/contract/index.ts';
import { GroatError } from '../../src-shared/errors/index.ts';
import { formatDecimal, type Network, parseDecimal, toAgentName } from '../../src-shared/model/index.ts';
import type { AgentRegistry } from '../identity/index.ts';
import { burnWindowMs, type CreditRecord, originOf, type PurchaseRecord, standingOf } from '../payments/index.ts';
import type { OrderStore } from '../wallet/index.ts';
import type { CallContext, Implementer } from './call.ts';
import { toOrderView } from './order-view.ts';
import type { PrepaidDesk } from './prepaid-desk.ts';

export interface PrepaidDeps {
  readonly network: Network;
  readonly registry: Pick<AgentRegistry, 'isLive'>;
  readonly desk: PrepaidDesk;
  readonly orders: Pick<OrderStore, 'get'>;
  /** Wall time that never runs back. */
  readonly now: () => number;
}

/** Credit that was bought ahead, and API keys for single origins. */
export function prepaidProcedures(os: Implementer, { network, registry, desk, orders, now }: PrepaidDeps) {
  const { buyer, credits, secrets } = desk;
  const dollars = (amount: bigint) => formatDecimal(amount, network.usdc.decimals);

  const creditView = (record: CreditRecord): CreditView => {
    const { credit, remaining } = record;
    const { id, origin, name, form, agent, calls, price, boughtAt, expiresAt, renewal } = credit;
    const at = now();
    const { saved } = credits.usesSince(id, 0);
    const week = credits.usesSince(id, at - burnWindowMs);
    return {
      ...{ id, origin, package: credit.package, name, form, agent, calls, remaining },
      price: dollars(price),
      boughtAt,
      expiresAt,
      ...standingOf(record, week, at),
      saved: saved === null ? null : dollars(saved),
      renewal: renewal === null ? null : { below: renewal.below, upTo: dollars(renewal.upTo) },
    };
  };
  const pendingView = ({ purchase, state, why, createdAt }: PurchaseRecord): PendingPurchase => {
    const { order, origin, price } = purchase;
    const life = orders.get(order)?.life;
    const isPaid = life !== undefined && 'landed' in life && life.landed !== null;
    const shown = state === 'failed' ? 'failed' : isPaid ? 'claiming' : 'paying';
    return { order, origin, package: purchase.package, price: dollars(price), since: createdAt, state: shown, why };
  };
  const pending = () => buyer.pending().map(pendingView);

  /** A session in a browser may have been somebody else's to take. */
  const mayPay = ({ door, pinProven }: CallContext): void => {
    if (door === 'browser' && !pinProven && !network.playMoney)
      throw new GroatError('owner-required', { action: `buying from a browser on ${network.name}` });
  };

  return {
    prepaid: {
      packages: os.prepaid.packages.handler(async ({ input }): Promise<PackageOffer> => {
        const { origin, seller, perCall, packages } = await buyer.packages(new URL(input.url));
        return {
          origin,
          sellerAddress: seller,
          perCall: perCall === null ? null : dollars(perCall),
          packages: packages.map(({ id, name, calls, days, price }) => ({
            id,
            name,
            calls,
            days,
            price: dollars(price),
          })),
        };
      }),
      buy: os.prepaid.buy.handler(async ({ input, context }) => {
        mayPay(context);
        const agent = toAgentName(input.agent);
        if (!registry.isLive(agent)) throw new GroatError('agent-unknown', { agent });
        const { form, terms = null } = input;
        const agreed = terms === null ? null : { ...terms, upTo: parseDecimal(terms.upTo, network.usdc.decimals) };
        const wish = { url: new URL(input.url), package: input.package, agent, form, terms: agreed, renews: null };
        const bought = await buyer.buy(wish);
        switch (bought.kind) {
          case 'bought': {
            const { credit } = bought;
            const [record, order] = [credits.get(credit.id), orders.get(credit.order)];
            if (record === null || order === null) throw new GroatError('credit-unknown', { credit: credit.id });
            return { outcome: 'bought' as const, credit: creditView(record), order: toOrderView(order, network) };
          }
          case 'pending':
            return { outcome: 'pending' as const, purchase: pendingView(bought.purchase) };
          case 'denied':
          case 'deferred':
          case 'expired': {
            const { kind: decision, reason, detail } = bought;
            const approval = bought.kind === 'deferred' ? bought.approval : null;
            return { outcome: 'refused' as const, decision, reason, detail, approval };
          }
        }
      }),
      status: os.prepaid.status.handler(() => {
        const views = credits.list().map(creditView);
        const usable = views.filter(({ warning }) => warning === null || warning === 'low' || warning === 'expiring');
        const totalRemaining = usable.reduce((sum, { remaining }) => sum + remaining, 0);
        return { credits: views, pending: pending(), totalRemaining };
      }),
      recover: os.prepaid.recover.handler(async () => {
        await buyer.recover();
        return pending();
      }),
      purge: os.prepaid.purge.handler(async () => {
        const removed = await credits.purge(now());
        desk.changed();
        return { removed };
      }),
      renew: os.prepaid.renew.handler(async ({ input: { id, renewal } }) => {
        const { decimals } = network.usdc;
        const rule = renewal === null ? null : { below: renewal.below, upTo: parseDecimal(renewal.upTo, decimals) };
        const record = await credits.setRenewal(id, rule);
        if (record === null) throw new GroatError('credit-unknown', { credit: id });
        desk.changed();
        return creditView(record);
      }),
    },
    secrets: {
      list: os.secrets.list.handler(() => secrets.list().map((one) => ({ ...one, agents: [...one.agents] }))),
      set: os.secrets.set.handler(async ({ input: { url, secret, agents } }) => {
        const target = new URL(url);
        if (!desk.maySend(target))
          throw new GroatError('target-invalid', {
            text: target.origin,
            problem: 'an API key goes to https or to this machine only',
          });
        if (!/^[\x21-\x7e]+$/.test(secret))
          throw new GroatError('config-invalid', { setting: 'API key', problem: 'it fits into no header' });
        const origin = originOf(target);
        await secrets.set({ origin, secret, agents: agents.map(toAgentName) });
        const found = secrets.list().find((one) => one.origin === origin);
        return { origin, agents, createdAt: found?.createdAt ?? now() };
      }),
      remove: os.secrets.remove.handler(async ({ input }) => {
        const origin = originOf(new URL(input.url));
        return { origin, removed: await secrets.remove(origin) };
      }),
    },
  };
}
