import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  brokenVersion,
  defaultLaw,
  diffLaws,
  judge,
  type Law,
  type LawFacts,
  lawFacts,
  lawHash,
  lawSchema,
  type Norm,
  nextLaw,
  norm,
} from '../../../src-main/policy/law/index.ts';
import { parseDecimal, toAgentName, toAtomic } from '../../../src-shared/model/index.ts';

const usd = (text: string) => parseDecimal(text, 6);

const payment: LawFacts = {
  action: 'pay',
  amount: usd('0.01'),
  origin: 'https://api.example.com',
  host: 'api.example.com',
  method: 'GET',
  route: '/paid',
  payee: 'Payee1111111111111111111111111111',
  asset: 'Mint11111111111111111111111111111',
  network: 'solana:EtWTRABZaYq6iMfeYKouRu166VU2xqa1',
  dialect: 'x402-v2',
  role: 'spender',
  agent: 'bot',
};
const signature: LawFacts = { ...payment, action: 'sign-request', amount: usd('0'), payee: '', asset: '', dialect: '' };

const common = { id: 'n', reason: 'because' };
const lawOf = (...norms: unknown[]): Law => lawSchema.parse({ version: 1, norms, at: 0, previous: null });
const allowAll = {
  type: 'allow',
  id: 'all',
  when: [{ selector: 'amount', operator: '>=', value: '0' }],
  reason: 'all may',
};
const denies = (condition: unknown) => lawOf(allowAll, { ...common, type: 'deny', when: [condition] });
const verdict = (law: Law, over: Partial<LawFacts> = {}) => judge(law, { ...payment, ...over }).kind;

/** Canonical enough for these tests: keys sorted at every depth. */
const hash = (value: unknown): string =>
  createHash('sha256')
    .update(
      JSON.stringify(value, (_, inner) =>
        inner !== null && typeof inner === 'object' && !Array.isArray(inner)
          ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
          : inner,
      ),
    )
    .digest('hex');

