import type { Locator, Page } from '@playwright/test';

/** What a new Groat shows first. */
export interface WelcomePage {
  readonly heading: Locator;
  /** One step, by its title; its heading has the focus, and Enter goes on from there. */
  step(title: string | RegExp): Locator;
  stepHeading(title: string | RegExp): Locator;
  readonly later: Locator;
  /** The six steps of the test payment as they stand: what each says of itself, and its title. */
  readonly paymentSteps: Locator;
}

export function welcomePage(page: Page): WelcomePage {
  const step = (title: string | RegExp) => page.getByRole('region', { name: title });
  return {
    heading: page.getByRole('heading', { level: 1, name: 'Welcome to Groat' }),
    step,
    stepHeading: (title) => page.getByRole('heading', { level: 2, name: title }),
    later: page.getByRole('button', { name: 'Set up later' }),
    paymentSteps: step('Make a test payment').getByRole('listitem'),
  };
}
