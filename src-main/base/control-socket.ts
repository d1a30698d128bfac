import { createHash } from 'node:crypto';
import { chmodSync, lstatSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GroatError } from '../../src-shared/errors/index.ts';

/** Carries the owner's PIN with a call over the control socket: base64url of its UTF-8. Never logged. */
export const ownerPinHeader = 'groat-owner-pin';

/**
 * The path of a home's control socket: a short runtime folder of mode 0700, since a socket's path may have 108 bytes
 * only; on Windows a named pipe. Refuses a folder that somebody else made.
 */
export function controlSocketPath(home: string, env: NodeJS.ProcessEnv): string {
  const id = createHash('sha256').update(home).digest('hex').slice(0, 16);
  if (process.platform === 'win32') return `\\\\.\\pipe\\groat-${id}`;
  const user = process.getuid?.() ?? 0;
  const runtime = env['XDG_RUNTIME_DIR'];
  const folder = runtime === undefined || runtime === '' ? join(tmpdir(), `groat-${user}`) : join(runtime, 'groat');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const found = lstatSync(folder);
  if (!found.isDirectory() || found.uid !== user) {
    throw new GroatError('config-invalid', {
      setting: 'XDG_RUNTIME_DIR',
      problem: `${folder} belongs to somebody else`,
    });
  }
  chmodSync(folder, 0o700);
  return join(folder, `${id}.sock`);
}
