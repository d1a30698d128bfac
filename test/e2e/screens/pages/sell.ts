import type { Locator, Page } from '@playwright/test';

/** A price in front of an API. */
export interface SellPage {
  readonly api: Locator;
  readonly price: Locator;
  readonly name: Locator;
  readonly port: Locator;
  readonly open: Locator;
  /** What went wrong with the shop that was to be opened. */
  readonly problem: Locator;
  readonly shops: Locator;
  /** Where buyers go. */
  address(shop: string): Promise<string>;
}

export function sellPage(page: Page): SellPage {
  const form = page.getByRole('region', { name: 'Open a shop' });
  const shops = page.getByRole('region', { name: 'Your shops' });
  return {
    api: form.getByRole('textbox', { name: 'The API' }),
    price: form.getByRole('textbox', { name: 'Price of one request' }),
    name: form.getByRole('textbox', { name: 'Name' }),
    port: form.getByRole('textbox', { name: 'Port' }),
    open: form.getByRole('button', { name: 'Open the shop' }),
    problem: form.getByRole('alert'),
    shops,
    address: (shop) => shops.getByRole('textbox', { name: `the address of ${shop}` }).innerText(),
  };
}
