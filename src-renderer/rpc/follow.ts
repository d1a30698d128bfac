import type { QueryClient } from '@tanstack/react-query';
import type { DeskUpdate } from '../../src-shared/contract/index.ts';
import type { LiveStore } from './live.ts';
import { toProblem } from './problem.ts';

/** What is used of the host here. */
export interface DeskLine {
  readonly desk: {
    follow(input: undefined, options: { readonly signal: AbortSignal }): Promise<AsyncIterable<DeskUpdate>>;
  };
}

const againAfterMs = [300, 1_000, 2_000, 5_000] as const;
/** Charts and sums are asked for anew at most this often while payments come in. */
const sumsEveryMs = 4_000;
/** The same for what is sold and for credit, which busy shops and agents change many times a second. */
const tradeEveryMs = 1_500;

/** Keeps `store` at what the host says until `signal` ends it, over every break of the line; says when it is signed out. */
export async function followDesk(
  client: DeskLine,
  store: LiveStore,
  queries: QueryClient,
  signal: AbortSignal,
): Promise<void> {
  const keepers: Keepers = {
    sums: sumsKeeper(queries),
    shops: tradeKeeper(queries, 'shops'),
    prepaid: tradeKeeper(queries, 'prepaid'),
  };
  let seenBefore = store.get().status !== null;
  for (let failures = 0; !signal.aborted; failures += 1) {
    try {
      let first = true;
      for await (const update of await client.desk.follow(undefined, { signal })) {
        const changed = isOtherNetwork(store.get().status, update.status);
        // Another network is another wallet with other agents and payments: nothing of the one before may be shown as its.
        if (changed) void queries.resetQueries();
        // What was read before a break of the line may be old now.
        else if (first && seenBefore) void queries.invalidateQueries();
        store.take(update, first);
        refresh(queries, update, keepers);
        first = false;
        failures = 0;
        seenBefore = true;
      }
    } catch (error) {
      if (!signal.aborted && toProblem(error).code === 'signed-out') {
        store.setLink('signed-out');
        return;
      }
    }
    if (signal.aborted) return;
    store.setLink('lost');
    await pause(againAfterMs[Math.min(failures, againAfterMs.length - 1)] ?? 0, signal);
  }
}

const isOtherNetwork = (before: DeskUpdate['status'], now: DeskUpdate['status']): boolean =>
  before !== null && now !== null && before.network !== now.network;

type Keepers = { readonly [K in 'sums' | 'shops' | 'prepaid']: () => void };

function refresh(queries: QueryClient, update: DeskUpdate, keepers: Keepers): void {
  const { orders, approvals, rules, shops, prepaid } = update;
  const old = (key: string): void => void queries.invalidateQueries({ queryKey: [key] });
  if (rules) old('rules');
  if (shops) keepers.shops();
  if (prepaid) keepers.prepaid();
  if (approvals.length > 0) old('approvals');
  if (orders.length > 0) keepers.sums();
}

/** Asks anew at once, and while changes go on, again after every pause: the last one is never left out. */
function tradeKeeper(queries: QueryClient, key: string): () => void {
  let resting = false;
  let changed = false;
  const ask = (): void => {
    changed = false;
    resting = true;
    void queries.invalidateQueries({ queryKey: [key] });
    setTimeout(() => {
      resting = false;
      if (changed) ask();
    }, tradeEveryMs);
  };
  return () => {
    changed = true;
    if (!resting) ask();
  };
}

/** Asks for sums again after a while, however many payments came meanwhile. */
function sumsKeeper(queries: QueryClient): () => void {
  let due = false;
  return () => {
    if (due) return;
    due = true;
    setTimeout(() => {
      due = false;
      for (const key of ['spending', 'orders', 'rules']) void queries.invalidateQueries({ queryKey: [key] });
    }, sumsEveryMs);
  };
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
