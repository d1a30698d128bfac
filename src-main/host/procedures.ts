import { ORPCError } from '@orpc/server';
import type { FullStatus, TermsChange } from '../../src-shared/contract/index.ts';
import { GroatError } from '../../src-shared/errors/index.ts';
import {
  type AgentName,
  type Atomic,
  formatDecimal,
  type Network,
  orderStates,
  parseDecimal,
  sol,
  toAgentName,
  zero,
} from '../../src-shared/model/index.ts';
import type { Clock } from '../base/clock.ts';
import type { LogSink } from '../base/log-sink.ts';
import type { Random } from '../base/random.ts';
import type { Chain } from '../chain/index.ts';
import type { AgentRegistry } from '../identity/index.ts';
import type { Author, Delegation, Terms } from '../policy/index.ts';
import type { Store } from '../store/index.ts';
import type { LedgerStore, OrderStore, Signer } from '../wallet/index.ts';
import { authorityProcedures, authorOf } from './authority-procedures.ts';
import { agentDetail, changed, delegationView } from './authority-view.ts';
import { implementer } from './call.ts';
import { createDeskFollow } from './desk-follow.ts';
import type { Authority } from './open-authority.ts';
import { toOrderView } from './order-view.ts';
import type { PayingClient } from './paying-client.ts';
import { createPinless } from './pinless.ts';
import type { PrepaidDesk } from './prepaid-desk.ts';
import { prepaidProcedures } from './prepaid-procedures.ts';
import { screenProcedures } from './screen-procedures.ts';
import { type SettingsDeps, settingsProcedures } from './settings-procedures.ts';
import { type ShopProcedureDeps, shopProcedures } from './shop-procedures.ts';
import type { Shops } from './shops.ts';
import { walletProcedures } from './wallet-procedures.ts';

/** What is asked anew each time. */
type Live = 'balances' | 'reserved' | 'spentToday' | 'orders' | 'paused' | 'waiting' | 'problem' | 'unaccepted';

export interface ProcedureDeps {
  readonly network: Network;
  readonly registry: AgentRegistry;
  readonly store: Store;
  readonly authority: Authority;
  readonly orders: OrderStore;
  readonly ledger: LedgerStore;
  readonly shops: Shops;
  readonly selling: Omit<ShopProcedureDeps, 'network' | 'shops'>;
  readonly signer: Pick<Signer, 'addresses' | 'exportSpender'>;
  readonly chain: Pick<Chain, 'pulses'>;
  readonly settings: Pick<SettingsDeps, 'config' | 'runner' | 'preferences'>;
  /** Answers what it sells; null off the sandbox. */
  readonly demoShop: (() => Promise<string>) | null;
  readonly payingClient: PayingClient;
  readonly prepaid: PrepaidDesk;
  readonly status: () => Omit<FullStatus, Live>;
  /** A fresh one-time link to the screens; null where no browser gets in. */
  readonly uiLink: () => string | null;
  readonly usdcOnChain: () => Promise<bigint>;
  /** Looks at the chain now for one order; never throws. */
  readonly look: (order: string) => Promise<void>;
  /** What the owner wants the wallet to hold at most; null: no matter. */
  readonly ceiling: () => Atomic | null;
  /** Lamports. */
  readonly feePayerSol: () => Promise<bigint>;
  readonly proxyUrl: (credential?: { readonly agent: string; readonly token: string }) => string;
  /** Null off the sandbox. */
  readonly fund: ((owner: string, usdc: bigint) => Promise<{ signature: string; tokenAccount: string }>) | null;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: LogSink;
}

export type HostRouter = ReturnType<typeof createProcedures>;

