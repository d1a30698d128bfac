import { threadId } from 'node:worker_threads';
import { onTestFinished } from 'vitest';
import { silentLog } from '../../src-main/base/log-sink.ts';
import { systemRandom } from '../../src-main/base/random.ts';
import {
  type ActionRequest,
  type Approvals,
  type Authorized,
  createApprovals,
  createExperience,
  createGate,
  createLoopGuard,
  createPolicyDesk,
  defaultLoopSettings,
  type Experience,
  foundPolicy,
  type Gate,
  type PolicyDesk,
  seedLoops,
  type Terms,
} from '../../src-main/policy/index.ts';
import { applyEvent } from '../../src-main/wallet/ledger.ts';
import {
  type AgentName,
  type NetworkName,
  networks,
  type OrderEvent,
  toAgentName,
  toAtomic,
} from '../../src-shared/model/index.ts';
import {
  assembleStore,
  deposit,
  freshFile,
  requestOf,
  type SetClock,
  setClock,
  signedFor,
  type TestStore,
} from './test-store.ts';

/** A whole gate over a real database file, without chain and host. */
export interface TestDesk {
  readonly store: TestStore;
  readonly clock: SetClock;
  readonly desk: PolicyDesk;
  readonly approvals: Approvals;
  readonly experience: Experience;
  readonly gate: Gate;
  /** Whose token was revoked. */
  readonly dead: Set<string>;
  /** What an agent named `bot` would ask, unless it says otherwise; with an id of its own. */
  request(over?: Partial<Omit<ActionRequest, 'amount' | 'agent'>> & { amount?: bigint; agent?: string }): ActionRequest;
  /** Asks the gate without waiting for a person. */
  ask(over?: Parameters<TestDesk['request']>[0]): Promise<Authorized>;
  /** An agent that may do all that its network's defaults allow, less what `change` takes. */
  admit(agent: string, change?: (defaults: Terms) => Terms): Promise<AgentName>;
  /** Every order goes this way: signed, then what is told. */
  tell(id: string, ...events: readonly OrderEvent[]): Promise<void>;
  /** Signed, answered, seen on the chain, delivered. */
  settle(id: string): Promise<void>;
  release(id: string): Promise<void>;
  stop(): Promise<void>;
  crash(): void;
}

export interface TestDeskOptions {
  readonly network?: NetworkName;
  readonly clock?: SetClock;
  readonly file?: string;
  /** Nothing is learnt: every agent is half trusted and no breaker opens. */
  readonly calm?: boolean;
  readonly funds?: bigint;
}

export const startAt = Date.UTC(2026, 2, 29);

/** Stopped when the test ends. */
export async function openTestDesk(options: TestDeskOptions = {}): Promise<TestDesk> {
  const held = await assembleDesk({ ...options, file: options.file ?? freshFile() });
  onTestFinished(held.stop);
  return held;
}

/** For many in one test, or a process of its own. */
export async function assembleDesk(options: TestDeskOptions & { readonly file: string }): Promise<TestDesk> {
  const { file, network: name = 'sandbox', clock = setClock(startAt), calm = false, funds = 1_000_000_000n } = options;
  const network = networks[name];
  const store = assembleStore(clock, file, name);
  const { journal, log } = store;
  if (store.book.load().kind === 'empty') {
    await foundPolicy(store.book, journal, network, [], clock.now());
    if (funds > 0n) await deposit(store, funds);
  }
  const desk = createPolicyDesk({ network, book: store.book, journal, now: store.connection.peekNow });
  const experience = calm
    ? calmExperience
    : createExperience({ store: log, projections: store.projections, journal, log: silentLog });
  const approvals = createApprovals(store.approvals, clock);
  const loops = createLoopGuard(defaultLoopSettings);
  seedLoops(loops, log, store.connection.peekNow());
  const dead = new Set<string>();
  const gate = createGate({
    network,
    desk,
    reservations: store.reservations,
    approvals,
    experience,
    loops,
    isLive: (agent) => !dead.has(agent),
    journal,
    clock,
    random: systemRandom,
    log: silentLog,
  });
  const request: TestDesk['request'] = ({ amount = 10_000n, agent = 'bot', ...over } = {}) => ({
    ...requestOf(nextId(), 0n),
    network: network.caip2,
    asset: network.usdc.mint,
    ...over,
    agent: toAgentName(agent),
    // As it would come from a caller that lies: the gate must refuse what is no sum.
    amount: amount as ActionRequest['amount'],
  });
  const report = (id: string, event: OrderEvent) => store.orders.change(id, (order) => applyEvent(order, event));
  const tell: TestDesk['tell'] = async (id, ...events) => {
    const all = [{ kind: 'signed', payment: signedFor(id) } as const, ...events];
    await Promise.all(all.map((event) => report(id, event)));
  };
  return {
    store,
    clock,
    desk,
    approvals,
    experience,
    gate,
    dead,
    request,
    tell,
    ask: (over) => gate.authorize(request(over), { respondAsync: true, signal: null }),
    async admit(agent, change = (defaults) => defaults) {
      await desk.admit(toAgentName(agent), change, 'owner');
      return toAgentName(agent);
    },
    settle: (id) =>
      tell(
        id,
        { kind: 'sent' },
        { kind: 'answered', httpStatus: 200, why: '' },
        { kind: 'landed', signature: `tx-of-${id}` },
        { kind: 'delivered' },
      ),
    async release(id) {
      await report(id, { kind: 'abandoned', why: 'the test gave it up' });
    },
    async stop() {
      approvals.stop();
      if (!store.connection.db.open) return;
      await experience.stop();
      await store.close();
    },
    crash() {
      approvals.stop();
      store.crash();
    },
  };
}

let ids = 0;

/** Two processes, or two threads, may ask at one file. */
function nextId(): string {
  ids += 1;
  return `ord_${process.pid}_${threadId}_${ids}`;
}

const calmExperience: Experience = {
  trust: () => 500_000,
  trustReading: () => {
    throw new Error('asked for a reading unasked');
  },
  askBreakers: () => ({ broken: null, probes: [] }),
  breakers: () => [],
  statistics: () => {
    throw new Error('asked for statistics unasked');
  },
  onBreaker: () => () => undefined,
  stop: async () => undefined,
};

export const dollars = (text: string) => toAtomic(BigInt(Math.round(Number(text) * 1_000_000)));

/** Terms with some of their limits changed. */
export const withLimits =
  (limits: Partial<Terms['limits']>) =>
  (terms: Terms): Terms => ({ ...terms, limits: { ...terms.limits, ...limits } });

export const withRules =
  (rules: Partial<Terms['approval']>) =>
  (terms: Terms): Terms => ({ ...terms, approval: { ...terms.approval, ...rules } });

/** The reason of a refusal; `granted` for none. */
export const reasonOf = (answer: Authorized): string => (answer.kind === 'granted' ? 'granted' : answer.reason);
