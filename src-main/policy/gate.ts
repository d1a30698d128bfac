import { hash } from 'node:crypto';
import { GroatError } from '../../src-shared/errors/index.ts';
import type { AgentName, Denied, Network, Refusal, RefusalReason } from '../../src-shared/model/index.ts';
import type { Clock } from '../base/clock.ts';
import type { LogSink } from '../base/log-sink.ts';
import type { Random } from '../base/random.ts';
import type { LogDraft } from '../log/index.ts';
import { type Approval, approvalTimes, finalAnswer, precedent, tooManyPrompts, transition } from './approval.ts';
import type { Approvals } from './approvals.ts';
import type { BreakerScope } from './breaker.ts';
import { decide, type Verdict } from './decide.ts';
import { chainOf } from './delegation-chain.ts';
import type { DecisionData } from './entries.ts';
import type { Experience } from './experience.ts';
import type { Facts, Usage } from './facts.ts';
import { judge as judgeByLaw, lawFacts } from './law/index.ts';
import { type LoopGuard, loopKey } from './loop-guard.ts';
import type { ReadPolicy } from './policy.ts';
import type { PolicyDesk } from './policy-desk.ts';
import type { FactReader, Journal, Judged, Reservations } from './ports.ts';
import type { ActionRequest } from './request.ts';

declare const brand: unique symbol;

/**
 * Leave to do one thing, once. Only the gate mints one; it says nothing by itself, and what it allows is kept in there,
 * frozen, so that no look-alike and no change to the caller's own object can widen it.
 */
export interface Authorization {
  readonly [brand]: true;
}

export type Authorized = Refusal | { readonly kind: 'granted'; readonly authorization: Authorization };

/** How long an agent's request may wait for a person. */
export interface Patience {
  /** The client asked not to be kept waiting (RFC 7240, `respond-async`). */
  readonly respondAsync: boolean;
  /** The agent has gone: an answer then is a grant for its next try, never a payment on its own. */
  readonly signal: AbortSignal | null;
}

/** The one gate to money, signatures and vouching. */
export interface Gate {
  /**
   * Facts, decision, reservation and log entry in one transaction. On granted the reservation is durable. A request that
   * waits for a person is held as long as its delegation says, and asked about again once it is answered.
   */
  authorize(request: ActionRequest, patience: Patience): Promise<Authorized>;
  /**
   * What the authorization allows; it is used up by this. Throws `signer-refused` for a second use, for anything not minted
   * here, and when a pause came between.
   */
  redeem(authorization: Authorization): ActionRequest;
  /** Puts a refusal on record that came before there was anything to decide: no offer, a browser's request. */
  refused(request: { readonly agent: AgentName; readonly method: string; readonly url: string }, denied: Denied): void;
  /** Whether the agent's delegation lets requests that look like a web page's be paid. */
  mayBrowse(agent: AgentName): boolean;
}

export interface GateDeps {
  readonly network: Network;
  readonly desk: PolicyDesk;
  readonly reservations: Reservations;
  readonly approvals: Approvals;
  readonly experience: Experience;
  readonly loops: LoopGuard;
  readonly isLive: (agent: AgentName) => boolean;
  readonly journal: Journal;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: LogSink;
}

/** A client that comes back sooner gains nothing. */
const retryAfterSeconds = 5;

type Judgement = Judged & { readonly answer: Refusal | { readonly kind: 'granted' } };

