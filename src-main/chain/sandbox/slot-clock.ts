import type { Clock } from '../../base/clock.ts';

/**
 * Slots without a timer: they follow the clock and are only looked at when a request comes. Never runs back, not even
 * over a restart with a changed wall clock; keeps ticking while the sandbox is down.
 */
export interface SlotClock {
  slot(): number;
  /** Unix seconds of a slot, as the chain's clock and `blockTime` show it. */
  unixTime(slot: number): number;
  advance(slots: number): void;
}

export interface SlotClockStart {
  readonly genesisMs: number;
  /** The highest slot known to have been used. */
  readonly highWater: number;
  readonly slotMs: number;
}

export function slotClock(clock: Clock, { genesisMs, highWater, slotMs }: SlotClockStart): SlotClock {
  const startedMs = clock.monotonic();
  let firstSlot = Math.max(highWater + 1, Math.floor((clock.now() - genesisMs) / slotMs));
  return {
    slot: () => firstSlot + Math.floor((clock.monotonic() - startedMs) / slotMs),
    unixTime: (slot) => Math.floor((genesisMs + slot * slotMs) / 1000),
    advance: (slots) => {
      firstSlot += slots;
    },
  };
}
