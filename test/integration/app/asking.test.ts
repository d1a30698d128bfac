import { expect, test } from 'vitest';
import { type AppState, type DoubledApp, startReadyApp } from '../../support/electron-app.ts';
import { throughProxy } from '../../support/proxy-client.ts';

/** Asks without waiting for the answer; its id. */
async function startAsking(app: DoubledApp, agent = 'bot') {
  const client = app.control();
  const { proxyUrl } = await client.agents.add({ agent, alwaysAsk: true, holdMs: 0 });
  const { demoUrl } = await client.host.status();
  return async (path = '') => {
    const { headers } = await throughProxy(proxyUrl, `${demoUrl}${path}`);
    return String(headers['groat-approval']);
  };
}

const asking = ({ windows }: AppState) => windows.find(({ url }) => url.endsWith('#/prompt'));

test('a request that waits shows itself everywhere, and takes the keyboard from nobody', async () => {
  const app = await startReadyApp({ args: ['--demo', '--hidden'] });
  const ask = await startAsking(app);
  const id = await ask();
  expect(id).toMatch(/^apr_/);
  const state = await app.until((now) => asking(now)?.visible === true, 'the small window is there');
  const window = state.windows.find(({ url }) => url.endsWith('#/prompt'));
  expect(window?.options).toMatchObject({
    alwaysOnTop: true,
    focusable: true,
    show: false,
    width: 440,
    height: 640,
    // Bottom right of the work area.
    x: 1440 - 440 - 16,
    y: 24 + 876 - 640 - 16,
  });
  expect(window?.did).toContain('showInactive');
  expect(window?.did).not.toContain('show');
  expect(window?.did).not.toContain('focus');
  expect(state.tray?.image).toMatch(/waiting-1-light\.png$/);
  expect(state.tray?.tooltip).toContain('1 request waits for you');
  expect(state.badge).toBe(1);
  expect(state.notifications).toEqual([
    { title: 'bot asks to pay $0.01', body: expect.stringMatching(/^To .{4}….{4} at 127/) },
  ]);
  await app.do('clickNotification', 0);
  expect((await app.do('state')).windows.map(({ url }) => url)).toContain(`app://groat/index.html#/approvals/${id}`);

  await app.control().preferences.set({ notifications: 'all' });
  await app.control().approvals.deny({ id });
  const after = await app.until((now) => asking(now) === undefined, 'the small window is gone');
  expect(after.badge).toBe(0);
  expect(after.tray?.image).toMatch(/idle-light\.png$/);
  expect(after.notifications.at(-1)?.title).toBe('$0.01 was denied');
});

test('closed by hand it stays closed until something new asks, and then one window serves both', async () => {
  const app = await startReadyApp({ args: ['--demo', '--hidden'] });
  const ask = await startAsking(app);
  await ask();
  await app.until((now) => asking(now)?.visible === true, 'the small window is there');
  await app.do('closeWindow', 0);
  await app.control().agents.add({ agent: 'another' });
  await app.until(({ tray }) => JSON.stringify(tray?.menu).includes('"another"'), 'the model has moved on');
  expect(asking(await app.do('state'))).toBeUndefined();
  const askToo = await startAsking(app, 'second');
  await askToo();
  await app.until((now) => asking(now)?.visible === true && now.badge === 2, 'it is there again');
  expect((await app.do('state')).windows).toHaveLength(1);
  await app.do('chooseMenu', ['2 requests wait for you']);
  expect((await app.do('state')).windows.map(({ url }) => url)).toContain('app://groat/index.html#/approvals');
});

test('a link that anybody opens shows the window, and takes no key away from the question that is being answered', async () => {
  const app = await startReadyApp({ args: ['--demo'] });
  await app.until(({ windows }) => windows.length === 1, 'the window opens');
  const ask = await startAsking(app);
  const id = await ask();
  const { windows } = await app.until((now) => asking(now)?.visible === true, 'the small window is there');
  const main = windows.findIndex(({ url }) => !url.endsWith('#/prompt'));
  const small = windows.findIndex(({ url }) => url.endsWith('#/prompt'));
  await app.do('closeWindow', main);
  await app.do('focusWindow', small);
  await app.do('openUrl', `groat://approval/${id}`);
  await app.do('secondInstance', ['groat']);
  const opened = (await app.do('state')).windows[main];
  expect(opened).toMatchObject({ visible: true, url: `app://groat/index.html#/approvals/${id}` });
  expect(opened?.did.slice(opened.did.lastIndexOf('hide'))).not.toContain('focus');
  expect(opened?.did.at(-1)).toBe('showInactive');

  await app.do('closeWindow', small);
  await app.do('openUrl', `groat://approval/${id}`);
  expect((await app.do('state')).windows[0]?.did.at(-1)).toBe('focus');
});
