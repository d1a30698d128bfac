import { hash } from 'node:crypto';
import { z } from 'zod';
import type { Atomic } from '../../src-shared/model/index.ts';
import { assertNever } from '../base/assert.ts';

/** One, in the micro-units in which trust is kept: integers, so that a state has one canonical form. */
export const wholeTrust = 1_000_000;

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const monthMs = 30 * dayMs;
/** Age is taken in steps of a tenth of a month, so that reading often costs nothing and changes nothing. */
const stepMs = monthMs / 10;
const unknown = wholeTrust / 2;
const recoveredTemperament = 800_000;
/** The most that one day's successes may add to the score. */
export const dailyGain = 10_000;
const maxSources = 48;
/** More of them weigh nothing any more. */
const maxRepeats = 100;

/** What we saw ourselves. Nothing that an agent or a seller says about it is an outcome. */
export const trustOutcomes = ['delivered', 'undelivered', 'refused', 'over-limit', 'owner-denied', 'loop'] as const;
export type TrustOutcome = (typeof trustOutcomes)[number];

export interface Witnessed {
  readonly outcome: TrustOutcome;
  readonly origin: string;
  readonly payee: string;
  readonly amount: Atomic;
  /**
   * The amount that earns a whole gain. It must come from what the owner set (a share of the limit per payment), never
   * from what the agent usually pays: that the agent could lower.
   */
  readonly reference: Atomic;
}

const microUnits = z.int().min(0).max(wholeTrust);
const time = z.int().nonnegative();
const parts = z.strictObject({
  talent: microUnits,
  training: microUnits,
  temperament: microUnits,
  veracity: microUnits,
  validity: microUnits,
  valuation: microUnits,
});
type Parts = Readonly<z.infer<typeof parts>>;
type Part = keyof Parts;

const source = z.strictObject({
  /** The head of a hash of an origin or a payee. */
  key: z.string().regex(/^[0-9a-f]{16}$/),
  gains: z.int().min(0).max(maxRepeats),
  losses: z.int().min(0).max(maxRepeats),
  breaches: z.int().min(0).max(maxRepeats),
  at: time,
});
type Source = Readonly<z.infer<typeof source>>;

/** Trust in one agent in one role, as it is stored; formulas are in docs/trust.md. A row that does not parse is no trust. */
export const trustState = z.strictObject({
  parts,
  /** Up to here time has been taken into account. */
  agedAt: time,
  seenAt: time,
  day: z.strictObject({ since: time, gained: microUnits }),
  sources: z.array(source).max(maxSources).readonly(),
});
export type TrustState = Readonly<z.infer<typeof trustState>>;

/** Who is unknown stands in the middle. */
export function newTrust(now: number): TrustState {
  return { parts: eachPart(() => unknown), agedAt: now, seenAt: now, day: { since: now, gained: 0 }, sources: [] };
}

type Counter = 'gains' | 'losses' | 'breaches';

interface Row {
  readonly effect: 'gain' | 'loss';
  /** Where it is counted by source, so that repeated by the same one it weighs less and less; null where it never fades. */
  readonly fadesBy: Counter | null;
  readonly weights: Parts;
}

type Three = readonly [number, number, number];

const row = (effect: Row['effect'], fadesBy: Counter | null, t3: Three, v3: Three): Row => {
  const [talent, training, temperament] = t3;
  const [veracity, validity, valuation] = v3;
  return { effect, fadesBy, weights: { talent, training, temperament, veracity, validity, valuation } };
};

const rows: { readonly [O in TrustOutcome]: Row } = {
  delivered: row('gain', 'gains', [500, 2_000, 1_000], [1_000, 1_000, 2_000]),
  undelivered: row('loss', 'losses', [500, 1_000, 0], [0, 0, 3_000]),
  refused: row('loss', 'losses', [0, 500, 0], [0, 0, 1_000]),
  'over-limit': row('loss', 'breaches', [0, 6_000, 8_000], [0, 4_000, 2_000]),
  'owner-denied': row('loss', null, [5_000, 5_000, 10_000], [5_000, 5_000, 5_000]),
  loop: row('loss', 'breaches', [10_000, 5_000, 10_000], [0, 0, 5_000]),
};

/** The three means of a state at a time, in micro-units. */
export interface TrustReading {
  readonly t3: number;
  readonly v3: number;
  readonly score: number;
  readonly parts: Parts;
}

export function readTrust(state: TrustState, now: number): TrustReading {
  const { parts } = age(state, now);
  const { talent, training, temperament, veracity, validity, valuation } = parts;
  return {
    t3: Math.floor((4 * talent + 3 * training + 3 * temperament) / 10),
    v3: Math.floor((35 * veracity + 35 * validity + 30 * valuation) / 100),
    score: composite(parts),
    parts,
  };
}

/** 0 to 1 000 000. Time is counted in; a clock that went back counts as one that stands still. */
export function trustScore(state: TrustState, now: number): number {
  return composite(age(state, now).parts);
}

/** Returns `state` itself where nothing changed that is worth a write. */
export function witness(state: TrustState, seen: Witnessed, now: number): TrustState {
  const aged = age(state, now);
  const { effect } = rows[seen.outcome];
  switch (effect) {
    case 'gain':
      return noticed(gain(aged, seen, now), now);
    case 'loss':
      return noticed(loss(aged, seen, now), now);
    default:
      return assertNever(effect);
  }
}

