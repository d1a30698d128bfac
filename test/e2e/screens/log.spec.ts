import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { type ScreenHome, screenHome } from '../../support/screen-host.ts';
import { scriptedPin } from '../../support/scripted-day.ts';
import { expect, test } from './fixture.ts';
import { logPage } from './pages/log.ts';
import { pinPrompt } from './pages/pin-prompt.ts';
import { type Room, shell } from './pages/shell.ts';

const groatScript = join(import.meta.dirname, '..', '..', '..', 'src-main', 'cli', 'groat.js');

test.describe('of two weeks', () => {
  test.beforeEach(({ day: { page } }) => shell(page).open('/log'));
  test.afterEach(({ day: { page } }) => shell(page).open('/'));

  test('the log is shown by kind and by agent', async ({ day: { page } }) => {
    const log = logPage(page);
    await expect(log.entries.first()).toBeVisible();
    await log.pick('What', 'Payments');
    await expect(log.entries.first()).toContainText('’s payment of');
    await log.pick('Agent', 'shopper');
    await expect(log.entries.filter({ hasNotText: 'shopper’s payment of' })).toHaveCount(0);
    await expect(log.entries).toHaveCount(100);
    await page.getByRole('button', { name: 'Older' }).click();
    await expect(log.entries.nth(100)).toContainText('shopper’s payment of');
    await log.pick('What', 'Shops');
    await expect(page.getByText('Nothing of that kind')).toBeVisible();
  });

  test('it is said to be whole, with its length and fingerprint', async ({ day: { page, host } }) => {
    const log = logPage(page);
    await log.verify();
    await expect(log.verdict).toContainText('are what was written');
    const count = Number(/all ([\d,]+) entries/.exec(await log.verdict.innerText())?.[1]?.replaceAll(',', ''));
    const [newest] = await host.client.log.recent({ limit: 1 });
    expect(count).toBe(newest?.seq);
    await expect(log.verdict).toContainText(/Fingerprint\s*[0-9a-f]{64}/);
  });

  test('its export passes the check of another program', { tag: '@browser' }, async ({ day, complaints }) => {
    complaints.expect(/\/rpc\/log\/export$/);
    // The home has the key that the file's last line is signed with; nothing else of it is used.
    const file = await (await logPage(day.page).export(/proof/, scriptedPin)).path();
    const checked = spawnSync(process.execPath, [groatScript, 'log', 'verify', file, '--json'], {
      env: { PATH: process.env['PATH'] ?? '', GROAT_HOME: day.host.home },
      encoding: 'utf8',
    });
    expect(checked.stderr).toBe('');
    expect(JSON.parse(checked.stdout)).toMatchObject({ ok: true });
    expect(checked.status).toBe(0);
  });
});

test.describe('a database that was changed while Groat was away', { tag: '@browser' }, () => {
  const rooms: readonly Room[] = [
    'Overview',
    'Approvals',
    'Agents',
    'Payments',
    'Prepaid',
    'Sell',
    'Verification',
    'Log',
    'Settings',
  ];

  test('is told on every screen, the log names the entry, and only the PIN accepts it', async ({
    door,
    complaints,
  }) => {
    // The browser's own line for the first try, without a PIN.
    complaints.expect(/\/rpc\/desk\/resume$/);
    const home = screenHome();
    try {
      const before = await door.open(home);
      await before.host.client.owner.setPin({ pin: scriptedPin });
      await before.host.client.preferences.set({ welcomed: true });
      const { proxyUrl } = await before.host.client.agents.add({ agent: 'shopper' });
      for (const price of ['0.01', '0.02', '0.03']) await before.host.spend(proxyUrl, { price });
      const [changed] = await before.host.client.log.recent({ kind: 'decision', limit: 1 });
      await before.close();
      edit(
        home,
        'UPDATE orders SET amount = 1 WHERE seq = 2',
        'DROP TRIGGER log_keeps',
        'DROP TRIGGER log_stays',
        `UPDATE log SET body = replace(body, '30000', '30') WHERE seq = ${changed?.seq}`,
      );

      const { host, page, close } = await door.open(home);
      complaints.watch(page);
      try {
        const moved = Object.assign(new URL(proxyUrl), { port: new URL(host.ready.proxyUrl).port }).href;
        await page.goto(await host.link());
        await shell(page).ready();
        const banner = page.getByRole('alert').filter({ hasText: 'Nothing is paid until you have looked' });
        for (const room of rooms) {
          await shell(page).go(room);
          await expect(banner).toBeVisible();
        }
        expect((await host.spend(moved)).status).toBe(402);
        await shell(page).go('Log');
        await logPage(page).verify();
        await expect(logPage(page).verdict).toContainText(`entry ${changed?.seq} is not what was written`);

        await banner.getByRole('button', { name: 'I have looked: go on' }).click();
        await pinPrompt(page).notNow();
        await expect(banner).toBeVisible();
        expect((await host.spend(moved)).status).toBe(402);
        await banner.getByRole('button', { name: 'I have looked: go on' }).click();
        await pinPrompt(page).give(scriptedPin);
        await expect(banner).toHaveCount(0);
        expect((await host.spend(moved)).status).toBe(200);
      } finally {
        await close();
      }
    } finally {
      home.remove();
    }
  });
});

/** Does something to the stopped database that Groat would not do. */
function edit({ home }: ScreenHome, ...statements: string[]): void {
  const db = new Database(join(home, 'sandbox', 'groat.db'));
  for (const sql of statements) {
    const { changes } = db.prepare(sql).run();
    if (!sql.startsWith('DROP')) expect(changes, sql).toBe(1);
  }
  db.pragma('wal_checkpoint(TRUNCATE)');
  db.close();
}
