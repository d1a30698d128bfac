import type { Download, Locator, Page } from '@playwright/test';
import { pinPrompt } from './pin-prompt.ts';

/** Everything that was decided and done. */
export interface LogPage {
  readonly entries: Locator;
  /** What the last look over the whole log said. */
  readonly verdict: Locator;
  verify(): Promise<void>;
  pick(filter: 'What' | 'Agent', value: string): Promise<void>;
  export(kind: RegExp, pin: string): Promise<Download>;
}

export function logPage(page: Page): LogPage {
  const verifying = page.getByRole('region', { name: 'Is it whole?' });
  const list = page.getByRole('region', { name: 'Entries' });
  return {
    entries: list.getByRole('listitem'),
    verdict: verifying.getByRole('note').or(verifying.getByRole('alert')),
    verify: () => verifying.getByRole('button', { name: 'Verify now' }).click(),
    async pick(filter, value) {
      await list.getByRole('combobox', { name: filter }).click();
      await page.getByRole('option', { name: value, exact: true }).click();
    },
    async export(kind, pin) {
      await page.getByRole('button', { name: 'Export' }).click();
      const coming = page.waitForEvent('download');
      await page.getByRole('menuitem', { name: kind }).click();
      await pinPrompt(page).give(pin);
      return coming;
    },
  };
}
