import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  dailyGain,
  newTrust,
  readTrust,
  type TrustOutcome,
  type TrustState,
  trustOutcomes,
  trustScore,
  trustState,
  type Witnessed,
  witness,
} from '../../../src-main/policy/trust.ts';
import { outcomeOfOrder, outcomeOfRefusal } from '../../../src-main/policy/trust-projection.ts';
import { type OrderLife, refusalReasons, toAtomic } from '../../../src-shared/model/index.ts';

const dayMs = 86_400_000;
const monthMs = 30 * dayMs;
const reference = toAtomic(100_000n);

const seen = (outcome: TrustOutcome, seller = 0, amount: bigint = reference): Witnessed => ({
  outcome,
  origin: `https://s${seller}.example`,
  payee: `payee${seller}`,
  amount: toAtomic(amount),
  reference,
});

const all = (value: number): TrustState => ({
  ...newTrust(0),
  parts: {
    talent: value,
    training: value,
    temperament: value,
    veracity: value,
    validity: value,
    valuation: value,
  },
});

const times = (count: number, start: TrustState, next: (n: number) => Witnessed, everyMs = 1000): TrustState => {
  let state = start;
  for (let n = 0; n < count; n += 1) state = witness(state, next(n), n * everyMs);
  return state;
};

describe('worked examples of docs/trust.md', () => {
  test('1: the weights of the score', () => {
    const state = {
      ...newTrust(0),
      parts: {
        talent: 600_000,
        training: 700_000,
        temperament: 800_000,
        veracity: 900_000,
        validity: 800_000,
        valuation: 500_000,
      },
    };
    expect(readTrust(state, 0)).toMatchObject({ t3: 690_000, v3: 745_000, score: 712_000 });
  });

  test.each<[TrustOutcome, number]>([
    ['delivered', 501_180],
    ['refused', 499_317],
    ['undelivered', 497_855],
    ['over-limit', 489_210],
    ['loop', 481_475],
    ['owner-denied', 480_825],
  ])('2: a first "%s" takes an unknown agent to %i', (outcome, score) => {
    expect(trustScore(witness(newTrust(0), seen(outcome), 0), 0)).toBe(score);
  });

  test('3: from 0.9 the same denial costs more and the same success earns less', () => {
    expect(trustScore(witness(all(900_000), seen('owner-denied'), 0), 0)).toBe(851_089);
    expect(trustScore(witness(all(900_000), seen('delivered'), 0), 0)).toBe(900_236);
  });

  test('4: the sixth denial by the owner takes an unknown agent below the threshold of a spender', () => {
    expect(
      trustScore(
        times(5, newTrust(0), () => seen('owner-denied')),
        5000,
      ),
    ).toBe(413_278);
    expect(
      trustScore(
        times(6, newTrust(0), () => seen('owner-denied')),
        6000,
      ),
    ).toBe(398_308);
  });

  test('5: time', () => {
    expect(readTrust(newTrust(0), monthMs).parts).toMatchObject({ training: 499_000, temperament: 510_000 });
    const { score, parts } = readTrust(all(900_000), 3 * monthMs);
    expect(score).toBe(883_060);
    expect(parts).toMatchObject({ talent: 880_000, training: 897_000, temperament: 880_000 });
  });
});

describe('an agent cannot raise its own trust', () => {
  test('10 000 cheap successes at 10 000 sellers do not move it at all', () => {
    const start = newTrust(0);
    expect(times(10_000, start, (n) => seen('delivered', n, 1n)).parts).toEqual(start.parts);
  });

  test('10 000 full successes at one seller, its own, give less than five times the first', () => {
    const gained =
      trustScore(
        times(10_000, newTrust(0), () => seen('delivered')),
        0,
      ) - 500_000;
    expect(gained).toBe(5_821);
    expect(gained).toBeLessThan(5 * 1_180);
  });

  test('one payee behind many origins, or one origin with many payees, is still one seller', () => {
    const byPayee = times(500, newTrust(0), (n) => ({ ...seen('delivered', n), payee: 'one' }));
    const byOrigin = times(500, newTrust(0), (n) => ({ ...seen('delivered', n), origin: 'https://one.example' }));
    for (const state of [byPayee, byOrigin]) expect(trustScore(state, 0)).toBeLessThanOrEqual(505_900);
  });

  test('full successes at ever new sellers gain no more than the daily cap', () => {
    const state = times(10_000, newTrust(0), (n) => seen('delivered', n));
    expect(trustScore(state, 0) - 500_000).toBeLessThanOrEqual(dailyGain);
    expect(trustScore(state, 0) - 500_000).toBeGreaterThan(dailyGain - 100);
  });

  test('over a month of ever new sellers the room for sellers is a bound as well', () => {
    const state = times(10_000, newTrust(0), (n) => seen('delivered', n), monthMs / 10_000 - 1);
    expect(trustScore(state, 0)).toBeLessThan(530_000);
    expect(state.sources.length).toBeLessThanOrEqual(48);
  });

  test('a reference of zero or below earns nothing', () => {
    for (const none of [0n, -1n]) {
      const state = witness(newTrust(0), { ...seen('delivered'), reference: none as Witnessed['reference'] }, 0);
      expect(trustScore(state, 0)).toBe(500_000);
    }
  });

  test('a loss weighs at least five times what a success earns, where it is the agent’s own', () => {
    for (const outcome of ['over-limit', 'owner-denied', 'loop'] as const) {
      expect(500_000 - trustScore(witness(newTrust(0), seen(outcome), 0), 0)).toBeGreaterThan(5 * 1_180);
    }
  });
});

