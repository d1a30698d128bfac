/** Reads Solana's wire form. After a read past the end every further read gives zeros and `failed` is true. */
export class WireReader {
  readonly #bytes: Uint8Array;
  #at = 0;
  #failed = false;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get failed(): boolean {
    return this.#failed;
  }

  get atEnd(): boolean {
    return !this.#failed && this.#at === this.#bytes.length;
  }

  byte(): number {
    return this.bytes(1)[0] ?? 0;
  }

  bytes(size: number): Uint8Array {
    const end = this.#at + size;
    if (this.#failed || end > this.#bytes.length) {
      this.#failed = true;
      return new Uint8Array(size);
    }
    const slice = this.#bytes.subarray(this.#at, end);
    this.#at = end;
    return slice;
  }

  rest(): Uint8Array {
    return this.bytes(this.#bytes.length - this.#at);
  }

  /** `compact-u16`: seven bits a byte, least significant first; longer spellings than needed are refused, as validators do. */
  compactLength(): number {
    let value = 0;
    for (let shift = 0; shift <= 14; shift += 7) {
      const byte = this.byte();
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) {
        if ((byte === 0 && shift > 0) || value > 0xffff) this.#failed = true;
        return this.#failed ? 0 : value;
      }
    }
    this.#failed = true;
    return 0;
  }

  blob(): Uint8Array {
    const length = this.compactLength();
    return this.bytes(Math.min(length, this.#bytes.length + 1));
  }

  list<T>(item: (reader: WireReader) => T): T[] {
    const items: T[] = [];
    for (let left = this.compactLength(); left > 0 && !this.#failed; left -= 1) items.push(item(this));
    return items;
  }
}
