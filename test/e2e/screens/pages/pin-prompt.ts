import type { Locator, Page } from '@playwright/test';

/** The one place where the owner's PIN is typed. */
export interface PinPrompt {
  readonly dialog: Locator;
  readonly pin: Locator;
  give(pin: string): Promise<void>;
  notNow(): Promise<void>;
}

export function pinPrompt(page: Page): PinPrompt {
  const dialog = page.getByRole('dialog', { name: 'Only you can do this' });
  const field = dialog.getByLabel('PIN', { exact: true });
  return {
    dialog,
    pin: field,
    async give(pin) {
      await field.fill(pin);
      await dialog.getByRole('button', { name: 'Go on' }).click();
    },
    notNow: () => dialog.getByRole('button', { name: 'Not now' }).click(),
  };
}
