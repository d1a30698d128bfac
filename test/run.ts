/**
 * `npm test`: types, lint, a build, every vitest project, then the screens in a browser, after fetching what the tests need.
 * Its last line counts them: `N passed, N failed`, and what was skipped where something was. Exit 0 only if nothing failed.
 * Arguments are vitest's; with any, the screens are left out.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { fetchNeeds } from './support/needs.ts';
import { runScreenSpecs } from './support/screen-specs.ts';

const root = join(import.meta.dirname, '..');
const bin = (name: string) => join(root, 'node_modules', '.bin', process.platform === 'win32' ? `${name}.cmd` : name);

const report = z.object({
  numPassedTests: z.number(),
  numFailedTests: z.number(),
  numPendingTests: z.number(),
  numTodoTests: z.number(),
  testResults: z.array(
    z.object({
      status: z.string(),
      name: z.string(),
      assertionResults: z.array(z.object({ status: z.string(), fullName: z.string() })),
    }),
  ),
});

function run(command: string, args: readonly string[]): boolean {
  const { status } = spawnSync(command, args, { cwd: root, stdio: 'inherit', shell: process.platform === 'win32' });
  return status === 0;
}

const needs = fetchNeeds();
let passed = 0;
let failed = 0;
const skipped: string[] = [];

for (const [name, command, args] of [
  ['types', bin('tsc'), ['-p', 'tsconfig.json']],
  ['types of the screens', bin('tsc'), ['-p', 'src-renderer']],
  ['lint', bin('biome'), ['check', '--error-on-warnings', '.']],
  // What is tested of the screens and of the packed app is what a build makes.
  ['build', process.execPath, [join('tools', 'build.ts')]],
] as const) {
  const ok = run(command, args);
  if (ok) passed += 1;
  else failed += 1;
  console.log(`${ok ? 'passed' : 'FAILED'}: ${name}`);
}

const folder = mkdtempSync(join(tmpdir(), 'groat-test-report-'));
try {
  const file = join(folder, 'report.json');
  const ok = run(bin('vitest'), [
    'run',
    '--reporter=default',
    '--reporter=json',
    `--outputFile=${file}`,
    ...process.argv.slice(2),
  ]);
  const result = report.parse(JSON.parse(readFileSync(file, 'utf8')));
  passed += result.numPassedTests;
  failed += result.numFailedTests;
  for (const { assertionResults } of result.testResults) {
    for (const { status, fullName } of assertionResults) {
      if (status !== 'passed' && status !== 'failed') skipped.push(fullName);
    }
  }
  // A file that breaks before its first test has no failed test to count.
  if (!ok && result.numFailedTests === 0) failed += 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}

const screens = process.argv.length > 2 ? null : runScreenSpecs([]);
passed += screens?.passed ?? 0;
failed += screens?.failed ?? 0;
const skippedCount = skipped.length + (screens?.skipped ?? 0);

for (const line of [...needs, ...(screens?.notes ?? [])]) console.log(line);
for (const name of skipped) console.log(`skipped: ${name}`);
console.log(`${passed} passed, ${failed} failed${skippedCount === 0 ? '' : `, ${skippedCount} skipped`}`);
process.exitCode = failed === 0 ? 0 : 1;
