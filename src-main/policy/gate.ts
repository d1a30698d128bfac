import type { Glimpse } from '../../src-shared/contract/index.ts';
import { GroatError } from '../../src-shared/errors/index.ts';
import {
  type AgentName,
  actions,
  type Denied,
  type Network,
  type Refusal,
  type RefusalReason,
} from '../../src-shared/model/index.ts';
import type { Clock } from '../base/clock.ts';
import type { LogSink } from '../base/log-sink.ts';
import type { Random } from '../base/random.ts';
import type { LogDraft } from '../log/index.ts';
import {
  type Approval,
  approvalTimes,
  finalAnswer,
  precedent,
  requestHash,
  tooManyPrompts,
  transition,
} from './approval.ts';
import type { Approvals } from './approvals.ts';
import type { BreakerScope } from './breaker.ts';
import { decide, type Verdict } from './decide.ts';
import { countedEntry, decisionEntry, loopHash, refusalEntry } from './decision-entry.ts';
import { chainOf } from './delegation-chain.ts';
import type { DecisionData } from './entries.ts';
import type { Experience } from './experience.ts';
import type { Facts } from './facts.ts';
import { gatherFacts } from './gather-facts.ts';
import type { LoopGuard } from './loop-guard.ts';
import type { PolicyDesk } from './policy-desk.ts';
import type { FactReader, Journal, Judged, Reservations } from './ports.ts';
import { createRefusalMeter, defaultRefusalSettings } from './refusal-meter.ts';
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
  /**
   * What the person who is asked may see of the request. Called only when a new question was raised, never on the way to a
   * grant; without it, and where it throws, they see none of it.
   */
  readonly glimpse?: () => Glimpse;
}

