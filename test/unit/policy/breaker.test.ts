import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type BreakerState,
  blamesWider,
  breakerSettings,
  breakerState,
  closedBreaker,
  onGranted,
  onOutcome,
  onReleased,
  verdict,
} from '../../../src-main/policy/breaker.ts';

const minuteMs = 60_000;
const start = 1_000 * minuteMs;
const origin = breakerSettings('origin:https://a.example');

const play = (outcomes: string, settings = origin, at = (n: number) => start + n): BreakerState => {
  let state: BreakerState = closedBreaker;
  [...outcomes].forEach((mark, n) => {
    state = onOutcome(state, { orderId: `o${n}`, ok: mark === '+' }, at(n), settings).state;
  });
  return state;
};
const tripped = play('-----');
const trippedAt = start + 4;

describe('closed → open', () => {
  test.each([
    ['origin:https://a.example', 5],
    ['agent:bot', 10],
    ['desk', 25],
  ] as const)('%s opens at %i failures in a row and not at one less', (scope, consecutive) => {
    const settings = breakerSettings(scope);
    expect(play('-'.repeat(consecutive - 1), settings).kind).toBe('closed');
    expect(play('-'.repeat(consecutive), settings)).toMatchObject({ kind: 'open', why: 'consecutive-failures' });
  });

  test('a success between starts the row anew', () => {
    expect(play('----+----').kind).toBe('closed');
  });

  test('half of at least twenty failed opens, half of nineteen does not', () => {
    expect(play(`${'+-'.repeat(9)}-`).kind).toBe('closed');
    expect(play('+-'.repeat(10))).toMatchObject({ kind: 'open', why: 'failure-ratio' });
  });

  test('failures that have left the window do not count for the ratio', () => {
    const slow = (n: number) => start + n * minuteMs;
    expect(play('+-'.repeat(30), origin, slow).kind).toBe('closed');
    expect(breakerState.safeParse(play('+-'.repeat(30), origin, slow)).success).toBe(true);
  });

  test('says what changed, once', () => {
    const last = onOutcome(play('----'), { orderId: 'x', ok: false }, start, origin);
    expect(last.change).toEqual({ from: 'closed', to: 'open', why: 'consecutive-failures' });
    expect(onOutcome(last.state, { orderId: 'y', ok: false }, start, origin)).toEqual({
      state: last.state,
      change: null,
    });
  });

  test('one origin cannot open the breaker of an agent that pays others too, nor one agent the desk’s', () => {
    const sharesHalf = (least: number) => '+-'.repeat(least / 2);
    expect(play(sharesHalf(20), breakerSettings('agent:bot')).kind).toBe('closed');
    expect(play(sharesHalf(30), breakerSettings('desk')).kind).toBe('closed');
  });
});

describe('open → half-open → closed', () => {
  const after = trippedAt + minuteMs;

  test('blocks until the cool-down is over, to the millisecond', () => {
    expect(verdict(tripped, after - 1)).toBe('blocked');
    expect(verdict(tripped, after)).toBe('probe');
    expect(onGranted(tripped, 'early', after - 1)).toEqual({ state: tripped, change: null });
  });

  test('lets one probe through, and no second one while it is on its way', () => {
    const { state, change } = onGranted(tripped, 'probe', after);
    expect(change).toEqual({ from: 'open', to: 'half-open', why: 'cool-down-over' });
    expect(verdict(state, after)).toBe('blocked');
    expect(onGranted(state, 'second', after)).toEqual({ state, change: null });
  });

  test('closes with a clean record on the probe’s success', () => {
    const { state } = onGranted(tripped, 'probe', after);
    expect(onOutcome(state, { orderId: 'probe', ok: true }, after, origin)).toEqual({
      state: { ...closedBreaker, reclosedAt: after },
      change: { from: 'half-open', to: 'closed', why: 'probe-succeeded' },
    });
  });

  test('a straggler from before decides nothing, neither way', () => {
    const { state } = onGranted(tripped, 'probe', after);
    for (const ok of [true, false]) {
      expect(onOutcome(state, { orderId: 'o1', ok }, after, origin).state).toBe(state);
      expect(onOutcome(tripped, { orderId: 'o1', ok }, after, origin).state).toBe(tripped);
    }
  });

  test('each failed probe doubles the cool-down, up to half an hour', () => {
    let state: BreakerState = tripped;
    const waits: number[] = [];
    let now = trippedAt;
    for (let n = 0; n < 7; n += 1) {
      if (state.kind !== 'open') throw new Error('not open');
      waits.push((state.until - state.since) / minuteMs);
      now = state.until;
      state = onGranted(state, `p${n}`, now).state;
      state = onOutcome(state, { orderId: `p${n}`, ok: false }, now, origin).state;
    }
    expect(waits).toEqual([1, 2, 4, 8, 16, 30, 30]);
  });

  test('a probe that never went out makes room for the next, one of another order does not', () => {
    const { state } = onGranted(tripped, 'probe', after);
    expect(onReleased(state, 'other').state).toBe(state);
    const freed = onReleased(state, 'probe').state;
    expect(verdict(freed, after)).toBe('probe');
    expect(onGranted(freed, 'next', after).state).toMatchObject({ probe: { orderId: 'next' } });
  });

  test('a probe that was lost does not keep it half-open for ever', () => {
    const { state } = onGranted(tripped, 'lost', after);
    expect(verdict(state, after + 30 * minuteMs - 1)).toBe('blocked');
    expect(verdict(state, after + 30 * minuteMs)).toBe('probe');
    const replaced = onGranted(state, 'next', after + 30 * minuteMs).state;
    expect(onOutcome(replaced, { orderId: 'lost', ok: true }, after, origin).state).toBe(replaced);
  });
});

