import type { Locator, Page } from '@playwright/test';

/** The one place where the owner's PIN is typed. */
export interface PinPrompt {
  readonly dialog: Locator;
  give(pin: string): Promise<void>;
  notNow(): Promise<void>;
}

export function pinPrompt(page: Page): PinPrompt {
  const dialog = page.getByRole('dialog', { name: 'Only you can do this' });
  return {
    dialog,
    async give(pin) {
      await dialog.getByLabel('PIN', { exact: true }).fill(pin);
      await dialog.getByRole('button', { name: 'Go on' }).click();
    },
    notNow: () => dialog.getByRole('button', { name: 'Not now' }).click(),
  };
}
