import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { HostStatus } from '../../src-shared/contract/index.ts';
import { type AgentName, type Network, toAgentName, toAtomic } from '../../src-shared/model/index.ts';
import { targetGuard } from '../base/http/target-guard.ts';
import type { DemoApi } from '../gateway/index.ts';
import type { AgentRegistry } from '../identity/index.ts';
import type { Terms } from '../policy/index.ts';
import { startProxy } from '../proxy/index.ts';
import { claimPort } from './claim-port.ts';
import type { Config } from './config.ts';
import { createDemoShop } from './demo-shop.ts';
import type { Authority } from './open-authority.ts';
import type { Books } from './open-books.ts';
import { openBuying } from './open-buying.ts';
import type { OpenChain } from './open-chain.ts';
import { openSelling, type Selling } from './open-selling.ts';
import { createOwnerDoor, type OwnerDoor } from './owner-door.ts';
import { createPayingClient } from './paying-client.ts';
import type { PreferenceBook } from './preferences.ts';
import { createProcedures, type HostRouter } from './procedures.ts';
import type { Runner } from './runner.ts';
import type { StopStack } from './stop-stack.ts';
import type { Surroundings } from './surroundings.ts';
import { createUiFiles } from './ui-files.ts';
import { startUiServer } from './ui-server.ts';
import { type UiSessions, uiLink } from './ui-sessions.ts';
import { openWindowDoor, type WindowDoor } from './window-door.ts';

/** The screens in a browser. */
export interface BrowserWish {
  /** Who may use them; made outside, so that a host that comes back in the same process still knows them. */
  readonly sessions: UiSessions;
  /** Where the built screens lie, else `dist/renderer`. */
  readonly folder?: string;
}

export interface DoorWishes {
  readonly demo: boolean;
  /** Whether the shops of before open again. */
  readonly shops: boolean;
  /** Null: no browser gets in. */
  readonly ui: BrowserWish | null;
  /** Null where this host cannot be started anew. */
  readonly runner: Runner | null;
  readonly preferences: PreferenceBook;
}

export interface Doors {
  readonly status: HostStatus;
  readonly router: HostRouter;
  readonly demoProxyUrl: string | null;
  readonly ownerDoor: OwnerDoor;
  readonly windowDoor: WindowDoor;
  /** Takes no new requests from agents and finishes what is in flight, for as long as there is time left. */
  drain(): Promise<void>;
}

/** `groat pay` spends as this agent. Its credential is thrown away: only the control socket speaks for it. */
const ownAgent = toAgentName('cli');
const demoAgent = toAgentName('demo');
/** As seen from the sources and, two folders deep as well, from the built program. */
const builtScreens = join(import.meta.dirname, '..', '..', 'dist', 'renderer');

