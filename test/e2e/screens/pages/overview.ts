import type { Locator, Page } from '@playwright/test';

/** What one sees first. */
export interface OverviewPage {
  /** Not there in good times. */
  readonly needsYou: Locator;
  readonly wallet: Locator;
  /** "24 hours", "7 days" and "30 days" of all agents. */
  readonly spent: Locator;
  /** The newest requests, one list item each. */
  readonly feed: Locator;
  readonly spending: Locator;
  /** How far back the chart goes: "24 hours", "30 days" or "12 weeks". */
  choose(span: string): Promise<void>;
  /** Who the chart is about: "Agent", "Payee" or "Site". */
  groupBy(name: string): Promise<void>;
  /** The chart's sums as they are drawn: name and dollars. */
  legend(): Promise<readonly (readonly [name: string, spent: string])[]>;
}

export function overviewPage(page: Page): OverviewPage {
  const section = (name: string) => page.getByRole('region', { name, exact: true });
  const spending = section('Spending');
  const pick = (group: string, name: string) =>
    spending.getByRole('radiogroup', { name: group }).getByText(name, { exact: true }).click();
  return {
    needsYou: section('Needs you'),
    wallet: section('In the wallet'),
    spent: section('Spent by all agents'),
    feed: section('Just now').getByRole('listitem'),
    spending,
    choose: (span) => pick('How far back', span),
    groupBy: (name) => pick('Grouped by', name),
    async legend() {
      const rows = await spending.getByRole('table', { name: 'Spending in sums' }).getByRole('row').all();
      const cells = await Promise.all(rows.map((row) => row.getByRole('cell').allInnerTexts()));
      return cells.flatMap(([name, spent]) =>
        name === undefined || spent === undefined ? [] : [[name.trim(), spent]],
      );
    },
  };
}
