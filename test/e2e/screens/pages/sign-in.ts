import type { Locator, Page } from '@playwright/test';

/** What a browser sees that did not come by a link. */
export interface SignIn {
  readonly heading: Locator;
  /** The line to type on the owner's terminal. */
  readonly command: Locator;
}

export function signIn(page: Page): SignIn {
  return {
    heading: page.getByRole('heading', { level: 1, name: 'Open Groat from your terminal' }),
    command: page.getByText('groat ui', { exact: true }),
  };
}
