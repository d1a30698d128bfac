import { readdirSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fuses } from '../../../src-main/app/fuses.ts';
import { lockedPreferences, openLockedWindow } from '../../../src-main/app/window-locks.ts';
import { type DoubledApp, startDoubledApp, startReadyApp } from '../../support/electron-app.ts';

let app: DoubledApp;

beforeAll(async () => {
  app = await startReadyApp({ lasting: true });
  await app.until(({ windows }) => windows.length === 1, 'the window opens');
});

afterAll(() => app.kill());

test('every lock of a window is stated, and the pages have an origin of their own', async () => {
  const { windows, set, privileged, spelling, userData } = await app.do('state');
  expect(windows[0]?.options['webPreferences']).toMatchObject({
    sandbox: true,
    contextIsolation: true,
    nodeIntegration: false,
    nodeIntegrationInWorker: false,
    nodeIntegrationInSubFrames: false,
    webSecurity: true,
    allowRunningInsecureContent: false,
    webviewTag: false,
    navigateOnDragDrop: false,
    spellcheck: false,
  });
  expect(set).toMatchObject({ sandbox: true, protocolClient: 'groat' });
  expect(spelling).toBe(false);
  expect(userData).toBe(`${app.home}/app`);
  expect(privileged).toEqual([
    { scheme: 'app', privileges: expect.objectContaining({ standard: true, secure: true }) },
  ]);
  expect(JSON.stringify(privileged)).not.toMatch(/bypassCSP|corsEnabled|allowServiceWorkers/);
});

test('no page goes anywhere: not by itself, by a redirect, in a frame or in a new window', async () => {
  const away = 'https://evil.example/';
  for (const kind of [
    'will-navigate',
    'will-frame-navigate',
    'will-frame-navigate-inner',
    'will-redirect',
    'will-attach-webview',
  ]) {
    expect(await app.do('navigate', 0, kind, away), kind).toBe(true);
  }
  for (const url of [
    'file:///etc/passwd',
    'app://groat/index.html.evil',
    'app://other/index.html',
    'javascript:alert(1)',
  ]) {
    expect(await app.do('navigate', 0, 'will-navigate', url), url).toBe(true);
  }
  expect(await app.do('navigate', 0, 'will-frame-navigate-inner', 'app://groat/index.html')).toBe(true);
  expect(await app.do('navigate', 0, 'will-navigate', 'app://groat/index.html#/log')).toBe(false);
  expect(await app.do('windowOpen', 0, away)).toBe('deny');
  expect((await app.do('state')).opened).toEqual([]);
});

test('only the explorer is opened outside, in the system’s browser', async () => {
  const explorer = 'https://explorer.solana.com/tx/abc?cluster=devnet';
  for (const url of [
    explorer,
    'http://explorer.solana.com/tx/abc',
    'https://explorer.solana.com.evil.example/',
    'https://explorer.solana.com@evil.example/',
    'https://user:word@explorer.solana.com/',
    'https://explorer.solana.com:444/',
    'file:///bin/sh',
    'not an address',
  ]) {
    expect(await app.do('windowOpen', 0, url)).toBe('deny');
  }
  expect((await app.do('state')).opened).toEqual([explorer]);
});

test('no permission, no device, no request beyond our own files, no download that no page of ours made', async () => {
  for (const name of [
    'geolocation',
    'media',
    'clipboard-read',
    'notifications',
    'openExternal',
    'fullscreen',
    'unknown',
  ]) {
    expect(await app.do('permission', name), name).toEqual([false, false, false, null]);
  }
  const requests = {
    'app://groat/index.html': false,
    'data:image/png;base64,AA': false,
    'https://explorer.solana.com/': true,
    'http://127.0.0.1:14020/': true,
    'file:///etc/passwd': true,
    'ws://127.0.0.1/': true,
    'app://other/': true,
  };
  for (const [url, cancelled] of Object.entries(requests)) expect(await app.do('request', url), url).toBe(cancelled);
  expect(await app.do('download', 'blob:app://groat/1-2-3')).toBe(false);
  expect(await app.do('download', 'https://evil.example/x.exe')).toBe(true);
});

describe('app://groat', () => {
  test('answers nothing but its own files, and says with each what a page may do', async () => {
    for (const url of [
      'app://groat/../../package.json',
      'app://groat/%2e%2e/%2e%2e/package.json',
      'app://other/index.html',
      'app://groat/nothing',
    ]) {
      const answer = await app.do('fetch', url);
      expect(answer?.status, url).toBe(404);
      expect(answer?.headers['content-security-policy']).toContain("default-src 'none'");
      expect(answer?.headers['content-security-policy']).not.toContain('unsafe-eval');
    }
    expect((await app.do('fetch', 'app://groat/index.html', 'POST'))?.status).toBe(404);
  });
});

describe('a start that would open the windows to other programs', () => {
  const packaged = { DOUBLE_PACKAGED: '1' };

  test.each([
    '--remote-debugging-port=9222',
    '--remote-debugging-pipe',
    '--renderer-cmd-prefix=/tmp/x',
    '--no-sandbox',
  ])('a packed Groat ends before it has made anything: %s', async (flag) => {
    const refused = await startDoubledApp({ args: [flag], env: packaged });
    expect(await refused.ended).toMatchObject({ code: 1, calls: ['exit 1'] });
    expect(readdirSync(refused.home)).toEqual([]);
  });

  test('one from a checkout is its developer’s own business', async () => {
    const started = await startReadyApp({ args: ['--remote-debugging-port=9222'] });
    expect((await started.control().host.health()).ok).toBe(true);
  });
});

describe('locks are stated last', () => {
  test('no option of a caller loosens them', () => {
    const made: unknown[] = [];
    class BrowserWindow {
      constructor(options: unknown) {
        made.push(options);
      }
    }
    const loose = { title: 'x', webPreferences: { sandbox: false, nodeIntegration: true } };
    openLockedWindow({ BrowserWindow, app: { isPackaged: true } } as never, '/p.cjs', loose);
    expect(made).toEqual([{ title: 'x', webPreferences: lockedPreferences('/p.cjs', true) }]);
  });

  test('a packed Groat has no developer tools', () => {
    expect(lockedPreferences('/p.cjs', true).devTools).toBe(false);
  });

  test('every fuse is set the safe way', () => {
    const open = Object.entries(fuses).filter(([, on]) => on);
    expect(open.map(([name]) => name)).toEqual([
      'enableCookieEncryption',
      'enableEmbeddedAsarIntegrityValidation',
      'onlyLoadAppFromAsar',
    ]);
  });
});