test('one hostile seller cannot take an unknown agent below the threshold of a spender', () => {
  for (const outcome of ['over-limit', 'refused', 'undelivered', 'loop'] as const) {
    expect(
      trustScore(
        times(5_000, newTrust(0), () => seen(outcome)),
        0,
      ),
    ).toBeGreaterThan(400_000);
  }
});

test('many refusals by its own seller do not make a loop there free', () => {
  const refused = times(200, newTrust(0), () => seen('refused'));
  expect(trustScore(refused, 0) - trustScore(witness(refused, seen('loop'), 0), 0)).toBeGreaterThan(18_000);
});

test('a full memory of sellers gives no gain to a new one and forgives no loss', () => {
  const full = times(24, newTrust(0), (n) => seen('refused', n));
  expect(full.sources).toHaveLength(48);
  expect(witness(full, seen('delivered', 99), dayMs / 2)).toBe(full);
  expect(trustScore(witness(full, seen('over-limit', 99), 0), 0)).toBeLessThan(trustScore(full, 0) - 10_000);
  expect(trustScore(witness(full, seen('delivered', 99), 2 * monthMs), 2 * monthMs)).toBeGreaterThan(
    trustScore(full, 2 * monthMs),
  );
});

test('what no longer moves trust returns the very state, so that it costs no write', () => {
  const state = times(100, newTrust(0), () => seen('delivered'));
  expect(witness(state, seen('delivered'), 200_000)).toBe(state);
  expect(witness(state, seen('delivered'), dayMs).seenAt).toBe(dayMs);
});

const level = fc.integer({ min: 0, max: 1_000_000 });
const state = fc
  .record({ talent: level, training: level, temperament: level, veracity: level, validity: level, valuation: level })
  .map((parts): TrustState => ({ ...newTrust(monthMs), parts }));
const event = fc.record({
  outcome: fc.constantFrom(...trustOutcomes),
  seller: fc.integer({ min: 0, max: 60 }),
  amount: fc.bigInt({ min: 0n, max: 10n ** 12n }),
  now: fc.integer({ min: 0, max: 200 * monthMs }),
});

test('whatever happens, at whatever time, a state stays one that can be stored', () => {
  fc.assert(
    fc.property(state, fc.array(event, { maxLength: 80 }), (start, events) => {
      const end = events.reduce(
        (s, { outcome, seller, amount, now }) => witness(s, seen(outcome, seller, amount), now),
        start,
      );
      expect(trustState.parse(JSON.parse(JSON.stringify(end)))).toEqual(end);
    }),
    { numRuns: 300 },
  );
});

test('a loss never raises any part, and more of it is lost from higher up', () => {
  const losses = trustOutcomes.filter((outcome) => outcome !== 'delivered');
  fc.assert(
    fc.property(state, fc.constantFrom(...losses), (start, outcome) => {
      const after = witness(start, seen(outcome), monthMs).parts;
      for (const part of ['talent', 'training', 'temperament', 'veracity', 'validity', 'valuation'] as const) {
        expect(after[part]).toBeLessThanOrEqual(start.parts[part]);
      }
    }),
  );
  const lostFrom = (value: number) => value - trustScore(witness(all(value), seen('owner-denied'), 0), 0);
  expect(lostFrom(800_000)).toBeGreaterThan(lostFrom(600_000));
  expect(lostFrom(600_000)).toBeGreaterThan(lostFrom(400_000));
});

