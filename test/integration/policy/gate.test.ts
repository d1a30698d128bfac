import { expect, test } from 'vitest';
import type { Authorization } from '../../../src-main/policy/index.ts';
import { type Atomic, toAgentName, toAtomic } from '../../../src-shared/model/index.ts';
import { openTestDesk, reasonOf, type TestDesk, withLimits } from '../../support/test-desk.ts';

const alone = { respondAsync: true, signal: null };
const refused = expect.objectContaining({ code: 'signer-refused' });

async function deskWithBot(change = withLimits({})): Promise<TestDesk> {
  const held = await openTestDesk();
  await held.admit('bot', change);
  return held;
}

async function authorized(held: TestDesk, request = held.request()): Promise<Authorization> {
  const answer = await held.gate.authorize(request, alone);
  if (answer.kind !== 'granted') throw new Error(answer.reason);
  return answer.authorization;
}

test('an Authorization is good once, for what was granted; a look-alike, a changed request or a second use is not', async () => {
  const held = await deskWithBot();
  const request = held.request();
  const mutable: { -readonly [key in keyof typeof request]: (typeof request)[key] } = { ...request };
  const authorization = await authorized(held, mutable);
  mutable.amount = toAtomic(9n);
  expect(() => held.gate.redeem({ ...authorization })).toThrowError(refused);
  expect(() => held.gate.redeem(Object.create(authorization))).toThrowError(refused);
  const redeemed = held.gate.redeem(authorization);
  expect(redeemed).toEqual(request);
  expect(Object.isFrozen(redeemed)).toBe(true);
  expect(() => held.gate.redeem(authorization)).toThrowError(refused);
});

test('an Authorization of one gate is none at another', async () => {
  const authorization = await authorized(await deskWithBot());
  const other = await deskWithBot();
  expect(() => other.gate.redeem(authorization)).toThrowError(refused);
});

test('a pause between grant and signature stops the signature, for all or for the one agent', async () => {
  for (const whom of [null, toAgentName('bot')]) {
    const held = await deskWithBot();
    const authorization = await authorized(held);
    void held.desk.pause(whom, 'operator');
    expect(() => held.gate.redeem(authorization)).toThrowError(
      expect.objectContaining({ code: 'authorization-withdrawn' }),
    );
  }
});

test('a store that fails grants nothing', async () => {
  const held = await deskWithBot();
  const asked = held.ask();
  held.crash();
  await expect(asked).rejects.toThrow();
});

test('the decision stands in the log with its order, in one commit', async () => {
  const held = await deskWithBot();
  const request = held.request();
  await held.gate.authorize(request, alone);
  const [entry] = held.store.log.recent({ kind: 'decision', limit: 1 });
  expect(entry).toMatchObject({ agent: 'bot', subject: request.id, data: { decision: 'granted', amount: '10000' } });
  expect(held.store.orders.get(request.id)?.life.state).toBe('reserved');
});

// Each of these is a measured bug of the reference engine.

test('an agent cannot spend from another agent’s delegation, whoever it says it is below', async () => {
  const held = await deskWithBot();
  const lie = { ...held.request({ agent: 'mallory' }), delegation: 'bot', depth: 0 };
  expect(reasonOf(await held.gate.authorize(lie, alone))).toBe('delegation-missing');
  expect(held.store.usage.of('bot', held.clock.at).total).toBe(0n);
});

test('a cost that an agent states beside the request counts for nothing', async () => {
  const held = await deskWithBot(withLimits({ perPayment: toAtomic(9_999n) }));
  const lie = { ...held.request(), context: { cost: 1 }, atp_cost: 1n };
  expect(reasonOf(await held.gate.authorize(lie, alone))).toBe('over-payment-limit');
});

test('a negative, fractional or missing cost is refused and gives nothing back', async () => {
  const held = await deskWithBot();
  await held.ask();
  for (const amount of [-1n, 1.5, Number.NaN, undefined, '10'])
    expect(reasonOf(await held.gate.authorize({ ...held.request(), amount: amount as Atomic }, alone))).toBe(
      'request-invalid',
    );
  expect(held.store.usage.of('bot', held.clock.at).total).toBe(10_000n);
});

test('there is no payment without a delegation', async () => {
  const held = await openTestDesk();
  expect(reasonOf(await held.ask())).toBe('delegation-missing');
});

test('a delegation that is written anew, or given again after a revocation, forgets nothing that was spent', async () => {
  const held = await deskWithBot(withLimits({ perDay: toAtomic(15_000n) }));
  await held.ask();
  await held.desk.amend('bot', withLimits({ perDay: toAtomic(15_000n) }), 'owner');
  expect(reasonOf(await held.ask())).toBe('over-day-limit');
  await held.desk.revoke(toAgentName('bot'));
  await held.admit('bot', withLimits({ perDay: toAtomic(15_000n) }));
  expect(reasonOf(await held.ask())).toBe('over-day-limit');
});

test('depth is counted, not declared: a fourth hand-over is refused', async () => {
  const held = await deskWithBot();
  const handOn = (from: string, to: string) => held.desk.delegate(toAgentName(from), toAgentName(to), (whole) => whole);
  await handOn('bot', 'b');
  await handOn('b', 'c');
  await handOn('c', 'd');
  await expect(handOn('d', 'e')).rejects.toMatchObject({ code: 'policy-invalid' });
});

test('what an agent hands on is never more than it has, and counts against it', async () => {
  const held = await deskWithBot(withLimits({ perDay: toAtomic(15_000n) }));
  const [bot, part] = [toAgentName('bot'), toAgentName('part')];
  const more = held.desk.delegate(bot, part, withLimits({ perDay: toAtomic(15_001n) }));
  await expect(more).rejects.toMatchObject({ code: 'policy-invalid' });
  await held.desk.delegate(bot, part, (whole) => whole);
  expect(reasonOf(await held.ask({ agent: 'part' }))).toBe('granted');
  expect(reasonOf(await held.ask())).toBe('over-day-limit');
  expect(reasonOf(await held.ask({ agent: 'part' }))).toBe('over-day-limit');
});

test('revoking ends all that was handed on from it, in the same turn', async () => {
  const held = await deskWithBot();
  await held.desk.delegate(toAgentName('bot'), toAgentName('part'), (whole) => whole);
  const asked = held.ask({ agent: 'part' });
  void held.desk.revoke(toAgentName('bot'));
  expect(reasonOf(await asked)).toBe('delegation-revoked');
});

test('the windows slide: a burst around a full hour does not get two hours’ worth', async () => {
  const held = await deskWithBot(withLimits({ perHour: toAtomic(10_000n) }));
  held.clock.at = Math.ceil(held.clock.at / 3_600_000) * 3_600_000 + 3_599_999;
  const request = held.request();
  await held.gate.authorize(request, alone);
  await held.settle(request.id);
  held.clock.at += 1;
  expect(reasonOf(await held.ask())).toBe('over-hour-limit');
  held.clock.at += 3_599_999;
  expect(reasonOf(await held.ask())).toBe('granted');
});

test('every refusal goes on record with its reason', async () => {
  const held = await deskWithBot();
  for (const over of [{ amount: 0n }, { agent: 'mallory' }, { amount: 9_000_000n }]) await held.ask(over);
  await held.store.connection.committer.flushed();
  const entries = held.store.log.recent({ kind: 'decision', limit: 9 });
  expect(entries.map(({ data }) => data['reason'])).toEqual(
    expect.arrayContaining(['request-invalid', 'delegation-missing', 'over-payment-limit']),
  );
});
