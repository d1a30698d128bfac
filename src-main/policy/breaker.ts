import { z } from 'zod';

const minuteMs = 60_000;
const maxBuckets = 60;

/** When a breaker opens and how long it stays open. Ratios in per cent, times in ms. */
export interface BreakerSettings {
  readonly consecutive: number;
  readonly failurePercent: number;
  /** Below so many outcomes in the window the ratio says nothing. */
  readonly minOutcomes: number;
  /** Whole minutes, at most an hour. */
  readonly windowMs: number;
  readonly coolDownMs: number;
  /** A failed probe doubles the cool-down up to this. */
  readonly maxCoolDownMs: number;
}

const shared = { failurePercent: 50, windowMs: 10 * minuteMs, coolDownMs: minuteMs, maxCoolDownMs: 30 * minuteMs };

/**
 * The wider the scope, the more it takes: what one origin can fail before its own breaker opens must not open an agent's,
 * nor one agent the desk's.
 */
const settingsByKind: { readonly [kind in 'desk' | 'agent' | 'origin']: BreakerSettings } = {
  origin: { ...shared, consecutive: 5, minOutcomes: 20 },
  agent: { ...shared, consecutive: 10, minOutcomes: 30 },
  desk: { ...shared, consecutive: 25, minOutcomes: 50 },
};

export type BreakerScope = 'desk' | `agent:${string}` | `origin:${string}`;

export function breakerSettings(scope: BreakerScope): BreakerSettings {
  if (scope === 'desk') return settingsByKind.desk;
  return scope.startsWith('agent:') ? settingsByKind.agent : settingsByKind.origin;
}

const time = z.int().nonnegative();
const count = z.int().nonnegative();
const opened = z.enum(['consecutive-failures', 'failure-ratio', 'probe-failed']);

/**
 * closed: all may pass. open: none may, until its cool-down is over. half-open: one probe may, or is on its way; its
 * outcome decides. Kept as JSON; a row that does not parse is no leave to pass.
 */
export const breakerState = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('closed'),
    consecutive: count,
    /** Outcomes by minute since the epoch, oldest first. */
    recent: z
      .array(z.strictObject({ minute: count, ok: count, failed: count }))
      .max(maxBuckets)
      .readonly(),
    /** When a probe closed it; null where it never was open. */
    reclosedAt: time.nullable(),
  }),
  z.strictObject({ kind: z.literal('open'), since: time, until: time, coolDownMs: count.min(1), why: opened }),
  z.strictObject({
    kind: z.literal('half-open'),
    probe: z.strictObject({ orderId: z.string().min(1).max(200), at: time }).nullable(),
    coolDownMs: count.min(1),
  }),
]);
export type BreakerState = Readonly<z.infer<typeof breakerState>>;
type Of<K extends BreakerState['kind']> = Extract<BreakerState, { kind: K }>;

export interface BreakerChange {
  readonly from: BreakerState['kind'];
  readonly to: BreakerState['kind'];
  readonly why: z.infer<typeof opened> | 'cool-down-over' | 'probe-succeeded';
}

export interface BreakerStep {
  readonly state: BreakerState;
  /** For the log and the event; null where the breaker stands as it stood. */
  readonly change: BreakerChange | null;
}

export const closedBreaker: Of<'closed'> = { kind: 'closed', consecutive: 0, recent: [], reclosedAt: null };

/**
 * Whether a failure at an origin counts for the agent and the desk too: until the origin's own breaker opens, and not again
 * before a whole window has passed since a probe closed it. So one origin, however it alternates, gives the wider scopes
 * no more failures in a window than its own breaker takes.
 */
export function blamesWider(origin: BreakerState, now: number, { windowMs }: BreakerSettings): boolean {
  if (origin.kind !== 'closed') return false;
  return origin.reclosedAt === null || !isWithin(origin.reclosedAt + windowMs - now, windowMs);
}

/** A probe of which nothing was heard for so long no longer holds the others up. */
const probeTimeoutMs = 30 * minuteMs;

