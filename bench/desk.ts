import { createSecretKey, randomBytes } from 'node:crypto';
import { systemClock } from '../src-main/base/clock.ts';
import { silentLog } from '../src-main/base/log-sink.ts';
import { systemRandom } from '../src-main/base/random.ts';
import {
  createApprovals,
  createExperience,
  createGate,
  createLoopGuard,
  createPolicyDesk,
  defaultLoopSettings,
  foundPolicy,
  type Gate,
} from '../src-main/policy/index.ts';
import { openStore, type Store } from '../src-main/store/index.ts';
import { networks, toAgentName, toAtomic } from '../src-shared/model/index.ts';

const network = networks.sandbox;
const policyMac = createSecretKey(randomBytes(32));
const lots = toAtomic(10n ** 15n);

export interface BenchDesk {
  readonly store: Store;
  readonly gate: Gate;
  close(): Promise<void>;
}

/** A database with money in it and these agents, whose limits no benchmark reaches. */
export async function foundDesk(file: string, agents: readonly string[]): Promise<void> {
  const store = openStore(file, network.name, systemClock);
  const { book } = store.authority(policyMac);
  book.load();
  await store.statement.record(
    { asset: network.usdc.mint, signature: 'deposit', slot: 1n, delta: lots, messageHash: 'x', signatures: [] },
    () => ({
      change: null,
      entries: [
        { account: 'external', asset: network.usdc.mint, amount: -lots },
        { account: 'available', asset: network.usdc.mint, amount: lots },
      ],
    }),
  );
  await foundPolicy(
    book,
    store.journal,
    network,
    agents.map((name) => ({ name, perPayment: lots, perDay: lots })),
    0,
  );
  const desk = createPolicyDesk({ network, book, journal: store.journal, now: store.now });
  await desk.amend('@desk', (terms) => ({ ...terms, limits: { ...terms.limits, perDay: lots } }), 'owner');
  for (const name of agents.slice(0, 32)) {
    // Every window in use, as a careful owner would have them.
    const all = {
      perMinute: lots,
      perHour: lots,
      perMonth: lots,
      total: lots,
      perMinuteCount: 1_000_000,
      totalCount: 1_000_000_000,
    };
    await desk.amend(name, (terms) => ({ ...terms, limits: { ...terms.limits, ...all } }), 'owner');
  }
  await store.close();
}

export function openDesk(file: string): BenchDesk {
  const store = openStore(file, network.name, systemClock);
  const { book, reservations, approvals: stored, projections } = store.authority(policyMac);
  const { journal } = store;
  const desk = createPolicyDesk({ network, book, journal, now: store.now });
  const experience = createExperience({ store: store.log, projections, journal, log: silentLog });
  const approvals = createApprovals(stored, systemClock);
  const gate = createGate({
    network,
    desk,
    reservations,
    approvals,
    experience,
    loops: createLoopGuard(defaultLoopSettings),
    isLive: () => true,
    journal,
    clock: systemClock,
    random: systemRandom,
    log: silentLog,
  });
  return {
    store,
    gate,
    async close() {
      approvals.stop();
      await experience.stop();
      await store.close();
    },
  };
}

let made = 0;

/** A payment of one cent by this agent. */
export function nextRequest(agent: string, amount = 10_000n) {
  made += 1;
  return {
    id: `ord_bench${made}`,
    action: 'pay' as const,
    agent: toAgentName(agent),
    method: 'GET',
    url: 'http://127.0.0.1:8080/answer',
    origin: 'http://127.0.0.1:8080',
    // Another one each time, or it would be a loop.
    queryHash: made.toString(16).padStart(64, '0'),
    bodyHash: null,
    dialect: 'x402-v2',
    network: network.caip2,
    asset: network.usdc.mint,
    amount: toAtomic(amount),
    payee: '9xQeWvG816bUx9EPjHmaT23yvVM2ZWbrrpZb9PusVFin',
  };
}

export const patience = { respondAsync: true, signal: null };