/** The one gate to money, signatures and vouching. */
export interface Gate {
  /**
   * Facts, decision, reservation and log entry in one transaction. On granted the reservation is durable. A request that
   * waits for a person is held as long as its delegation says, and asked about again once it is answered.
   */
  authorize(request: ActionRequest, patience: Patience): Promise<Authorized>;
  /**
   * What the authorization allows; it is used up by this. Throws `signer-refused` for a second use and for anything not
   * minted here, and what `assertStanding` throws.
   */
  redeem(authorization: Authorization): ActionRequest;
  /** Throws `authorization-withdrawn` when a pause or a revocation came after the grant: ask before anything leaves. */
  assertStanding(agent: AgentName): void;
  /** Puts a refusal on record that came before there was anything to decide: no offer, a browser's request. */
  refused(request: { readonly agent: AgentName; readonly method: string; readonly url: string }, denied: Denied): void;
  /** Puts on record what was only counted so far. */
  stop(): void;
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

/** How often refusals that were only counted are put on record. */
const tellEveryMs = 10_000;

/** A client that comes back sooner gains nothing. */
const retryAfterSeconds = 5;

type Judgement = Judged & { readonly answer: Refusal | { readonly kind: 'granted' } };

export function createGate(deps: GateDeps): Gate {
  const { network, desk, reservations, approvals, experience, loops, isLive, journal, clock, random, log } = deps;
  const minted = new WeakMap<Authorization, ActionRequest>();
  /** Scopes whose probe was granted in this turn, and which the log does not show yet. */
  const probing = new Set<BreakerScope>();
  /** An agent in a loop must not fill the disk with its refusals. */
  const refusals = createRefusalMeter(defaultRefusalSettings);

  const note = (draft: LogDraft): void => {
    journal.note(draft).catch((error) => log.error('a refusal could not be put on record', { error }));
  };
  const tellCounted = (all: boolean): void => {
    for (const counted of refusals.due(clock.now(), all)) note(countedEntry(counted, desk.read()));
  };
  const telling = setInterval(tellCounted, tellEveryMs, false);
  telling.unref();

  /** Runs inside the transaction, and only there changes what this process remembers. */
  const judge = (request: ActionRequest, read: FactReader): Judgement => {
    const found = desk.read();
    const { broken, probes } = experience.askBreakers(probing, request, read.now);
    const repeats = loops.count(loopHash(request), read.now);
    const facts = gatherFacts(request, read, { network, found, experience, isLive, brokenScope: broken, repeats });
    const verdict = decide(request, facts);
    const limitOf = verdict.kind === 'no' ? verdict.subject : null;
    const record = (
      decision: DecisionData['decision'],
      reason: RefusalReason | null,
      approval: string | null,
    ): LogDraft => decisionEntry(request, facts.trust, found, { decision, reason, approval, limitOf });
    const refuse = (answer: Refusal, approval: string | null): Judgement => {
      const told = refusals.note(
        { agent: request.agent, decision: answer.kind, reason: answer.reason, origin: request.origin },
        facts.now,
      );
      const entry = told === 'record' ? record(answer.kind, answer.reason, approval) : null;
      return { kind: 'refused', entry, answer };
    };
    const grant = (approval: string | null): Judgement => {
      loops.note(loopHash(request), facts.now);
      // What costs nothing tells nothing about who is paid.
      if (actions[request.action].spends) for (const scope of probes) probing.add(scope);
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

    const witnesses = facts.law.kind === 'allowed' ? facts.law.witnesses : 0;
    const before = precedent(request, read.asked(request.agent, request.payee), facts.now, witnesses);
    switch (before.kind) {
      case 'grant':
        return grant(before.id);
      case 'denied':
      case 'expired':
        return refuse({ kind: before.kind, ...finalAnswer(before.kind) }, before.id);
      case 'waiting':
        return refuse(deferred(before.id, reason, detail), before.id);
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

  /** The question stands whether or not there is something to show with it. */
  const seen = (glimpse: Patience['glimpse']): Glimpse | null => {
    try {
      return glimpse?.() ?? null;
    } catch (error) {
      log.error('a request that waits cannot be shown', { error });
      return null;
    }
  };

  const reserve = async (request: ActionRequest, glimpse: Patience['glimpse']): Promise<Judgement> => {
    const judgement = await reservations
      .reserve(request, (read) => judge(request, read))
      .finally(() => probing.clear());
    if (judgement.kind === 'deferred') approvals.announce(judgement.approval, seen(glimpse));
    if (judgement.kind === 'granted')
      for (const { id } of judgement.overtaken) approvals.announce(approvals.get(id), null);
    return judgement;
  };

  const mint = (request: ActionRequest): Authorized => {
    const authorization = Object.freeze({}) as Authorization;
    minted.set(authorization, Object.freeze({ ...request }));
    return { kind: 'granted', authorization };
  };

  const withdrawn = (agent: AgentName): Denied | null => {
    const denied = (reason: RefusalReason, detail: string): Denied => ({ kind: 'denied', reason, detail });
    const found = desk.read();
    if (found.kind === 'unreadable') return denied('policy-unreadable', `Nothing is paid now: ${found.why}.`);
    const { pausedAll, pausedAgents, delegations } = found.policy;
    if (pausedAll) return denied('paused', 'Groat is paused.');
    if (!isLive(agent)) return denied('agent-revoked', `${agent} may not spend.`);
    const chain = chainOf(delegations, agent, clock.now());
    if (chain.kind === 'refused') return denied(chain.reason, chain.detail);
    const paused = chain.links.find(({ subject }) => pausedAgents.has(subject));
    return paused === undefined ? null : denied('agent-paused', `${paused.subject} is paused.`);
  };
  const assertStanding = (agent: AgentName): void => {
    const denied = withdrawn(agent);
    if (denied !== null)
      throw new GroatError('authorization-withdrawn', { reason: denied.reason, detail: denied.detail });
  };

  const holdMs = (agent: AgentName): number => {
    const found = desk.read();
    return found.kind === 'policy' ? (found.policy.delegations.get(agent)?.terms.approval.holdMs ?? 0) : 0;
  };

  return {
    async authorize(request, { respondAsync, signal, glimpse }) {
      const { answer } = await reserve(request, glimpse);
      if (answer.kind === 'granted') return mint(request);
      if (answer.kind !== 'deferred' || respondAsync) return answer;
      const approval = await approvals.answered(answer.approval, holdMs(request.agent), signal);
      if (signal?.aborted === true || approval.life.state === 'waiting') return answer;
      // Everything is looked at anew: a pause, a limit or a revocation may have come meanwhile.
      const second = await reserve(request, glimpse);
      return second.answer.kind === 'granted' ? mint(request) : second.answer;
    },
    redeem(authorization) {
      const request = minted.get(authorization);
      if (request === undefined) throw new GroatError('signer-refused', { rule: 'there is no authorization for it' });
      minted.delete(authorization);
      assertStanding(request.agent);
      return request;
    },
    assertStanding,
    refused(request, { reason }) {
      const { agent, url } = request;
      const origin = URL.parse(url)?.origin ?? '';
      if (refusals.note({ agent, decision: 'denied', reason, origin }, clock.now()) === 'record')
        note(refusalEntry(request, reason, desk.read()));
    },
    stop() {
      clearInterval(telling);
      tellCounted(true);
    },
    mayBrowse(agent) {
      const found = desk.read();
      if (found.kind === 'unreadable') return false;
      const chain = chainOf(found.policy.delegations, agent, clock.now());
      return chain.kind === 'chain' && chain.links.every(({ terms }) => terms.browserRequests);
    },
  };
}

/** Questions that nobody need answer any more, because the same request was granted without. */
function overtaken(request: ActionRequest, read: FactReader): readonly Approval[] {
  if (!read.anyWaiting) return [];
  const before = precedent(request, read.asked(request.agent, request.payee), read.now, 0);
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

/** Sorts by time; the random part keeps it unguessable. */
function approvalId(clock: Clock, random: Random): string {
  return `apr_${clock.now().toString(36).padStart(9, '0')}${Buffer.from(random(6)).toString('hex')}`;
}
