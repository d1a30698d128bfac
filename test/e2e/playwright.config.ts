import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defineConfig } from '@playwright/test';
import { browserPath, inElectron } from '../support/screen-door.ts';

/** The specs of the screens, and the program that photographs them. Run by `run-screens.ts`, which brings the browser. */
export default defineConfig({
  testDir: 'screens',
  outputDir: join(tmpdir(), 'groat-screens'),
  retries: 0,
  workers: 2,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  use: {
    ...(browserPath === null ? {} : { launchOptions: { executablePath: browserPath } }),
    locale: 'en-US',
    timezoneId: 'UTC',
    viewport: { width: 1280, height: 800 },
    trace: 'retain-on-failure',
  },
  projects: [
    { name: 'specs', testMatch: '*.spec.ts', ...(inElectron ? { grepInvert: /@browser/ } : {}) },
    { name: 'screenshots', testMatch: 'screenshots.ts', workers: 1, timeout: 600_000 },
  ],
});
