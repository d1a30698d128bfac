/**
 * `npm run dist [-- electron-builder's arguments]`: builds Groat and packs it for this platform into `release/`, fused and,
 * where the environment holds a certificate, signed (docs/packaging.md).
 */
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { electronIn } from './start/electron.js';

const root = join(import.meta.dirname, '..');
const fetchMs = 10 * 60_000;

function run(script: string, args: readonly string[]): number {
  const { status } = spawnSync(process.execPath, [join(root, script), ...args], { cwd: root, stdio: 'inherit' });
  return status ?? 1;
}

function fail(line: string): never {
  process.stderr.write(`${line}\n`);
  process.exit(1);
}

const electron = electronIn(root);
if (electron.binary() === null) electron.fetch(fetchMs);
const binary = electron.binary();
if (binary === null) fail('Not packed: Electron is not on this machine and could not be fetched from github.com.');

if (run('tools/build.ts', []) !== 0) fail('Not packed: the build failed, see above.');
// On macOS the program lies three folders down: Electron.app/Contents/MacOS/Electron.
const dist = process.platform === 'darwin' ? join(dirname(binary), '..', '..', '..') : dirname(binary);
const packed = run('node_modules/electron-builder/cli.js', [
  '--config=electron-builder.release.yml',
  `-c.electronDist=${dist}`,
  '--publish=never',
  ...process.argv.slice(2),
]);
if (packed !== 0)
  fail('Not packed: electron-builder says above what it misses; it fetches its own tools from github.com.');