describe('bugs measured in the reference engine', () => {
  test('a require norm about another action does not defer every payment', () => {
    const law = lawOf(allowAll, {
      ...common,
      type: 'require',
      when: [{ selector: 'action', operator: '==', value: 'delegate' }],
      witnesses: 3,
    });
    expect(judge(law, payment)).toMatchObject({ kind: 'allowed', witnesses: 0, fired: ['all'] });
    expect(judge(law, { ...signature, action: 'delegate' })).toMatchObject({ kind: 'allowed', witnesses: 3 });
  });

  test('the default law defers and denies no normal request of any action', () => {
    for (const amount of ['0.000001', '0.01', '5', '25']) {
      for (const action of ['pay', 'buy-prepaid'] as const) {
        expect(judge(defaultLaw, { ...payment, action, amount: usd(amount) })).toMatchObject({
          kind: 'allowed',
          witnesses: 0,
        });
      }
    }
    for (const action of ['sign-request', 'solve-challenge', 'delegate'] as const) {
      expect(judge(defaultLaw, { ...signature, action })).toMatchObject({ kind: 'allowed', witnesses: 0 });
    }
    expect(judge(defaultLaw, { ...payment, amount: usd('25.000001') })).toMatchObject({
      kind: 'allowed',
      witnesses: 1,
      timeoutSeconds: 3600,
    });
  });

  test('a limit reads the request’s amount, not what the agent says', () => {
    const law = lawOf(allowAll, {
      ...common,
      type: 'limit',
      when: [{ selector: 'action', operator: '==', value: 'pay' }],
      amount: { operator: '<=', value: '5' },
    });
    const request = {
      action: 'pay' as const,
      id: 'ord_1',
      agent: toAgentName('bot'),
      method: 'get',
      url: 'https://api.example.com/paid',
      origin: 'https://api.example.com',
      queryHash: null,
      bodyHash: null,
      dialect: 'x402-v2',
      network: payment.network,
      asset: payment.asset,
      amount: usd('700'),
      payee: payment.payee,
      // What the reference engine believed.
      context: { amount: '1', witness_attestation: true },
    };
    expect(lawFacts(request, 'spender')).toEqual({ ...payment, amount: usd('700') });
    expect(judge(law, lawFacts(request, 'spender'))).toMatchObject({ kind: 'denied', norm: 'n' });
  });

  test('a negative cost, none at all and more than there can be are denied under any law', () => {
    for (const amount of [-1n, 2n ** 63n, 0n, undefined, 5, Number.NaN, '1']) {
      const facts = { ...payment, amount: amount as LawFacts['amount'] };
      expect(judge(defaultLaw, facts)).toMatchObject({ kind: 'denied', fired: [], norm: null });
    }
    expect(judge(lawOf(allowAll), { ...signature, amount: toAtomic(1n) }).kind).toBe('denied');
  });

  test('the law’s hash covers values, operators, selectors, texts, types and order', () => {
    const base = lawOf(allowAll, {
      ...common,
      type: 'require',
      when: [{ selector: 'amount', operator: '>', value: '1' }],
      witnesses: 1,
    });
    const text = JSON.stringify(base);
    const edits: [string, string][] = [
      ['"value":"1"', '"value":"2"'],
      ['"operator":">"', '"operator":"<"'],
      ['"witnesses":1', '"witnesses":2'],
      ['"because"', '"why not"'],
      ['"id":"n"', '"id":"m"'],
      ['"type":"allow"', '"type":"deny"'],
      ['"version":1', '"version":2'],
      ['"at":0', '"at":1'],
    ];
    const hashes = edits.map(([from, to]) => {
      expect(text).toContain(from);
      return lawHash(lawSchema.parse(JSON.parse(text.replace(from, to))), hash);
    });
    const swapped = lawHash({ ...base, norms: base.norms.toReversed() }, hash);
    expect(new Set([lawHash(base, hash), swapped, ...hashes]).size).toBe(edits.length + 2);
  });

  test('text in a norm is compared, never run', () => {
    const law = denies({ selector: 'payee', operator: '==', value: "'||true||'" });
    expect(verdict(law)).toBe('allowed');
    expect(norm.safeParse({ ...common, type: 'deny', when: 'amount>500' }).success).toBe(false);
  });
});

describe('order', () => {
  const onPay = { when: [{ selector: 'action', operator: '==', value: 'pay' }], reason: 'because' };

  test('deny beats allow, wherever it stands', () => {
    const deny = { ...onPay, type: 'deny', id: 'no' };
    for (const norms of [
      [allowAll, deny],
      [deny, allowAll],
    ]) {
      expect(judge(lawOf(...norms), payment)).toMatchObject({ kind: 'denied', norm: 'no' });
    }
  });

  test('nothing that allows means no, and a law without norms permits nothing', () => {
    for (const law of [lawOf(), lawOf({ ...onPay, type: 'require', id: 'r', witnesses: 1 })]) {
      expect(judge(law, payment)).toMatchObject({ kind: 'denied', norm: null });
    }
    expect(judge(lawOf({ ...onPay, type: 'allow', id: 'a' }), signature).kind).toBe('denied');
  });

  test('a limit allows equality with <= and not with <, and speaks only where its conditions hold', () => {
    const limit = (operator: string) =>
      lawOf(allowAll, { ...onPay, type: 'limit', id: 'l', amount: { operator, value: '0.01' } });
    expect(verdict(limit('<='))).toBe('allowed');
    expect(verdict(limit('<='), { amount: usd('0.010001') })).toBe('denied');
    expect(verdict(limit('<'))).toBe('denied');
    expect(verdict(limit('<='), { action: 'buy-prepaid', amount: usd('9') })).toBe('allowed');
  });

  test('the most witnesses and the shortest time count, and every norm that fired is named', () => {
    const law = lawOf(
      allowAll,
      { ...onPay, type: 'require', id: 'one', witnesses: 1, timeoutSeconds: 60 },
      { ...onPay, type: 'procedure', id: 'three', witnesses: 3, timeoutSeconds: 600, steps: ['look'] },
      { ...onPay, type: 'require', id: 'two', witnesses: 2 },
    );
    expect(judge(law, payment)).toEqual({
      kind: 'allowed',
      fired: ['all', 'one', 'three', 'two'],
      witnesses: 3,
      timeoutSeconds: 60,
    });
  });

  test('all conditions of a norm must hold', () => {
    const law = lawOf(allowAll, {
      ...common,
      type: 'deny',
      when: [
        { selector: 'agent', operator: '==', value: 'bot' },
        { selector: 'method', operator: '==', value: 'POST' },
      ],
    });
    expect(verdict(law)).toBe('allowed');
    expect(verdict(law, { method: 'POST' })).toBe('denied');
  });

  test('a payment of which payee, host or asset is unknown is denied: no norm may be dodged by leaving it out', () => {
    for (const field of ['payee', 'host', 'origin', 'asset', 'network', 'method', 'agent', 'role'] as const) {
      expect(verdict(lawOf(allowAll), { [field]: '' })).toBe('denied');
    }
  });
});

