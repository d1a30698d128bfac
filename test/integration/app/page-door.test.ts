import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { type DoubledApp, startReadyApp } from '../../support/electron-app.ts';

async function startWithWindow(): Promise<DoubledApp> {
  const app = await startReadyApp();
  await app.until(({ windows }) => windows.length === 1, 'the window opens');
  return app;
}

async function connect(app: DoubledApp) {
  const port = await app.do('connect', 0);
  if (port === null) throw new Error('no port came');
  return { port, ...app.page(port) };
}

test('a page of ours gets a port to the host and is the owner of play money there', async () => {
  const app = await startWithWindow();
  const { client } = await connect(app);
  expect(await client.host.health()).toEqual({ ok: true });
  await client.desk.pause();
  expect(await client.desk.resume({})).toMatchObject({ paused: false });
});

test('only the main frame of our own page gets a port or the clipboard', async () => {
  const app = await startWithWindow();
  for (const [what, frame] of [
    ['a page from elsewhere', { origin: 'https://evil.example', url: 'https://evil.example/' }],
    ['a page that only its origin gives away', { origin: 'https://evil.example' }],
    ['a page that only its address gives away', { url: 'https://evil.example/app://groat/index.html' }],
    ['another file of ours', { url: 'app://groat/assets/x.svg' }],
    ['a frame inside our page', { inner: true }],
  ] as const) {
    expect(await app.do('connect', 0, frame), what).toBeNull();
    expect(await app.do('copy', 0, frame, 'text'), what).toBe('refused');
  }
  expect((await app.do('state')).clipboard).toBe('');
  expect(await app.do('connect', 0)).not.toBeNull();
});

test('a page in no window of ours gets no port, and neither does a call with arguments', async () => {
  const app = await startWithWindow();
  expect(await app.do('connectStranger')).toBe(0);
  expect(await app.do('connect', 0, {}, 'argument')).toBeNull();
});

test('the clipboard takes one bounded text and nothing else', async () => {
  const app = await startWithWindow();
  for (const args of [[], [42], [''], ['x'.repeat(20_000)], ['one', 'two'], [{ text: 'x' }]]) {
    expect(await app.do('copy', 0, {}, ...args)).toBe('refused');
  }
  expect(await app.do('copy', 0, {}, 'http://bot:key@127.0.0.1:1')).toBe('copied');
  expect((await app.do('state')).clipboard).toBe('http://bot:key@127.0.0.1:1');
});

test('asking again closes the port of before: a page has one', async () => {
  const app = await startWithWindow();
  const first = await connect(app);
  const second = await connect(app);
  await first.closed;
  expect(await second.client.host.health()).toEqual({ ok: true });
});

test('while the host starts again the port closes, and a page that asks then is answered by the next host', async () => {
  const app = await startWithWindow();
  const first = await connect(app);
  await first.client.settings.change({ uiPort: null });
  await first.closed;
  let port = await app.do('connect', 0);
  for (let tries = 0; port === null && tries < 400; tries++) {
    await delay(25);
    port = await app.do('takePort', 0);
  }
  if (port === null) throw new Error('no port came after the restart');
  expect(await app.page(port).client.host.health()).toEqual({ ok: true });
});

test('a page that has not noticed that its port is gone is loaded again', async () => {
  const app = await startWithWindow();
  const { client, closed } = await connect(app);
  await client.settings.change({ uiPort: null });
  await closed;
  const { windows } = await app.until(
    ({ windows: [window] }) => (window?.reloads ?? 0) > 0,
    'the page is loaded again',
  );
  expect(windows[0]?.reloads).toBe(1);
});
