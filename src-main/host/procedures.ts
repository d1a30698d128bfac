import { implement, ORPCError } from '@orpc/server';
import { contract, type FullStatus, type Rank } from '../../src-shared/contract/index.ts';
import { asGroatError, GroatError } from '../../src-shared/errors/index.ts';
import {
  formatDecimal,
  type Network,
  orderStates,
  parseDecimal,
  sol,
  toAgentName,
} from '../../src-shared/model/index.ts';
import type { LogSink } from '../base/log-sink.ts';
import type { AgentRegistry } from '../identity/index.ts';
import type { LimitStore, Limits } from '../policy/index.ts';
import type { LedgerStore, OrderStore } from '../wallet/index.ts';
import { toOrderView } from './order-view.ts';
import type { PayingClient } from './paying-client.ts';
import type { Shops } from './shops.ts';

/** Who calls: every door states the rank it has proven. */
export interface CallContext {
  readonly rank: Rank;
}

const rankOrder: readonly Rank[] = ['public', 'agent', 'operator', 'owner'];

export interface ProcedureDeps {
  readonly network: Network;
  readonly registry: AgentRegistry;
  readonly limits: LimitStore;
  readonly orders: OrderStore;
  readonly ledger: LedgerStore;
  readonly shops: Shops;
  readonly payingClient: PayingClient;
  readonly status: () => Omit<FullStatus, 'balances' | 'reserved' | 'spentToday' | 'orders'>;
  readonly usdcOnChain: () => Promise<bigint>;
  /** Lamports. */
  readonly feePayerSol: () => Promise<bigint>;
  readonly proxyUrl: (credential?: { readonly agent: string; readonly token: string }) => string;
  /** Null off the sandbox. */
  readonly fund: ((owner: string, usdc: bigint) => Promise<{ signature: string; tokenAccount: string }>) | null;
  readonly log: LogSink;
}

export type HostRouter = ReturnType<typeof createProcedures>;

/** The contract's procedures over the rooms. Each one parses, asks a room, and formats; nothing is decided here. */
export function createProcedures(deps: ProcedureDeps) {
  const { network, registry, limits, orders, ledger, log } = deps;
  const { usdc } = network;
  const dollars = (amount: bigint) => formatDecimal(amount, usdc.decimals);
  const view = (order: Parameters<typeof toOrderView>[0]) => toOrderView(order, network);

  const os = implement(contract)
    .$context<CallContext>()
    .use(async ({ context, next, procedure, errors }) => {
      const least = procedure['~orpc'].meta.rank;
      if (rankOrder.indexOf(context.rank) < rankOrder.indexOf(least)) throw new ORPCError('FORBIDDEN');
      const toWire = (error: unknown) => {
        if (error instanceof ORPCError) return error;
        const known = asGroatError(error);
        if (known.code === 'internal') log.error('a procedure broke', { error });
        return errors.GROAT({ message: known.message, data: { code: known.code, what: known.what, next: known.next } });
      };
      try {
        const result = await next();
        // A stream goes on after its procedure has returned, and so do its errors.
        return isStream(result.output) ? { ...result, output: mapErrors(result.output, toWire) } : result;
      } catch (error) {
        throw toWire(error);
      }
    });

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
          spentToday: dollars(orders.spentToday(usdc.mint)),
          orders: Object.fromEntries(orderStates.flatMap((state) => (counts[state] ? [[state, counts[state]]] : []))),
        };
      }),
    },
    agents: {
      add: os.agents.add.handler(async ({ input }) => {
        const agent = toAgentName(input.agent);
        const limit = (text: string | undefined, otherwise: Limits['perDay']) =>
          text === undefined ? otherwise : parseDecimal(text, usdc.decimals);
        const wanted = {
          perPayment: limit(input.perPayment, network.defaultLimits.perPayment),
          perDay: limit(input.perDay, network.defaultLimits.perDay),
        };
        // The name first: who is refused it must not change the limits of who has it.
        const token = await registry.add(agent);
        await limits.set(agent, wanted);
        return {
          agent,
          proxyUrl: deps.proxyUrl({ agent, token }),
          perPayment: dollars(wanted.perPayment),
          perDay: dollars(wanted.perDay),
        };
      }),
      list: os.agents.list.handler(() =>
        registry.list().map(({ name, createdAt, revokedAt }) => {
          const limit = limits.get(name);
          return {
            agent: name,
            createdAt,
            revokedAt,
            perPayment: dollars(limit?.perPayment ?? 0n),
            perDay: dollars(limit?.perDay ?? 0n),
            spentToday: dollars(orders.spentToday(usdc.mint, name)),
          };
        }),
      ),
      revoke: os.agents.revoke.handler(async ({ input }) => {
        const agent = toAgentName(input.agent);
        await registry.revoke(agent);
        return { agent };
      }),
    },
    wallet: {
      balance: os.wallet.balance.handler(async () => ({
        asset: usdc.symbol,
        available: dollars(ledger.balance('available', usdc.mint)),
        reserved: dollars(ledger.balance('reserved', usdc.mint)),
        onChain: dollars(await deps.usdcOnChain()),
      })),
    },
    orders: {
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
      pay: os.payments.pay.handler(({ input }) => {
        if (!registry.isLive(toAgentName(input.agent))) throw new GroatError('agent-unknown', { agent: input.agent });
        return deps.payingClient.pay(input);
      }),
    },
    shops: {
      open: os.shops.open.handler(({ input }) =>
        deps.shops.open({
          name: input.name,
          target: new URL(input.target),
          price: parseDecimal(input.price, usdc.decimals),
          port: { port: input.port, named: true, flag: '--port' },
        }),
      ),
      list: os.shops.list.handler(() => [...deps.shops.list()]),
    },
    sandbox: {
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

function isStream(output: unknown): output is AsyncGenerator<unknown> {
  return typeof output === 'object' && output !== null && Symbol.asyncIterator in output;
}

async function* mapErrors(steps: AsyncGenerator<unknown>, toWire: (error: unknown) => Error): AsyncGenerator<unknown> {
  try {
    yield* steps;
  } catch (error) {
    throw toWire(error);
  }
}
