import type { Locator, Page } from '@playwright/test';

/** Calls that were bought ahead. */
export interface PrepaidPage {
  /** One item for each credit. */
  readonly credits: Locator;
  readonly buyCredit: Locator;
  readonly dialog: Locator;
  readonly seller: Locator;
  readonly see: Locator;
  choice(name: string | RegExp): Locator;
  readonly agent: Locator;
  readonly buy: Locator;
}

export function prepaidPage(page: Page): PrepaidPage {
  const dialog = page.getByRole('dialog', { name: 'Buy credit' });
  return {
    credits: page.getByRole('region', { name: 'Your credit' }).getByRole('listitem'),
    buyCredit: page.getByRole('button', { name: 'Buy credit' }),
    dialog,
    seller: dialog.getByRole('textbox', { name: 'Address of the seller' }),
    see: dialog.getByRole('button', { name: 'See packages' }),
    choice: (name) => dialog.getByRole('radio', { name }),
    agent: dialog.getByRole('combobox', { name: 'Agent that pays' }),
    buy: dialog.getByRole('button', { name: /^Buy for/ }),
  };
}
