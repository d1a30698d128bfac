import { describe, expect, it } from 'vitest';
import { refusedFor, trustWords } from '../../../src-renderer/features/agents/agent-words.ts';
import { gappedProxyUrl } from '../../../src-renderer/features/agents/environment.ts';
import { handedOn, strictest } from '../../../src-renderer/features/agents/handed-on.ts';
import { refusalsIn } from '../../../src-renderer/features/agents/refusals.ts';
import { spokenSpending } from '../../../src-renderer/features/agents/sparkline.ts';
import { bars } from '../../../src-renderer/ui/bars.ts';
import { environmentLine } from '../../../src-renderer/ui/environment.ts';
import type { DelegationView, LimitsView, LogEntryView, TermsView } from '../../../src-shared/contract/index.ts';

const limits: LimitsView = {
  perPayment: 'none',
  minPerPayment: 'none',
  perMinute: 'none',
  perMinuteCount: 'none',
  perHour: 'none',
  perDay: 'none',
  perMonth: 'none',
  total: 'none',
  totalCount: 'none',
};
const any = { allow: 'any' as const, deny: [] };
const terms = (own: Partial<LimitsView> = {}): TermsView => ({
  role: 'spender',
  actions: ['pay'],
  limits: { ...limits, ...own },
  validFrom: 0,
  validUntil: 'open',
  origins: any,
  payees: any,
  assets: any,
  networks: any,
  approval: { always: false, askAbove: 'none', askNewPayeeAbove: 'none', holdMs: 4_000 },
  browserRequests: false,
});
const link = (subject: string, parent: string | null, revokedAt: number | null = null): DelegationView => ({
  subject,
  parent,
  terms: terms(),
  createdAt: 0,
  revokedAt,
  usage: { minute: '0', minuteCount: 0, hour: '0', day: '0', month: '0', total: '0', totalCount: 0 },
});

describe('what was handed on', () => {
  it('is a tree of those that still may spend', () => {
    const all = [link('@desk', null), link('a', '@desk'), link('b', 'a'), link('c', 'b'), link('d', 'a', 5)];
    expect(handedOn('a', all).map(({ agent, parts }) => [agent, parts.map((part) => part.agent)])).toEqual([
      ['b', ['c']],
    ]);
  });
  it('ends where records go round in a circle', () => {
    expect(handedOn('a', [link('a', 'b'), link('b', 'a')])).toHaveLength(1);
  });
  it('is bound by the strictest of all that stand above', () => {
    const bound = strictest([terms({ perDay: '20', perMinuteCount: 600 }), terms({ perDay: '5', perHour: '9' })]);
    expect(bound?.limits).toEqual({ ...limits, perDay: '5', perHour: '9', perMinuteCount: 600 });
    expect(strictest([])).toBeNull();
  });
});

describe('refusals', () => {
  const entry = (seq: number, data: Record<string, unknown>): LogEntryView => ({
    seq,
    at: seq,
    kind: 'decision',
    agent: 'a',
    subject: null,
    data: { url: 'https://x.example/y', amount: '50000', asset: 'mint', reason: 'over-day-limit', ...data },
  });
  it('are picked from decisions, with their sum in dollars', () => {
    const found = refusalsIn([entry(3, { decision: 'granted' }), entry(2, { decision: 'denied', times: 4 })], 5);
    expect(found).toEqual([
      {
        key: 2,
        at: 2,
        word: 'Refused',
        why: 'the daily limit is reached, 4 times',
        url: 'https://x.example/y',
        amount: '0.05',
      },
    ]);
  });
  it('have no sum where no price was named', () => {
    expect(refusalsIn([entry(2, { decision: 'denied', asset: '', amount: '0' })], 5)[0]?.amount).toBeNull();
  });
  it('survive an entry that is not what it should be', () => {
    expect(refusalsIn([entry(1, { decision: 7 }), entry(2, { decision: 'denied', reason: 5 })], 5)).toEqual([]);
  });
  it('are counted by reason, the most frequent first, also for reasons that this page does not know', () => {
    expect(refusedFor({ paused: 1, 'from-the-future': 3, internal: 0 })).toEqual([
      ['from-the-future', 3],
      ['Groat is paused', 1],
    ]);
  });
});

it.each([
  [0.5, 'Neutral'],
  [0.399, 'Neutral'],
  [0.39, 'Low'],
  [0.6, 'Good'],
  [0.8, 'High'],
])('calls a trust of %d %s', (trust, word) => {
  expect(trustWords(trust).word).toBe(word);
});

describe('the environment line', () => {
  it('names the proxy in every spelling that clients read', () => {
    const url = 'http://a:secret@127.0.0.1:14020';
    expect(environmentLine(url)).toBe(`export HTTP_PROXY=${url} HTTPS_PROXY=${url} http_proxy=${url}`);
  });
  it('has a gap where a credential cannot be shown any more', () => {
    expect(gappedProxyUrl('a', 'http://127.0.0.1:14020')).toBe('http://a:<credential>@127.0.0.1:14020');
  });
});

describe('the spark line', () => {
  it('lets the smallest sum be seen beside a large one', () => {
    expect(bars(['0', '0.000001', '50'], 30, 90).map(({ height }) => height)).toEqual([0, 1.5, 30]);
  });
  it('says the same in words', () => {
    expect(spokenSpending(['0', '0'])).toBe('Nothing spent in the last 24 hours');
    expect(spokenSpending(['0.1', '0', '0.25'])).toBe('$0.35 spent in the last 24 hours, in 2 of them');
  });
});