describe('conditions', () => {
  test.each<[string, unknown, Partial<LawFacts>, boolean]>([
    ['==', { selector: 'method', operator: '==', value: 'GET' }, {}, true],
    ['!=', { selector: 'method', operator: '!=', value: 'GET' }, {}, false],
    ['in', { selector: 'route', operator: 'in', value: ['/x', '/paid'] }, {}, true],
    ['not_in', { selector: 'payee', operator: 'not_in', value: ['somebody'] }, {}, true],
    ['amount <', { selector: 'amount', operator: '<', value: '0.01' }, {}, false],
    ['amount <=', { selector: 'amount', operator: '<=', value: '0.01' }, {}, true],
    ['amount >', { selector: 'amount', operator: '>', value: '0.009999' }, {}, true],
    ['amount >=', { selector: 'amount', operator: '>=', value: '0.010001' }, {}, false],
    ['amount == by value, not by text', { selector: 'amount', operator: '==', value: '0.010' }, {}, true],
    [
      'amount is no float',
      { selector: 'amount', operator: '>', value: '9007199254.740992' },
      { amount: toAtomic(9007199254740993n) },
      true,
    ],
    ['10 is more than 9', { selector: 'amount', operator: '>', value: '9' }, { amount: usd('10') }, true],
    ['a name below', { selector: 'host', operator: 'matches', value: '*.example.com' }, {}, true],
    [
      'two labels below',
      { selector: 'host', operator: 'matches', value: '*.example.com' },
      { host: 'a.b.example.com' },
      true,
    ],
    [
      'not the name itself',
      { selector: 'host', operator: 'matches', value: '*.example.com' },
      { host: 'example.com' },
      false,
    ],
    [
      'not across a label',
      { selector: 'host', operator: 'matches', value: '*.example.com' },
      { host: 'badexample.com' },
      false,
    ],
    [
      'not as a prefix',
      { selector: 'host', operator: 'matches', value: '*.example.com' },
      { host: 'a.example.com.evil.io' },
      false,
    ],
    ['an origin below', { selector: 'origin', operator: 'matches', value: 'https://*.example.com' }, {}, true],
    ['another scheme', { selector: 'origin', operator: 'matches', value: 'http://*.example.com' }, {}, false],
    ['another port', { selector: 'origin', operator: 'matches', value: 'https://*.example.com:8443' }, {}, false],
  ])('%s', (_, condition, over, holds) => {
    expect(verdict(denies(condition), over)).toBe(holds ? 'denied' : 'allowed');
  });

  test.each([
    { selector: 'payee', operator: '!=', value: 'x' },
    { selector: 'payee', operator: 'not_in', value: ['x'] },
    { selector: 'payee', operator: '==', value: 'x' },
  ])('a question about what the request has not is answered with no: $operator', (condition) => {
    expect(judge(denies(condition), signature).kind).toBe('allowed');
  });

  test('a host with the root’s dot, in capitals or in its own script is the same host', () => {
    const request = (host: string) => {
      const { origin, href } = new URL(`https://${host}/paid`);
      const { agent, ...rest } = payment;
      const asked = { ...rest, id: 'o', agent: toAgentName(agent), url: href, origin, queryHash: null, bodyHash: null };
      return lawFacts(asked, 'spender');
    };
    const byHost = denies({ selector: 'host', operator: '==', value: 'xn--bcher-kva.example' });
    const byOrigin = denies({ selector: 'origin', operator: '==', value: 'https://xn--bcher-kva.example' });
    for (const host of ['BÜCHER.example', 'bücher.example.', 'xn--bcher-kva.example', 'xn--bcher-kva.example.:443']) {
      expect(judge(byHost, request(host)).kind).toBe('denied');
      expect(judge(byOrigin, request(host)).kind).toBe('denied');
    }
  });
});

