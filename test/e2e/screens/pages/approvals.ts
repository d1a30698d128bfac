import type { Locator, Page } from '@playwright/test';

/** The question of an agent that is looked at, on its screen or alone in the small window, and its answers. */
export interface ApprovalsPage {
  /** What is asked, as in "shopper wants to pay $0.10". */
  question(words: string | RegExp): Locator;
  /** One of the facts, as in "To". */
  fact(name: string): Locator;
  /** "After this payment" and "Offer and request". */
  part(name: string): Locator;
  /** What is folded away: "Headers" and "Body". */
  unfold(name: string): Promise<Locator>;
  /** Says by `data-armed` whether what is pressed counts by now. */
  readonly answers: Locator;
  /** Resolves when an answer counts: half a second after the question stood there. */
  armed(): Promise<void>;
  readonly deny: Locator;
  readonly denyAndBlock: Locator;
  readonly once: Locator;
  readonly forADay: Locator;
  /** The sum of a yes for a day, and its yes. */
  readonly upTo: Locator;
  readonly yesForADay: Locator;
  readonly blocking: Locator;
  /** What became of the question. */
  readonly outcome: Locator;
  readonly next: Locator;
  readonly waiting: Locator;
  readonly earlier: Locator;
}

export function approvalsPage(page: Page): ApprovalsPage {
  const answers = page.locator('[data-armed]');
  const button = (name: string | RegExp) => answers.getByRole('button', { name, exact: true });
  return {
    question: (words) => page.getByRole('heading', { name: words }),
    fact: (name) => page.locator(`dt:text-is("${name}") + dd`),
    part: (name) => page.getByRole('region', { name, exact: true }),
    async unfold(name) {
      const fold = page.locator('details').filter({ has: page.locator('summary', { hasText: name }) });
      await fold.locator('summary').click();
      return fold;
    },
    answers,
    armed: () => page.locator('[data-armed=true]').waitFor(),
    deny: button('Deny'),
    denyAndBlock: button('Deny and block this payee'),
    once: button(/^Approve \$\S+ once$/),
    forADay: button('Approve this payee for a day …'),
    upTo: answers.getByLabel('Up to, within 24 hours'),
    yesForADay: button(/^Approve .*for a day$/),
    blocking: page.getByRole('dialog', { name: 'Block this payee?' }),
    outcome: page.getByRole('status').filter({ has: page.getByRole('note') }),
    next: page.getByRole('link', { name: 'Next question' }),
    waiting: page.getByRole('region', { name: /^Waiting/ }).getByRole('listitem'),
    earlier: page.getByRole('region', { name: 'Earlier' }).getByRole('listitem'),
  };
}
