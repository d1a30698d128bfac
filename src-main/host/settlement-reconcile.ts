import type { LogSink } from '../base/log-sink.ts';
import type { Collector } from '../payments/index.ts';

const intervalMs = 3_000;

/** Looks up what our shops sent and did not see through: now, and every few seconds. */
export function startSettlementReconcile(
  collector: Pick<Collector, 'reconcile'>,
  log: LogSink,
): { stop(): Promise<void> } {
  let stopped = false;
  let timer: NodeJS.Timeout | null = null;
  const round = (): Promise<void> =>
    collector
      .reconcile()
      .catch((error) => log.warn('settlements could not be looked up; they stay open', { error }))
      .then(() => {
        if (stopped) return;
        timer = setTimeout(() => {
          running = round();
        }, intervalMs);
        timer.unref();
      });
  let running = round();
  return {
    async stop() {
      stopped = true;
      if (timer !== null) clearTimeout(timer);
      await running;
    },
  };
}
