import { parseTrailer } from './response-head.ts';

type Phase = 'size' | 'extension' | 'size-end' | 'data' | 'data-cr' | 'data-lf' | 'trailer' | 'trailer-end' | 'done';

const maxSizeDigits = 12;
const maxExtensionBytes = 16 * 1024;
const maxTrailerBytes = 16 * 1024;

const cr = 0x0d;
const lf = 0x0a;

/** Decodes one chunked body as it arrives, in any split (RFC 9112, section 7.1). Strict: CRLF only, everything bounded. */
export class ChunkedBody {
  /** Name, value, name, value; complete once `done`. */
  readonly trailers: string[] = [];
  #phase: Phase = 'size';
  #size = 0;
  #digits = 0;
  #extensionBytes = 0;
  #trailerBytes = 0;
  #line = '';

  get done(): boolean {
    return this.#phase === 'done';
  }

  /** Puts the data found in `bytes` from `start` on into `out`; returns where it stopped, or why the body is malformed. */
  push(bytes: Buffer, start: number, out: Buffer[]): number | string {
    let position = start;
    while (position < bytes.length && this.#phase !== 'done') {
      if (this.#phase === 'data') {
        const end = Math.min(bytes.length, position + this.#size);
        out.push(bytes.subarray(position, end));
        this.#size -= end - position;
        position = end;
        if (this.#size === 0) this.#phase = 'data-cr';
        continue;
      }
      const problem = this.#step(bytes[position] ?? 0);
      if (problem !== null) return problem;
      position += 1;
    }
    return position;
  }

  #step(byte: number): string | null {
    switch (this.#phase) {
      case 'size':
        return this.#sizeByte(byte);
      case 'extension':
        if (byte === cr) this.#phase = 'size-end';
        else if ((byte < 0x20 && byte !== 0x09) || byte === 0x7f) return 'a chunk extension is malformed';
        this.#extensionBytes += 1;
        return this.#extensionBytes > maxExtensionBytes ? 'its chunk extensions are too large' : null;
      case 'size-end':
        if (byte !== lf) return 'a chunk size is malformed';
        this.#phase = this.#size === 0 ? 'trailer' : 'data';
        return null;
      case 'data-cr':
        this.#phase = 'data-lf';
        return byte === cr ? null : 'a chunk is longer than its size';
      case 'data-lf':
        this.#phase = 'size';
        this.#digits = 0;
        return byte === lf ? null : 'a chunk is longer than its size';
      case 'trailer':
        if (byte === cr) this.#phase = 'trailer-end';
        else this.#line += String.fromCharCode(byte);
        this.#trailerBytes += 1;
        return this.#trailerBytes > maxTrailerBytes ? 'its trailers are too large' : null;
      case 'trailer-end':
        return byte === lf ? this.#trailerLine() : 'a trailer is malformed';
      case 'data':
      case 'done':
        return null;
    }
  }

  #sizeByte(byte: number): string | null {
    const digit = hexDigit(byte);
    if (digit !== -1) {
      this.#digits += 1;
      this.#size = (this.#digits === 1 ? 0 : this.#size) * 16 + digit;
      return this.#digits > maxSizeDigits ? 'a chunk size is too large' : null;
    }
    if (this.#digits === 0) return 'a chunk size is malformed';
    if (byte === cr) this.#phase = 'size-end';
    else if (byte === 0x3b || byte === 0x20 || byte === 0x09) this.#phase = 'extension';
    else return 'a chunk size is malformed';
    return null;
  }

  #trailerLine(): string | null {
    const line = this.#line;
    this.#line = '';
    this.#phase = line === '' ? 'done' : 'trailer';
    return line === '' || parseTrailer(line, this.trailers) ? null : 'a trailer is malformed';
  }
}

function hexDigit(byte: number): number {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const lower = byte | 0x20;
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1;
}
