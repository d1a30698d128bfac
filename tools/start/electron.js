import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';

const retryMs = 24 * 3600_000;

/**
 * Electron's npm package in a checkout, which fetches its program only when asked to.
 * @param {string} root
 */
export function electronIn(root) {
  const folder = join(root, 'node_modules', 'electron');
  // Inside the package, so that the next `npm ci` forgets it.
  const failed = join(folder, 'fetch-failed');
  return {
    /** The program's path; null where it is not on this machine. */
    binary() {
      const named = join(folder, 'path.txt');
      const program = existsSync(named) ? readFileSync(named, 'utf8') : 'electron';
      const binary = join(process.env['ELECTRON_OVERRIDE_DIST_PATH'] ?? join(folder, 'dist'), program);
      return existsSync(binary) ? binary : null;
    },
    fetchFailed: () => (statSync(failed, { throwIfNoEntry: false })?.mtimeMs ?? 0) > Date.now() - retryMs,
    /**
     * Remembers a failure for a day.
     * @param {number} limitMs
     */
    fetch(limitMs) {
      const install = join(folder, 'install.js');
      if (!existsSync(install)) return;
      const { status } = spawnSync(process.execPath, [install], { stdio: 'ignore', timeout: limitMs });
      if (status === 0) rmSync(failed, { force: true });
      else writeFileSync(failed, '');
    },
  };
}

/**
 * Runs the tray app to its end, and passes signals on.
 * @param {string} binary
 * @param {readonly string[]} args
 * @returns {Promise<{ kind: 'ended', code: number } | { kind: 'cannot-run' }>} `cannot-run`: the program ended before it
 *   ran a line of ours (a library that is missing, a sandbox that this system does not allow)
 */
export function runElectron(binary, args) {
  // Set, it would make Electron a plain Node, which opens nothing.
  const { ELECTRON_RUN_AS_NODE: _node, ...env } = process.env;
  const child = spawn(binary, args, { stdio: 'inherit', env, windowsHide: false });
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
    process.on(signal, () => {
      // A terminal's Ctrl-C has reached the child by itself, and a second one would not let it finish.
      if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal);
    });
  }
  return new Promise((resolve) => {
    child.once('error', () => resolve({ kind: 'cannot-run' }));
    child.once('exit', (code, signal) => {
      if (code === 127 || signal === 'SIGTRAP') resolve({ kind: 'cannot-run' });
      else resolve({ kind: 'ended', code: code ?? 128 + (signal === null ? 0 : constants.signals[signal]) });
    });
  });
}
