import type { Page } from '@playwright/test';
import { expect, test } from './fixture.ts';
import { shell } from './pages/shell.ts';

/** How bright the ground and the text on it are, from 0 to 255. */
async function look(page: Page): Promise<{ readonly ground: number; readonly ink: number }> {
  const [ground, ink] = await page.evaluate<[string, string]>(
    '(({ backgroundColor, color }) => [backgroundColor, color])(getComputedStyle(document.body))',
  );
  return { ground: brightness(ground), ink: brightness(ink) };
}

const brightness = (colour: string): number => Math.max(...(colour.match(/\d+/g) ?? []).slice(0, 3).map(Number));

const isLight = async (page: Page): Promise<boolean> => {
  const { ground, ink } = await look(page);
  expect(Math.abs(ground - ink), 'text must stand out').toBeGreaterThan(150);
  return ground > ink;
};

test('colours follow the system while the page is open', async ({ desk: { page } }) => {
  for (const scheme of ['light', 'dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme: scheme });
    await expect.poll(() => isLight(page)).toBe(scheme === 'light');
  }
});

test('a theme of one’s own is stronger than the system, and outlives a reload', async ({ desk: { page } }) => {
  await page.emulateMedia({ colorScheme: 'light' });
  await shell(page).go('Settings');
  const choose = (name: string) => page.getByRole('radiogroup', { name: /Theme/ }).getByText(name).click();
  await choose('Dark');
  await expect.poll(() => isLight(page)).toBe(false);
  await page.reload();
  await shell(page).ready();
  await expect.poll(() => isLight(page)).toBe(false);
  await choose('Light');
  await page.emulateMedia({ colorScheme: 'dark' });
  await expect.poll(() => isLight(page)).toBe(true);
  await choose('Like the system');
  await expect.poll(() => isLight(page)).toBe(false);
});
