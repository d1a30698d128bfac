import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { basename } from 'node:path';

/** Who listens on a loopback port, for an error message: "node (process 4711)", or "another program" where it cannot be told. */
export function portHolder(port: number): string {
  try {
    const inode = listeningInode(port);
    const pid = inode === null ? null : ownerOf(inode);
    if (pid !== null) return `${basename(readlinkSync(`/proc/${pid}/exe`))} (process ${pid})`;
  } catch {
    // No /proc (macOS, Windows), or another user's process.
  }
  return 'another program';
}

function listeningInode(port: number): string | null {
  const wanted = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  for (const table of ['/proc/net/tcp', '/proc/net/tcp6']) {
    for (const line of readFileSync(table, 'utf8').split('\n').slice(1)) {
      const [, local, , state, , , , , , inode] = line.trim().split(/\s+/);
      if (local?.endsWith(wanted) && state === '0A') return inode ?? null;
    }
  }
  return null;
}

function ownerOf(inode: string): string | null {
  for (const pid of readdirSync('/proc')) {
    if (!/^\d+$/.test(pid)) continue;
    let handles: string[];
    try {
      handles = readdirSync(`/proc/${pid}/fd`);
    } catch {
      continue;
    }
    for (const handle of handles) {
      try {
        if (readlinkSync(`/proc/${pid}/fd/${handle}`) === `socket:[${inode}]`) return pid;
      } catch {
        // Closed while we looked.
      }
    }
  }
  return null;
}
