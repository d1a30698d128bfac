import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BrowserContext, chromium, type Page } from '@playwright/test';
import { findBrowser } from '../../test/support/browser.ts';
import type { StartedHost } from '../started-host.ts';
import { probe } from './probe.ts';

/** A real Chromium without a window. */
export interface BenchBrowser {
  readonly version: string;
  /** Knows nothing of what others fetched. Its pages have the probe in them. */
  context(): Promise<BrowserContext>;
  close(): Promise<void>;
}

/** On one processor only where `cpu` says so (Linux). */
export async function openBrowser(cpu: number | null): Promise<BenchBrowser> {
  const found = findBrowser(process.env);
  if (found.kind === 'none') throw new Error(found.problem);
  const folder = mkdtempSync(join(tmpdir(), 'groat-bench-browser-'));
  const executablePath = cpu === null ? found.path : pinned(folder, found.path, cpu);
  const browser = await chromium.launch({ executablePath });
  return {
    version: browser.version(),
    async context() {
      const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
      context.setDefaultTimeout(60_000);
      await context.addInitScript(probe);
      return context;
    },
    async close() {
      await browser.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function pinned(folder: string, path: string, cpu: number): string {
  const script = join(folder, 'chromium');
  writeFileSync(script, `#!/bin/sh\nexec taskset -c ${cpu} '${path}' "$@"\n`);
  chmodSync(script, 0o700);
  return script;
}

/** Opens the screens by a new one-time link, as `groat ui` prints it, and waits until Overview stands. */
export async function openScreens(context: BrowserContext, { host }: StartedHost): Promise<Page> {
  const page = await context.newPage();
  const { url } = await host.host.uiLink();
  await page.goto(url);
  await page.evaluate('bench.until(() => bench.useful !== null)');
  return page;
}
