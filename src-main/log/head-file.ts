import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { replaceHomeFile } from '../base/home-file.ts';
import type { HeadKeeper } from './ports.ts';
import { headLine, parseHeadLine } from './signed-head.ts';

const maxFileBytes = 4096;

/** Beside the network's folder, not in it: who restores that folder from a backup leaves the head where it is. */
function headFolder(home: string): string {
  return join(home, 'log-heads');
}

/** Keeps the head in `<home>/log-heads/<network>.json`, mode 0600. */
export function createHeadFile(home: string, network: string): HeadKeeper {
  const file = join(headFolder(home), `${network}.json`);
  return {
    async read() {
      const found = await readSmallFile(file);
      if (found.kind !== 'read') return found.kind;
      return parseHeadLine(found.text.replace(/\n$/, '')) ?? 'unreadable';
    },
    write: (head) => replaceHomeFile(file, `${headLine(head)}\n`),
  };
}

/** Writes the log's public key, base58, to `<home>/log-heads/<network>.pub`, for verifying with no wallet open. */
export async function saveLogKey(home: string, network: string, key: string): Promise<void> {
  if ((await readLogKey(home, network)) === key) return;
  await replaceHomeFile(join(headFolder(home), `${network}.pub`), `${key}\n`);
}

/** Null when there is none, or what is there is no key. */
export async function readLogKey(home: string, network: string): Promise<string | null> {
  const found = await readSmallFile(join(headFolder(home), `${network}.pub`));
  return found.kind === 'read' ? (/^([1-9A-HJ-NP-Za-km-z]{32,44})\n?$/.exec(found.text)?.[1] ?? null) : null;
}

type SmallFile = { readonly kind: 'read'; readonly text: string } | { readonly kind: 'none' | 'unreadable' };

async function readSmallFile(file: string): Promise<SmallFile> {
  try {
    const found = await stat(file);
    if (!found.isFile() || found.size > maxFileBytes) return { kind: 'unreadable' };
    return { kind: 'read', text: await readFile(file, 'utf8') };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : null;
    return { kind: code === 'ENOENT' ? 'none' : 'unreadable' };
  }
}
