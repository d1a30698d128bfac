import { describe, expect, test } from 'vitest';
import {
  type Approval,
  approvalTimes,
  precedent,
  promptLimits,
  tooManyPrompts,
  transition,
} from '../../../src-main/policy/approval.ts';
import { toAtomic } from '../../../src-shared/model/index.ts';
import { requestOf } from '../../support/test-store.ts';

const request = requestOf('ord_1', 10n);
const now = 1_000_000;
const until = now + 1_000;
const waiting: Approval = {
  ...(({ id, queryHash, bodyHash, ...rest }) => rest)(request),
  id: 'apr_1',
  reason: 'always-ask',
  detail: '',
  requestHash: '',
  needed: 1,
  witnesses: [],
  createdAt: now,
  life: { state: 'waiting', until },
};
const yes = (by: string) => ({ kind: 'witnessed', by, signature: null, scope: 'once', upTo: null }) as const;
const unused = (approval: Approval) => [{ approval, usedCount: 0, usedSum: 0n }];

describe('an approval', () => {
  test('is answered once: after yes, no, overtaking or its time, every answer is refused', () => {
    const answers = [yes('owner'), { kind: 'denied', blockPayee: false }] as const;
    const ends = [
      transition(waiting, yes('owner'), now),
      transition(waiting, { kind: 'denied', blockPayee: true }, now),
      transition(waiting, { kind: 'overtaken' }, now),
      transition(waiting, { kind: 'elapsed' }, until),
    ];
    expect(ends.map(({ life }) => life.state)).toEqual(['approved', 'denied', 'overtaken', 'expired']);
    const closed = expect.objectContaining({ code: 'approval-closed' });
    for (const answer of answers) {
      for (const end of ends) expect(() => transition(end, answer, now), end.life.state).toThrowError(closed);
      expect(() => transition(waiting, answer, until)).toThrowError(closed);
    }
    for (const end of ends)
      for (const kind of ['elapsed', 'overtaken'] as const) expect(transition(end, { kind }, now)).toBe(end);
  });

  test('waits until its last moment', () => {
    expect(transition(waiting, { kind: 'elapsed' }, until - 1)).toBe(waiting);
    expect(transition(waiting, yes('owner'), until - 1).life.state).toBe('approved');
  });

  test('counts persons, not answers', () => {
    const three = { ...waiting, needed: 3 };
    const two = [yes('ada'), yes('ada'), yes('bert'), yes('ada')].reduce<Approval>(
      (one, by) => transition(one, by, now),
      three,
    );
    expect([two.life.state, two.witnesses.length]).toEqual(['waiting', 2]);
    expect(transition(two, yes('cleo'), now).life).toMatchObject({ state: 'approved', upTo: 10n });
  });
});

describe('what was asked before', () => {
  const approved = transition(waiting, yes('owner'), now);
  test('carries the same request up to its sum until it is over, and not when it was used', () => {
    expect(precedent(request, unused(approved), now, 0).kind).toBe('grant');
    expect(precedent({ ...request, amount: toAtomic(9n) }, unused(approved), now, 0).kind).toBe('grant');
    expect(precedent({ ...request, amount: toAtomic(11n) }, unused(approved), now, 0).kind).toBe('none');
    expect(precedent(request, [{ approval: approved, usedCount: 1, usedSum: 10n }], now, 0).kind).toBe('none');
    expect(precedent(request, unused(approved), now + approvalTimes.grantMs, 0).kind).toBe('none');
  });

  test('is a grant before it is a question, and a question before it is a no', () => {
    const denied = transition(waiting, { kind: 'denied', blockPayee: false }, now);
    const all = [denied, waiting, approved].flatMap(unused);
    expect(precedent(request, all, now, 0).kind).toBe('grant');
    expect(precedent(request, all.slice(0, 2), now, 0).kind).toBe('waiting');
    expect(precedent(request, all.slice(0, 1), now, 0).kind).toBe('denied');
  });

  test('has expired once its time is over, also before anybody has written that down', () => {
    expect(precedent(request, unused(waiting), until - 1, 0).kind).toBe('waiting');
    expect(precedent(request, unused(waiting), until, 0).kind).toBe('expired');
    expect(precedent(request, unused(waiting), until + approvalTimes.memoryMs, 0).kind).toBe('none');
  });

  test('a no to one sum is a no to every sum of the same request', () => {
    const denied = transition(waiting, { kind: 'denied', blockPayee: false }, now);
    expect(precedent({ ...request, amount: toAtomic(1n) }, unused(denied), now, 0).kind).toBe('denied');
  });
});

test('prompts have an end: for a payee, for an agent, and within the memory', () => {
  const prompts = (n: number, payee: string, open = true) =>
    Array.from({ length: n }, () => ({ payee, waiting: open }));
  const { waitingPerPayee, waitingPerAgent, raisedPerAgent } = promptLimits;
  expect(tooManyPrompts(request, prompts(waitingPerPayee - 1, request.payee))).toBe(false);
  expect(tooManyPrompts(request, prompts(waitingPerPayee, request.payee))).toBe(true);
  expect(tooManyPrompts(request, prompts(waitingPerAgent - 1, 'other'))).toBe(false);
  expect(tooManyPrompts(request, prompts(waitingPerAgent, 'other'))).toBe(true);
  expect(tooManyPrompts(request, prompts(raisedPerAgent - 1, 'other', false))).toBe(false);
  expect(tooManyPrompts(request, prompts(raisedPerAgent, 'other', false))).toBe(true);
});
