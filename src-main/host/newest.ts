/** What is kept of things that change until somebody is told: each once, in the order of its last change. */
export interface Newest<K, V> {
  /** In the place of what was kept under the same key. Beyond the bound the one that changed longest ago is let go. */
  put(key: K, value: V): void;
  /** Takes out those that changed last, the newest first. */
  take(most: number): V[];
  /** How many were let go since this was last asked. */
  lost(): number;
  readonly size: number;
  clear(): void;
}

export function createNewest<K, V>(bound: number): Newest<K, V> {
  const kept = new Map<K, V>();
  let lost = 0;
  return {
    put(key, value) {
      kept.delete(key);
      kept.set(key, value);
      if (kept.size <= bound) return;
      for (const oldest of kept.keys()) {
        kept.delete(oldest);
        lost += 1;
        break;
      }
    },
    take(most) {
      const taken = [...kept].slice(-most).reverse();
      for (const [key] of taken) kept.delete(key);
      return taken.map(([, value]) => value);
    },
    lost() {
      const since = lost;
      lost = 0;
      return since;
    },
    get size() {
      return kept.size;
    },
    clear() {
      kept.clear();
      lost = 0;
    },
  };
}
