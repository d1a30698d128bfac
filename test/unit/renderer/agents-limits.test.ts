import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { changed, delegationView } from '../../../src-main/host/authority-view.ts';
import { defaultTerms } from '../../../src-main/policy/default-terms.ts';
import { loosening } from '../../../src-main/policy/loosening.ts';
import type { Terms } from '../../../src-main/policy/terms.ts';
import { review } from '../../../src-renderer/ui/limits/limits-change.ts';
import { draftOf, type LimitsDraft } from '../../../src-renderer/ui/limits/limits-draft.ts';
import type { TermsView } from '../../../src-shared/contract/index.ts';
import { networks, toAtomic } from '../../../src-shared/model/index.ts';

const nothing = toAtomic(0n);
const usage = {
  minute: nothing,
  minuteCount: 0,
  hour: nothing,
  day: nothing,
  month: nothing,
  total: nothing,
  totalCount: 0,
};
const seen = (terms: Terms): TermsView =>
  delegationView({ subject: 'shopper', parent: '@desk', terms, createdAt: 0, revokedAt: null }, usage).terms;

const usual = defaultTerms(networks.sandbox);
const terms = seen(usual);
const draft = draftOf(terms);
const edited = (edits: Partial<LimitsDraft>) => review(terms, { ...draft, ...edits });

const payee = 'So11111111111111111111111111111111111111112';
const sum = fc.constantFrom('', '0', '0.05', '1', '1.50', '20', '$ 3', '0,25');
const count = fc.constantFrom('', '0', '10', '600', '1000');
const sites = fc.constantFrom(
  '',
  'https://a.example',
  'https://*.example',
  'a.example\nhttps://b.example',
  'b.example',
);
const payees = fc.constantFrom('', payee, `${payee}\n${payee.replace('S', 'T')}`);
const when = fc.constantFrom('', '2026-11-21T10:00', '2030-01-01T00:00');
const which = fc.constantFrom('any' as const, 'listed' as const);
const anyDraft: fc.Arbitrary<LimitsDraft> = fc.record({
  perPayment: sum,
  minPerPayment: sum,
  perMinute: sum,
  perHour: sum,
  perDay: sum,
  perMonth: sum,
  total: sum,
  askAbove: sum,
  askNewPayeeAbove: sum,
  perMinuteCount: count,
  totalCount: count,
  whichOrigins: which,
  allowOrigins: sites,
  denyOrigins: sites,
  whichPayees: which,
  allowPayees: payees,
  denyPayees: payees,
  alwaysAsk: fc.boolean(),
  holdSeconds: fc.constantFrom('0', '4', '50'),
  browserRequests: fc.boolean(),
  validFrom: when,
  validUntil: when,
  role: fc.constantFrom('spender', 'researcher'),
});

const fields = Object.keys(draft).filter((name): name is keyof LimitsDraft => name in draft);
const fewFields = fc.uniqueArray(fc.constantFrom(...fields), { minLength: 1, maxLength: 3 });

describe('the editor of limits', () => {
  it('calls a change looser exactly where the host asks for the owner', () => {
    fc.assert(
      fc.property(anyDraft, anyDraft, fewFields, (first, second, fields) => {
        const before = changed(usual, review(terms, first).change);
        // Only a few fields are touched: one that is looser must not hide behind another.
        const edits = Object.fromEntries(fields.map((field) => [field, second[field]]));
        const { change, differences, problems } = review(seen(before), { ...draftOf(seen(before)), ...edits });
        expect(problems).toEqual({});
        const after = changed(before, change);
        const looser = differences.some(({ effect }) => effect === 'looser');
        expect(looser).toBe(loosening(before, after) !== null);
      }),
      { numRuns: 4_000 },
    );
  });

  it('finds nothing to save in a draft that nobody touched', () => {
    fc.assert(
      fc.property(anyDraft, (some) => {
        const held = seen(changed(usual, review(terms, some).change));
        expect(review(held, draftOf(held))).toEqual({ change: {}, differences: [], problems: {} });
      }),
    );
  });

  it('saves only what is another one than before', () => {
    expect(edited({ perDay: '5', perPayment: '1.00' }).change).toEqual({ perDay: '5' });
  });

  it('takes an empty field as no limit, and says that this is looser', () => {
    const { change, differences } = edited({ perDay: ' ' });
    expect(change).toEqual({ perDay: 'none' });
    expect(differences).toEqual([{ label: 'In 24 hours', before: '$20.00', after: 'no limit', effect: 'looser' }]);
  });

  it('saves nothing for a field that cannot be read, and says why', () => {
    const { change, problems } = edited({ perDay: '5 dollars', perMinuteCount: '1.5', holdSeconds: '51' });
    expect(change).toEqual({});
    expect(Object.keys(problems)).toEqual(['perDay', 'perMinuteCount', 'holdSeconds']);
  });

  it.each([
    ['api.example.com', 'https://api.example.com'],
    ['HTTPS://API.Example.com/', 'https://api.example.com'],
    ['https://*.example.com:8443', 'https://*.example.com:8443'],
    ['http://127.0.0.1:4101', 'http://127.0.0.1:4101'],
  ])('takes %s as the site %s', (typed, site) => {
    expect(edited({ whichOrigins: 'listed', allowOrigins: typed }).change).toEqual({ allowOrigins: [site] });
  });

  it.each([
    'https://api.example.com/v1',
    'ftp://example.com',
    'https://user@example.com',
    'https://*.127.0.0.1',
    'a b',
  ])('does not take %s for a site, which would allow more than was meant', (typed) => {
    const { change, problems } = edited({ whichOrigins: 'listed', allowOrigins: typed });
    expect(change).toEqual({});
    expect(problems.allowOrigins).toContain(typed);
  });
});