/** The contract's procedures over the rooms. Each one parses, asks a room, and formats; nothing is decided here. */
export function createProcedures(deps: ProcedureDeps) {
  const { network, registry, store, authority, orders, ledger, log } = deps;
  const { desk, experience } = authority;
  const { usdc } = network;
  const dollars = (amount: bigint) => formatDecimal(amount, usdc.decimals);
  const view = (order: Parameters<typeof toOrderView>[0]) => toOrderView(order, network);

  const known = (name: string) => {
    const agent = toAgentName(name);
    if (!registry.list().some((one) => one.name === agent)) throw new GroatError('agent-unknown', { agent });
    return agent;
  };
  /** Handing on is an action like any other: paused, forbidden by role or law, or asked about. */
  const mayHandOn = async (from: AgentName): Promise<void> => {
    const request = {
      id: `del_${Buffer.from(deps.random(12)).toString('hex')}`,
      action: 'delegate' as const,
      agent: from,
      method: '',
      url: '',
      origin: '',
      queryHash: null,
      bodyHash: null,
      dialect: '',
      network: '',
      asset: '',
      amount: zero,
      payee: '',
    };
    const answer = await authority.gate.authorize(request, { respondAsync: true, signal: null });
    if (answer.kind !== 'granted')
      throw new GroatError('policy-invalid', {
        subject: from,
        problem: `${answer.detail.replace(/\.$/, '')} (${answer.reason})`,
      });
    authority.gate.redeem(answer.authorization);
  };
  const ownLimits = ({ limits: { perPayment, perDay } }: Terms) => ({
    perPayment: perPayment === null ? 'none' : dollars(perPayment),
    perDay: perDay === null ? 'none' : dollars(perDay),
  });
  const isPaused = () => {
    const found = desk.read();
    return found.kind === 'policy' && found.policy.pausedAll;
  };
  /** An agent whose credential a crash kept from being issued has its delegation already. */
  const admitted = async (agent: AgentName, change: TermsChange, author: Author): Promise<Delegation> => {
    const held = desk.policy().delegations.get(agent);
    const begun = held !== undefined && held.revokedAt === null && !registry.isLive(agent);
    if (begun) return desk.amend(agent, (before) => changed(before, change), author);
    return desk.admit(agent, (defaults) => changed(defaults, change), author);
  };
  const issue = async (agent: AgentName): Promise<string> => {
    const token = await registry.rotate(agent);
    await store.journal.note({ kind: 'agent', agent, subject: null, data: { what: 'credential issued' } });
    return deps.proxyUrl({ agent, token });
  };
  const os = implementer(log, createPinless(network, authority.approvals, store.now));
  const screens = screenProcedures(os, { ...deps, follow: createDeskFollow(deps) });
  const authorityParts = authorityProcedures(os, { network, store, authority });

  return os.router({
    host: {
      health: os.host.health.handler(() => ({ ok: true as const })),
      status: os.host.status.handler(async () => {
        const feePayerSol = await deps.feePayerSol().catch(() => null);
        const counts = orders.countByState();
        return {
          ...deps.status(),
          balances: [
            { asset: usdc.symbol, amount: dollars(ledger.balance('available', usdc.mint)) },
            // Status must answer while the chain does not.
            ...(feePayerSol === null ? [] : [{ asset: sol.symbol, amount: formatDecimal(feePayerSol, sol.decimals) }]),
          ],
          reserved: dollars(ledger.balance('reserved', usdc.mint)),
          spentToday: dollars(orders.spentToday()),
          orders: Object.fromEntries(orderStates.flatMap((state) => (counts[state] ? [[state, counts[state]]] : []))),
          paused: isPaused(),
          waiting: authority.approvals.list({ state: 'waiting', limit: 1000 }).length,
          problem: authority.problem(),
          unaccepted: authority.unaccepted(),
        };
      }),
      uiLink: os.host.uiLink.handler(({ context }) => {
        // Whoever holds a session could else make himself another one, and keep it when his ends.
        if (context.door !== 'control') throw new ORPCError('FORBIDDEN');
        const url = deps.uiLink();
        if (url === null) throw new GroatError('ui-absent', {});
        return { url };
      }),
    },
    agents: {
      add: os.agents.add.handler(async ({ input: { agent: name, ...change }, context }) => {
        const agent = toAgentName(name);
        const { terms } = await admitted(agent, change, authorOf(context));
        return { agent, proxyUrl: await issue(agent), ...ownLimits(terms) };
      }),
      list: os.agents.list.handler(() => {
        const found = desk.read();
        const policy = found.kind === 'policy' ? found.policy : null;
        return registry.list().map(({ name, createdAt, revokedAt }) => {
          const terms = policy?.delegations.get(name)?.terms;
          const state = revokedAt !== null ? 'revoked' : policy?.pausedAgents.has(name) ? 'paused' : 'live';
          return {
            agent: name,
            createdAt,
            revokedAt,
            ...(terms === undefined ? { perPayment: '0', perDay: '0' } : ownLimits(terms)),
            spentToday: dollars(orders.spentToday(name)),
            state: state as 'live' | 'paused' | 'revoked',
            trust: experience.trust(name, terms?.role ?? '', store.now()) / 1e6,
          };
        });
      }),
      show: os.agents.show.handler(({ input }) =>
        agentDetail(known(input.agent), desk.policy(), experience, store.usage, store.now()),
      ),
      limit: os.agents.limit.handler(async ({ input: { agent, ...change }, context }) => {
        const amended = await desk.amend(known(agent), (before) => changed(before, change), authorOf(context));
        return delegationView(amended, store.usage(agent));
      }),
      delegate: os.agents.delegate.handler(async ({ input: { from, agent: name, ...change } }) => {
        const agent = toAgentName(name);
        await mayHandOn(known(from));
        const part = await desk.delegate(known(from), agent, (whole) => changed(whole, change));
        const proxyUrl = await issue(agent);
        return { delegation: delegationView(part, store.usage(agent)), proxyUrl };
      }),
      rotate: os.agents.rotate.handler(async ({ input, context }) => {
        const agent = toAgentName(input.agent);
        const held = desk.policy().delegations.get(agent);
        if (!registry.isLive(agent) || held === undefined || held.revokedAt !== null)
          throw new GroatError('agent-unknown', { agent });
        // Whoever holds the credential spends: off the sandbox that is the owner's to give, as a new agent is.
        if (!network.playMoney && authorOf(context) !== 'owner')
          throw new GroatError('owner-required', { action: `a new credential on ${network.name}` });
        return { agent, proxyUrl: await issue(agent) };
      }),
      revoke: os.agents.revoke.handler(async ({ input }) => {
        const agent = toAgentName(input.agent);
        // The delegation first: from then on nothing is paid below it, whatever comes between.
        await desk.revoke(agent);
        await registry.revoke(agent);
        return { agent };
      }),
      pause: os.agents.pause.handler(async ({ input, context }) => {
        const agent = known(input.agent);
        await desk.pause(agent, authorOf(context));
        return { agent, paused: true as const };
      }),
      resume: os.agents.resume.handler(async ({ input, context }) => {
        const agent = known(input.agent);
        if (desk.policy().pausedAgents.has(agent)) await desk.resume(agent, authorOf(context));
        return { agent, paused: false as const };
      }),
    },
    ...authorityParts,
    desk: { ...authorityParts.desk, ...screens.desk },
    spending: screens.spending,
    ...settingsProcedures(os, { ...deps.settings, network, desk, journal: store.journal }),
    ...walletProcedures(os, {
      network,
      signer: deps.signer,
      ledger,
      chain: deps.chain,
      rpcUrl: deps.status().rpcUrl,
      usdcOnChain: deps.usdcOnChain,
      feePayerSol: deps.feePayerSol,
      sealing: () => store.keys.load()[0]?.sealing.kind ?? 'none',
      journal: store.journal,
    }),
    orders: {
      ...screens.orders,
      list: os.orders.list.handler(({ input: { limit, before } }) =>
        orders.list({ limit, ...(before === undefined ? {} : { before }) }).map(view),
      ),
      get: os.orders.get.handler(({ input }) => {
        const order = orders.get(input.id);
        if (order === null) throw new GroatError('order-unknown', { order: input.id });
        return view(order);
      }),
    },
    payments: {
      pay: os.payments.pay.handler(({ input, context }) => {
        // A session in a browser may have been somebody else's to take; for play money it only makes a test payment.
        if (context.door === 'browser' && !context.pinProven && !network.playMoney)
          throw new GroatError('owner-required', { action: `paying from a browser on ${network.name}` });
        if (!registry.isLive(toAgentName(input.agent))) throw new GroatError('agent-unknown', { agent: input.agent });
        return deps.payingClient.pay(input);
      }),
    },
    ...prepaidProcedures(os, { network, registry, desk: deps.prepaid, orders, now: store.now }),
    ...shopProcedures(os, { ...deps.selling, network, shops: deps.shops }),
    sandbox: {
      demoShop: os.sandbox.demoShop.handler(async () => {
        if (deps.demoShop === null)
          throw new GroatError('network-unavailable', {
            network: network.name,
            problem: 'the demo shop is on the sandbox only',
            next: 'Buy something from a real x402 seller, or use GROAT_NETWORK=sandbox.',
          });
        return { url: await deps.demoShop() };
      }),
      fund: os.sandbox.fund.handler(async ({ input: { address, amount } }) => {
        if (deps.fund === null) {
          throw new GroatError('network-unavailable', {
            network: network.name,
            problem: 'only the sandbox can make money',
            next: 'Send USDC to the address that `groat status` shows.',
          });
        }
        const { signature, tokenAccount } = await deps.fund(address, parseDecimal(amount, usdc.decimals));
        return { address, amount, tokenAccount, signature };
      }),
    },
  });
}