describe('what is no norm', () => {
  const deny = (condition: unknown) => ({ ...common, type: 'deny', when: [condition] });
  test.each<[string, unknown]>([
    ['an unknown type', { ...deny({ selector: 'method', operator: '==', value: 'GET' }), type: 'forbid' }],
    ['an unknown selector', deny({ selector: 'context.cost', operator: '==', value: '1' })],
    ['an unknown operator', deny({ selector: 'payee', operator: '~', value: '.*' })],
    ['an operator of another selector', deny({ selector: 'payee', operator: '<', value: '1' })],
    ['matches on a route', deny({ selector: 'route', operator: 'matches', value: '*' })],
    ['an unknown action', deny({ selector: 'action', operator: '==', value: 'delete' })],
    ['an empty text', deny({ selector: 'payee', operator: '==', value: '' })],
    ['an empty list', deny({ selector: 'payee', operator: 'in', value: [] })],
    ['a list where one text belongs', deny({ selector: 'payee', operator: '==', value: ['x'] })],
    ['no condition', { ...common, type: 'allow', when: [] }],
    ['no reason', { ...deny({ selector: 'method', operator: '==', value: 'GET' }), reason: ' ' }],
    ['a number for a sum', deny({ selector: 'amount', operator: '>', value: 5 })],
    ['a negative sum', deny({ selector: 'amount', operator: '>', value: '-5' })],
    ['NaN', deny({ selector: 'amount', operator: '>', value: 'NaN' })],
    ['seven decimals', deny({ selector: 'amount', operator: '>', value: '0.0000001' })],
    ['a sum in a list', deny({ selector: 'amount', operator: 'in', value: ['5'] })],
    ['a host in capitals', deny({ selector: 'host', operator: '==', value: 'Example.com' })],
    ['a host with the root’s dot', deny({ selector: 'host', operator: '==', value: 'example.com.' })],
    ['a host with a port', deny({ selector: 'host', operator: '==', value: 'example.com:8080' })],
    ['a star without matches', deny({ selector: 'host', operator: '==', value: '*.example.com' })],
    ['a star within a label', deny({ selector: 'host', operator: 'matches', value: 'a*.example.com' })],
    ['a star alone', deny({ selector: 'host', operator: 'matches', value: '*' })],
    ['an origin with a path', deny({ selector: 'origin', operator: '==', value: 'https://example.com/x' })],
    ['an origin with its default port', deny({ selector: 'origin', operator: '==', value: 'https://example.com:443' })],
    ['an unknown field', { ...deny({ selector: 'method', operator: '==', value: 'GET' }), unless: 'true' }],
    ['no witness', { ...deny({ selector: 'method', operator: '==', value: 'GET' }), type: 'require', witnesses: 0 }],
    ['six witnesses', { ...deny({ selector: 'method', operator: '==', value: 'GET' }), type: 'require', witnesses: 6 }],
    ['witnesses on a deny', { ...deny({ selector: 'method', operator: '==', value: 'GET' }), witnesses: 1 }],
    [
      'a limit that lets more through',
      {
        ...deny({ selector: 'action', operator: '==', value: 'pay' }),
        type: 'limit',
        amount: { operator: '>=', value: '1' },
      },
    ],
  ])('%s', (_, value) => {
    expect(norm.safeParse(value).success).toBe(false);
    expect(lawSchema.safeParse({ version: 1, norms: [value], at: 0, previous: null }).success).toBe(false);
  });

  test('two norms with one id are no law', () => {
    expect(lawSchema.safeParse({ ...defaultLaw, norms: [allowAll, allowAll] }).success).toBe(false);
  });

  test('the default law is one', () => {
    expect(lawSchema.parse(JSON.parse(JSON.stringify(defaultLaw)))).toEqual(defaultLaw);
  });
});

