import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { findBrowser } from './browser.ts';

const root = join(import.meta.dirname, '..', '..');

export interface ScreenSpecs {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** What the end of the run says: which browser it took, what did not run and why. */
  readonly notes: readonly string[];
}

/**
 * The specs of the screens in Chromium, which is fetched where it is missing, and in Electron where its binary is there.
 * `args` go to Playwright. The screens must have been built.
 */
export function runScreenSpecs(args: readonly string[]): ScreenSpecs {
  const browser = findBrowser(process.env);
  if (browser.kind === 'none')
    return { passed: 0, failed: 1, skipped: 0, notes: [`FAILED: screens: ${browser.problem}`] };
  const chromium = play('specs', args, { SCREENS_BROWSER: browser.path });
  const took = `screens: Chromium ${browser.how} (${browser.path})`;
  const missing = electronProblem();
  if (missing !== null) {
    const { inApp } = chromium;
    const skipped = `skipped: ${inApp} screens’ specs in Electron: ${missing}`;
    return { ...chromium, skipped: chromium.skipped + inApp, notes: [took, skipped] };
  }
  const electron = play('specs', args, { SCREENS_BROWSER: browser.path, SCREENS_IN: 'electron' });
  return {
    passed: chromium.passed + electron.passed,
    failed: chromium.failed + electron.failed,
    skipped: chromium.skipped + electron.skipped,
    notes: [took, 'screens: the same specs in Electron'],
  };
}

/** Photographs every screen into `docs/screenshots`. */
export function takeScreenshots(args: readonly string[]): ScreenSpecs {
  const browser = findBrowser(process.env);
  if (browser.kind === 'none')
    return { passed: 0, failed: 1, skipped: 0, notes: [`FAILED: screens: ${browser.problem}`] };
  return { ...play('screenshots', args, { SCREENS_BROWSER: browser.path }), notes: [] };
}

const report = z.object({
  suites: z.array(z.unknown()),
  errors: z.array(z.unknown()),
  stats: z.object({ expected: z.number(), unexpected: z.number(), flaky: z.number(), skipped: z.number() }),
});

interface Suite {
  readonly suites?: readonly Suite[] | undefined;
  readonly specs: readonly { readonly tags: readonly string[] }[];
}
const suite: z.ZodType<Suite> = z.object({
  get suites() {
    return z.array(suite).optional();
  },
  specs: z.array(z.object({ tags: z.array(z.string()) })),
});

/** One run of Playwright. `inApp` counts the specs that are not about the browser's own door. */
function play(project: 'specs' | 'screenshots', args: readonly string[], env: NodeJS.ProcessEnv) {
  const folder = mkdtempSync(join(tmpdir(), 'groat-screens-report-'));
  const file = join(folder, 'report.json');
  const cli = join(root, 'node_modules', '@playwright', 'test', 'cli.js');
  const config = join(root, 'test', 'e2e', 'playwright.config.ts');
  try {
    const { status } = spawnSync(
      process.execPath,
      [cli, 'test', '-c', config, `--project=${project}`, '--reporter=line,json', ...args],
      { cwd: root, stdio: 'inherit', env: { ...process.env, ...env, PLAYWRIGHT_JSON_OUTPUT_FILE: file } },
    );
    if (!existsSync(file)) return { passed: 0, failed: 1, skipped: 0, inApp: 0 };
    const { suites, errors, stats } = report.parse(JSON.parse(readFileSync(file, 'utf8')));
    const failed = stats.unexpected + stats.flaky + errors.length;
    return {
      passed: stats.expected,
      // What breaks before its first spec has none to count.
      failed: failed === 0 && status !== 0 ? 1 : failed,
      skipped: stats.skipped,
      inApp: specsOf(z.array(suite).parse(suites)).filter(({ tags }) => !tags.includes('browser')).length,
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const specsOf = (suites: readonly Suite[]): Suite['specs'] =>
  suites.flatMap((one) => [...one.specs, ...specsOf(one.suites ?? [])]);

/** Why the specs cannot run in Electron here; null when they can. */
function electronProblem(): string | null {
  const folder = join(createRequire(import.meta.url).resolve('electron/package.json'), '..');
  if (!existsSync(join(folder, 'path.txt')) || !existsSync(join(folder, 'dist')))
    return 'its binary is not on this machine';
  const { DISPLAY: x11, WAYLAND_DISPLAY: wayland } = process.env;
  if (process.platform === 'linux' && x11 === undefined && wayland === undefined) return 'there is no display here';
  return null;
}
