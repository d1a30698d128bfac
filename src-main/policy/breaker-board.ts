import { z } from 'zod';
import { canonical } from '../log/index.ts';
import {
  type BreakerChange,
  type BreakerScope,
  type BreakerState,
  type BreakerStep,
  blamesWider,
  breakerSettings,
  breakerState,
  closedBreaker,
  onGranted,
  onOutcome,
  onReleased,
  verdict,
} from './breaker.ts';
import type { Fold } from './projection.ts';

const boardSchema = z.strictObject({
  breakers: z.array(z.tuple([z.string(), breakerState])),
  counted: z.array(z.string()),
});

export interface BreakerBook {
  /** Every breaker that ever moved, by its scope. One that is missing is closed. */
  readonly breakers: Map<string, BreakerState>;
  /** Orders whose outcome has been counted, oldest first: an answer that is refused and then lost is one failure. */
  readonly counted: Set<string>;
}

export interface ScopedChange extends BreakerChange {
  readonly scope: BreakerScope;
}

/** Events after which nothing is heard that could still be an outcome. */
const endings: ReadonlySet<string> = new Set(['abandoned', 'lost', 'expired']);

const maxCounted = 4096;
const maxScopes = 4096;

export const breakerFold: Fold<BreakerBook, readonly ScopedChange[]> = {
  name: 'breakers',
  initial: () => ({ breakers: new Map(), counted: new Set() }),
  step(book, told, { agent, subject, at }) {
    if (agent === null || subject === null) return [];
    if (told.tells === 'decision' && told.decision === 'granted') {
      // What has no price makes no order, and would be a probe of which nothing is ever heard.
      if (told.amount === '0') return [];
      const origin = URL.parse(told.url)?.origin ?? '';
      return each(book, agent, origin, (state) => onGranted(state, subject, at));
    }
    if (told.tells !== 'order') return [];
    const { origin, ok, event } = told;
    if (ok !== null && !book.counted.has(subject)) {
      remember(book.counted, subject);
      const own: BreakerScope = `origin:${origin}`;
      const shared = ok || blamesWider(breakerOf(book, own), at, breakerSettings(own));
      const outcome = { orderId: subject, ok };
      return each(book, agent, origin, (held, scope) =>
        // One that is not closed listens to its own probe alone.
        shared || scope === own || held.kind !== 'closed'
          ? onOutcome(held, outcome, at, breakerSettings(scope))
          : { state: held, change: null },
      );
    }
    return endings.has(event) ? each(book, agent, origin, (held) => onReleased(held, subject)) : [];
  },
  encode: ({ breakers, counted }) => canonical({ breakers: [...breakers], counted: [...counted] }),
  decode(text) {
    const kept = boardSchema.safeParse(JSON.parse(text)).data;
    return kept === undefined ? null : { breakers: new Map(kept.breakers), counted: new Set(kept.counted) };
  },
};

const scopesOf = (agent: string, origin: string): readonly BreakerScope[] => [
  'desk',
  `agent:${agent}`,
  `origin:${origin}`,
];

const breakerOf = ({ breakers }: BreakerBook, scope: BreakerScope): BreakerState =>
  breakers.get(scope) ?? closedBreaker;

/**
 * The first scope that lets nothing through now, and the `probes`: those where this order, once granted, is the probe if it
 * spends. An action without a price passes there, but is no probe and must not be put into `probing`.
 */
export function askBreakers(
  book: BreakerBook,
  /** Probes that were granted in this very turn, and that the log does not show yet. */
  probing: ReadonlySet<string>,
  { agent, origin }: { readonly agent: string; readonly origin: string },
  now: number,
): { readonly broken: string | null; readonly probes: readonly BreakerScope[] } {
  const probes: BreakerScope[] = [];
  for (const scope of scopesOf(agent, origin)) {
    const says = verdict(breakerOf(book, scope), now);
    if (says === 'blocked' || (says === 'probe' && probing.has(scope))) return { broken: scope, probes: [] };
    if (says === 'probe') probes.push(scope);
  }
  return { broken: null, probes };
}

function each(
  book: BreakerBook,
  agent: string,
  origin: string,
  step: (state: BreakerState, scope: BreakerScope) => BreakerStep,
): readonly ScopedChange[] {
  const changes: ScopedChange[] = [];
  for (const scope of scopesOf(agent, origin)) {
    const before = breakerOf(book, scope);
    const { state, change } = step(before, scope);
    if (state !== before) keep(book.breakers, scope, state);
    if (change !== null) changes.push({ scope, ...change });
  }
  return changes;
}

/** An origin is anybody's to invent: beyond the bound a closed one goes, the one that moved first. */
function keep(breakers: Map<string, BreakerState>, scope: string, state: BreakerState): void {
  breakers.set(scope, state);
  if (breakers.size <= maxScopes) return;
  for (const [other, { kind }] of breakers) {
    if (kind !== 'closed' || other === scope) continue;
    breakers.delete(other);
    return;
  }
}

function remember(counted: Set<string>, order: string): void {
  counted.add(order);
  if (counted.size > maxCounted) counted.delete(counted.values().next().value ?? order);
}
