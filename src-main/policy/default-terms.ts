import { isDeepStrictEqual } from 'node:util';
import { actionNames, type Network } from '../../src-shared/model/index.ts';
import type { Policy } from './policy.ts';
import { desk, type Limits, type Terms } from './terms.ts';

const unlimited: Limits = {
  perPayment: null,
  minPerPayment: null,
  perMinute: null,
  perMinuteCount: null,
  perHour: null,
  perDay: null,
  perMonth: null,
  total: null,
  totalCount: null,
};

const anything = { allow: 'any' as const, deny: [] };

/** Common clients give a request up after 5 seconds. */
const defaultHoldMs = 4_000;

const open = (network: Network): Omit<Terms, 'limits' | 'role'> => ({
  actions: [...actionNames],
  validFrom: 0,
  validUntil: 'open',
  origins: anything,
  payees: anything,
  assets: { allow: [network.usdc.mint], deny: [] },
  networks: { allow: [network.caip2], deny: [] },
  approval: { always: false, askAbove: null, askNewPayeeAbove: null, holdMs: defaultHoldMs },
  browserRequests: false,
});

/** What a new agent gets when the owner says nothing else. */
export function defaultTerms(network: Network): Terms {
  const { perPayment, perDay, perMinuteCount, askNewPayeeAbove } = network.defaultLimits;
  return {
    ...open(network),
    role: 'spender',
    limits: { ...unlimited, perPayment, perDay, perMinuteCount },
    approval: { always: false, askAbove: null, askNewPayeeAbove, holdMs: defaultHoldMs },
  };
}

/** The root above all agents. Its own approval rules ask nothing: agents' do. */
export function deskTerms(network: Network): Terms {
  return {
    ...open(network),
    role: 'desk',
    limits: { ...unlimited, perDay: network.deskPerDay },
    browserRequests: true,
  };
}

/** True as long as nobody has changed a rule: the desk's own limits, and agents as they are added. */
export function isAtDefaults(
  { delegations, pausedAll, pausedAgents, law, approvers }: Policy,
  network: Network,
): boolean {
  const [root, agents] = [deskTerms(network), defaultTerms(network)];
  const untouched = [...delegations.values()].every(
    ({ subject, terms, revokedAt }) => revokedAt === null && isDeepStrictEqual(terms, subject === desk ? root : agents),
  );
  return untouched && !pausedAll && pausedAgents.size === 0 && law.version === 1 && approvers.size === 0;
}