function gain(state: TrustState, seen: Witnessed, now: number): TrustState {
  const keys = sourceKeys(seen);
  const known = liveSources(state, now);
  const day = dayAt(state, now);
  if (known.length + keys.filter((key) => !known.some((one) => one.key === key)).length > maxSources) return state;
  const share = scale(sizeShare(seen), repeatShare(known, keys, 'gains'));
  const wanted = eachPart((part) => {
    const headroom = Math.min(wholeTrust, 2 * (wholeTrust - state.parts[part]));
    return scale(scale(rows[seen.outcome].weights[part], share), headroom);
  });
  const room = dailyGain - day.gained;
  const asked = weighted(wanted);
  const given = asked <= room * 1000 ? wanted : eachPart((part) => Math.floor((wanted[part] * room * 1000) / asked));
  if (Object.values(given).every((amount) => amount === 0)) return state;
  return {
    ...state,
    parts: eachPart((part) => Math.min(wholeTrust, state.parts[part] + given[part])),
    day: { since: day.since, gained: Math.min(dailyGain, day.gained + Math.ceil(weighted(given) / 1000)) },
    sources: counted(known, keys, 'gains', now),
  };
}

function loss(state: TrustState, seen: Witnessed, now: number): TrustState {
  const { weights, fadesBy } = rows[seen.outcome];
  const keys = sourceKeys(seen);
  const known = liveSources(state, now);
  const share = fadesBy === null ? wholeTrust : repeatShare(known, keys, fadesBy);
  const score = composite(state.parts);
  // 1 + 9 · score²: who stood high falls far.
  const steepness = wholeTrust + Math.floor((9 * score * score) / wholeTrust);
  const lost = eachPart((part) => Math.ceil((scale(weights[part], share) * steepness) / wholeTrust));
  if (Object.values(lost).every((amount) => amount === 0)) return state;
  return {
    ...state,
    parts: eachPart((part) => Math.max(0, state.parts[part] - lost[part])),
    sources: fadesBy === null ? known : counted(known, keys, fadesBy, now),
  };
}

/** What time alone does. In whole steps from `agedAt`, so that it is the same however often it is asked. */
function age(state: TrustState, now: number): TrustState {
  const steps = Math.max(0, Math.floor((now - state.agedAt) / stepMs));
  if (steps === 0) return state;
  const active = Math.min(steps, Math.max(0, Math.floor((state.seenAt + monthMs - state.agedAt) / stepMs)));
  const idle = steps - active;
  const { talent, training, temperament, veracity, validity, valuation } = state.parts;
  const faded = (value: number) => Math.min(value, Math.max(unknown, value - 1_000 * idle));
  const calmed = Math.max(temperament, Math.min(recoveredTemperament, temperament + 1_000 * active));
  return {
    ...state,
    agedAt: state.agedAt + steps * stepMs,
    parts: {
      talent: faded(talent),
      training: Math.max(0, training - 100 * steps),
      temperament: faded(calmed),
      veracity: faded(veracity),
      validity: faded(validity),
      valuation: faded(valuation),
    },
  };
}

/** Being at work is noted once a day: a busy agent whose trust no longer moves costs no write. */
function noticed(state: TrustState, now: number): TrustState {
  return now - state.seenAt < dayMs ? state : { ...state, seenAt: now };
}

/** A clock that went back begins the day anew, but gives no new room. */
function dayAt({ day }: TrustState, now: number): TrustState['day'] {
  if (now - day.since >= dayMs) return { since: now, gained: 0 };
  return { since: Math.min(day.since, now), gained: day.gained };
}

function sizeShare({ amount, reference }: Witnessed): number {
  if (reference <= 0n || amount <= 0n) return 0;
  return amount >= reference ? wholeTrust : Number((amount * BigInt(wholeTrust)) / reference);
}

/** 0.8 for each time before, of the origin or of the payee, whichever was seen more often. */
function repeatShare(known: readonly Source[], keys: readonly string[], field: Counter): number {
  const before = Math.max(0, ...known.filter(({ key }) => keys.includes(key)).map((one) => one[field]));
  let share = wholeTrust;
  for (let n = 0; n < before && share > 0; n += 1) share = Math.floor((share * 8) / 10);
  return share;
}

const sourceKeys = ({ origin, payee }: Witnessed): readonly string[] =>
  [`origin ${origin}`, `payee ${payee}`].map((name) => hash('sha256', name).slice(0, 16));

const liveSources = ({ sources }: TrustState, now: number): readonly Source[] =>
  sources.some(({ at }) => now - at >= monthMs) ? sources.filter(({ at }) => now - at < monthMs) : sources;

function counted(known: readonly Source[], keys: readonly string[], field: Counter, now: number) {
  const updated = known.map((one) =>
    keys.includes(one.key) ? { ...one, [field]: Math.min(maxRepeats, one[field] + 1), at: Math.max(one.at, now) } : one,
  );
  const fresh = keys
    .filter((key) => !known.some((one) => one.key === key))
    .map((key): Source => ({ key, gains: 0, losses: 0, breaches: 0, at: now, [field]: 1 }));
  return [...updated, ...fresh].slice(0, maxSources);
}

/** Thousandths of a micro-unit: 0.6 · T3 (0.4, 0.3, 0.3) + 0.4 · V3 (0.35, 0.35, 0.3). */
const weighted = ({ talent, training, temperament, veracity, validity, valuation }: Parts): number =>
  240 * talent + 180 * training + 180 * temperament + 140 * veracity + 140 * validity + 120 * valuation;

const composite = (values: Parts): number => Math.floor(weighted(values) / 1000);

const scale = (value: number, share: number): number => Math.floor((value * share) / wholeTrust);

const eachPart = (value: (part: Part) => number): Parts => ({
  talent: value('talent'),
  training: value('training'),
  temperament: value('temperament'),
  veracity: value('veracity'),
  validity: value('validity'),
  valuation: value('valuation'),
});
