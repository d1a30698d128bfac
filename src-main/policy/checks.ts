import { type Atomic, actions, formatDecimal, maxAtomic, type RefusalReason } from '../../src-shared/model/index.ts';
import { who } from './delegation-chain.ts';
import type { Facts, Usage } from './facts.ts';
import { defaultLoopSettings } from './loop-guard.ts';
import { matchesOrigin } from './origin-pattern.ts';
import type { ActionRequest } from './request.ts';
import { type AllowDeny, type Delegation, desk, type Limits } from './terms.ts';

/** A reason to stop. `deny` is final; `ask` waits for the owner, and an approval lifts it. */
export interface Objection {
  readonly kind: 'deny' | 'ask';
  readonly reason: RefusalReason;
  readonly detail: string;
  /** The delegation whose limit it is; absent where it is nobody's. */
  readonly subject?: string;
}

interface Check {
  readonly name: string;
  find(request: ActionRequest, facts: Facts): Objection | null;
}

/** More than this often within a minute, the same request is a loop. */
export const loopsPerMinute = defaultLoopSettings.max;
/** A price so many times the last one is asked about. */
export const driftFactor = 2n;

/**
 * Every reason not to act, in the order in which they are looked for: first what is wrong with us, then who asks, then what
 * for, then how much, then what the past says, and last what a person must say. The first one found is the answer.
 */
export const checks: readonly Check[] = [
  { name: 'books', find: (_, { suspect }) => suspect && deny(suspect.reason, `Nothing is paid now: ${suspect.why}.`) },
  { name: 'request', find: wellFormed },
  { name: 'pause', find: paused },
  {
    name: 'agent',
    find: ({ agent }, facts) => (facts.agentLive ? null : deny('agent-revoked', `${agent} may not spend.`)),
  },
  { name: 'delegation', find: (_, { chain }) => (chain.kind === 'chain' ? null : deny(chain.reason, chain.detail)) },
  { name: 'action', find: permittedAction },
  {
    name: 'network',
    find: eachLink(
      ({ terms }, { network }) => listed(terms.networks, network, same),
      'network-not-allowed',
      ({ network }) => network,
    ),
  },
  {
    name: 'asset',
    find: eachLink(
      ({ terms }, { asset }) => listed(terms.assets, asset, same),
      'asset-not-allowed',
      ({ asset }) => asset,
    ),
  },
  {
    name: 'origin',
    find: eachLink(
      ({ terms }, { origin }) => listed(terms.origins, origin, matchesOrigin),
      'origin-not-allowed',
      ({ origin }) => origin,
    ),
  },
  {
    name: 'payee',
    find: eachLink(
      ({ terms }, { payee }) => listed(terms.payees, payee, same),
      'payee-not-allowed',
      ({ payee }) => payee,
    ),
  },
  { name: 'role', find: roles },
  { name: 'law', find: (_, { law }) => (law.kind === 'denied' ? deny('law-denied', law.why) : null) },
  { name: 'ceiling', find: ceiling },
  { name: 'limits', find: limits },
  { name: 'funds', find: funds },
  {
    name: 'breaker',
    find: (_, { brokenScope }) =>
      brokenScope === null
        ? null
        : deny(
            'breaker-open',
            `Too many payments of ${scopeName(brokenScope)} failed of late; it is tried again soon.`,
          ),
  },
  { name: 'trust', find: trust },
  { name: 'loop', find: loop },
  { name: 'price', find: priceDrift },
  {
    name: 'law asks',
    find: (_, { law }) =>
      law.kind === 'allowed' && law.witnesses > 0
        ? ask('law-asks', `The law wants ${law.witnesses === 1 ? 'a person' : `${law.witnesses} persons`} to say yes.`)
        : null,
  },
  {
    name: 'always ask',
    find: eachRule(
      ({ approval }) => approval.always,
      'always-ask',
      ({ agent }) => `Every payment of ${agent} is asked about.`,
    ),
  },
  {
    name: 'ask above',
    find: eachRule(
      ({ approval }, { amount }) => above(amount, approval.askAbove),
      'above-ask-limit',
      ({ agent, amount }) => `${dollars(amount)} is more than ${agent} may spend without asking.`,
    ),
  },
  {
    name: 'new payee',
    find: eachRule(
      ({ approval }, { amount }, { knownPayee }) => !knownPayee && above(amount, approval.askNewPayeeAbove),
      'new-payee',
      ({ agent, payee }) => `${agent} has never paid ${payee} before.`,
    ),
  },
  {
    name: 'new origin',
    find: eachRule(
      ({ approval }, { amount }, { knownOrigin }) => !knownOrigin && above(amount, approval.askNewPayeeAbove),
      'new-origin',
      ({ agent, origin }) => `${agent} has never paid ${origin} before.`,
    ),
  },
];

