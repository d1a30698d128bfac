import type { Locator, Page } from '@playwright/test';

export type Room =
  | 'Overview'
  | 'Approvals'
  | 'Agents'
  | 'Payments'
  | 'Prepaid'
  | 'Sell'
  | 'Verification'
  | 'Log'
  | 'Settings';

/** What is around every screen: the way to the others, and the screen's own heading. */
export interface Shell {
  /** Resolves when a screen is there and waits for nothing any more. */
  ready(): Promise<void>;
  go(room: Room): Promise<void>;
  /** Opens a route such as `/payments/ord_1` without leaving the page. */
  open(route: string): Promise<void>;
  readonly navigation: Locator;
  heading(name: string | RegExp): Locator;
}

export function shell(page: Page): Shell {
  const navigation = page.getByRole('navigation', { name: 'Screens' });
  const heading = (name: string | RegExp) => page.getByRole('heading', { level: 1, name });
  return {
    navigation,
    heading,
    async ready() {
      await page.getByRole('heading', { level: 1 }).first().waitFor();
      await page.getByRole('status').filter({ hasText: 'Loading' }).first().waitFor({ state: 'detached' });
    },
    async go(room) {
      const menu = page.getByRole('button', { name: 'Open the menu' });
      if (await menu.isVisible()) await menu.click();
      await navigation.getByRole('link', { name: new RegExp(`^${room}`) }).click();
      await heading(room).waitFor();
    },
    async open(route) {
      await page.evaluate(`location.hash = ${JSON.stringify(`#${route}`)}`);
    },
  };
}
