import { expect, test } from 'vitest';
import { checks } from '../../../src-main/policy/checks.ts';
import { decide } from '../../../src-main/policy/decide.ts';
import type { Facts } from '../../../src-main/policy/facts.ts';
import type { Terms } from '../../../src-main/policy/terms.ts';
import { type Atomic, networks, toAtomic } from '../../../src-shared/model/index.ts';
import { fairFacts, nothingSpent } from '../../support/facts.ts';
import { requestOf } from '../../support/test-store.ts';

const request = requestOf('ord_1', 10n);
const { limits, approval } = fairTerms();
const none = { allow: [], deny: [] };

function fairTerms(): Terms {
  const { chain } = fairFacts();
  if (chain.kind !== 'chain' || chain.links[0] === undefined) throw new Error('no chain');
  return chain.links[0].terms;
}

test('the order of the checks is this one', () => {
  expect(checks.map(({ name }) => name)).toEqual([
    'books',
    'request',
    'pause',
    'agent',
    'delegation',
    'action',
    'network',
    'asset',
    'origin',
    'payee',
    'role',
    'law',
    'ceiling',
    'limits',
    'funds',
    'breaker',
    'trust',
    'loop',
    'price',
    'law asks',
    'always ask',
    'ask above',
    'new payee',
    'new origin',
  ]);
});

/** One cause for each check, in their order. */
const causes: readonly (readonly [name: string, facts: Partial<Facts>, terms: Partial<Terms>])[] = [
  ['books-suspect', { suspect: { reason: 'books-suspect', why: 'x' } }, {}],
  ['paused', { paused: { agent: null } }, {}],
  ['agent-revoked', { agentLive: false }, {}],
  ['action-not-permitted', {}, { actions: [] }],
  ['network-not-allowed', {}, { networks: none }],
  ['asset-not-allowed', {}, { assets: none }],
  ['origin-not-allowed', {}, { origins: none }],
  ['payee-not-allowed', {}, { payees: none }],
  ['role-unknown', { roles: [{ agent: 'bot', name: 'x', role: null }] }, {}],
  ['law-denied', { law: { kind: 'denied', fired: [], norm: null, why: 'x' } }, {}],
  ['over-ceiling', { ceilings: { perPayment: toAtomic(1n), perDay: toAtomic(1n), perMinuteCount: 1 } }, {}],
  ['over-payment-limit', {}, { limits: { ...limits, perPayment: toAtomic(1n) } }],
  ['insufficient-funds', { available: toAtomic(1n) }, {}],
  ['breaker-open', { brokenScope: 'desk' }, {}],
];
/** Those that ask, in their order; only one cause of `terms` at a time, since they share a field. */
const questions: typeof causes = [
  ['trust-too-low', { trust: 0 }, {}],
  ['request-loop', { repeats: 300 }, {}],
  ['price-drift', { lastPrice: toAtomic(1n) }, {}],
  ['law-asks', { law: { kind: 'allowed', fired: [], witnesses: 1, timeoutSeconds: null } }, {}],
  ['always-ask', {}, { approval: { ...approval, always: true } }],
];

const reason = (facts: Partial<Facts>, terms: Partial<Terms>, asked = request) => {
  const verdict = decide(asked, fairFacts(facts, terms));
  return verdict.kind === 'yes' ? 'yes' : verdict.reason;
};

test('nothing objects to a fair request', () => {
  expect(reason({}, {})).toBe('yes');
});

test('of two objections at once the earlier one is the answer', () => {
  for (const list of [causes, questions])
    for (const [n, [name, facts, terms]] of list.entries())
      for (const [later, laterFacts, laterTerms] of list.slice(n + 1)) {
        const both = reason({ ...laterFacts, ...facts }, { ...laterTerms, ...terms });
        expect(both, `${name} with ${later}`).toBe(name);
      }
});

test('a denial beats every question, also one that stands before it', () => {
  for (const [name, facts, terms] of causes)
    for (const [question, asking, askingTerms] of questions) {
      const both = reason({ ...asking, ...facts }, { ...askingTerms, ...terms });
      expect(both, `${name} with ${question}`).toBe(name);
    }
  const elder = { name: 'x', actions: ['pay' as const], maxPerAction: null };
  const role = { ...elder, trust: { threshold: 900_000, below: 'deny' as const } };
  const roles: Facts['roles'] = [{ agent: 'bot', name: 'x', role }];
  expect(decide(request, fairFacts({ roles, repeats: 300 })).kind).toBe('no');
});

test('equality with a limit is allowed, one unit more is not; what is open counts as spent', () => {
  const used = { ...nothingSpent, minute: 90n, hour: 90n, day: 90n, month: 90n, total: 90n };
  const facts = (usage: typeof nothingSpent) => ({
    usage: new Map([
      ['bot', usage],
      ['@desk', nothingSpent],
    ]),
  });
  for (const name of ['perMinute', 'perHour', 'perDay', 'perMonth', 'total'] as const) {
    const terms = { limits: { ...limits, [name]: toAtomic(100n) } };
    expect(reason(facts(used), terms), name).toBe('yes');
    expect(reason(facts(used), { limits: { ...limits, [name]: toAtomic(99n) } }), name).toMatch(/^over-/);
  }
  const counted = { ...nothingSpent, minuteCount: 4, totalCount: 4 };
  for (const name of ['perMinuteCount', 'totalCount'] as const) {
    expect(reason(facts(counted), { limits: { ...limits, [name]: 5 } }), name).toBe('yes');
    expect(reason(facts(counted), { limits: { ...limits, [name]: 4 } }), name).toMatch(/^over-/);
  }
});

test('an ancestor’s limit refuses what the own delegation would let through, and is named', () => {
  const usage = new Map([
    ['bot', nothingSpent],
    ['@desk', { ...nothingSpent, day: 20_000_000n }],
  ]);
  expect(decide(request, fairFacts({ usage }))).toMatchObject({
    kind: 'no',
    reason: 'over-day-limit',
    subject: '@desk',
  });
});

test('usage that is not known is no usage of zero', () => {
  expect(reason({ usage: new Map() }, {})).toBe('internal');
  const ceilings = networks.devnet.ceilings;
  expect(reason({ usage: new Map(), ceilings }, {})).toBe('internal');
});

test('an amount that is no sum above zero is refused: negative, zero, fraction, NaN, text, too large', () => {
  for (const amount of [-1n, 0n, 2n ** 63n, 0.5, Number.NaN, '10', null, undefined, {}])
    expect(reason({}, {}, { ...request, amount: amount as Atomic }), String(amount)).toBe('request-invalid');
  expect(reason({}, {}, { ...request, action: 'sign-request' })).toBe('request-invalid');
  expect(reason({}, {}, { ...request, action: 'constructor' as 'pay' })).toBe('request-invalid');
});
