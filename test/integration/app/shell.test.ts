import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createConnection } from 'node:net';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type DoubledApp, startDoubledApp, startReadyApp } from '../../support/electron-app.ts';
import { startTestHost } from '../../support/test-host.ts';

const menuLabels = (menu: readonly unknown[]) =>
  menu.map((item) => (typeof item === 'object' && item !== null && 'label' in item ? item.label : null));

const proxyPort = async (app: DoubledApp) => Number(new URL((await app.control().host.status()).proxyUrl).port);

const opens = (port: number) =>
  new Promise<boolean>((resolve) => {
    const socket = createConnection(port, '127.0.0.1');
    socket.on('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => resolve(false));
  });

describe('the tray', () => {
  test('has balance, spent of limit, what waits, pause, agents, open, start at login and quit', async () => {
    const app = await startReadyApp();
    const { tray } = await app.do('state');
    expect(menuLabels(tray?.menu ?? [])).toEqual([
      'Balance $100.00 of play money',
      'Spent today $0.00 of $50.00',
      'separator',
      'Nothing waits for you',
      'separator',
      'Pause all',
      'Pause one agent',
      'separator',
      'Open Groat',
      'Start at login',
      'Quit Groat',
    ]);
    expect(tray?.image).toMatch(/tray\/linux\/idle-light\.png$/);
    await app.do('dark', true);
    expect((await app.do('state')).tray?.image).toMatch(/tray\/linux\/idle-dark\.png$/);
  });

  test('pauses all and one agent, and on play money resumes them', async () => {
    const app = await startReadyApp();
    await app.control().agents.add({ agent: 'bot' });
    await app.until(({ tray }) => JSON.stringify(tray?.menu).includes('"bot"'), 'the new agent is in the menu');
    await app.do('chooseMenu', ['Pause one agent', 'bot']);
    await app.until(({ tray }) => /"bot","checked":true/.test(JSON.stringify(tray?.menu)), 'the agent is paused');
    await app.do('chooseMenu', ['Pause one agent', 'bot']);
    await app.until(({ tray }) => /"bot","checked":false/.test(JSON.stringify(tray?.menu)), 'the agent goes on');
    await app.do('chooseMenu', ['Pause all']);
    const paused = await app.until(({ tray }) => tray?.image.includes('paused') === true, 'the tray says paused');
    expect(paused.tray?.tooltip).toContain('paused, nothing is paid');
    expect((await app.control().host.status()).paused).toBe(true);
    await app.do('chooseMenu', ['Resume all']);
    await app.until(({ tray }) => tray?.image.includes('idle') === true, 'the tray is idle again');
    expect((await app.control().host.status()).paused).toBe(false);
  });

  test('switches start at login, which on Linux is an entry that starts it without a window', async () => {
    const app = await startReadyApp();
    const file = join(app.home, 'config', 'autostart', 'groat.desktop');
    expect(existsSync(file)).toBe(false);
    await app.do('chooseMenu', ['Start at login']);
    await app.until(() => existsSync(file), 'the entry is there');
    expect(readFileSync(file, 'utf8')).toMatch(/^Exec=".+" "--hidden"$/m);
    await app.until(({ tray }) => /"Start at login","checked":true/.test(JSON.stringify(tray?.menu)), 'it is ticked');
    await app.do('chooseMenu', ['Start at login']);
    await app.until(() => !existsSync(file), 'the entry is gone');
  });
});

describe('the window', () => {
  test('goes away when it is closed and Groat goes on; the tray, a second start and the Dock bring it back', async () => {
    const app = await startReadyApp();
    await app.do('closeWindow', 0);
    expect((await app.do('state')).windows[0]).toMatchObject({ visible: false });
    expect((await app.control().host.health()).ok).toBe(true);
    await app.do('clickTray');
    expect((await app.do('state')).windows[0]).toMatchObject({ visible: true });
    await app.do('closeWindow', 0);
    await app.do('secondInstance', ['groat']);
    expect((await app.do('state')).windows[0]).toMatchObject({ visible: true });
    expect((await app.do('state')).windows).toHaveLength(1);
    expect(JSON.parse(readFileSync(join(app.home, 'window.json'), 'utf8'))).toMatchObject({ width: 1180, height: 800 });
  });

  test('opens where it was, and is made small instead of put away where the owner wants it in the taskbar', async () => {
    const first = await startDoubledApp();
    const { home } = first;
    writeFileSync(
      join(home, 'window.json'),
      JSON.stringify({ x: 300, y: 100, width: 900, height: 600, maximized: false }),
    );
    const [window] = (await first.until(({ windows }) => windows.length > 0, 'the window opens')).windows;
    expect(window?.options).toMatchObject({ x: 300, y: 100, width: 900, height: 600 });
    await first.control().preferences.set({ dockIcon: true });
    await first.do('closeWindow', 0);
    expect((await first.do('state')).windows[0]?.did.at(-1)).toBe('minimize');
  });

  test('does not open when the desktop starts Groat', async () => {
    const app = await startReadyApp({ args: ['--hidden'] });
    expect((await app.do('state')).windows).toEqual([]);
  });
});

describe('one Groat', () => {
  test('a second start of the same home ends at once', async () => {
    const app = await startDoubledApp({ env: { DOUBLE_SECOND: '1' } });
    expect((await app.ended).code).toBe(0);
    expect(existsSync(join(app.home, 'host.json'))).toBe(false);
  });

  test('a home that a host without a window already serves is left alone, and the owner is told', async () => {
    const { home } = await startTestHost();
    const app = await startDoubledApp({ home });
    const { code, dialogs } = await app.ended;
    expect(code).toBe(1);
    expect(dialogs.join()).toContain('Groat already runs');
  });
});

describe('a link groat://approval/<id>', () => {
  const id = `apr_${'0'.repeat(9)}${'a'.repeat(12)}`;

  test('opens the window on that approval, at the first start, at a second one and on macOS, and decides nothing', async () => {
    const app = await startReadyApp({ args: [`groat://approval/${id}`] });
    const at = async () => (await app.do('state')).windows[0]?.url;
    await app.until(({ windows }) => windows.length === 1, 'the window opens');
    expect(await at()).toBe(`app://groat/index.html#/approvals/${id}`);
    await app.do('openUrl', `groat://approval/${id.replace('0a', '0b')}`);
    expect(await at()).toContain('apr_000000000b');
    await app.do('secondInstance', ['groat', '--flag', `groat://approval/${id}`]);
    expect(await at()).toBe(`app://groat/index.html#/approvals/${id}`);
    await app.do('openUrl', 'groat://approval/../../settings');
    expect(await at()).toBe(`app://groat/index.html#/approvals/${id}`);
  });
});

describe('the end', () => {
  test('quitting stops the host: the proxy is closed before the process is gone', async () => {
    const app = await startReadyApp();
    const port = await proxyPort(app);
    expect(await opens(port)).toBe(true);
    await app.do('quit');
    expect((await app.ended).code).toBe(0);
    expect(await opens(port)).toBe(false);
    expect(existsSync(join(app.home, 'host.json'))).toBe(false);
  });

  test('a signal ends it in the same way', async () => {
    const app = await startReadyApp();
    if (app.pid !== undefined) process.kill(app.pid, 'SIGTERM');
    expect((await app.ended).code).toBe(0);
    expect(existsSync(join(app.home, 'host.json'))).toBe(false);
  });

  test.each([
    ['throwLater', 'an error escaped'],
    ['rejectLater', 'a rejection escaped'],
  ] as const)('an error that escapes closes the host, then is shown (%s)', async (how, event) => {
    const app = await startReadyApp();
    const port = await proxyPort(app);
    // A client that never hangs up must not keep the door open.
    const idle = createConnection(port, '127.0.0.1');
    idle.on('error', () => undefined);
    onTestFinished(() => void idle.destroy());
    await app.do(how, 'secret groat_abcdefghijklmnop broke');
    const { code, dialogs, calls } = await app.ended;
    expect(code).toBe(1);
    expect(calls).toEqual(['showErrorBox', 'exit 1']);
    expect(dialogs.join()).toContain('nothing is paid');
    // Gone with the host, and so before the dialog.
    expect(existsSync(join(app.home, 'host.json'))).toBe(false);
    expect(await opens(port)).toBe(false);
    const log = readFileSync(join(app.home, 'logs', 'groat.log'), 'utf8');
    expect(log).toContain(event);
    expect(log).not.toContain('groat_abcdefghijklmnop');
  });

  test('a window whose process is gone is loaded again once, then closed, and payments go on', async () => {
    const app = await startReadyApp();
    await app.until(({ windows }) => windows.length === 1, 'the window opens');
    await app.do('rendererGone', 0, 'crashed');
    expect((await app.do('state')).windows[0]?.reloads).toBe(1);
    await app.do('rendererGone', 0, 'oom');
    const { windows, notifications } = await app.do('state');
    expect(windows).toEqual([]);
    expect(notifications.at(-1)?.body).toContain('Payments go on');
    expect((await app.control().host.health()).ok).toBe(true);
    await app.do('clickTray');
    expect((await app.do('state')).windows).toHaveLength(1);
  });
});
