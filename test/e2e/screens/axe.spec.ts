import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { type Day, expect, test } from './fixture.ts';
import { pinPrompt } from './pages/pin-prompt.ts';
import { routes } from './pages/routes.ts';
import { shell } from './pages/shell.ts';

const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** What axe has against the page as it is: the rule, what it says, and where. */
async function violations(page: Page, notAsked: readonly string[] = []): Promise<readonly string[]> {
  const found = await new AxeBuilder({ page })
    .withTags(tags)
    .disableRules([...notAsked])
    .analyze();
  return found.violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id}: ${target.join(' ')}: ${failureSummary?.replace(/\s+/g, ' ')}`),
  );
}

/** What opens over a screen; every one is closed again by Escape. */
const opened: readonly { readonly what: string; readonly route: string; open(page: Page): Promise<void> }[] = [
  {
    what: 'the export menu',
    route: '/payments',
    async open(page) {
      await page.getByRole('button', { name: 'Export' }).click();
      await expect(page.getByRole('menuitem').first()).toBeVisible();
    },
  },
  {
    what: 'a list of choices',
    route: '/payments',
    async open(page) {
      await page.getByRole('search').getByRole('combobox', { name: 'Outcome' }).click();
      await expect(page.getByRole('option').first()).toBeVisible();
    },
  },
  {
    what: 'the question for the PIN',
    route: '/log',
    async open(page) {
      await page.getByRole('button', { name: 'Export' }).click();
      await page.getByRole('menuitem', { name: /proof/ }).click();
      await expect(pinPrompt(page).dialog).toBeVisible();
    },
  },
  {
    what: 'a shop’s fields',
    route: '/sell/demo',
    async open(page) {
      await page.getByRole('button', { name: 'Change' }).click();
      await page.getByRole('dialog').getByRole('button', { name: 'More' }).click();
      await page.getByRole('button', { name: 'Add a price' }).click();
    },
  },
  {
    what: 'the way to share a shop',
    route: '/sell/demo',
    async open(page) {
      await page.getByRole('button', { name: 'Share' }).click();
      await page.getByRole('tab', { name: 'Python' }).click();
    },
  },
  {
    what: 'a test purchase',
    route: '/sell/demo',
    async open(page) {
      await page.getByRole('button', { name: 'Test purchase' }).click();
      await expect(page.getByRole('button', { name: 'Buy it' })).toBeVisible();
    },
  },
  {
    what: 'the way to buy credit',
    route: '/prepaid',
    async open(page) {
      await page.getByRole('button', { name: 'Buy credit' }).click();
      await expect(page.getByRole('dialog')).toBeVisible();
    },
  },
  {
    what: 'an entry of the log',
    route: '/log',
    async open(page) {
      await page
        .getByRole('button', { name: /^Entry \d+/ })
        .first()
        .click();
    },
  },
];

for (const theme of ['light', 'dark'] as const) {
  test.describe(theme, () => {
    test.beforeEach(async ({ day: { page } }) => {
      await page.emulateMedia({ reducedMotion: 'reduce', colorScheme: theme });
    });

    for (const { screen, heading, route } of routes) {
      test(`axe finds nothing on ${screen}, ${theme}`, async ({ day }) => {
        await open(day, route(day), heading);
        expect(await violations(day.page)).toEqual([]);
      });
    }

    for (const { what, route, open: openIt } of opened) {
      test(`axe finds nothing with ${what} open, ${theme}`, async ({ day }) => {
        await open(day, route, /./);
        await openIt(day.page);
        // What floats above a page is in none of its parts.
        expect(await violations(day.page, ['region'])).toEqual([]);
        await day.page.keyboard.press('Escape');
      });
    }

    test(`axe finds nothing with the menu open at 400 px, ${theme}`, async ({ day }) => {
      await open(day, '/', 'Overview');
      await day.page.setViewportSize({ width: 400, height: 860 });
      await day.page.getByRole('button', { name: 'Open the menu' }).click();
      await expect(shell(day.page).navigation).toBeInViewport();
      expect(await violations(day.page)).toEqual([]);
      await day.page.setViewportSize({ width: 1280, height: 800 });
    });
  });
}

test('axe finds nothing on what a browser sees without a link', { tag: '@browser' }, async ({ fresh }) => {
  await fresh.page.goto(`${fresh.host.ready.uiUrl}/`);
  await expect(fresh.page.getByRole('heading', { level: 1 })).toBeVisible();
  expect(await violations(fresh.page)).toEqual([]);
});

async function open({ page }: Day, route: string, heading: string | RegExp): Promise<void> {
  await shell(page).open(route);
  await expect(shell(page).heading(heading).first()).toBeVisible();
  await shell(page).ready();
}