/** May a request go? `probe` means that it may, and that its outcome decides: say so with `onGranted`. */
export function verdict(state: BreakerState, now: number): 'pass' | 'probe' | 'blocked' {
  switch (state.kind) {
    case 'closed':
      return 'pass';
    case 'open':
      return isWithin(state.until - now, 2 * state.coolDownMs) ? 'blocked' : 'probe';
    case 'half-open':
      if (state.probe === null) return 'probe';
      return isWithin(state.probe.at + probeTimeoutMs - now, 2 * probeTimeoutMs) ? 'blocked' : 'probe';
  }
}

/** Time is left, but no more than a clock that was not set back could leave. */
const isWithin = (leftMs: number, mostMs: number): boolean => leftMs > 0 && leftMs <= mostMs;

/** Call in the transaction that grants: makes the order the probe where one was due. */
export function onGranted(state: BreakerState, orderId: string, now: number): BreakerStep {
  if (verdict(state, now) !== 'probe' || state.kind === 'closed') return { state, change: null };
  const next: Of<'half-open'> = { kind: 'half-open', probe: { orderId, at: now }, coolDownMs: state.coolDownMs };
  return {
    state: next,
    change: state.kind === 'open' ? { from: 'open', to: 'half-open', why: 'cool-down-over' } : null,
  };
}

/** Call once for each order that went out. Our own denials are no outcomes: they say nothing about who is asked. */
export function onOutcome(
  state: BreakerState,
  outcome: { readonly orderId: string; readonly ok: boolean },
  now: number,
  settings: BreakerSettings,
): BreakerStep {
  switch (state.kind) {
    case 'closed':
      return recorded(state, outcome.ok, now, settings);
    case 'open':
      // Of an order that was under way when it opened.
      return { state, change: null };
    case 'half-open': {
      if (state.probe?.orderId !== outcome.orderId) return { state, change: null };
      if (outcome.ok) {
        return {
          state: { ...closedBreaker, reclosedAt: Math.max(0, now) },
          change: { from: 'half-open', to: 'closed', why: 'probe-succeeded' },
        };
      }
      const coolDownMs = Math.min(settings.maxCoolDownMs, 2 * state.coolDownMs);
      return open('half-open', 'probe-failed', coolDownMs, now);
    }
  }
}

/** Of a probe that never went out, or that ended without telling anything: the next request may be it. */
export function onReleased(state: BreakerState, orderId: string): BreakerStep {
  if (state.kind !== 'half-open' || state.probe?.orderId !== orderId) return { state, change: null };
  return { state: { ...state, probe: null }, change: null };
}

function recorded(state: Of<'closed'>, ok: boolean, now: number, settings: BreakerSettings): BreakerStep {
  const minute = Math.max(0, Math.floor(now / minuteMs));
  const oldest = minute - settings.windowMs / minuteMs;
  const consecutive = ok ? 0 : state.consecutive + 1;
  let [okNow, failedNow] = ok ? [1, 0] : [0, 1];
  const before: Of<'closed'>['recent'][number][] = [];
  for (const bucket of state.recent) {
    if (bucket.minute <= oldest) continue;
    if (bucket.minute < minute) {
      before.push(bucket);
    } else {
      // Also what a clock that was set back has left in the future.
      okNow += bucket.ok;
      failedNow += bucket.failed;
    }
  }
  const recent = [...before, { minute, ok: okNow, failed: failedNow }];
  if (!ok) {
    if (consecutive >= settings.consecutive) return open('closed', 'consecutive-failures', settings.coolDownMs, now);
    const failed = recent.reduce((sum, bucket) => sum + bucket.failed, 0);
    const all = recent.reduce((sum, bucket) => sum + bucket.ok + bucket.failed, 0);
    if (all >= settings.minOutcomes && failed * 100 >= all * settings.failurePercent) {
      return open('closed', 'failure-ratio', settings.coolDownMs, now);
    }
  }
  return { state: { kind: 'closed', consecutive, recent, reclosedAt: state.reclosedAt }, change: null };
}

function open(from: BreakerState['kind'], why: z.infer<typeof opened>, coolDownMs: number, now: number): BreakerStep {
  return {
    state: { kind: 'open', since: now, until: now + coolDownMs, coolDownMs, why },
    change: { from, to: 'open', why },
  };
}
