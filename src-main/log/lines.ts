import { TextDecoder } from 'node:util';
import { maxBodyLength } from './entry.ts';

const lineFeed = 0x0a;
/** An entry with its hash, each character in as many bytes as UTF-8 can take. */
const maxLineBytes = 4 * maxBodyLength + 1024;

/**
 * Takes a file's bytes, piece by piece, and gives its lines, each ended by one line feed and nothing else, as strict
 * UTF-8. Null, and then no more, for what is no line: too long, or not text. Node's readline takes a CR for a line's end,
 * and decoders drop a BOM: each would hide a changed byte.
 */
export interface LineSplitter {
  /** The lines that end in this piece. The piece may be written over once they were all taken. */
  linesOf(piece: Uint8Array): Generator<string | null, void>;
  /** True when something stands after the last line feed. */
  cut(): boolean;
}

export function createLineSplitter(): LineSplitter {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  let begun: Uint8Array[] = [];
  let length = 0;
  return {
    *linesOf(piece) {
      let start = 0;
      for (let end = piece.indexOf(lineFeed); end >= 0; end = piece.indexOf(lineFeed, start)) {
        const line = decode(decoder, [...begun, piece.subarray(start, end)]);
        yield line;
        if (line === null) return;
        begun = [];
        length = 0;
        start = end + 1;
      }
      if (start === piece.length) return;
      // A copy: a reader may fill the same buffer again, and a Buffer's own `slice` would be a view of it.
      begun.push(Uint8Array.prototype.slice.call(piece, start));
      length += piece.length - start;
      if (length > maxLineBytes) yield null;
    },
    cut: () => begun.length > 0,
  };
}

function decode(decoder: TextDecoder, pieces: readonly Uint8Array[]): string | null {
  const [only] = pieces;
  const bytes = pieces.length === 1 && only !== undefined ? only : Buffer.concat(pieces);
  if (bytes.length > maxLineBytes) return null;
  try {
    return decoder.decode(bytes);
  } catch {
    return null; // Not UTF-8: where it broke is the caller's to say.
  }
}
