import type { AgentName, Network } from '../../src-shared/model/index.ts';
import { type Chain, chainOf } from './delegation-chain.ts';
import type { Experience } from './experience.ts';
import type { Facts, Usage } from './facts.ts';
import { type Judged, judge, lawFacts } from './law/index.ts';
import type { Policy, ReadPolicy } from './policy.ts';
import type { FactReader } from './ports.ts';
import type { ActionRequest } from './request.ts';
import { type Delegation, desk } from './terms.ts';

/** What is known outside the store. */
export interface LiveFacts {
  readonly network: Network;
  readonly found: ReadPolicy;
  readonly experience: Pick<Experience, 'trust'>;
  readonly isLive: (agent: AgentName) => boolean;
  /** The scope of a breaker that lets nothing through. */
  readonly brokenScope: string | null;
  readonly repeats: number;
}

/** Everything that `decide` looks at, read at one moment in the transaction that writes the decision. */
export function gatherFacts(request: ActionRequest, read: FactReader, live: LiveFacts): Facts {
  const { agent, asset, method, url, payee, origin } = request;
  const { network, found, experience, isLive, brokenScope, repeats } = live;
  const { now } = read;
  const policy = found.kind === 'policy' ? found.policy : null;
  const chain = policy === null ? noChain : chainOf(policy.delegations, agent, now);
  const links = chain.kind === 'chain' ? chain.links : [];
  const agents = links.filter(({ subject }) => subject !== desk);
  // Nobody asks whom it knows where no rule would.
  const asksOfNew = links.some(({ terms }) => terms.approval.askNewPayeeAbove !== null);
  return {
    now,
    suspect: suspectOf(found, read, network),
    paused: policy === null ? null : pausedBy(policy, agent, agents),
    agentLive: isLive(agent),
    chain,
    usage: new Map<string, Usage>(links.map(({ subject }) => [subject, read.usage(subject)])),
    ceilings: policy?.ceilings ?? null,
    available: read.available(asset),
    roles: agents.map(({ subject, terms: { role } }) => ({
      agent: subject,
      name: role,
      role: policy?.roles.get(role) ?? null,
    })),
    law: policy === null ? noLaw : strictest(policy, request, agents),
    trust: experience.trust(agent, agents[0]?.terms.role ?? '', now),
    brokenScope,
    repeats,
    lastPrice: read.lastPrice(method, url),
    knownPayee: !asksOfNew || read.hasPaid(agent, 'payee', payee),
    knownOrigin: !asksOfNew || read.hasPaid(agent, 'origin', origin),
  };
}

const noChain: Chain = { kind: 'refused', reason: 'policy-unreadable', detail: 'There are no rules.' };
const noLaw: Judged = { kind: 'denied', fired: [], norm: null, why: 'There is no law.' };

function suspectOf(found: ReadPolicy, read: FactReader, network: Network): Facts['suspect'] {
  if (found.kind === 'unreadable') return { reason: 'policy-unreadable', why: found.why };
  if (read.suspicion !== null) return { reason: 'books-suspect', why: read.suspicion };
  if (network.name === 'mainnet' && !found.policy.hasPin)
    return { reason: 'owner-missing', why: 'there is no owner’s PIN yet (groat owner set-pin)' };
  return null;
}

/** A pause of one agent holds for all that it handed on. */
function pausedBy(policy: Policy, agent: string, links: readonly Delegation[]): Facts['paused'] {
  if (policy.pausedAll) return { agent: null };
  const all = [agent, ...links.map(({ subject }) => subject)];
  const paused = all.find((one) => policy.pausedAgents.has(one));
  return paused === undefined ? null : { agent: paused };
}

/** A norm about an agent is about what it handed on too, or handing on would be the way round it. */
function strictest({ law }: Policy, request: ActionRequest, links: readonly Delegation[]): Judged {
  let found: Judged = noLaw;
  for (const { subject, terms } of links) {
    const judged = judge(law, { ...lawFacts(request, terms.role), agent: subject });
    if (judged.kind === 'denied') return judged;
    if (found.kind === 'denied' || judged.witnesses > found.witnesses) found = judged;
  }
  return found;
}
