import { expect, test } from 'vitest';
import { loosening, moreThan } from '../../../src-main/policy/loosening.ts';
import type { Terms } from '../../../src-main/policy/terms.ts';
import { toAtomic } from '../../../src-shared/model/index.ts';
import { delegation } from '../../support/facts.ts';

const sum = toAtomic(10n);
const more = toAtomic(11n);
const sums = ['perPayment', 'perMinute', 'perHour', 'perDay', 'perMonth', 'total'] as const;
const counts = ['perMinuteCount', 'totalCount'] as const;
const terms: Terms = {
  ...delegation('bot', '@desk').terms,
  limits: {
    ...Object.fromEntries(sums.map((name) => [name, sum])),
    ...Object.fromEntries(counts.map((name) => [name, 5])),
    minPerPayment: sum,
  } as Terms['limits'],
  actions: ['pay'],
  validFrom: 10,
  validUntil: 20,
  origins: { allow: ['https://*.example.com'], deny: ['https://bad.example.com'] },
  approval: { always: true, askAbove: sum, askNewPayeeAbove: sum, holdMs: 0 },
};
const limits = (over: Partial<Terms['limits']>) => ({ limits: { ...terms.limits, ...over } });
const approval = (over: Partial<Terms['approval']>) => ({ approval: { ...terms.approval, ...over } });
const origins = (allow: Terms['origins']['allow'], deny = terms.origins.deny) => ({ origins: { allow, deny } });

const looser: readonly (readonly [string, Partial<Terms>])[] = [
  ...sums.flatMap((name) => [more, null].map((value) => [name, limits({ [name]: value })] as const)),
  ...counts.flatMap((name) => [6, null].map((value) => [name, limits({ [name]: value })] as const)),
  ...[toAtomic(9n), null].map((minPerPayment) => ['minPerPayment', limits({ minPerPayment })] as const),
  ['role', { role: 'researcher' }],
  ['actions', { actions: ['pay', 'delegate'] }],
  ['validFrom', { validFrom: 9 }],
  ['validUntil', { validUntil: 21 }],
  ['validUntil', { validUntil: 'open' }],
  ['origins.allow', origins('any')],
  ['origins.allow', origins(['https://*.example.com', 'https://example.com'])],
  ['origins.deny', origins(terms.origins.allow, [])],
  ['approval.always', approval({ always: false })],
  ['approval.askAbove', approval({ askAbove: null })],
  ['approval.askNewPayeeAbove', approval({ askNewPayeeAbove: more })],
  ['browserRequests', { browserRequests: true }],
];

test.for(looser)('more of %s is loosening, and the way back is not', ([name, change]) => {
  const wider = { ...terms, ...change };
  expect(loosening(terms, wider)).toBe(name);
  if (name !== 'role') expect(loosening(wider, terms)).toBeNull();
});

test('the same again loosens nothing; a narrower origin, one more denied and a higher least sum only tighten', () => {
  expect(loosening(terms, terms)).toBeNull();
  const tighter = { ...terms, ...origins(['https://a.example.com'], ['https://*.example.com']) };
  expect(loosening(terms, { ...tighter, ...limits({ minPerPayment: more }) })).toBeNull();
});

test('a loosening hidden among tightenings is found', () => {
  const zeros = Object.fromEntries(sums.map((name) => [name, toAtomic(0n)]));
  expect(loosening(terms, { ...terms, ...limits({ ...zeros, totalCount: null }) })).toBe('totalCount');
});

test('a part may not have more than its whole, in any sum, count, action or day', () => {
  for (const [name, change] of looser.filter(([one]) => /^(per|total|min|actions|validUntil)/.test(one)))
    expect(moreThan(terms, { ...terms, ...change })).toBe(name);
  expect(moreThan(terms, terms)).toBeNull();
});
