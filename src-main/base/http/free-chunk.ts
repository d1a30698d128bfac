/**
 * Gives back the memory of a chunk that nobody looks at any more. Node makes a buffer for each read of a stream, and the
 * garbage of a large transfer would pile up to many megabytes before it is collected.
 */
export function freeChunk(chunk: Buffer): void {
  const { buffer } = chunk;
  if (buffer instanceof ArrayBuffer && buffer.byteLength === chunk.length && !buffer.detached) buffer.transfer(0);
}
