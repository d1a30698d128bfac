import type { CallOutcome } from '../../src-shared/contract/index.ts';
import type { Clock } from '../base/clock.ts';
import type { LogSink } from '../base/log-sink.ts';
import type { CallBook, DayCalls } from './ports.ts';

/** Counts what became of requests in memory and hands it to the books once a second. */
export interface CallTally {
  count(outcome: CallOutcome): void;
  /** What the books do not have yet. */
  pending(): DayCalls;
  /** Hands over the rest. Never rejects. */
  stop(): Promise<void>;
}

type Counts = Partial<Record<CallOutcome, number>>;

const everyMs = 1000;
const dayMs = 86_400_000;

export function createCallTally(deps: {
  readonly shop: string;
  readonly calls: CallBook;
  readonly clock: Clock;
  readonly log: LogSink;
}): CallTally {
  const { shop, calls, clock, log } = deps;
  const today = (): number => Math.floor(clock.now() / dayMs);
  let counts: Counts = {};
  let empty = true;
  let writing: Promise<void> | null = null;
  let failed = false;

  const write = async (): Promise<void> => {
    const taken = counts;
    counts = {};
    empty = true;
    try {
      await calls.add(shop, today(), taken);
      failed = false;
    } catch (error) {
      if (!failed) log.error('calls could not be counted; trying again', { shop, error });
      failed = true;
      for (const [outcome, count] of Object.entries(taken)) add(outcome as CallOutcome, count);
    }
  };
  const flush = (): Promise<void> => {
    if (writing !== null || empty) return writing ?? Promise.resolve();
    writing = write().finally(() => {
      writing = null;
    });
    return writing;
  };
  const add = (outcome: CallOutcome, count: number): void => {
    counts[outcome] = (counts[outcome] ?? 0) + count;
    empty = false;
  };
  const timer = setInterval(() => void flush(), everyMs);
  timer.unref();

  return {
    count: (outcome) => add(outcome, 1),
    pending: () => ({ day: today(), calls: { ...counts } }),
    async stop() {
      clearInterval(timer);
      await flush();
      await flush();
    },
  };
}
