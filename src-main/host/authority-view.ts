import type {
  AgentDetail,
  ApprovalLine,
  ApprovalView,
  DelegationView,
  Glimpse,
  LimitsView,
  LogEntryView,
  PolicyView,
  TermsChange,
  TermsView,
} from '../../src-shared/contract/index.ts';
import { GroatError } from '../../src-shared/errors/index.ts';
import { type Atomic, formatDecimal, type Network, parseDecimal } from '../../src-shared/model/index.ts';
import type { Entry } from '../log/index.ts';
import {
  type Approval,
  chainOf,
  type Delegation,
  desk,
  type Experience,
  normalOriginPattern,
  type Policy,
  type Terms,
  type Usage,
} from '../policy/index.ts';
import type { Store } from '../store/index.ts';

const dollars = (amount: bigint): string => formatDecimal(amount, 6);
const cap = (limit: Atomic | null): string => (limit === null ? 'none' : dollars(limit));
const sums = ['perPayment', 'minPerPayment', 'perMinute', 'perHour', 'perDay', 'perMonth', 'total'] as const;
const counts = ['perMinuteCount', 'totalCount'] as const;

function limitsView(limits: Terms['limits']): LimitsView {
  const { perMinuteCount, totalCount } = limits;
  return {
    perPayment: cap(limits.perPayment),
    minPerPayment: cap(limits.minPerPayment),
    perMinute: cap(limits.perMinute),
    perMinuteCount: perMinuteCount ?? 'none',
    perHour: cap(limits.perHour),
    perDay: cap(limits.perDay),
    perMonth: cap(limits.perMonth),
    total: cap(limits.total),
    totalCount: totalCount ?? 'none',
  };
}

function termsView(terms: Terms): TermsView {
  const { approval } = terms;
  return {
    ...terms,
    limits: limitsView(terms.limits),
    approval: { ...approval, askAbove: cap(approval.askAbove), askNewPayeeAbove: cap(approval.askNewPayeeAbove) },
  };
}

export function delegationView(
  { subject, parent, terms, createdAt, revokedAt }: Delegation,
  usage: Usage,
): DelegationView {
  const { minute, minuteCount, hour, day, month, total, totalCount } = usage;
  return {
    subject,
    parent,
    terms: termsView(terms),
    createdAt,
    revokedAt,
    usage: {
      minute: dollars(minute),
      minuteCount,
      hour: dollars(hour),
      day: dollars(day),
      month: dollars(month),
      total: dollars(total),
      totalCount,
    },
  };
}

/** The terms with a change in the words of the contract. Throws `policy-invalid` for an origin that is none. */
export function changed(terms: Terms, change: TermsChange): Terms {
  const limits = { ...terms.limits };
  for (const name of sums) {
    const wanted = change[name];
    if (wanted !== undefined) limits[name] = toCap(wanted);
  }
  for (const name of counts) {
    const wanted = change[name];
    if (wanted !== undefined) limits[name] = wanted === 'none' ? null : wanted;
  }
  const { askAbove, askNewPayeeAbove, alwaysAsk, holdMs } = change;
  return {
    ...terms,
    role: change.role ?? terms.role,
    actions: change.actions ?? terms.actions,
    limits,
    validFrom: change.validFrom ?? terms.validFrom,
    validUntil: change.validUntil ?? terms.validUntil,
    origins: {
      allow: change.allowOrigins === undefined ? terms.origins.allow : normalOrigins(change.allowOrigins),
      deny: change.denyOrigins === undefined ? terms.origins.deny : change.denyOrigins.map(normalOrigin),
    },
    payees: { allow: change.allowPayees ?? terms.payees.allow, deny: change.denyPayees ?? terms.payees.deny },
    assets: { allow: change.allowAssets ?? terms.assets.allow, deny: change.denyAssets ?? terms.assets.deny },
    networks: { allow: change.allowNetworks ?? terms.networks.allow, deny: change.denyNetworks ?? terms.networks.deny },
    approval: {
      always: alwaysAsk ?? terms.approval.always,
      askAbove: askAbove === undefined ? terms.approval.askAbove : toCap(askAbove),
      askNewPayeeAbove: askNewPayeeAbove === undefined ? terms.approval.askNewPayeeAbove : toCap(askNewPayeeAbove),
      holdMs: holdMs ?? terms.approval.holdMs,
    },
    browserRequests: change.browserRequests ?? terms.browserRequests,
  };
}

const toCap = (text: string): Atomic | null => (text === 'none' ? null : parseDecimal(text, 6));

const normalOrigins = (list: 'any' | readonly string[]) => (list === 'any' ? list : list.map(normalOrigin));

function normalOrigin(text: string): string {
  const origin = normalOriginPattern(text);
  if (origin !== null) return origin;
  throw new GroatError('policy-invalid', {
    subject: 'The list of origins',
    problem: `${JSON.stringify(text)} is not an origin such as https://api.example.com or https://*.example.com`,
  });
}

