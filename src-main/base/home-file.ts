import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * Old or new, whole, at any moment, and only the owner's to read (0600); null takes the file away. On return that is on the
 * disk, and so is its name.
 */
export async function replaceHomeFile(file: string, text: string | null): Promise<void> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  if (text === null) await rm(file, { force: true });
  else {
    const draft = `${file}.new`;
    // A draft that a crash left may have been made with other rights than ours.
    await rm(draft, { force: true });
    const handle = await open(draft, 'wx', 0o600);
    try {
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(draft, file);
  }
  if (process.platform === 'win32') return; // A folder cannot be synced there.
  const folder = await open(dirname(file), 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
