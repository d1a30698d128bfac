import { setTimeout as delay } from 'node:timers/promises';
import type { HostStatus } from '../../src-shared/contract/index.ts';
import { type AgentName, toAgentName, toAtomic } from '../../src-shared/model/index.ts';
import { startDemoApi } from '../gateway/index.ts';
import type { AgentRegistry } from '../identity/index.ts';
import { createCollector, createPayer, createX402Seller } from '../payments/index.ts';
import { startProxy, targetGuard } from '../proxy/index.ts';
import { createOrders } from '../wallet/index.ts';
import { claimPort } from './claim-port.ts';
import type { Config, PortWish } from './config.ts';
import type { Authority } from './open-authority.ts';
import type { Books } from './open-books.ts';
import type { OpenChain } from './open-chain.ts';
import { createPayingClient } from './paying-client.ts';
import { createProcedures, type HostRouter } from './procedures.ts';
import { startSettlementReconcile } from './settlement-reconcile.ts';
import { createShops } from './shops.ts';
import type { StopStack } from './stop-stack.ts';
import type { Surroundings } from './surroundings.ts';

export interface Doors {
  readonly status: HostStatus;
  readonly router: HostRouter;
  readonly demoProxyUrl: string | null;
  /** Takes no new requests from agents and finishes what is in flight, for as long as there is time left. */
  drain(): Promise<void>;
}

/** `groat pay` spends as this agent. Its credential is thrown away: only the control socket speaks for it. */
const ownAgent = toAgentName('cli');
const demoAgent = toAgentName('demo');
const demoPrice = toAtomic(10_000n);
const demoPort: PortWish = { port: 14_023, named: false, flag: null };

/** Wires buyer and seller over the books and opens what agents and buyers talk to: the proxy, and the demo shop. */
export async function openDoors(
  config: Config,
  demo: boolean,
  around: Surroundings,
  { network, chain, sandbox }: OpenChain,
  { store, signer, purse, reconcile, underWay, registry, authority }: Books,
  stops: StopStack,
  leftMs: () => number,
): Promise<Doors> {
  const { clock, random, log, reached } = around;
  const { spender, till, feePayer } = signer.addresses;

  const { gate } = authority;
  const orders = createOrders({ store: store.orders, gate, signer, chain, log, reached });
  const { settlements } = store;
  const payer = createPayer({
    network,
    httpOrigins: authority.httpOrigins,
    underWay,
    gate,
    orders,
    reconcile,
    clock,
    random,
    log,
    reached,
  });

  const collector = createCollector({ chain, signer, settlements, log, reached });
  const seller = createX402Seller({ network, chain, settlements, collector, log, reached });
  await settlements.dropUnsentClaims();
  const settling = startSettlementReconcile(collector, log);
  stops.push('settlement reconcile', () => settling.stop());
  await authority.withAcceptedEndpoints(() => reconcile.start());
  stops.push('reconcile', () => reconcile.stop());

  const demoApi = demo ? await startDemoApi() : null;
  if (demoApi !== null) stops.push('demo API', () => demoApi.stop());
  const shops = createShops({ network, seller, payTo: till, feePayer, log });
  stops.push('shops', () => shops.stop(leftMs()));
  const demoShop =
    demoApi === null ? null : await shops.open({ name: 'demo', target: demoApi.url, price: demoPrice, port: demoPort });
  const demoUrl = demoShop === null ? null : `${demoShop.gatewayUrl}/saying`;

  const ownPorts = () => (sandbox?.rpcPort == null ? [] : [sandbox.rpcPort]);
  const proxy = await claimPort(config.proxyPort, log, (port) =>
    startProxy({ port, agents: registry, payer, ownPorts, log, clock }),
  );
  let proxyStopped: Promise<void> | null = null;
  const stopProxy = () => (proxyStopped ??= proxy.stop(leftMs()));
  stops.push('proxy', stopProxy);
  const guard = targetGuard({ ownPorts: () => [...ownPorts(), proxy.port] });

  const proxyUrl = (credential?: { readonly agent: string; readonly token: string }) =>
    `http://${credential === undefined ? '' : `${credential.agent}:${credential.token}@`}127.0.0.1:${proxy.port}`;
  const status: HostStatus = {
    ready: true,
    pid: process.pid,
    proxyUrl: proxyUrl(),
    rpcUrl: sandbox?.rpcUrl ?? null,
    mode: network.name,
    network: network.caip2,
    address: spender,
    home: config.home,
    demoUrl,
  };

  const look = (id: string) => reconcile.confirm(id, null);
  const payingClient = createPayingClient({ network, payer, guard, orders: store.orders, look });
  const router = createProcedures({
    network,
    registry,
    authority,
    store,
    random,
    orders: store.orders,
    ledger: store.ledger,
    shops,
    payingClient,
    status: () => status,
    usdcOnChain: async () => (await chain.tokenBalance(purse.tokenAccount)) ?? 0n,
    feePayerSol: () => chain.solBalance(feePayer),
    proxyUrl,
    fund:
      sandbox === null
        ? null
        : (owner, usdc) =>
            sandbox.fund(owner, usdc).then(async (funded) => {
              await reconcile.look();
              return funded;
            }),
    log,
  });

  await ensureAgent(registry, authority, ownAgent);
  const token = demo ? await freshCredential(registry, authority, demoAgent) : null;
  return {
    status,
    router,
    demoProxyUrl: token === null ? null : proxyUrl({ agent: demoAgent, token }),
    drain: async () => {
      await Promise.all([stopProxy(), Promise.race([payingClient.idle(), delay(leftMs(), undefined, { ref: false })])]);
    },
  };
}

async function ensureAgent(registry: AgentRegistry, authority: Authority, agent: AgentName): Promise<void> {
  // Made once; one that the owner revoked stays revoked.
  if (!registry.list().some(({ name }) => name === agent)) await freshCredential(registry, authority, agent);
}

/** Groat's own agents come with the host: their default limits are below the desk's like everybody's. */
async function freshCredential(registry: AgentRegistry, { desk }: Authority, agent: AgentName): Promise<string> {
  const found = desk.read();
  const held = found.kind === 'policy' ? found.policy.delegations.get(agent) : null;
  if (held === undefined) await desk.admit(agent, (defaults) => defaults, 'owner');
  return registry.rotate(agent);
}
