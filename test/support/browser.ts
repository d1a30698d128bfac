import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from '@playwright/test';
import { isDebian } from './needs.ts';

/** The Chromium that the screens are tested in, and how it was come by; or the lines that say how to get one. */
export type Browser =
  | { readonly kind: 'found'; readonly path: string; readonly how: string }
  | { readonly kind: 'none'; readonly problem: string };

const debianLine = 'apt-get install -y --no-install-recommends chromium';
const downloadLine = 'npx playwright install --with-deps chromium';

/**
 * One that is named by GROAT_BROWSER or installed; else Playwright's own, which is downloaded where that can be done; else, as
 * root on Debian, the distribution's. What was found has been seen to start.
 */
export function findBrowser(env: NodeJS.ProcessEnv): Browser {
  const named = env['GROAT_BROWSER'];
  if (named !== undefined && named !== '') {
    if (starts(named)) return { kind: 'found', path: named, how: 'named by GROAT_BROWSER' };
    return { kind: 'none', problem: `GROAT_BROWSER names ${named}, which does not start` };
  }
  return installed(env) ?? downloaded('downloaded before by Playwright') ?? download() ?? debianPackage() ?? none();
}

function installed(env: NodeJS.ProcessEnv): Browser | null {
  const path = usualPlaces(env).find(starts);
  return path === undefined ? null : { kind: 'found', path, how: 'installed on this machine' };
}

function usualPlaces(env: NodeJS.ProcessEnv): readonly string[] {
  switch (process.platform) {
    case 'darwin':
      return ['/Applications', join(env['HOME'] ?? '/', 'Applications')].flatMap((folder) =>
        ['Chromium', 'Google Chrome', 'Microsoft Edge'].map((name) =>
          join(folder, `${name}.app`, 'Contents', 'MacOS', name),
        ),
      );
    case 'win32':
      return [env['PROGRAMFILES'], env['PROGRAMFILES(X86)'], env['LOCALAPPDATA']]
        .filter((folder) => folder !== undefined)
        .flatMap((folder) => [
          join(folder, 'Chromium', 'Application', 'chrome.exe'),
          join(folder, 'Google', 'Chrome', 'Application', 'chrome.exe'),
          join(folder, 'Microsoft', 'Edge', 'Application', 'msedge.exe'),
        ]);
    default:
      return ['chromium', 'google-chrome', 'google-chrome-stable', 'chromium-browser', 'microsoft-edge'].flatMap(
        (name) => (env['PATH'] ?? '').split(':').map((folder) => join(folder, name)),
      );
  }
}

/** A download without the libraries it needs, or a stub that only knows where to get the real one, does not. */
function starts(path: string): boolean {
  if (!existsSync(path)) return false;
  // On Windows it would open a window, and on both it comes with all it needs.
  if (process.platform === 'win32' || process.platform === 'darwin') return true;
  return spawnSync(path, ['--version'], { stdio: 'ignore', timeout: 20_000 }).status === 0;
}

function downloaded(how: string): Browser | null {
  const path = chromium.executablePath();
  return starts(path) ? { kind: 'found', path, how } : null;
}

function download(): Browser | null {
  console.log('fetching a browser for the tests of the screens: playwright install chromium');
  const cli = join(import.meta.dirname, '..', '..', 'node_modules', '@playwright', 'test', 'cli.js');
  spawnSync(process.execPath, [cli, 'install', 'chromium'], { stdio: 'ignore', timeout: 120_000 });
  return downloaded('downloaded just now by Playwright');
}

function debianPackage(): Browser | null {
  if (process.platform !== 'linux' || !isDebian() || process.getuid?.() !== 0) return null;
  console.log(`fetching a browser for the tests of the screens: ${debianLine}`);
  const environment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const apt = (args: readonly string[]) =>
    spawnSync('apt-get', args, { stdio: 'ignore', env: environment, timeout: 300_000 }).status === 0;
  apt(['update', '-qq']);
  apt(debianLine.split(' ').slice(1));
  const path = '/usr/bin/chromium';
  return starts(path) ? { kind: 'found', path, how: `installed just now: ${debianLine}` } : null;
}

function none(): Browser {
  const debian = process.platform === 'linux' && isDebian();
  return {
    kind: 'none',
    problem:
      'there is no Chromium, and none could be fetched; type this and run again: ' +
      `${debian ? debianLine : downloadLine} (or name one that is there: GROAT_BROWSER=/path/to/chrome)`,
  };
}
