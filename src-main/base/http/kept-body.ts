/** How much of the agents' request bodies may be kept for a repetition: bytes per body, and bytes over all of them. */
export interface KeptBodyLimits {
  readonly each: number;
  readonly total: number;
}

/** The room for kept bodies. What counts is the memory held, not the bytes in it. */
export class KeptBodies {
  readonly #limits: KeptBodyLimits;
  #held = 0;

  constructor(limits: KeptBodyLimits) {
    this.#limits = limits;
  }

  get held(): number {
    return this.#held;
  }

  open(): KeptBody {
    return new KeptBody(this.#limits.each, (bytes) => this.#claim(bytes));
  }

  #claim(bytes: number): boolean {
    if (this.#held + bytes > this.#limits.total) return false;
    this.#held += bytes;
    return true;
  }
}

/** A copy of one request body, in one growing buffer, so that a body of many tiny chunks costs no more than its size. */
export class KeptBody {
  readonly #limit: number;
  readonly #claim: (bytes: number) => boolean;
  #buffer: Buffer = Buffer.alloc(0);
  #length = 0;
  #overflowed = false;
  #open = true;

  constructor(limit: number, claim: (bytes: number) => boolean) {
    this.#limit = limit;
    this.#claim = claim;
  }

  /** True when the body did not fit; then nothing of it is held. */
  get overflowed(): boolean {
    return this.#overflowed;
  }

  get bytes(): Buffer {
    return this.#buffer.subarray(0, this.#length);
  }

  add(chunk: Buffer): void {
    if (!this.#open) return;
    const needed = this.#length + chunk.length;
    if (needed > this.#buffer.length && !this.#grow(needed)) {
      this.#overflowed = true;
      this.free();
      return;
    }
    chunk.copy(this.#buffer, this.#length);
    this.#length = needed;
  }

  /** Nobody will repeat the request: gives the memory back, and keeps nothing more. */
  free(): void {
    this.#open = false;
    this.#claim(-this.#buffer.length);
    this.#buffer = Buffer.alloc(0);
    this.#length = 0;
  }

  #grow(needed: number): boolean {
    if (needed > this.#limit) return false;
    const capacity = Math.min(this.#limit, Math.max(needed, this.#buffer.length * 2));
    // The old buffer lives beside the new one while it is copied.
    if (!this.#claim(capacity)) return false;
    const larger = Buffer.allocUnsafeSlow(capacity);
    this.#buffer.copy(larger, 0, 0, this.#length);
    this.#claim(-this.#buffer.length);
    this.#buffer = larger;
    return true;
  }
}