const deny = (reason: RefusalReason, detail: string): Objection => ({ kind: 'deny', reason, detail });
const ask = (reason: RefusalReason, detail: string): Objection => ({ kind: 'ask', reason, detail });
const dollars = (amount: bigint) => `$${formatDecimal(amount, 6)}`;
const same = (listedItem: string, item: string) => listedItem === item;
const above = (amount: bigint, limit: Atomic | null) => limit !== null && amount > limit;

/** What would make a sum meaningless. A caller of ours that lies is refused, not corrected. */
function wellFormed({ action, amount }: ActionRequest): Objection | null {
  const row = Object.hasOwn(actions, action) ? actions[action] : null;
  if (row === null) return deny('request-invalid', 'There is no such action.');
  const whole = typeof amount === 'bigint' && amount <= maxAtomic && (row.spends ? amount > 0n : amount === 0n);
  return whole
    ? null
    : deny('request-invalid', row.spends ? 'The amount is not a sum above zero.' : 'Such an action has no price.');
}

function paused(_: ActionRequest, facts: Facts): Objection | null {
  if (facts.paused === null) return null;
  const { agent } = facts.paused;
  return agent === null ? deny('paused', 'Groat is paused.') : deny('agent-paused', `${agent} is paused.`);
}

const linksOf = ({ chain }: Facts): readonly Delegation[] => (chain.kind === 'chain' ? chain.links : []);

function permittedAction({ action, agent }: ActionRequest, facts: Facts): Objection | null {
  const without = linksOf(facts).find(({ terms }) => !terms.actions.includes(action));
  if (without === undefined) return null;
  const above = without.subject === agent ? '' : `: ${who(without.subject)} may not`;
  return deny('action-not-permitted', `${agent} may not ${actions[action].verb}${above}.`);
}

/** The own delegation and every one above it must have it on its list. */
function eachLink(
  permits: (link: Delegation, request: ActionRequest) => boolean,
  reason: RefusalReason,
  what: (request: ActionRequest) => string,
): Check['find'] {
  return (request, facts) => {
    // An action without a payee or an asset has nothing that could be on the list.
    if (what(request) === '') return null;
    const against = linksOf(facts).find((link) => !permits(link, request));
    if (against === undefined) return null;
    return deny(reason, `${what(request)} is on what ${who(against.subject)} may not pay, or not on what it may.`);
  };
}

function listed(
  { allow, deny: denied }: AllowDeny,
  item: string,
  matches: (held: string, item: string) => boolean,
): boolean {
  if (denied.some((held) => matches(held, item))) return false;
  return allow === 'any' || allow.some((held) => matches(held, item));
}

function eachRule(
  asks: (terms: Delegation['terms'], request: ActionRequest, facts: Facts) => boolean,
  reason: RefusalReason,
  detail: (request: ActionRequest) => string,
): Check['find'] {
  return (request, facts) =>
    linksOf(facts).some(({ terms }) => asks(terms, request, facts)) ? ask(reason, detail(request)) : null;
}

/** Handing on does not make more of a part than there was: the roles of all above hold too. */
function roles({ action, amount }: ActionRequest, facts: Facts): Objection | null {
  for (const { agent, name, role } of facts.roles) {
    if (role === null) return deny('role-unknown', `There is no role ${name}.`);
    const { actions: permitted, maxPerAction } = role;
    if (!permitted.includes(action))
      return deny('role-forbids', `As ${name}, ${agent} may not ${actions[action].verb}.`);
    if (maxPerAction !== null && amount > maxPerAction)
      return deny(
        'over-role-limit',
        `${dollars(amount)} is above ${dollars(maxPerAction)}, the most for one action as ${name}.`,
      );
  }
  return null;
}

function ceiling({ amount }: ActionRequest, { ceilings, usage }: Facts): Objection | null {
  const all = usage.get(desk);
  if (ceilings === null) return null;
  if (all === undefined) return deny('internal', 'What was spent is not known.');
  const { perPayment, perDay, perMinuteCount } = ceilings;
  if (amount > perPayment)
    return deny('over-ceiling', `${dollars(amount)} is above the hard ceiling of ${dollars(perPayment)} a payment.`);
  if (all.day + amount > perDay)
    return deny('over-ceiling', `It would pass the hard ceiling of ${dollars(perDay)} in 24 hours.`);
  if (all.minuteCount + 1 > perMinuteCount)
    return deny('over-ceiling', `It would pass the hard ceiling of ${perMinuteCount} payments a minute.`);
  return null;
}

