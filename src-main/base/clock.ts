/** Time as an argument. `now` is wall time in ms since the epoch and may jump; `monotonic` never runs back. */
export interface Clock {
  now(): number;
  monotonic(): number;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
};
