import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { builtMain, isBuilt, startReadyApp } from '../../support/electron-app.ts';

const root = join(import.meta.dirname, '..', '..', '..');
const built = test.skipIf(!isBuilt());

built('the built app runs a host with its threads, opens the window and serves the screens', async () => {
  const app = await startReadyApp({ main: builtMain, args: ['--demo'] });
  const { windows } = await app.until((state) => state.windows.length === 1, 'the window opens');
  expect(windows[0]?.options['webPreferences']).toMatchObject({
    preload: join(root, 'dist', 'preload', 'preload.cjs'),
  });
  expect((await app.do('state')).tray?.image).toBe(join(root, 'resources', 'tray', 'linux', 'idle-light.png'));
  const page = await app.do('fetch', 'app://groat/index.html');
  expect(page).toMatchObject({ status: 200, headers: { 'content-type': 'text/html; charset=utf-8' } });
  const [script] = /(?<=src="\.\/)[^"]+\.js/.exec(page?.body ?? '') ?? [];
  expect((await app.do('fetch', `app://groat/${script}`))?.headers['content-type']).toContain('text/javascript');
  const port = await app.do('connect', 0);
  if (port === null) throw new Error('no port came');
  const { client } = app.page(port);
  const { demoUrl } = await client.host.status();
  const steps: string[] = [];
  for await (const { step } of await client.payments.pay({ url: demoUrl ?? '' })) steps.push(step);
  expect(steps).toContain('submitted');
  await app.do('quit');
  expect((await app.ended).code).toBe(0);
});

built('the built preload is one CommonJS file that shows the page its three things', () => {
  const script = `
    globalThis.window = { location: { origin: 'app://groat' }, postMessage: () => undefined };
    require(${JSON.stringify(join(root, 'dist', 'preload', 'preload.cjs'))});
    process.stdout.write(Object.keys(require('electron').contextBridge.exposed.groat).join());
    process.exit(0);`;
  const register = join(root, 'test', 'support', 'electron-register.mjs');
  const shown = execFileSync(process.execPath, ['--import', register, '-e', script], { encoding: 'utf8', cwd: root });
  expect(shown).toBe('connect,copy,platform');
});
