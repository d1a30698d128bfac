import type { LogSink } from '../base/log-sink.ts';
import type { LogStore } from '../log/index.ts';
import type { BreakerScope, BreakerState } from './breaker.ts';
import { askBreakers, breakerFold, type ScopedChange } from './breaker-board.ts';
import type { Journal, Projections } from './ports.ts';
import { createProjection, followLog } from './projection.ts';
import { type AgentStatistics, noStatistics, statisticsFold } from './statistics.ts';
import { readTrust, type TrustReading } from './trust.ts';
import { stateOf, trustFold, trustOf } from './trust-keeper.ts';

/** What the past teaches: trust, breakers and statistics, all of it read out of the log and out of nothing else. */
export interface Experience {
  /** 0 to 1 000 000. */
  trust(agent: string, role: string, now: number): number;
  trustReading(agent: string, role: string, now: number): TrustReading;
  askBreakers(
    probing: ReadonlySet<string>,
    who: { readonly agent: string; readonly origin: string },
    now: number,
  ): { readonly broken: string | null; readonly probes: readonly BreakerScope[] };
  /** Those that are not closed. */
  breakers(): readonly { readonly scope: string; readonly state: BreakerState }[];
  statistics(agent: string): AgentStatistics;
  onBreaker(listener: (change: ScopedChange) => void): () => void;
  stop(): Promise<void>;
}

export function createExperience(deps: {
  readonly store: Pick<LogStore, 'entries' | 'onAppended' | 'recent'>;
  readonly projections: Projections;
  readonly journal: Journal;
  readonly log: LogSink;
}): Experience {
  const { store, projections, journal, log } = deps;
  const listeners = new Set<(change: ScopedChange) => void>();
  let live = false;

  const note = ({ scope, from, to, why }: ScopedChange): void => {
    journal
      .note({ kind: 'breaker', agent: null, subject: scope, data: { from, to, why } })
      .catch((error) => log.error('a breaker moved and the log could not be written', { scope, error }));
  };
  const trust = createProjection(trustFold, projections, () => undefined);
  const statistics = createProjection(statisticsFold, projections, () => undefined);
  const breakers = createProjection(breakerFold, projections, (changes) => {
    if (!live) return;
    for (const change of changes) {
      note(change);
      for (const listener of listeners) listener(change);
    }
  });
  const following = followLog([trust, statistics, breakers], store, log);
  live = true;
  // A crash may have come between a breaker's move and its entry.
  for (const [scope, { kind }] of breakers.state.breakers) {
    const [last] = store.recent({ kind: 'breaker', subject: scope, limit: 1 });
    const known = last?.data['to'] ?? 'closed';
    if (kind === 'open' && known !== kind)
      note({ scope: scopeOf(scope), from: 'closed', to: kind, why: 'consecutive-failures' });
  }

  return {
    trust: (agent, role, now) => trustOf(trust.state, agent, role, now),
    trustReading: (agent, role, now) => readTrust(stateOf(trust.state, agent, role, now), now),
    askBreakers: (probing, who, now) => askBreakers(breakers.state, probing, who, now),
    breakers: () =>
      [...breakers.state.breakers].flatMap(([scope, state]) => (state.kind === 'closed' ? [] : [{ scope, state }])),
    statistics: (agent) => statistics.state.get(agent) ?? noStatistics(),
    onBreaker(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    stop: () => following.stop(),
  };
}

const scopeOf = (text: string): BreakerScope =>
  text.startsWith('agent:') || text.startsWith('origin:') ? (text as BreakerScope) : 'desk';
