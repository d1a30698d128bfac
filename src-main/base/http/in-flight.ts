/** Counts what is not over yet, so that a stop can wait for it. */
export class InFlight {
  #count = 0;
  #stopping = false;
  #onNone: (() => void) | null = null;
  readonly #onLeave: () => void;

  /** `onLeave` is called for each thing that is over once a stop has begun. */
  constructor(onLeave: () => void) {
    this.#onLeave = onLeave;
  }

  get count(): number {
    return this.#count;
  }

  get stopping(): boolean {
    return this.#stopping;
  }

  enter(): void {
    this.#count += 1;
  }

  leave(): void {
    this.#count -= 1;
    if (this.#stopping) this.#onLeave();
    if (this.#count === 0) this.#onNone?.();
  }

  /** From now on it is a stop. Resolves when nothing is in flight, or after `limitMs`. */
  drained(limitMs: number): Promise<void> {
    this.#stopping = true;
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, limitMs);
      this.#onNone = () => {
        clearTimeout(timer);
        resolve();
      };
      if (this.#count === 0) this.#onNone();
    });
  }
}
