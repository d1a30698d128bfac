import type { Facts } from '../../src-main/policy/facts.ts';
import { defaultTerms } from '../../src-main/policy/index.ts';
import { builtInRoles } from '../../src-main/policy/roles.ts';
import { type Delegation, desk, type Terms } from '../../src-main/policy/terms.ts';
import { networks, toAtomic } from '../../src-shared/model/index.ts';

export const nothingSpent = { minute: 0n, minuteCount: 0, hour: 0n, day: 0n, month: 0n, total: 0n, totalCount: 0 };

export const delegation = (subject: string, parent: string | null, over: Partial<Terms> = {}): Delegation => ({
  subject,
  parent,
  terms: { ...defaultTerms(networks.sandbox), ...over },
  createdAt: 0,
  revokedAt: null,
});

/** Facts to which nothing objects. */
export function fairFacts(over: Partial<Facts> = {}, terms: Partial<Terms> = {}): Facts {
  return {
    now: 1_000_000,
    suspect: null,
    paused: null,
    agentLive: true,
    chain: { kind: 'chain', links: [delegation('bot', desk, terms), delegation(desk, null)] },
    usage: new Map([
      ['bot', nothingSpent],
      [desk, nothingSpent],
    ]),
    ceilings: null,
    available: toAtomic(1_000_000_000n),
    roles: [{ agent: 'bot', name: 'spender', role: builtInRoles.find(({ name }) => name === 'spender') ?? null }],
    law: { kind: 'allowed', fired: [], witnesses: 0, timeoutSeconds: null },
    trust: 500_000,
    brokenScope: null,
    repeats: 0,
    lastPrice: null,
    knownPayee: true,
    knownOrigin: true,
    ...over,
  };
}
