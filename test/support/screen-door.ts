import { createRequire } from 'node:module';
import { join } from 'node:path';
import { type Browser, _electron as electron, type Page } from '@playwright/test';
import { connectControl } from '../../src-main/base/control-client.ts';
import { controlSocketPath } from '../../src-main/base/control-socket.ts';
import { attach, type ScreenHome, type ScreenHost, startScreenHost } from './screen-host.ts';

/** Set by `runScreenSpecs`: which Chromium to use, and whether the specs run in the app's own window instead. */
export const browserPath = process.env['SCREENS_BROWSER'] ?? null;
export const inElectron = process.env['SCREENS_IN'] === 'electron';

/** A Groat and the first page of its screens. */
export interface Opened {
  readonly host: ScreenHost;
  readonly page: Page;
  close(): Promise<void>;
}

/** One of the two ways to the same screens. */
export interface Door {
  open(home: ScreenHome): Promise<Opened>;
}

/** Signs the page in, or draws it anew where it needs no session. */
export async function enter({ host, page }: Pick<Opened, 'host' | 'page'>): Promise<void> {
  if (inElectron) await page.reload();
  else await page.goto(await host.link());
}

/** A headless host, and a browser that comes by a one-time link. */
export function browserDoor(browser: Browser): Door {
  return {
    async open(home) {
      const host = await startScreenHost(home);
      const context = await browser.newContext();
      context.setDefaultTimeout(15_000);
      const page = await context.newPage();
      return {
        host,
        page,
        async close() {
          await context.close();
          await host.stop();
        },
      };
    },
  };
}

/** The tray app, with the host in its main process. */
export function electronDoor(): Door {
  return {
    async open(home) {
      const app = await electron.launch({
        executablePath: String(createRequire(import.meta.url)('electron')),
        args: [
          ...(process.platform === 'linux' && process.getuid?.() === 0 ? ['--no-sandbox'] : []),
          join(import.meta.dirname, '..', '..'),
        ],
        env: { ...displayOf(process.env), ...home.env },
      });
      const page = await app.firstWindow();
      const control = connectControl(controlSocketPath(home.home, home.env));
      const ready = await control.host.host.status();
      await control.close();
      const host = attach({ home: home.home, ready, env: home.env }, () => app.close());
      return { host, page, close: () => host.stop() };
    },
  };
}

/** What a window needs of this machine's settings. */
function displayOf(env: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(
    ['DISPLAY', 'WAYLAND_DISPLAY', 'XAUTHORITY'].flatMap((name) => {
      const value = env[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
}
