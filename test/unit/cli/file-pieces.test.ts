import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { filePieces } from '../../../src-main/cli/file-pieces.ts';

function fileOf(bytes: Uint8Array): string {
  const folder = mkdtempSync(join(tmpdir(), 'groat-pieces-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'file');
  writeFileSync(file, bytes);
  return file;
}

test.each([0, 1, 256 * 1024, 600_000])(
  '%d bytes come as they are, and what is kept of a piece is not written over',
  async (size) => {
    const bytes = Uint8Array.from({ length: size }, (_, i) => (i * 31 + (i >> 8)) & 0xff);
    const kept: Uint8Array[] = [];
    for await (const piece of filePieces(fileOf(bytes))) kept.push(piece.slice(0));
    expect(Buffer.concat(kept).equals(bytes)).toBe(true);
  },
);

test('a file that cannot be read is an error, not an empty one', async () => {
  await expect(filePieces(join(fileOf(new Uint8Array(1)), 'below')).next()).rejects.toThrow();
});