test('time does the same in one look as in many', () => {
  fc.assert(
    fc.property(state, fc.array(fc.integer({ min: 0, max: 20 * monthMs }), { maxLength: 10 }), (start, moments) => {
      // A delivery for nothing earns nothing, but has time counted in.
      const looks = [...moments].sort((a, b) => a - b);
      const end = 21 * monthMs;
      let looked = start;
      for (const now of looks) looked = { ...witness(looked, seen('delivered', 0, 0n), now), seenAt: start.seenAt };
      expect(trustScore(looked, end)).toBe(trustScore(start, end));
    }),
  );
});

test('a clock that goes back raises nothing and gives no second day', () => {
  fc.assert(
    fc.property(state, fc.integer({ min: 0, max: monthMs }), (start, now) => {
      expect(trustScore(start, now)).toBe(trustScore(start, monthMs));
    }),
  );
  const spent = { ...newTrust(20 * dayMs), day: { since: 20 * dayMs, gained: dailyGain } };
  for (const back of [10 * dayMs, 19 * dayMs, 20 * dayMs - 1]) {
    expect(witness(spent, seen('delivered'), back).parts).toEqual(spent.parts);
    // The day begins anew at the earlier time, and ends a whole day after it.
    const rewound = witness({ ...spent, day: { since: 20 * dayMs, gained: dailyGain - 500 } }, seen('delivered'), back);
    expect(rewound.day).toEqual({ since: back, gained: dailyGain });
    expect(witness(rewound, seen('delivered', 1), back + dayMs - 1).parts).toEqual(rewound.parts);
    expect(witness(rewound, seen('delivered', 1), back + dayMs).parts).not.toEqual(rewound.parts);
  }
});

test('an idle agent fades to the middle and no further, and time alone does not wash one clean', () => {
  const idle = readTrust(all(900_000), 100 * monthMs).parts;
  expect(idle).toMatchObject({ talent: 500_000, temperament: 500_000, valuation: 500_000 });
  expect(trustScore(all(100_000), 100 * monthMs)).toBeLessThan(110_000);
});

test.each([
  ['a float', { ...newTrust(0), agedAt: 0.5 }],
  ['a part above one', { ...newTrust(0), parts: { ...newTrust(0).parts, talent: 1_000_001 } }],
  ['NaN', { ...newTrust(0), parts: { ...newTrust(0).parts, talent: Number.NaN } }],
  ['a part that is missing', { ...newTrust(0), parts: { talent: 1 } }],
  ['a field that is unknown', { ...newTrust(0), bonus: 1 }],
])('refuses a stored state with %s', (_, stored) => {
  expect(trustState.safeParse(stored).success).toBe(false);
});

describe('what an order says of its agent', () => {
  const payment = { messageHash: 'h', ownSignature: 's', lastValidBlockHeight: 1n };
  const unknown = (delivery: 'none' | 'refused' | 'open'): OrderLife => ({
    state: 'unknown',
    payment,
    delivery,
    landed: null,
    why: 'w',
  });
  const settled: OrderLife = { state: 'settled', payment, landed: 'l' };
  const released: OrderLife = { state: 'released', payment, why: 'w' };

  test.each<[string, OrderLife, OrderLife, TrustOutcome | null]>([
    ['paid and delivered', unknown('open'), settled, 'delivered'],
    ['paid, not delivered', unknown('refused'), { state: 'failed', payment, landed: 'l', why: 'w' }, 'undelivered'],
    ['refused by the seller', unknown('refused'), released, 'refused'],
    ['never answered', unknown('none'), released, null],
    ['given up before it left', { state: 'reserved' }, { state: 'released', payment: null, why: 'w' }, null],
    ['still open', { state: 'reserved' }, unknown('none'), null],
    ['closed before', settled, settled, null],
  ])('%s', (_, before, after, outcome) => {
    expect(outcomeOfOrder(before, after)).toBe(outcome);
  });

  test('a remembered denial, a ceiling, a pause and a breaker are not counted against the agent again', () => {
    const counted = refusalReasons.filter((reason) => outcomeOfRefusal(reason) !== null);
    for (const reason of ['approval-denied', 'over-ceiling', 'paused', 'breaker-open', 'trust-too-low'] as const) {
      expect(counted).not.toContain(reason);
    }
    expect(outcomeOfRefusal('over-day-limit')).toBe('over-limit');
    expect(outcomeOfRefusal('request-loop')).toBe('loop');
  });
});
