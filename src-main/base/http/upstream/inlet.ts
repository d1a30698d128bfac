import type { OnReadOpts } from 'node:net';

const restingBytes = 16 * 1024;
const busyBytes = 64 * 1024;
const maxFree = 4;

/**
 * The memory that a plain socket reads into, used again and again. Node would take a new 64 KiB for every read, and the
 * garbage of a large download would pile up to many megabytes before it is collected.
 */
export class Inlet {
  /** Set before the first byte can come. What it is given stays valid until it returns, or as long as it is held. */
  receive: (chunk: Buffer) => void = () => undefined;
  readonly onread: OnReadOpts;
  #current = new Slab(restingBytes);
  #free: Slab[] = [];

  constructor() {
    this.onread = { buffer: () => this.#current.bytes, callback: (length) => this.#read(length) };
  }

  /** Keeps the bytes that are being received until the returned function is called. */
  hold(): () => void {
    const slab = this.#current;
    slab.holds += 1;
    return () => {
      slab.holds -= 1;
      const spare = slab !== this.#current && slab.bytes.length === this.#current.bytes.length;
      if (slab.holds === 0 && spare && this.#free.length < maxFree) this.#free.push(slab);
    };
  }

  #read(length: number): boolean {
    const slab = this.#current;
    this.receive(slab.bytes.subarray(0, length));
    if (slab.bytes.length === length && length < busyBytes) this.#current = new Slab(busyBytes);
    else if (slab.holds > 0) this.#current = this.#free.pop() ?? new Slab(slab.bytes.length);
    return true;
  }
}

class Slab {
  readonly bytes: Buffer;
  holds = 0;

  constructor(size: number) {
    this.bytes = Buffer.allocUnsafeSlow(size);
  }
}
