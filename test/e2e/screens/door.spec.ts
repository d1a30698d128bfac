import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openLink } from '../../../src-main/cli/open-link.ts';
import { expect, test } from './fixture.ts';
import { shell } from './pages/shell.ts';
import { signIn } from './pages/sign-in.ts';

test.describe('the browser’s door', { tag: '@browser' }, () => {
  test('the one-time link opens Overview and leaves no code in the address', async ({ desk: { page } }) => {
    await expect(shell(page).heading('Overview')).toBeVisible();
    expect(page.url()).not.toContain('code=');
  });

  test('the session outlives a reload, and is not another tab’s', async ({ desk: { page, host } }) => {
    await page.reload();
    await expect(shell(page).heading('Overview')).toBeVisible();
    const other = await page.context().newPage();
    await other.goto(`${host.ready.uiUrl}/`);
    await expect(signIn(other).heading).toBeVisible();
  });

  test('without a link there is only the line to type', async ({ fresh: { page, host } }) => {
    await page.goto(`${host.ready.uiUrl}/`);
    await expect(signIn(page).command).toBeVisible();
    await expect(shell(page).navigation).toHaveCount(0);
  });

  test('a link is good for one page', async ({ fresh: { page, host }, complaints }) => {
    complaints.expect(/status of 4\d\d/);
    const link = await host.link();
    await page.goto(link);
    await expect(shell(page).navigation).toBeVisible();
    const other = await page.context().newPage();
    await other.goto(link);
    await expect(signIn(other).heading).toBeVisible();
  });

  test('a link that is not good any more leaves a tab that is signed in as it is', async ({ desk, complaints }) => {
    complaints.expect(/status of 4\d\d/);
    const { page, host } = desk;
    await page.goto('about:blank');
    await page.goto(`${host.ready.uiUrl}/#code=${'a'.repeat(43)}`);
    await expect(shell(page).heading('Overview')).toBeVisible();
    expect(page.url()).not.toContain('code=');
  });

  test('`groat ui` leads a browser in through a file, which is gone then', async ({ fresh: { page, host } }) => {
    const home = await mkdtemp(join(tmpdir(), 'groat-link-'));
    const over = new AbortController();
    const open = async (address: string) => {
      await page.goto(address, { waitUntil: 'commit' });
      await expect(shell(page).navigation).toBeVisible();
      over.abort();
    };
    expect(await openLink(await host.link(), home, open, over.signal)).toBe(true);
    expect(await readdir(home)).toEqual([]);
    await rm(home, { recursive: true });
  });
});
