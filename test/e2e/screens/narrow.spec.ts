import type { Page } from '@playwright/test';
import { expect, test } from './fixture.ts';
import { pinPrompt } from './pages/pin-prompt.ts';
import { routes } from './pages/routes.ts';
import { shell } from './pages/shell.ts';

const phone = { width: 400, height: 860 };

/** How far the page itself could be moved sideways, in CSS pixels. */
const sideways = (page: Page): Promise<number> =>
  page.evaluate<number>('document.documentElement.scrollWidth - window.innerWidth');

test.describe('at 400 px', () => {
  test.beforeEach(({ day: { page } }) => page.setViewportSize(phone));
  test.afterEach(({ day: { page } }) => page.setViewportSize({ width: 1280, height: 800 }));

  for (const { screen, heading, route } of routes) {
    test(`${screen} stays within the page’s width`, async ({ day }) => {
      const { page } = day;
      await shell(page).open(route(day));
      await expect(shell(page).heading(heading).first()).toBeVisible();
      await shell(page).ready();
      expect(await sideways(page)).toBeLessThanOrEqual(0);
    });
  }

  test('the menu opens, leads on and closes by keyboard alone', async ({ day: { page } }) => {
    await shell(page).open('/');
    await expect(shell(page).heading('Overview')).toBeVisible();
    const { navigation } = shell(page);
    const menu = (name: string) => page.getByRole('button', { name });
    await expect(navigation).toBeHidden();
    await menu('Open the menu').focus();
    await page.keyboard.press('Enter');
    await expect(navigation).toBeInViewport();
    await page.keyboard.press('Escape');
    await expect(navigation).toBeHidden();
    await expect(menu('Open the menu')).toBeFocused();

    await page.keyboard.press('Enter');
    const agents = navigation.getByRole('link', { name: /^Agents/ });
    const reached = agents.and(page.locator(':focus'));
    for (let keys = 0; keys < 12 && (await reached.count()) === 0; keys += 1) await page.keyboard.press('Tab');
    await expect(agents).toBeFocused();
    await page.keyboard.press('Enter');
    await expect(shell(page).heading('Agents')).toBeVisible();
    await expect(navigation).toBeHidden();
  });

  test('a closed menu is not in the way of the keyboard', async ({ day: { page } }) => {
    await shell(page).open('/');
    await expect(shell(page).heading('Overview')).toBeVisible();
    await page.getByRole('button', { name: 'Open the menu' }).focus();
    for (let keys = 0; keys < 12; keys += 1) {
      await page.keyboard.press('Tab');
      expect(await page.evaluate('document.activeElement.closest("nav") === null')).toBe(true);
    }
  });
});

test('everything is paused from a phone’s width, too', async ({ desk: { page, pin }, complaints }) => {
  complaints.expect(/\/rpc\/desk\/resume$/);
  await page.setViewportSize(phone);
  for (const room of ['Overview', 'Log'] as const) {
    await shell(page).go(room);
    await page.getByRole('button', { name: 'Pause' }).click();
    await expect(page.getByText('Everything is paused')).toBeVisible();
    await page.getByRole('button', { name: 'Resume' }).click();
    await pinPrompt(page).give(pin);
    await expect(page.getByText('Everything is paused')).toHaveCount(0);
  }
});