export function agentDetail(
  agent: string,
  policy: Policy,
  experience: Experience,
  usageOf: (subject: string) => Usage,
  now: number,
): AgentDetail {
  const own = policy.delegations.get(agent);
  if (own === undefined) throw new GroatError('agent-unknown', { agent });
  const chain = chainOf(policy.delegations, agent, now);
  const links = chain.kind === 'chain' ? chain.links : [own];
  const { role } = own.terms;
  const trust = experience.trustReading(agent, role, now);
  const { requests, granted, deferred, expired, denied, deniedBy, delivered, undelivered, trustSum, spent } =
    experience.statistics(agent);
  const share = (micro: number) => Math.round(micro) / 1e6;
  return {
    agent,
    state:
      chain.kind === 'refused'
        ? chain.reason === 'delegation-revoked'
          ? 'revoked'
          : 'not-valid'
        : policy.pausedAgents.has(agent)
          ? 'paused'
          : 'live',
    delegations: links.map((link) => delegationView(link, usageOf(link.subject))),
    handedOnTo: [...policy.delegations.values()].flatMap(({ subject, parent }) => (parent === agent ? [subject] : [])),
    trust: {
      role,
      score: share(trust.score),
      t3: share(trust.t3),
      v3: share(trust.v3),
      parts: Object.fromEntries(Object.entries(trust.parts).map(([part, value]) => [part, share(value)])),
    },
    statistics: {
      requests,
      granted,
      denied,
      deniedBy,
      deferred,
      expired,
      delivered,
      undelivered,
      successRate: requests === 0 ? null : granted / requests,
      meanTrust: granted === 0 ? null : share(trustSum / granted),
      spent: dollars(BigInt(spent)),
    },
  };
}

export function approvalLine(approval: Approval, network: Network): ApprovalLine {
  const { id, agent, method, url, amount, asset, payee, reason, life } = approval;
  const symbol = asset === network.usdc.mint ? network.usdc.symbol : asset;
  return {
    id,
    agent,
    method,
    url,
    amount: dollars(amount),
    asset: symbol,
    payee,
    reason,
    state: life.state,
    expiresAt: life.until,
  };
}

export function approvalView(
  approval: Approval,
  {
    network,
    policy,
    store,
    usageOf,
    now,
    glimpse,
  }: {
    readonly network: Network;
    readonly policy: Policy;
    readonly store: Store;
    readonly usageOf: (subject: string) => Usage;
    readonly now: number;
    readonly glimpse: Glimpse | null;
  },
): ApprovalView {
  const {
    detail,
    action,
    agent,
    origin,
    dialect,
    method,
    url,
    payee,
    createdAt,
    requestHash,
    needed,
    witnesses,
    life,
    amount,
  } = approval;
  const chain = chainOf(policy.delegations, agent, now);
  const price = store.lastPrice(method, url);
  const history = store.spending.paidTo(payee);
  const links = chain.kind === 'chain' ? chain.links : [];
  return {
    ...approvalLine(approval, network),
    detail,
    action,
    origin,
    dialect,
    createdAt,
    requestHash,
    needed,
    witnesses: witnesses.map(({ by }) => by),
    scope: life.state === 'approved' ? life.scope : null,
    upTo: life.state === 'approved' ? dollars(life.upTo) : null,
    payeeSince: store.paidSince(agent, 'payee', payee),
    originSince: store.paidSince(agent, 'origin', origin),
    lastPrice: price === null ? null : dollars(price),
    payeeHistory: { ...history, total: dollars(history.total) },
    glimpse,
    remaining: links.flatMap((link) => remaining(link, usageOf(link.subject), amount)),
  };
}

/** What each limit of a delegation would have left after the payment; below zero where it would be passed. */
function remaining(
  { subject, terms: { limits } }: Delegation,
  usage: Usage,
  amount: bigint,
): ApprovalView['remaining'] {
  const rows: readonly (readonly [string, Atomic | null, bigint])[] = [
    ['perMinute', limits.perMinute, usage.minute],
    ['perHour', limits.perHour, usage.hour],
    ['perDay', limits.perDay, usage.day],
    ['perMonth', limits.perMonth, usage.month],
    ['total', limits.total, usage.total],
  ];
  return rows.flatMap(([limit, most, used]) =>
    most === null ? [] : [{ subject, limit, left: dollars(most - used - amount) }],
  );
}

export function policyView(
  policy: Policy | null,
  problem: string | null,
  experience: Experience,
  usageOf: (subject: string) => Usage,
): PolicyView {
  const breakers = experience.breakers().map(({ scope, state }) => ({ scope, state: state.kind }));
  if (policy === null) {
    const nothing = { version: 0, paused: { all: false, agents: [] }, hasPin: false, delegations: [], roles: [] };
    return { ...nothing, readable: false, problem, ceilings: null, approvers: [], breakers };
  }
  const { version, pausedAll, pausedAgents, hasPin, delegations, roles, ceilings, approvers } = policy;
  // The desk first, then agents by name.
  const sorted = [...delegations.values()].sort((a, b) => (a.subject === desk ? -1 : a.subject < b.subject ? -1 : 1));
  return {
    version,
    readable: true,
    problem,
    paused: { all: pausedAll, agents: [...pausedAgents] },
    hasPin,
    delegations: sorted.map((delegation) => delegationView(delegation, usageOf(delegation.subject))),
    roles: [...roles.values()].map(({ name, actions, maxPerAction, trust }) => ({
      name,
      actions: [...actions],
      maxPerAction: cap(maxPerAction),
      trustThreshold: trust.threshold / 1e6,
      belowTrust: trust.below,
    })),
    ceilings:
      ceilings === null
        ? null
        : { ...ceilings, perPayment: dollars(ceilings.perPayment), perDay: dollars(ceilings.perDay) },
    approvers: [...approvers].map(([name, key]) => ({ name, key })),
    breakers,
  };
}

export function entryView({ seq, at, kind, agent, subject, data }: Entry): LogEntryView {
  return { seq, at, kind, agent, subject, data: { ...data } };
}
