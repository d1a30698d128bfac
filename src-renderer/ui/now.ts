import { useSyncExternalStore } from 'react';

/** One clock for all that counts on a page: it ticks each second while somebody looks, and not otherwise. */
const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | null = null;
let now = Date.now();

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(() => {
    now = Date.now();
    for (const each of listeners) each();
  }, 1_000);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0 || timer === null) return;
    clearInterval(timer);
    timer = null;
  };
}

/** Milliseconds since the epoch in steps of `stepMs`: a component is drawn anew only when the step is another one. */
export function useNow(stepMs = 1_000): number {
  const snapshot = (): number => {
    if (timer === null) now = Date.now();
    return Math.floor(now / stepMs) * stepMs;
  };
  return useSyncExternalStore(subscribe, snapshot);
}