export function createGate(deps: GateDeps): Gate {
  const { network, desk, reservations, approvals, experience, loops, isLive, journal, clock, random, log } = deps;
  const minted = new WeakMap<Authorization, ActionRequest>();
  /** Scopes whose probe was granted in this turn, and which the log does not show yet. */
  const probing = new Set<BreakerScope>();

  const gather = (
    request: ActionRequest,
    read: FactReader,
    found: ReadPolicy,
  ): { facts: Facts; probes: readonly BreakerScope[] } => {
    const policy = found.kind === 'policy' ? found.policy : null;
    const { now } = read;
    const chain = policy === null ? noChain : chainOf(policy.delegations, request.agent, now);
    const usage = new Map<string, Usage>();
    if (chain.kind === 'chain') for (const { subject } of chain.links) usage.set(subject, read.usage(subject));
    const roleName = chain.kind === 'chain' ? (chain.links[0]?.terms.role ?? '') : '';
    const { broken, probes } = experience.askBreakers(probing, request, now);
    // Nobody asks whom it knows where no rule would.
    const asksOfNew =
      chain.kind === 'chain' && chain.links.some(({ terms }) => terms.approval.askNewPayeeAbove !== null);
    const facts: Facts = {
      now,
      suspect: suspectOf(found, read, network),
      paused:
        policy === null ? null : policy.pausedAll ? 'all' : policy.pausedAgents.has(request.agent) ? 'agent' : null,
      agentLive: isLive(request.agent),
      chain,
      usage,
      ceilings: policy?.ceilings ?? null,
      available: read.available(request.asset),
      role: policy?.roles.get(roleName) ?? null,
      law: policy === null ? noLaw : judgeByLaw(policy.law, lawFacts(request, roleName)),
      trust: experience.trust(request.agent, roleName, now),
      brokenScope: broken,
      repeats: loops.count(loopHash(request), now),
      lastPrice: read.lastPrice(request.method, request.url),
      knownPayee: !asksOfNew || read.hasPaid(request.agent, 'payee', request.payee),
      knownOrigin: !asksOfNew || read.hasPaid(request.agent, 'origin', request.origin),
    };
    return { facts, probes };
  };

  /** Runs inside the transaction, and only there changes what this process remembers. */
  const judge = (request: ActionRequest, read: FactReader): Judgement => {
    const found = desk.read();
    const { facts, probes } = gather(request, read, found);
    const verdict = decide(request, facts);
    const limitOf = verdict.kind === 'no' ? verdict.subject : null;
    const record = (
      decision: DecisionData['decision'],
      reason: RefusalReason | null,
      approval: string | null,
    ): LogDraft => entryOf(request, facts, found, { decision, reason, approval, limitOf });
    const refuse = (answer: Refusal, approval: string | null): Judgement => ({
      kind: 'refused',
      entry: record(answer.kind, answer.reason, approval),
      answer,
    });
    const grant = (approval: string | null): Judgement => {
      loops.note(loopHash(request), facts.now);
      for (const scope of probes) probing.add(scope);
      return {
        kind: 'granted',
        charged: facts.chain.kind === 'chain' ? facts.chain.links.map(({ subject }) => subject) : [],
        grant: approval,
        overtaken: approval === null ? overtaken(request, read) : [],
        entry: record('granted', null, approval),
        answer: { kind: 'granted' },
      };
    };
    if (verdict.kind === 'yes') return grant(null);
    const { reason, detail } = verdict;
    if (verdict.kind === 'no') return refuse({ kind: 'denied', reason, detail }, null);

    const before = precedent(request, read.asked(request.agent, request.payee), facts.now);
    switch (before.kind) {
      case 'grant':
        return grant(before.id);
      case 'denied':
      case 'expired':
        return refuse({ kind: before.kind, ...finalAnswer(before.kind) }, before.id);
      case 'waiting':
        return {
          kind: 'deferred',
          approval: null,
          entry: record('deferred', reason, before.id),
          answer: deferred(before.id, reason, detail),
        };
      case 'none': {
        const raised = read.prompts(request.agent, facts.now - approvalTimes.memoryMs);
        if (tooManyPrompts(request, raised))
          return refuse(
            {
              kind: 'denied',
              reason: 'too-many-approvals',
              detail: `${request.agent} has asked too often; answer what waits first.`,
            },
            null,
          );
        const approval = newApproval(request, verdict, facts, approvalId(clock, random));
        return {
          kind: 'deferred',
          approval,
          entry: record('deferred', reason, approval.id),
          answer: deferred(approval.id, reason, detail),
        };
      }
    }
  };

  const reserve = async (request: ActionRequest): Promise<Judgement> => {
    const judgement = await reservations
      .reserve(request, (read) => judge(request, read))
      .finally(() => probing.clear());
    if (judgement.kind === 'deferred' && judgement.approval !== null) approvals.announce(judgement.approval);
    if (judgement.kind === 'granted') for (const { id } of judgement.overtaken) approvals.announce(approvals.get(id));
    return judgement;
  };

  const mint = (request: ActionRequest): Authorized => {
    const authorization = Object.freeze({}) as Authorization;
    minted.set(authorization, Object.freeze({ ...request }));
    return { kind: 'granted', authorization };
  };

  /** What came between the grant and the signature. */
  const whyWithdrawn = (agent: AgentName): string | null => {
    const found = desk.read();
    if (found.kind === 'unreadable') return found.why;
    const { pausedAll, pausedAgents, delegations } = found.policy;
    if (pausedAll || pausedAgents.has(agent)) return 'it was paused in the meantime';
    if (!isLive(agent)) return `${agent} was revoked in the meantime`;
    const chain = chainOf(delegations, agent, clock.now());
    return chain.kind === 'chain' ? null : chain.detail;
  };

  const holdMs = (agent: AgentName): number => {
    const found = desk.read();
    return found.kind === 'policy' ? (found.policy.delegations.get(agent)?.terms.approval.holdMs ?? 0) : 0;
  };

  return {
    async authorize(request, { respondAsync, signal }) {
      const { answer } = await reserve(request);
      if (answer.kind === 'granted') return mint(request);
      if (answer.kind !== 'deferred' || respondAsync) return answer;
      const approval = await approvals.answered(answer.approval, holdMs(request.agent), signal);
      if (signal?.aborted === true || approval.life.state === 'waiting') return answer;
      // Everything is looked at anew: a pause, a limit or a revocation may have come meanwhile.
      const second = await reserve(request);
      return second.answer.kind === 'granted' ? mint(request) : second.answer;
    },
    redeem(authorization) {
      const request = minted.get(authorization);
      if (request === undefined) throw new GroatError('signer-refused', { rule: 'there is no authorization for it' });
      minted.delete(authorization);
      const withdrawn = whyWithdrawn(request.agent);
      if (withdrawn !== null) throw new GroatError('signer-refused', { rule: withdrawn });
      return request;
    },
    refused({ agent, method, url }, { reason }) {
      const found = desk.read();
      const nothing = {
        action: 'pay',
        amount: '0',
        asset: '',
        payee: '',
        loop: '',
        trust: 0,
        approval: null,
        limitOf: null,
      };
      const versions = { policy: versionOf(found), law: lawVersionOf(found) };
      const data: DecisionData = { decision: 'denied', reason, method, url, ...nothing, ...versions };
      journal
        .note({ kind: 'decision', agent, subject: null, data })
        .catch((error) => log.error('a refusal could not be put on record', { error }));
    },
    mayBrowse(agent) {
      const found = desk.read();
      return found.kind === 'policy' && found.policy.delegations.get(agent)?.terms.browserRequests === true;
    },
  };
}

