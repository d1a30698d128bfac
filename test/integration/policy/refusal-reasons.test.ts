import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { canonical } from '../../../src-main/log/index.ts';
import { transition } from '../../../src-main/policy/approval.ts';
import { type Authorized, bookKey, type Delegation, encode, type Terms } from '../../../src-main/policy/index.ts';
import { type RefusalReason, refusalReasons, toAgentName, toAtomic } from '../../../src-shared/model/index.ts';
import { dollars, openTestDesk, reasonOf, type TestDesk, withLimits, withRules } from '../../support/test-desk.ts';
import { freshFile, payee, setClock } from '../../support/test-store.ts';

/** Given before there is anything to decide; each is provoked by its name in that file. */
const givenElsewhere = {
  'insecure-origin': 'test/unit/payments/eligibility.test.ts',
  'browser-request': 'test/unit/payments/eligibility.test.ts',
  'payment-header-present': 'test/unit/payments/eligibility.test.ts',
  'body-too-large': 'test/integration/proxy/paid.test.ts',
  'no-offer': 'test/integration/payments/bad-offers.test.ts',
  'offer-malformed': 'test/unit/payments/x402-v2-offers.test.ts',
  'offer-unsupported': 'test/unit/payments/x402-v2-offers.test.ts',
  'too-many-offers': 'test/unit/payments/x402-v2-offers.test.ts',
  internal: 'test/integration/proxy/paid.test.ts',
  'chain-unavailable': null,
} as const satisfies { readonly [reason in RefusalReason]?: string | null };

type FromGate = Exclude<RefusalReason, keyof typeof givenElsewhere>;

interface Provocation {
  readonly terms?: (defaults: Terms) => Terms;
  readonly provoke?: (held: TestDesk) => Promise<Authorized>;
  readonly ask?: Parameters<TestDesk['ask']>[0];
}

const roomy = withLimits({ perPayment: null, perDay: null, perMinuteCount: null });
const spent = 10_000n;

/** One payment that is open, then another one. */
const second = async (held: TestDesk) => {
  expect(reasonOf(await held.ask())).toBe('granted');
  return held.ask();
};

const always = withRules({ always: true });
const answerable = async (held: TestDesk) => {
  const asked = await held.ask();
  if (asked.kind !== 'deferred') throw new Error('nobody was asked');
  return asked.approval;
};

/** Writes past the desk, which would refuse it. */
async function plant(held: TestDesk, key: string, value: string): Promise<void> {
  await held.store.book.change([{ key, value }], () => undefined);
  // The desk reads the book again after a write of its own.
  await held.desk.pin.write('{}', 'pin-set');
}

