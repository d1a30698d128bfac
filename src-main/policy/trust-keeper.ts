import { z } from 'zod';
import { toAtomic } from '../../src-shared/model/index.ts';
import { canonical } from '../log/index.ts';
import type { Told } from './entries.ts';
import type { Fold } from './projection.ts';
import {
  newTrust,
  type TrustOutcome,
  type TrustState,
  trustScore,
  trustState,
  type Witnessed,
  witness,
} from './trust.ts';
import { outcomeOfRefusal } from './trust-projection.ts';

const standing = z.strictObject({
  role: z.string(),
  /** What earns a whole gain, atomic units: a tenth of what the owner lets it pay at once. */
  reference: z.string().regex(/^\d{1,19}$/),
});

/** `trust` is by `agent role`. */
const keptSchema = z.strictObject({
  agents: z.array(z.tuple([z.string(), standing])),
  trust: z.array(z.tuple([z.string(), trustState])),
});

/** How far each agent is trusted in each role it had, from what we saw ourselves. */
export interface TrustBook {
  readonly agents: Map<string, z.infer<typeof standing>>;
  readonly trust: Map<string, TrustState>;
}

/** Where no limit says what is a large payment. */
const defaultReference = 100_000n;

export const trustFold: Fold<TrustBook> = {
  name: 'trust',
  initial: () => ({ agents: new Map(), trust: new Map() }),
  step({ agents, trust }, told, { agent, at }) {
    if (agent === null) return;
    if (told.tells === 'delegation') {
      const { role, perPayment } = told;
      const reference = perPayment === 'none' ? defaultReference : BigInt(perPayment) / 10n || 1n;
      agents.set(agent, { role, reference: reference.toString() });
      return;
    }
    const held = agents.get(agent);
    const seen = held === undefined ? null : witnessed(told, agent, BigInt(held.reference));
    if (held === undefined || seen === null) return;
    const key = `${agent} ${held.role}`;
    trust.set(key, witness(trust.get(key) ?? newTrust(at), seen, at));
  },
  encode: ({ agents, trust }) => canonical({ agents: [...agents], trust: [...trust] }),
  decode(text) {
    const kept = keptSchema.safeParse(JSON.parse(text)).data;
    return kept === undefined ? null : { agents: new Map(kept.agents), trust: new Map(kept.trust) };
  },
};

/** 0 to 1 000 000, of an agent in its role. */
export function trustOf(book: TrustBook, agent: string, role: string, now: number): number {
  return trustScore(stateOf(book, agent, role, now), now);
}

export function stateOf({ trust }: TrustBook, agent: string, role: string, now: number): TrustState {
  return trust.get(`${agent} ${role}`) ?? newTrust(now);
}

function witnessed(told: Told, agent: string, reference: bigint): Witnessed | null {
  switch (told.tells) {
    case 'order':
      return told.trust === null ? null : seen(told.trust, told, reference);
    case 'decision': {
      const { reason } = told;
      // That the desk, or who handed it on, has spent enough is not this agent's doing.
      const others = told.limitOf !== null && told.limitOf !== agent;
      const outcome = reason === null || others ? null : outcomeOfRefusal(reason);
      const origin = URL.parse(told.url)?.origin ?? '';
      return outcome === null ? null : seen(outcome, { ...told, origin }, reference);
    }
    case 'owner-denied':
      return seen('owner-denied', told, reference);
    case 'delegation':
    case 'other':
      return null;
  }
}

function seen(
  outcome: TrustOutcome,
  { origin, payee, amount }: { readonly origin: string; readonly payee: string; readonly amount: string },
  reference: bigint,
): Witnessed {
  return { outcome, origin, payee, amount: toAtomic(BigInt(amount)), reference: toAtomic(reference) };
}
