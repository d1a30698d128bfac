import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..', '..', '..');
const packages = join(import.meta.dirname, 'packages');
const mostMs = 100_000;

export type LegacyPackages = { readonly folder: string } | { readonly folder: null; readonly why: string };

/**
 * x402, x402-fetch and x402-express 1.2.0, installed from a lock file of their own into a cache beside the other packages:
 * 140 packages that nobody but one test needs. `folder` holds a `package.json` to resolve from.
 */
export function legacyPackages(): LegacyPackages {
  const lock = readFileSync(join(packages, 'package-lock.json'));
  const cache = join(root, 'node_modules', '.cache');
  const folder = join(cache, `legacy-x402-${createHash('sha256').update(lock).digest('hex').slice(0, 12)}`);
  if (existsSync(folder)) return { folder };
  mkdirSync(cache, { recursive: true });
  const fresh = mkdtempSync(join(cache, 'legacy-'));
  try {
    cpSync(packages, fresh, { recursive: true });
    const { status, signal, stderr } = spawnSync('npm', ['ci', '--ignore-scripts', '--fetch-retries=1'], {
      cwd: fresh,
      timeout: mostMs,
      encoding: 'utf8',
      shell: process.platform === 'win32',
    });
    if (status !== 0) return { folder: null, why: signal ?? stderr?.trim().split('\n').at(-1) ?? `exit ${status}` };
    // Whole or not at all: another run may look for it at this moment, or have been first.
    if (!existsSync(folder)) renameSync(fresh, folder);
    return { folder };
  } catch (error) {
    return { folder: null, why: error instanceof Error ? error.message : String(error) };
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
}