const provocations: { readonly [reason in FromGate]: Provocation } = {
  'books-suspect': {
    async provoke(held) {
      await held.store.suspicions.raise('the test says so');
      return held.ask();
    },
  },
  'policy-unreadable': {
    async provoke(held) {
      await plant(held, 'limit/everything', '{}').catch(() => undefined);
      return held.ask();
    },
  },
  'owner-missing': {
    async provoke() {
      const held = await openTestDesk({ network: 'mainnet', file: freshFile() });
      await held.admit('bot');
      return held.ask();
    },
  },
  'request-invalid': { ask: { amount: 0n } },
  paused: {
    async provoke(held) {
      await held.desk.pause(null, 'operator');
      return held.ask();
    },
  },
  'agent-paused': {
    async provoke(held) {
      await held.desk.pause(toAgentName('bot'), 'operator');
      return held.ask();
    },
  },
  'agent-revoked': {
    provoke(held) {
      held.dead.add('bot');
      return held.ask();
    },
  },
  'delegation-missing': { ask: { agent: 'stranger' } },
  'delegation-revoked': {
    async provoke(held) {
      await held.desk.revoke(toAgentName('bot'));
      return held.ask();
    },
  },
  'delegation-not-yet-valid': { terms: (terms) => ({ ...terms, validFrom: Date.UTC(2100, 0) }) },
  'delegation-expired': { terms: (terms) => ({ ...terms, validUntil: Date.UTC(2001, 0) }) },
  'delegation-too-deep': {
    async provoke(held) {
      const names = ['bot', 'b', 'c', 'd'].map(toAgentName);
      for (const [n, name] of names.entries()) {
        const next = names[n + 1];
        if (next !== undefined) await held.desk.delegate(name, next, (whole) => whole);
      }
      const { terms } = held.desk.policy().delegations.get('d') as Delegation;
      const tooDeep: Delegation = { subject: 'e', parent: 'd', terms, createdAt: held.clock.at, revokedAt: null };
      await plant(held, bookKey.delegation('e'), canonical(encode(tooDeep)));
      expect(reasonOf(await held.ask({ agent: 'd' }))).toBe('granted');
      return held.ask({ agent: 'e' });
    },
  },
  'action-not-permitted': { terms: (terms) => ({ ...terms, actions: ['delegate'] }) },
  'origin-not-allowed': {
    terms: (terms) => ({ ...terms, origins: { allow: 'any', deny: ['http://127.0.0.1'] } }),
  },
  'payee-not-allowed': { terms: (terms) => ({ ...terms, payees: { allow: [], deny: [] } }) },
  'asset-not-allowed': { ask: { asset: 'So11111111111111111111111111111111111111112' } },
  'network-not-allowed': { ask: { network: 'solana:elsewhere' } },
  'role-unknown': {
    async provoke(held) {
      const own = held.desk.policy().delegations.get('bot') as Delegation;
      const ghost: Delegation = { ...own, terms: { ...own.terms, role: 'ghost' } };
      await plant(held, bookKey.delegation('bot'), canonical(encode(ghost)));
      return held.ask();
    },
  },
  'role-forbids': { terms: (terms) => ({ ...terms, role: 'reader' }) },
  'over-role-limit': {
    terms: (terms) => roomy({ ...terms, role: 'researcher' }),
    ask: { amount: dollars('1.000001') },
  },
  'law-denied': {
    async provoke(held) {
      const when = [{ selector: 'host', operator: '==', value: '127.0.0.1' }] as const;
      await held.desk.addNorms([{ type: 'deny', id: 'never', when: [...when], reason: 'no' }], 'operator');
      return held.ask();
    },
  },
  'over-ceiling': {
    async provoke() {
      const held = await openTestDesk({ network: 'devnet', file: freshFile() });
      await held.admit('bot', roomy);
      return held.ask({ amount: dollars('5.000001') });
    },
  },
  'under-minimum': { terms: withLimits({ minPerPayment: dollars('0.02') }) },
  'over-payment-limit': { ask: { amount: dollars('1.000001') } },
  'over-minute-limit': { terms: withLimits({ perMinute: toAtomic(2n * spent - 1n) }), provoke: second },
  'over-hour-limit': { terms: withLimits({ perHour: toAtomic(2n * spent - 1n) }), provoke: second },
  'over-day-limit': { terms: withLimits({ perDay: toAtomic(2n * spent - 1n) }), provoke: second },
  'over-month-limit': { terms: withLimits({ perMonth: toAtomic(2n * spent - 1n) }), provoke: second },
  'over-total-limit': { terms: withLimits({ total: toAtomic(2n * spent - 1n) }), provoke: second },
  'over-minute-count': { terms: withLimits({ perMinuteCount: 1 }), provoke: second },
  'over-total-count': { terms: withLimits({ totalCount: 1 }), provoke: second },
  'insufficient-funds': {
    async provoke() {
      const held = await openTestDesk({ funds: spent - 1n, file: freshFile() });
      await held.admit('bot');
      return held.ask();
    },
  },
  'breaker-open': {
    async provoke(held) {
      for (let failures = 0; failures < 5; failures += 1) {
        const request = held.request();
        await held.gate.authorize(request, { respondAsync: true, signal: null });
        await held.tell(request.id, { kind: 'sent' }, { kind: 'lost', why: 'no answer' });
      }
      return held.ask();
    },
  },
  'trust-too-low': {
    async provoke(held) {
      const trust = { threshold: 900_000, below: 'deny' };
      const role = { name: 'elder', actions: ['pay'], maxPerAction: 'none', trust };
      await plant(held, bookKey.role('elder'), canonical(role));
      await held.admit('elder', (terms) => ({ ...terms, role: 'elder' }));
      return held.ask({ agent: 'elder' });
    },
  },
  'request-loop': {
    async provoke(held) {
      const all = await Promise.all(Array.from({ length: 301 }, () => held.ask({ amount: 1n })));
      expect(all.slice(0, 300).map(reasonOf)).toEqual(Array(300).fill('granted'));
      return all[300] as Authorized;
    },
  },
  'price-drift': {
    async provoke(held) {
      const request = held.request();
      await held.gate.authorize(request, { respondAsync: true, signal: null });
      await held.settle(request.id);
      expect(reasonOf(await held.ask({ amount: 2n * spent }))).toBe('granted');
      return held.ask({ amount: 2n * spent + 1n });
    },
  },
  'law-asks': { terms: roomy, ask: { amount: dollars('25.000001') } },
  'always-ask': { terms: always },
  'above-ask-limit': { terms: withRules({ askAbove: toAtomic(spent - 1n) }) },
  'new-payee': { terms: withRules({ askNewPayeeAbove: toAtomic(spent - 1n) }) },
  'new-origin': {
    async provoke(held) {
      const request = held.request();
      await held.gate.authorize(request, { respondAsync: true, signal: null });
      await held.settle(request.id);
      const asking = withRules({ askNewPayeeAbove: toAtomic(spent - 1n) });
      await held.desk.amend('bot', asking, 'operator');
      expect(reasonOf(await held.ask())).toBe('granted');
      return held.ask({ origin: 'http://other.test', url: 'http://other.test/x' });
    },
  },
  'approval-denied': {
    terms: always,
    async provoke(held) {
      await held.approvals.deny(await answerable(held), false);
      return held.ask();
    },
  },
  'approval-expired': {
    terms: always,
    async provoke(held) {
      const id = await answerable(held);
      held.clock.at += 60 * 60_000;
      await held.store.approvals.change(id, (approval, now) => transition(approval, { kind: 'elapsed' }, now));
      return held.ask();
    },
  },
  'too-many-approvals': {
    terms: always,
    async provoke(held) {
      for (const url of ['/1', '/2', '/3']) await held.ask({ url: `http://127.0.0.1${url}` });
      return held.ask({ url: 'http://127.0.0.1/4' });
    },
  },
};

