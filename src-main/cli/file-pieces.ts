import { open } from 'node:fs/promises';

const pieceBytes = 256 * 1024;

/** A file's bytes in order, in flat memory: each piece is written over by the next one. Throws what the disk throws. */
export async function* filePieces(file: string): AsyncGenerator<Uint8Array, void> {
  const handle = await open(file, 'r');
  try {
    // No Buffer: the `slice` of one shares its memory, and whoever keeps a part of a piece needs a copy.
    const bytes = new Uint8Array(pieceBytes);
    for (;;) {
      const { bytesRead } = await handle.read(bytes, 0, pieceBytes);
      if (bytesRead === 0) return;
      yield bytes.subarray(0, bytesRead);
    }
  } finally {
    await handle.close();
  }
}