/** Wires buyer and seller over the books and opens what agents and buyers talk to: the proxy, and the demo shop. */
export async function openDoors(
  config: Config,
  { demo, ui, shops: withShops, runner, preferences }: DoorWishes,
  around: Surroundings,
  open: OpenChain,
  books: Books,
  stops: StopStack,
  leftMs: () => number,
): Promise<Doors> {
  const { clock, random, log } = around;
  const { network, chain, sandbox } = open;
  const { store, signer, purse, reconcile, registry, authority } = books;
  const { spender, feePayer } = signer.addresses;

  const { payer, prepaid } = openBuying(around, open, books, { guard: () => guard, leftMs }, stops);

  await authority.withAcceptedEndpoints(() => reconcile.start());
  stops.push('reconcile', () => reconcile.stop());

  let uiPort: number | null = null;
  const ownPorts = () => [sandbox?.rpcPort ?? null, uiPort].filter((port) => port !== null);
  let demoApi: DemoApi | null = null;
  stops.push('demo API', () => demoApi?.stop());
  // A shop before a port of ours would sell what is not for sale, or itself.
  let proxyPort: number | null = null;
  const hostPorts = () => [...ownPorts(), ...(proxyPort === null ? [] : [proxyPort])];
  const upstreamGuard = targetGuard({ ownPorts: () => [...hostPorts(), ...selling.ports()] });
  const selling: Selling = await openSelling(
    around,
    open,
    books,
    { home: config.home, guard: upstreamGuard },
    stops,
    leftMs,
  );
  const { shops } = selling;
  const demoShop = createDemoShop(shops, (api) => {
    demoApi = api;
  });
  // A shop of ours would be something to buy with real money.
  const withDemo = demo && network.name !== 'mainnet';
  await Promise.all([shops.comeBack(withShops), ...(withShops ? [selling.facilitator.comeBack()] : [])]);
  if (withDemo) await demoShop.open();

  const proxy = await claimPort(config.proxyPort, log, (port) =>
    startProxy({ port, agents: registry, payer, ownPorts, log, clock }),
  );
  let proxyStopped: Promise<void> | null = null;
  const stopProxy = () => (proxyStopped ??= proxy.stop(leftMs()));
  stops.push('proxy', stopProxy);
  proxyPort = proxy.port;
  const guard = targetGuard({ ownPorts: hostPorts });
  await authority.withAcceptedEndpoints(() => prepaid.start());

  const proxyUrl = (credential?: { readonly agent: string; readonly token: string }) =>
    `http://${credential === undefined ? '' : `${credential.agent}:${credential.token}@`}127.0.0.1:${proxy.port}`;
  const uiUrl = () => (uiPort === null ? null : `http://127.0.0.1:${uiPort}`);
  const status = (): HostStatus => ({
    ready: true,
    pid: process.pid,
    proxyUrl: proxyUrl(),
    rpcUrl: sandbox?.rpcUrl ?? null,
    mode: network.name,
    network: network.caip2,
    address: spender,
    home: config.home,
    demoUrl: demoShop.url(),
    uiUrl: uiUrl(),
  });

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
    selling: {
      ...selling,
      settlements: store.settlements,
      issuing: books.secrets.issuing,
      ownPorts: () => [...hostPorts(), ...selling.ports()],
    },
    payingClient,
    prepaid,
    look,
    ceiling: () => preferences.ceiling(),
    clock,
    status,
    uiLink: () => {
      const url = uiUrl();
      return ui === null || url === null ? null : uiLink(url, ui.sessions);
    },
    settings: { config, runner, preferences },
    signer,
    chain,
    demoShop: network.playMoney ? () => demoShop.open() : null,
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

  const ownerDoor = createOwnerDoor(authority.owner);
  const windowDoor = openWindowDoor({ router, ownerDoor, network, log });
  stops.push('window door', () => windowDoor.stop());
  let stopUi = async (): Promise<void> => undefined;
  if (ui !== null) {
    const { sessions, folder = builtScreens } = ui;
    const files = createUiFiles(folder);
    const server = await claimPort(config.uiPort, log, (port) =>
      startUiServer({ port, files, sessions, router, ownerDoor, log }),
    );
    uiPort = server.port;
    let stopped: Promise<void> | null = null;
    stopUi = () => (stopped ??= server.stop(leftMs()));
    stops.push('browser door', stopUi);
  }

  await ensureAgent(registry, authority, ownAgent, network);
  // What was shown at the first start stays good when Groat restarts in place.
  const known = runner?.isRestart === true && registry.isLive(demoAgent);
  const token = withDemo && !known ? await freshCredential(registry, authority, demoAgent) : null;
  return {
    status: status(),
    router,
    ownerDoor,
    windowDoor,
    demoProxyUrl: token === null ? null : proxyUrl({ agent: demoAgent, token }),
    drain: async () => {
      windowDoor.stop();
      await Promise.all([
        stopProxy(),
        stopUi(),
        Promise.race([payingClient.idle(), delay(leftMs(), undefined, { ref: false })]),
      ]);
    },
  };
}

/** With play money it may buy most packages of calls at once; where money is real, the owner says so first. */
const ownPerPayment = toAtomic(10_000_000n);

async function ensureAgent(
  registry: AgentRegistry,
  authority: Authority,
  agent: AgentName,
  { playMoney }: Network,
): Promise<void> {
  // Made once; one that the owner revoked stays revoked.
  if (registry.list().some(({ name }) => name === agent)) return;
  await freshCredential(registry, authority, agent, (defaults) =>
    playMoney ? { ...defaults, limits: { ...defaults.limits, perPayment: ownPerPayment } } : defaults,
  );
}

/** Groat's own agents come with the host: their default limits are below the desk's like everybody's. */
async function freshCredential(
  registry: AgentRegistry,
  { desk }: Authority,
  agent: AgentName,
  limits: (defaults: Terms) => Terms = (defaults) => defaults,
): Promise<string> {
  const found = desk.read();
  const held = found.kind === 'policy' ? found.policy.delegations.get(agent) : null;
  if (held === undefined) await desk.admit(agent, limits, 'owner');
  return registry.rotate(agent);
}