describe('history', () => {
  const second = nextLaw(defaultLaw, [...defaultLaw.norms, norm.parse(allowAll)], 2_000, hash);
  const third = nextLaw(second, second.norms.slice(1), 1_000, hash);

  test('versions hang on each other’s hashes, and a clock that went back dates none before its forerunner', () => {
    expect(brokenVersion([defaultLaw, second, third], hash)).toBeNull();
    expect([second.version, third.version, third.at]).toEqual([2, 3, 2_000]);
  });

  test.each<[string, readonly Law[], number]>([
    ['an edited version', [defaultLaw, { ...second, norms: second.norms.slice(0, 2) }, third], 3],
    ['one left out', [defaultLaw, third], 3],
    ['two swapped', [second, defaultLaw], 2],
    ['a first one that is not the first', [second, third], 2],
  ])('names the version where the chain breaks: %s', (_, history, broken) => {
    expect(brokenVersion(history, hash)).toBe(broken);
  });

  test('a diff names what was added, removed and changed, with before and after', () => {
    const [first, other, ...rest] = defaultLaw.norms;
    if (first === undefined || other === undefined) throw new Error('no default norms');
    const edited: Norm = { ...other, reason: 'another reason' };
    const added = norm.parse(allowAll);
    expect(diffLaws(defaultLaw, { ...defaultLaw, norms: [added, edited, ...rest] })).toEqual({
      added: [added],
      removed: [first],
      changed: [{ id: other.id, before: other, after: edited }],
    });
    expect(diffLaws(defaultLaw, { ...defaultLaw, norms: defaultLaw.norms.toReversed() })).toEqual({
      added: [],
      removed: [],
      changed: [],
    });
  });
});

test('the example of docs/law.md is a law and does what the page says', () => {
  const page = readFileSync(join(import.meta.dirname, '../../../docs/law.md'), 'utf8');
  const json = /```json\n(.*?)```/s.exec(page)?.[1] ?? '';
  const law = lawSchema.parse({ ...defaultLaw, norms: [...defaultLaw.norms, ...JSON.parse(json)] });
  const casino = { host: 'a.casino.example', origin: 'https://a.casino.example' };
  expect(judge(law, { ...payment, ...casino })).toMatchObject({ kind: 'denied', norm: 'no-casinos' });
  expect(judge(law, { ...payment, role: 'researcher', amount: usd('0.26') })).toMatchObject({
    kind: 'denied',
    norm: 'researchers-pay-little',
  });
  expect(judge(law, { ...payment, role: 'researcher', amount: usd('0.25') })).toMatchObject({ witnesses: 0 });
  expect(judge(law, { ...signature, action: 'delegate' })).toMatchObject({ kind: 'allowed', witnesses: 1 });
  expect(judge(law, payment)).toEqual(judge(defaultLaw, payment));
});