const noChain = { kind: 'refused', reason: 'policy-unreadable', detail: 'There are no rules.' } as const;
const noLaw = { kind: 'denied', fired: [], norm: null, why: 'There is no law.' } as const;

function suspectOf(found: ReadPolicy, read: FactReader, network: Network): Facts['suspect'] {
  if (found.kind === 'unreadable') return { reason: 'policy-unreadable', why: found.why };
  if (read.suspicion !== null) return { reason: 'books-suspect', why: read.suspicion };
  if (network.name === 'mainnet' && !found.policy.hasPin)
    return { reason: 'owner-missing', why: 'there is no owner’s PIN yet (groat owner set-pin)' };
  return null;
}

/** Questions that nobody need answer any more, because the same request was granted without. */
function overtaken(request: ActionRequest, read: FactReader): readonly Approval[] {
  if (!read.anyWaiting) return [];
  const before = precedent(request, read.asked(request.agent, request.payee), read.now);
  if (before.kind !== 'waiting') return [];
  const asked = read.asked(request.agent, request.payee).find(({ approval }) => approval.id === before.id);
  return asked === undefined ? [] : [transition(asked.approval, { kind: 'overtaken' }, read.now)];
}

function newApproval(
  request: ActionRequest,
  verdict: Exclude<Verdict, { kind: 'yes' }>,
  { now, law }: Facts,
  id: string,
): Approval {
  const { action, agent, method, origin, url, payee, network, asset, amount, dialect } = request;
  const { reason, detail } = verdict;
  const wanted = law.kind === 'allowed' ? law.witnesses : 0;
  const waitingMs =
    law.kind === 'allowed' && law.timeoutSeconds !== null ? law.timeoutSeconds * 1000 : approvalTimes.waitingMs;
  return {
    id,
    action,
    agent,
    method,
    origin,
    url,
    payee,
    network,
    asset,
    amount,
    dialect,
    reason,
    detail,
    requestHash: requestHash(request),
    needed: Math.max(1, wanted),
    witnesses: [],
    createdAt: now,
    life: { state: 'waiting', until: now + waitingMs },
  };
}

const deferred = (approval: string, reason: RefusalReason, detail: string): Refusal => ({
  kind: 'deferred',
  reason,
  detail: `${detail} The owner is asked (approval ${approval}).`,
  approval,
  retryAfterSeconds,
});

/** What makes two requests the same one to whoever judges or signs it. */
function requestHash({
  action,
  agent,
  method,
  url,
  queryHash,
  bodyHash,
  dialect,
  network,
  asset,
  amount,
  payee,
}: ActionRequest): string {
  const parts = [action, agent, method, url, queryHash, bodyHash, dialect, network, asset, String(amount), payee];
  return hash('sha256', JSON.stringify(parts));
}

const loopHash = (request: ActionRequest): string => hash('sha256', loopKey(request));

function entryOf(
  request: ActionRequest,
  { trust }: Facts,
  found: ReadPolicy,
  outcome: Pick<DecisionData, 'decision' | 'reason' | 'approval' | 'limitOf'>,
): LogDraft {
  const { id, action, agent, method, url, payee, asset, amount } = request;
  const data: DecisionData = {
    ...outcome,
    action,
    amount: String(amount),
    asset,
    method,
    url,
    payee,
    loop: loopHash(request),
    trust,
    policy: versionOf(found),
    law: lawVersionOf(found),
  };
  return { kind: 'decision', agent, subject: id, data };
}

const versionOf = (found: ReadPolicy): number => (found.kind === 'policy' ? found.policy.version : 0);
const lawVersionOf = (found: ReadPolicy): number => (found.kind === 'policy' ? found.policy.law.version : 0);

/** Sorts by time; the random part keeps it unguessable. */
function approvalId(clock: Clock, random: Random): string {
  return `apr_${clock.now().toString(36).padStart(9, '0')}${Buffer.from(random(6)).toString('hex')}`;
}
