import type { Locator, Page } from '@playwright/test';

/** A price in front of an API. */
export interface SellPage {
  readonly api: Locator;
  readonly price: Locator;
  readonly name: Locator;
  readonly port: Locator;
  readonly more: Locator;
  readonly open: Locator;
  /** What went wrong with the shop that was to be opened. */
  readonly problem: Locator;
  /** The card of a server that was found. */
  found(name: string | RegExp): Locator;
  readonly ports: Locator;
  readonly look: Locator;
  readonly shops: Locator;
  card(shop: string): Locator;
  /** Where buyers go. */
  address(shop: string): Promise<string>;
  readonly facilitator: Locator;
}

export function sellPage(page: Page): SellPage {
  const form = page.getByRole('region', { name: 'Another server' });
  const found = page.getByRole('region', { name: 'Found on this machine' });
  const shops = page.getByRole('region', { name: 'Your shops' });
  return {
    api: form.getByRole('textbox', { name: 'The API' }),
    price: form.getByRole('textbox', { name: 'Price of one request' }),
    name: form.getByRole('textbox', { name: 'Name' }),
    port: form.getByRole('textbox', { name: 'Port' }),
    more: form.getByRole('button', { name: 'More' }),
    open: form.getByRole('button', { name: 'Open the shop' }),
    problem: form.getByRole('alert'),
    found: (name) => found.locator('.mantine-Card-root').filter({ hasText: name }),
    ports: found.getByRole('textbox', { name: 'Other ports' }),
    look: found.getByRole('button', { name: 'Look there too' }),
    shops,
    card: (shop) => shops.getByRole('article', { name: shop, exact: true }),
    address: (shop) => shops.getByRole('textbox', { name: `the address of ${shop}` }).innerText(),
    facilitator: page.getByRole('region', { name: 'Settle payments for other sellers' }),
  };
}

/** One shop with its sales. */
export interface ShopPage {
  readonly sales: Locator;
  readonly revenue: Locator;
  readonly refund: Locator;
  button(name: string | RegExp): Locator;
}

export function shopPage(page: Page): ShopPage {
  return {
    sales: page.getByRole('table', { name: 'Sales' }),
    revenue: page.getByRole('region', { name: 'Revenue' }),
    refund: page.getByRole('dialog', { name: 'Give the money back' }),
    button: (name) => page.getByRole('button', { name }),
  };
}
