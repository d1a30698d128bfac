/** What has been started, to be stopped in the reverse order. One that fails to stop keeps no other from stopping. */
export interface StopStack {
  push(name: string, stop: () => Promise<void> | void): void;
  /** Rejects with the first failure, after all were tried. */
  unwind(): Promise<void>;
}

export function createStopStack(): StopStack {
  const started: { readonly name: string; readonly stop: () => Promise<void> | void }[] = [];
  return {
    push(name, stop) {
      started.push({ name, stop });
    },
    async unwind() {
      const failures: unknown[] = [];
      for (let item = started.pop(); item !== undefined; item = started.pop()) {
        try {
          await item.stop();
        } catch (error) {
          failures.push(new Error(`${item.name} did not stop cleanly`, { cause: error }));
        }
      }
      if (failures.length > 0) throw failures[0];
    },
  };
}
