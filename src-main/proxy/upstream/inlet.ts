import type { OnReadOpts } from 'node:net';

const restingBytes = 16 * 1024;
const busyBytes = 64 * 1024;
const copyBytes = 8 * 1024;

/**
 * The memory that a plain socket reads into. Node would take a new 64 KiB for every read; here a small read is copied
 * out and the buffer used again, and a large one takes the buffer along. A busy socket gets a larger one.
 */
export class Inlet {
  /** Set before the first byte can come. The bytes it is given stay valid. */
  receive: (chunk: Buffer) => void = () => undefined;
  readonly onread: OnReadOpts;
  #buffer: Buffer = Buffer.allocUnsafeSlow(restingBytes);

  constructor() {
    this.onread = { buffer: () => this.#buffer, callback: (length) => this.#read(length) };
  }

  #read(length: number): boolean {
    const filled = this.#buffer;
    if (length <= copyBytes) {
      this.receive(Buffer.from(filled.subarray(0, length)));
    } else {
      this.#buffer = Buffer.allocUnsafeSlow(length === filled.length ? busyBytes : restingBytes);
      this.receive(filled.subarray(0, length));
    }
    return true;
  }
}
