import { describe, expect, it } from 'vitest';
import { slotClock } from '../../../src-main/chain/sandbox/slot-clock.ts';

const at = (nowMs: number, monotonicMs = 0) => {
  const time = { nowMs, monotonicMs };
  const clock = { now: () => time.nowMs, monotonic: () => time.monotonicMs };
  return { time, clock };
};

describe('the slot clock', () => {
  const genesis = { genesisMs: 1_000_000, slotMs: 400 };

  it('counts a slot every slotMs by the monotonic clock, whatever the wall clock does', () => {
    const { time, clock } = at(1_000_000);
    const slots = slotClock(clock, { ...genesis, highWater: 0 });
    expect(slots.slot()).toBe(1);
    time.monotonicMs = 399;
    expect(slots.slot()).toBe(1);
    time.monotonicMs = 400;
    time.nowMs = 0;
    expect(slots.slot()).toBe(2);
    time.monotonicMs = 400_000;
    expect(slots.slot()).toBe(1_001);
  });

  it('has gone on while it was down', () => {
    const { clock } = at(1_000_000 + 400 * 5_000);
    expect(slotClock(clock, { ...genesis, highWater: 10 }).slot()).toBe(5_000);
  });

  it('never runs back, even when the wall clock did', () => {
    const { clock } = at(0);
    expect(slotClock(clock, { ...genesis, highWater: 777 }).slot()).toBe(778);
  });

  it('can be moved forward, and its unix time with it', () => {
    const { clock } = at(1_000_000);
    const slots = slotClock(clock, { ...genesis, highWater: 0 });
    slots.advance(150);
    expect(slots.slot()).toBe(151);
    expect(slots.unixTime(151)).toBe(1_060);
  });
});
