import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createRefusalMeter, defaultRefusalSettings, type RefusalKey } from '../../../src-main/policy/refusal-meter.ts';

const minuteMs = 60_000;
const key: RefusalKey = { agent: 'bot', decision: 'denied', reason: 'paused', origin: 'https://a.example' };
const meterOf = (over: Partial<typeof defaultRefusalSettings> = {}) =>
  createRefusalMeter({ free: 3, windowMs: minuteMs, maxKeys: 4, ...over });
type Meter = ReturnType<typeof meterOf>;
const noted = (meter: Meter, times: number, now: number, of = key) =>
  Array.from({ length: times }, () => meter.note(of, now));

test('the first sixty of a minute are recorded by default, the rest is counted', () => {
  const meter = createRefusalMeter(defaultRefusalSettings);
  expect(noted(meter, 62, 0)).toEqual([...Array(60).fill('record'), 'count', 'count']);
});

test('a hundred thousand refusals in a minute leave sixty entries and one that stands for the rest', () => {
  const meter = createRefusalMeter(defaultRefusalSettings);
  let entries = 0;
  for (let n = 0; n < 100_000; n += 1)
    if (meter.note(key, Math.floor((n * minuteMs) / 100_000)) === 'record') entries += 1;
  expect(entries).toBe(60);
  expect(meter.due(minuteMs)).toEqual([{ ...key, times: 99_940 }]);
});

test('what goes on for an hour leaves at most sixty-one entries a minute, and none is lost', () => {
  const meter = createRefusalMeter(defaultRefusalSettings);
  let entries = 0;
  let stoodFor = 0;
  const tell = (now: number, all = false) => {
    for (const { times } of meter.due(now, all)) {
      entries += 1;
      stoodFor += times;
    }
  };
  for (let n = 0; n < 100_000; n += 1) {
    const now = n * 36;
    if (meter.note(key, now) === 'record') {
      entries += 1;
      stoodFor += 1;
    }
    if (n % 500 === 0) tell(now);
  }
  tell(100_000 * 36, true);
  expect(stoodFor).toBe(100_000);
  expect(entries).toBeLessThanOrEqual(61 * 60);
});

describe('due', () => {
  test('tells a window when it is over, to the millisecond, and only once', () => {
    const meter = meterOf();
    noted(meter, 5, 1_000);
    expect(meter.due(1_000 + minuteMs - 1)).toEqual([]);
    expect(meter.due(1_000 + minuteMs)).toEqual([{ ...key, times: 2 }]);
    expect(meter.due(1_000 + minuteMs)).toEqual([]);
    expect(meter.due(1_000 + minuteMs, true)).toEqual([]);
  });

  test('says nothing of a window in which all were recorded', () => {
    const meter = meterOf();
    noted(meter, 3, 0);
    expect(meter.due(0, true)).toEqual([]);
  });

  test('with `all` tells what is still under way, as when Groat stops', () => {
    const meter = meterOf();
    noted(meter, 5, 0);
    expect(meter.due(1, true)).toEqual([{ ...key, times: 2 }]);
  });

  test('asked after the next window has begun, tells of the last one and leaves the new one', () => {
    const meter = meterOf();
    noted(meter, 5, 0);
    expect(noted(meter, 4, minuteMs)).toEqual(['record', 'record', 'record', 'count']);
    expect(meter.due(minuteMs + 1)).toEqual([{ ...key, times: 2 }]);
    expect(meter.due(minuteMs + 1)).toEqual([]);
    expect(meter.note(key, minuteMs + 2)).toBe('count');
    expect(meter.due(2 * minuteMs)).toEqual([{ ...key, times: 2 }]);
  });

  test('asked late, tells of all windows since as one', () => {
    const meter = meterOf();
    for (let n = 0; n < 5; n += 1) noted(meter, 5, n * minuteMs);
    expect(meter.due(5 * minuteMs)).toEqual([{ ...key, times: 10 }]);
  });
});

test.each<[string, Partial<RefusalKey>]>([
  ['agent', { agent: 'other' }],
  ['decision', { decision: 'deferred' }],
  ['reason', { reason: 'law-denied' }],
  ['origin', { origin: 'https://b.example' }],
])('a refusal with another %s is another one', (_, over) => {
  const meter = meterOf();
  noted(meter, 4, 0);
  expect(meter.note({ ...key, ...over }, 0)).toBe('record');
});

test('no part of a key can be made to look like two', () => {
  const meter = meterOf({ free: 1 });
  meter.note({ ...key, agent: 'a","paused","b', origin: '' }, 0);
  expect(meter.note({ ...key, agent: 'a', origin: 'b","paused",""' }, 0)).toBe('record');
});

describe('a clock that is set back', () => {
  test('ends the window, and so never counts for ever', () => {
    const meter = meterOf();
    noted(meter, 5, 100 * minuteMs);
    expect(noted(meter, 4, 0)).toEqual(['record', 'record', 'record', 'count']);
    expect(meter.due(0)).toEqual([{ ...key, times: 2 }]);
    expect(meter.due(minuteMs)).toEqual([{ ...key, times: 1 }]);
  });

  test('makes what was counted due at once', () => {
    const meter = meterOf();
    noted(meter, 5, 100 * minuteMs);
    expect(meter.due(0)).toEqual([{ ...key, times: 2 }]);
  });
});

describe('when it is full', () => {
  const others = (n: number): RefusalKey => ({ ...key, origin: `https://${n}.example` });

  test('records what finds no room, and goes on counting what it knows', () => {
    const meter = meterOf();
    for (let n = 0; n < 4; n += 1) noted(meter, 4, 0, others(n));
    expect(noted(meter, 50, 0, others(4))).toEqual(Array(50).fill('record'));
    expect(meter.note(others(0), 0)).toBe('count');
    expect(meter.due(minuteMs)).toEqual([2, 1, 1, 1].map((times, n) => ({ ...others(n), times })));
  });

  test('forgets windows that are over and owe nothing, without being asked what is due', () => {
    const meter = meterOf();
    for (let n = 0; n < 4; n += 1) meter.note(others(n), 0);
    expect(noted(meter, 4, minuteMs, others(4)).at(-1)).toBe('count');
  });

  test('never forgets one with something to tell', () => {
    const meter = meterOf();
    for (let n = 0; n < 4; n += 1) noted(meter, 4, 0, others(n));
    expect(noted(meter, 4, minuteMs, others(4)).at(-1)).toBe('record');
    expect(meter.due(minuteMs)).toHaveLength(4);
  });
});

test('every refusal is recorded or told, exactly once, whatever the clock and the keys do', () => {
  const step = fc.record({
    origin: fc.integer({ min: 0, max: 6 }).map(String),
    now: fc.integer({ min: 0, max: 5 * minuteMs }),
    asks: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 300 }), (steps) => {
      const meter = meterOf({ free: 1 });
      const left = new Map<string, number>();
      const add = (origin: string, times: number) => left.set(origin, (left.get(origin) ?? 0) + times);
      for (const { origin, now, asks } of steps) {
        add(origin, 1);
        if (meter.note({ ...key, origin }, now) === 'record') add(origin, -1);
        if (asks) for (const told of meter.due(now)) add(told.origin, -told.times);
      }
      for (const told of meter.due(0, true)) add(told.origin, -told.times);
      expect([...left.values()].filter((times) => times !== 0)).toEqual([]);
    }),
  );
});
