/**
 * `npm run test:e2e`: builds the screens and runs their specs alone; further arguments are Playwright's. With `--screenshots` (`npm
 * run screenshots`) photographs every screen into `docs/screenshots` instead. The last line counts.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { runScreenSpecs, takeScreenshots } from '../support/screen-specs.ts';

const root = join(import.meta.dirname, '..', '..');
const args = process.argv.slice(2);
const others = args.filter((arg) => arg !== '--screenshots');

const vite = join(root, 'node_modules', 'vite', 'bin', 'vite.js');
const built = spawnSync(
  process.execPath,
  [vite, 'build', '-c', join(root, 'vite.renderer.config.ts'), '--logLevel', 'warn'],
  { cwd: root, stdio: 'inherit' },
);
const run =
  built.status !== 0
    ? { passed: 0, failed: 1, skipped: 0, notes: ['FAILED: the screens could not be built'] }
    : others.length === args.length
      ? runScreenSpecs(others)
      : takeScreenshots(others);
for (const line of run.notes) console.log(line);
console.log(`${run.passed} passed, ${run.failed} failed${run.skipped === 0 ? '' : `, ${run.skipped} skipped`}`);
process.exitCode = run.failed === 0 ? 0 : 1;
