import { readFile } from 'node:fs/promises';
import type { Locator, Page } from '@playwright/test';
import { pinPrompt } from './pin-prompt.ts';

/** Every payment, and what finds one of them. */
export interface PaymentsPage {
  readonly table: Locator;
  /** Rows that are drawn, without the head. */
  readonly rows: Locator;
  /** Those whose fate is not known, on top. */
  readonly unknown: Locator;
  readonly search: Locator;
  readonly from: Locator;
  readonly until: Locator;
  readonly clear: Locator;
  /** What stands below the last row. */
  readonly foot: Locator;
  pick(filter: 'Agent' | 'Outcome', value: string): Promise<void>;
  /** Exports with the PIN; answers the file's text. */
  download(kind: RegExp, pin: string): Promise<string>;
}

export function paymentsPage(page: Page): PaymentsPage {
  const table = page.getByRole('table', { name: 'Payments' });
  const filters = page.getByRole('search');
  return {
    table,
    rows: table.getByRole('row').filter({ has: page.getByRole('link') }),
    unknown: page.getByRole('region', { name: 'Not known yet' }),
    search: filters.getByLabel('Search'),
    from: filters.getByLabel('From'),
    until: filters.getByLabel('Until'),
    clear: filters.getByRole('button', { name: 'Clear' }),
    foot: table.getByRole('status'),
    async pick(filter, value) {
      await filters.getByRole('combobox', { name: filter }).click();
      await page.getByRole('option', { name: value, exact: true }).click();
    },
    async download(kind, pin) {
      await page.getByRole('button', { name: 'Export' }).click();
      const coming = page.waitForEvent('download');
      await page.getByRole('menuitem', { name: kind }).click();
      await pinPrompt(page).give(pin);
      return readFile(await (await coming).path(), 'utf8');
    },
  };
}