function limits(request: ActionRequest, facts: Facts): Objection | null {
  for (const { subject, terms } of linksOf(facts)) {
    const usage = facts.usage.get(subject);
    if (usage === undefined) return deny('internal', 'What was spent is not known.');
    const objection = overLimit(request.amount, subject, terms.limits, usage);
    if (objection !== null) return { ...objection, subject };
  }
  return null;
}

type Sum = 'perMinute' | 'perHour' | 'perDay' | 'perMonth' | 'total';

/** One row for each rolling sum: its limit, what counts against it, and how it is called. */
const sums: readonly {
  readonly limit: Sum;
  readonly used: (usage: Usage) => bigint;
  readonly reason: RefusalReason;
  readonly span: string;
}[] = [
  { limit: 'perMinute', used: ({ minute }) => minute, reason: 'over-minute-limit', span: 'a minute' },
  { limit: 'perHour', used: ({ hour }) => hour, reason: 'over-hour-limit', span: 'an hour' },
  { limit: 'perDay', used: ({ day }) => day, reason: 'over-day-limit', span: '24 hours' },
  { limit: 'perMonth', used: ({ month }) => month, reason: 'over-month-limit', span: '30 days' },
  { limit: 'total', used: ({ total }) => total, reason: 'over-total-limit', span: 'all' },
];

/** Equality with a limit is allowed. */
function overLimit(amount: bigint, subject: string, limit: Limits, usage: Usage): Objection | null {
  const whose = subject === desk ? 'the desk’s' : `${subject}'s`;
  if (limit.minPerPayment !== null && amount > 0n && amount < limit.minPerPayment)
    return deny(
      'under-minimum',
      `${dollars(amount)} is below ${whose} least payment of ${dollars(limit.minPerPayment)}.`,
    );
  if (limit.perPayment !== null && amount > limit.perPayment)
    return deny(
      'over-payment-limit',
      `${dollars(amount)} is above ${whose} limit of ${dollars(limit.perPayment)} a payment.`,
    );
  for (const { limit: name, used, reason, span } of sums) {
    const most = limit[name];
    if (most !== null && used(usage) + amount > most)
      return deny(
        reason,
        `${dollars(amount)} on top of ${dollars(used(usage))} would pass ${whose} limit of ${dollars(most)} in ${span}.`,
      );
  }
  if (limit.perMinuteCount !== null && usage.minuteCount + 1 > limit.perMinuteCount)
    return deny('over-minute-count', `It would pass ${whose} limit of ${limit.perMinuteCount} payments a minute.`);
  if (limit.totalCount !== null && usage.totalCount + 1 > limit.totalCount)
    return deny('over-total-count', `It would pass ${whose} limit of ${limit.totalCount} payments in all.`);
  return null;
}

function funds({ amount }: ActionRequest, { available }: Facts): Objection | null {
  if (amount <= available) return null;
  return deny('insufficient-funds', `The wallet has ${dollars(available)} free and the price is ${dollars(amount)}.`);
}

function trust({ agent }: ActionRequest, { trust: score, roles: [own] }: Facts): Objection | null {
  const held = own?.role ?? null;
  if (held === null || score >= held.trust.threshold) return null;
  const detail = `Too much went wrong with ${agent} of late (trust ${(score / 1e6).toFixed(2)}).`;
  return held.trust.below === 'deny' ? deny('trust-too-low', detail) : ask('trust-too-low', detail);
}

function loop({ agent, method, url }: ActionRequest, { repeats }: Facts): Objection | null {
  if (repeats < loopsPerMinute) return null;
  return ask('request-loop', `${agent} asked for ${method} ${url} more than ${loopsPerMinute} times within a minute.`);
}

function priceDrift({ amount, method, url }: ActionRequest, { lastPrice }: Facts): Objection | null {
  if (lastPrice === null || amount <= lastPrice * driftFactor) return null;
  return ask(
    'price-drift',
    `${method} ${url} now costs ${dollars(amount)}; the last time it was ${dollars(lastPrice)}.`,
  );
}

const scopeName = (scope: string): string => (scope === 'desk' ? 'all agents' : scope.slice(scope.indexOf(':') + 1));