describe('a clock that is set back', () => {
  test('keeps it open no longer than twice its cool-down', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: trippedAt }), (now) => {
        const left = verdict(tripped, now) === 'blocked' ? trippedAt + minuteMs - now : 0;
        expect(left).toBeLessThanOrEqual(2 * minuteMs);
      }),
    );
  });

  test('does not keep a lost probe in the way for ever', () => {
    const { state } = onGranted(tripped, 'lost', trippedAt + minuteMs);
    expect(verdict(state, trippedAt)).toBe('blocked');
    expect(verdict(state, trippedAt - 100 * minuteMs)).toBe('probe');
  });

  test('by a little does not open a hole', () => {
    expect(verdict(tripped, trippedAt - 50)).toBe('blocked');
  });

  test('leaves no outcome in the future that would count for ever', () => {
    const ahead = play('+-'.repeat(9), origin, () => start + 5_000 * minuteMs);
    const back = onOutcome(ahead, { orderId: 'x', ok: true }, start, origin).state;
    expect(back).toMatchObject({ recent: [{ minute: 1_000, ok: 10, failed: 9 }] });
    const later = onOutcome(back, { orderId: 'y', ok: false }, start + 10 * minuteMs, origin).state;
    expect(later).toMatchObject({ kind: 'closed', recent: [{ ok: 0, failed: 1 }] });
  });
});

describe('whether an origin’s failure counts for the agent and the desk', () => {
  const reclosed: BreakerState = { ...closedBreaker, reclosedAt: start };
  test.each([
    ['one that never opened: yes', closedBreaker, start, true],
    ['an open one: no', tripped, start, false],
    ['one whose probe is on its way: no', onGranted(tripped, 'p', trippedAt + minuteMs).state, start, false],
    ['one that a probe closed just now: no', reclosed, start, false],
    ['… to the end of a whole window: no', reclosed, start + 10 * minuteMs - 1, false],
    ['… after that: yes', reclosed, start + 10 * minuteMs, true],
    ['… with a clock that was set back: yes', reclosed, start - 1, true],
  ])('%s', (_, state, now, blames) => {
    expect(blamesWider(state, now, origin)).toBe(blames);
  });

  test('outcomes after a probe closed it do not make it forget when that was', () => {
    expect(onOutcome(reclosed, { orderId: 'x', ok: false }, start + 1, origin).state).toMatchObject({
      kind: 'closed',
      reclosedAt: start,
    });
  });
});

test('every state that can be reached survives being stored, and only closed passes freely', () => {
  const step = fc.record({
    kind: fc.constantFrom('grant', 'ok', 'fail', 'release'),
    order: fc.integer({ min: 0, max: 3 }).map(String),
    now: fc.integer({ min: 0, max: 100 * minuteMs }),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      let state: BreakerState = closedBreaker;
      for (const { kind, order, now } of steps) {
        if (kind === 'grant') state = onGranted(state, order, now).state;
        else if (kind === 'release') state = onReleased(state, order).state;
        else state = onOutcome(state, { orderId: order, ok: kind === 'ok' }, now, origin).state;
        expect(breakerState.parse(JSON.parse(JSON.stringify(state)))).toEqual(state);
        expect(verdict(state, now) === 'pass').toBe(state.kind === 'closed');
      }
    }),
    { numRuns: 300 },
  );
});

test.each([
  ['an unknown kind', { kind: 'ajar' }],
  ['a float', { ...tripped, since: 1.5 }],
  ['a missing end', { kind: 'open', since: 1, coolDownMs: 1, why: 'failure-ratio' }],
  ['an unknown field', { ...closedBreaker, forced: true }],
])('refuses a stored breaker with %s', (_, stored) => {
  expect(breakerState.safeParse(stored).success).toBe(false);
});
