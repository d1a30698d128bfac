import { randomUUID } from 'node:crypto';
import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { GroatError } from '../../src-shared/errors/index.ts';

/**
 * Writes a file of mode 0600 whole or not at all: under another name beside it, on the disk before it takes its own. What
 * was there before stays until then, and stays when `write` throws. Throws `config-invalid` for a place that cannot be
 * written.
 */
export async function writeWhole(file: string, write: (handle: FileHandle) => Promise<void>): Promise<void> {
  const draft = `${file}.${randomUUID()}.part`;
  const handle = await open(draft, 'wx', 0o600).catch((error: unknown) => {
    const code = error instanceof Error && 'code' in error ? error.code : error;
    const problem = `nothing can be written to ${dirname(file)} (${code})`;
    throw new GroatError('config-invalid', { setting: '--out', problem }, error);
  });
  try {
    try {
      await write(handle);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(draft, file);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}
