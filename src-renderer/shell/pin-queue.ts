import type { AskForPin, PinQuestion } from '../rpc/owner-act.ts';

/** A question with an identity of its own, so that nothing typed for one is ever an answer to another. */
export interface AskedPin extends PinQuestion {
  readonly id: number;
}

/** Questions for the PIN, one at a time in the order they came. Every one gets its own answer, and exactly one. */
export interface PinQueue {
  readonly ask: AskForPin;
  /** The one to be answered now; the same object until it is. */
  current(): AskedPin | null;
  /** Null: not now. An answer to a question that is not the current one counts for nothing. */
  answer(id: number, pin: string | null): void;
  subscribe(listener: () => void): () => void;
}

export function createPinQueue(): PinQueue {
  let next = 1;
  let queue: readonly { readonly asked: AskedPin; resolve(pin: string | null): void }[] = [];
  const listeners = new Set<() => void>();
  const set = (changed: typeof queue): void => {
    queue = changed;
    for (const listener of listeners) listener();
  };
  return {
    ask: (question) =>
      new Promise((resolve) => {
        const asked = { ...question, id: next };
        next += 1;
        set([...queue, { asked, resolve }]);
      }),
    current: () => queue[0]?.asked ?? null,
    answer(id, pin) {
      const [first, ...others] = queue;
      if (first?.asked.id !== id) return;
      set(others);
      first.resolve(pin);
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}