describe('each reason is given by the gate', () => {
  test.for(Object.entries(provocations))('%s', async ([reason, { terms, provoke, ask }]) => {
    const held = await openTestDesk({ clock: setClock(Date.UTC(2026, 0)) });
    await held.admit('bot', terms);
    const answer = await (provoke === undefined ? held.ask(ask) : provoke(held));
    expect(reasonOf(answer)).toBe(reason);
  });
});

test('no reason is without a test', () => {
  const tested = [...Object.keys(provocations), ...Object.keys(givenElsewhere)];
  expect(tested.sort()).toEqual([...refusalReasons].sort());
  for (const [reason, file] of Object.entries(givenElsewhere)) {
    if (file !== null) expect(readFileSync(join(import.meta.dirname, '../../..', file), 'utf8')).toContain(reason);
  }
});

test('a refusal sets nothing aside and counts against nothing', async () => {
  const held = await openTestDesk();
  await held.admit('bot', withLimits({ perPayment: toAtomic(1n) }));
  expect(reasonOf(await held.ask({ payee }))).toBe('over-payment-limit');
  expect(held.store.usage.of('bot', held.clock.at)).toMatchObject({ total: 0n, totalCount: 0, minuteCount: 0 });
  expect(held.store.connection.db.prepare('SELECT COUNT(*) FROM holds').pluck().get()).toBe(0n);
});
