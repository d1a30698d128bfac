import { type CallOutcome, callOutcomes } from '../../src-shared/contract/index.ts';
import type { PriceTable, Route } from './price-table.ts';

/** One shop in Prometheus' words. */
export interface ShopMetrics {
  /** `route`: null for the shop's own pages. `ms`: from the request's head to the end of its answer. */
  seen(route: Route | null, outcome: CallOutcome | 'own', ms: number): void;
  /** USDC. */
  earned(amount: number): void;
  page(): Promise<{ readonly type: string; readonly text: string }>;
}

const outcomes = [...callOutcomes, 'own'] as const;
type Outcome = (typeof outcomes)[number];

/** Seconds; the last bucket, for whatever took longer, has no bound. */
const bounds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

interface Durations {
  /** By bucket, each for itself. */
  readonly counts: number[];
  seconds: number;
}

/** Counts in plain numbers. The library that spells them is loaded when somebody asks to see them. */
export function createShopMetrics(table: PriceTable, inFlight: () => number): ShopMetrics {
  /** By route, as the table has them; the last one is for the shop's own pages. */
  const requests = [...table.routes, null].map(() => byOutcome(() => 0));
  const durations = byOutcome((): Durations => ({ counts: [...bounds, null].map(() => 0), seconds: 0 }));
  let earnings = 0;

  const figures = async () => {
    const { Counter, Gauge, Histogram, Registry } = await import('prom-client');
    const registry = new Registry();
    const registers = [registry];
    const seen = new Counter({
      name: 'groat_shop_requests_total',
      help: 'Requests by route and by what became of them.',
      labelNames: ['route', 'outcome'],
      registers,
    });
    for (const [at, counts] of requests.entries()) {
      const route = table.routes[at]?.pattern ?? '';
      for (const outcome of outcomes) if (counts[outcome] > 0) seen.inc({ route, outcome }, counts[outcome]);
    }
    /** The library's own counts what it is shown one by one; this is where it takes what stands on a page from. */
    class Counted extends Histogram<'outcome'> {
      async getForPromString() {
        const values = outcomes.flatMap((outcome) => linesOf(durationName, outcome, durations[outcome]));
        return { name: durationName, help: durationHelp, type: 'histogram', aggregator: 'sum', values };
      }
    }
    new Counted({ name: durationName, help: durationHelp, labelNames: ['outcome'], registers });
    const revenue = new Counter({
      name: 'groat_shop_revenue_usdc_total',
      help: 'Earned with single payments since the shop was opened, USDC.',
      registers,
    });
    revenue.inc(earnings);
    const busy = new Gauge({ name: 'groat_shop_requests_in_flight', help: 'Requests that are not over.', registers });
    busy.set(inFlight());
    return registry;
  };

  return {
    seen(route, outcome, ms) {
      const counts = requests[route === null ? table.routes.length : route.at];
      if (counts !== undefined) counts[outcome] += 1;
      add(durations[outcome], ms / 1000);
    },
    earned(amount) {
      earnings += amount;
    },
    async page() {
      const registry = await figures();
      return { type: registry.contentType, text: await registry.metrics() };
    },
  };
}

const durationName = 'groat_shop_request_duration_seconds';
const durationHelp = 'From the head of a request to the end of its answer.';

const byOutcome = <T>(make: () => T): Record<Outcome, T> => ({
  paid: make(),
  prepaid: make(),
  free: make(),
  unpaid: make(),
  refused: make(),
  limited: make(),
  failed: make(),
  own: make(),
});

function add(durations: Durations, seconds: number): void {
  let at = 0;
  while (at < bounds.length && seconds > (bounds[at] ?? 0)) at += 1;
  durations.counts[at] = (durations.counts[at] ?? 0) + 1;
  durations.seconds += seconds;
}

/** Prometheus' buckets hold all that is smaller as well. */
function linesOf(name: string, outcome: Outcome, { counts, seconds }: Durations) {
  let count = 0;
  const buckets = counts.map((own, at) => {
    count += own;
    return { metricName: `${name}_bucket`, labels: { le: bounds[at] ?? '+Inf', outcome }, value: count };
  });
  if (count === 0) return [];
  return [
    ...buckets,
    { metricName: `${name}_sum`, labels: { outcome }, value: seconds },
    { metricName: `${name}_count`, labels: { outcome }, value: count },
  ];
}
