import { describe, expect, test } from 'vitest';
import { toAgentName } from '../../../src-shared/model/index.ts';
import { dollars, openTestDesk, reasonOf, type TestDesk, withRules } from '../../support/test-desk.ts';
import { freshFile } from '../../support/test-store.ts';

const [parent, child] = [toAgentName('bot'), toAgentName('child')];

async function handedOn(): Promise<TestDesk> {
  const held = await openTestDesk({ file: freshFile() });
  await held.admit('bot');
  await held.desk.delegate(parent, child, (whole) => whole);
  return held;
}

const asChild = async (held: TestDesk, over = {}) => reasonOf(await held.ask({ agent: 'child', ...over }));

describe('handing on is no way round what holds for who hands on', () => {
  test('a pause, also when it was handed on after it', async () => {
    const held = await handedOn();
    await held.desk.pause(parent, 'operator');
    expect(await asChild(held)).toBe('agent-paused');
    await held.desk.delegate(parent, toAgentName('late'), (whole) => whole);
    expect(reasonOf(await held.ask({ agent: 'late' }))).toBe('agent-paused');
  });

  test('a role', async () => {
    const held = await handedOn();
    await held.desk.amend(parent, (terms) => ({ ...terms, role: 'reader' }), 'owner');
    expect(await asChild(held)).toBe('role-forbids');
  });

  test('a norm about it', async () => {
    const held = await handedOn();
    const when = [{ selector: 'agent' as const, operator: '==' as const, value: parent }];
    await held.desk.addNorms([{ type: 'deny', id: 'not-bot', when, reason: 'It is not to pay.' }], 'operator');
    expect(await asChild(held)).toBe('law-denied');
  });

  test('requests that look like a web page’s', async () => {
    const held = await handedOn();
    const browsing = held.desk.delegate(parent, toAgentName('page'), (whole) => ({ ...whole, browserRequests: true }));
    await expect(browsing).rejects.toMatchObject({ code: 'policy-invalid' });
    expect(held.gate.mayBrowse(child)).toBe(false);
  });

  test('a revocation, also after the same name got a new delegation', async () => {
    const held = await handedOn();
    await held.desk.revoke(parent);
    expect(await asChild(held)).toBe('delegation-revoked');
    await held.desk.admit(parent, (defaults) => defaults, 'owner');
    expect(reasonOf(await held.ask())).toBe('granted');
    expect(await asChild(held)).toBe('delegation-revoked');
  });
});

test('a revocation is not undone by a change that was under way', async () => {
  const held = await handedOn();
  await held.admit('other');
  const other = held.desk.amend(toAgentName('other'), (terms) => terms, 'owner');
  const revoking = held.desk.revoke(parent);
  await other;
  expect(reasonOf(await held.ask())).toBe('delegation-revoked');
  await revoking;
  expect(reasonOf(await held.ask())).toBe('delegation-revoked');
});

describe('what the law wants asked, no smaller yes answers', () => {
  const norm = {
    type: 'require' as const,
    id: 'three',
    when: [{ selector: 'amount' as const, operator: '>' as const, value: '0.5' }],
    reason: 'Large.',
    witnesses: 3,
  };
  const asking = withRules({ askAbove: dollars('0.001') });

  test('a day’s yes to a payee, given for a small sum', async () => {
    const held = await openTestDesk({ file: freshFile() });
    await held.admit('bot', asking);
    await held.desk.addNorms([norm], 'operator');
    const small = await held.ask({ amount: 10_000n });
    if (small.kind !== 'deferred') throw new Error(reasonOf(small));
    await held.approvals.approve(small.approval, { scope: 'payee-day', upTo: dollars('10') });
    expect(reasonOf(await held.ask({ amount: 20_000n }))).toBe('granted');
    expect((await held.ask({ amount: 900_000n })).kind).toBe('deferred');
  });

  test('one person’s yes that was given before the norm', async () => {
    const held = await openTestDesk({ file: freshFile() });
    await held.admit('bot', asking);
    const large = await held.ask({ amount: 900_000n });
    if (large.kind !== 'deferred') throw new Error(reasonOf(large));
    await held.approvals.approve(large.approval, { scope: 'once', upTo: null });
    await held.desk.addNorms([norm], 'operator');
    expect((await held.ask({ amount: 900_000n })).kind).toBe('deferred');
  });
});

test('what was granted is not signed once the agent, or who handed on to it, was paused or revoked', async () => {
  const held = await handedOn();
  for (const withdraw of [
    () => held.desk.pause(parent, 'operator'),
    () => held.desk.resume(parent, 'owner').then(() => held.desk.revoke(parent)),
  ]) {
    if (reasonOf(await held.ask({ agent: 'child' })) === 'granted') {
      const answer = await held.ask({ agent: 'child' });
      if (answer.kind !== 'granted') throw new Error(reasonOf(answer));
      await withdraw();
      expect(() => held.gate.redeem(answer.authorization)).toThrowError(/paused|revoked/);
    } else await withdraw();
  }
  expect(() => held.gate.assertStanding(child)).toThrowError(/revoked/);
});
