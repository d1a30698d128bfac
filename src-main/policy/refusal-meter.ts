import type { RefusalReason } from '../../src-shared/model/index.ts';

/** What makes two refusals the same one. */
export interface RefusalKey {
  readonly agent: string;
  readonly decision: 'denied' | 'deferred' | 'expired';
  readonly reason: RefusalReason;
  /** Empty where the request named none. */
  readonly origin: string;
}

/** Refusals that are not on record one by one: one entry is to stand for so many. */
export interface CountedRefusals extends RefusalKey {
  readonly times: number;
}

export interface RefusalMeterSettings {
  /** So many of one key in a window are put on record one by one. */
  readonly free: number;
  readonly windowMs: number;
  /** Bound of memory. */
  readonly maxKeys: number;
}

export const defaultRefusalSettings: RefusalMeterSettings = { free: 60, windowMs: 60_000, maxKeys: 2048 };

/**
 * Keeps an agent that is refused again and again from filling the disk: the first refusals of a kind are put on record,
 * the rest of the window is counted and put on record as one. Every refusal is in exactly one of the two. A window begins
 * with its first refusal. What is counted and not yet told is lost in a crash: it is for statistics, no money hangs on it.
 */
export interface RefusalMeter {
  /** `record`: put it on record now. `count`: leave it, `due` will tell. A kind that finds no room is always recorded. */
  note(key: RefusalKey, now: number): 'record' | 'count';
  /**
   * What was counted in windows that are over, each told once, and forgotten; with `all`, as when Groat stops, in those
   * still under way too. To be asked about once a window or more often.
   */
  due(now: number, all?: boolean): readonly CountedRefusals[];
}

interface Tally {
  readonly key: RefusalKey;
  since: number;
  recorded: number;
  counted: number;
  /** Counted in windows before this one, and not told yet. */
  owed: number;
}

export function createRefusalMeter({ free, windowMs, maxKeys }: RefusalMeterSettings): RefusalMeter {
  /** Windows that began first come first. */
  const tallies = new Map<string, Tally>();

  /** A clock that was set back ends the window, or it would count until the old time comes again. */
  const isOver = ({ since }: Tally, now: number): boolean => now < since || now - since >= windowMs;

  const makeRoom = (now: number): boolean => {
    for (const [name, tally] of tallies) {
      if (tallies.size < maxKeys || !isOver(tally, now) || tally.counted + tally.owed > 0) break;
      tallies.delete(name);
    }
    return tallies.size < maxKeys;
  };

  return {
    note({ agent, decision, reason, origin }, now) {
      const name = JSON.stringify([agent, decision, reason, origin]);
      const held = tallies.get(name);
      if (held === undefined) {
        const key = { agent, decision, reason, origin };
        if (makeRoom(now)) tallies.set(name, { key, since: now, recorded: 1, counted: 0, owed: 0 });
        return 'record';
      }
      if (isOver(held, now)) {
        tallies.delete(name);
        tallies.set(name, { ...held, since: now, recorded: 1, counted: 0, owed: held.owed + held.counted });
        return 'record';
      }
      if (held.recorded < free) {
        held.recorded += 1;
        return 'record';
      }
      held.counted += 1;
      return 'count';
    },
    due(now, all = false) {
      const told: CountedRefusals[] = [];
      for (const [name, tally] of tallies) {
        const over = all || isOver(tally, now);
        const times = tally.owed + (over ? tally.counted : 0);
        if (times > 0) told.push({ ...tally.key, times });
        tally.owed = 0;
        if (over) tallies.delete(name);
      }
      return told;
    },
  };
}
