import { z } from 'zod';
import { canonical } from '../log/index.ts';
import type { Fold } from './projection.ts';

const count = z.number().int().min(0);

const agentStatistics = z.strictObject({
  requests: count,
  granted: count,
  deferred: count,
  expired: count,
  denied: count,
  deniedBy: z.record(z.string(), count),
  delivered: count,
  undelivered: count,
  /** Sum of the scores at each grant, micro-units: a mean over granted ones only. */
  trustSum: count,
  /** Atomic units that were seen to move. */
  spent: z.string(),
});
export type AgentStatistics = z.infer<typeof agentStatistics>;

const bookSchema = z.array(z.tuple([z.string(), agentStatistics]));
export type Statistics = Map<string, AgentStatistics>;

export const noStatistics = (): AgentStatistics => ({
  requests: 0,
  granted: 0,
  deferred: 0,
  expired: 0,
  denied: 0,
  deniedBy: {},
  delivered: 0,
  undelivered: 0,
  trustSum: 0,
  spent: '0',
});

/** Counts per agent, folded out of the log. */
export const statisticsFold: Fold<Statistics> = {
  name: 'statistics',
  initial: () => new Map(),
  step(book, told, { agent }) {
    if (agent === null || (told.tells !== 'decision' && told.tells !== 'order')) return;
    let own = book.get(agent);
    if (own === undefined) {
      own = noStatistics();
      book.set(agent, own);
    }
    if (told.tells === 'decision') {
      const { times = 1 } = told;
      own.requests += times;
      own[told.decision] += times;
      if (told.decision === 'granted') own.trustSum += told.trust;
      if (told.decision === 'denied' && told.reason !== null)
        own.deniedBy[told.reason] = (own.deniedBy[told.reason] ?? 0) + times;
      return;
    }
    if (told.event === 'landed') own.spent = (BigInt(own.spent) + BigInt(told.amount)).toString();
    if (told.trust === null) return;
    if (told.state === 'settled') own.delivered += 1;
    else if (told.state === 'failed') own.undelivered += 1;
  },
  encode: (book) => canonical([...book]),
  decode(text) {
    const kept = bookSchema.safeParse(JSON.parse(text)).data;
    return kept === undefined ? null : new Map(kept);
  },
};
