import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { loseAnswer } from '../../support/scripted-day.ts';
import { type Day, test } from './fixture.ts';
import { shell } from './pages/shell.ts';

const folder = join(import.meta.dirname, '..', '..', '..', 'docs', 'screenshots');

interface Shot {
  readonly screen: string;
  readonly route: (day: Day) => string;
  /** 1280 × 960 without it. */
  readonly size?: { readonly width: number; readonly height: number };
}

const screens: readonly Shot[] = [
  { screen: 'payments', route: () => '/payments' },
  { screen: 'payment', route: ({ last }) => `/payments/${last.settled}` },
  { screen: 'overview', route: () => '/' },
  { screen: 'overview-narrow', route: () => '/', size: { width: 400, height: 860 } },
  { screen: 'approvals', route: ({ last }) => `/approvals/${last.approval}` },
  { screen: 'prompt', route: () => '/prompt', size: { width: 440, height: 640 } },
  { screen: 'agents', route: () => '/agents' },
  { screen: 'agent', route: () => '/agents/research' },
  { screen: 'prepaid', route: () => '/prepaid' },
  { screen: 'sell', route: () => '/sell' },
  { screen: 'verification', route: () => '/verification' },
  { screen: 'log', route: () => '/log' },
  { screen: 'settings', route: () => '/settings' },
  { screen: 'welcome', route: () => '/welcome' },
];

for (const theme of ['light', 'dark'] as const) {
  for (const { screen, route, size = { width: 1280, height: 960 } } of screens) {
    test(`${screen}, ${theme}`, async ({ day }) => {
      const { page } = day;
      await dress(day);
      await page.emulateMedia({ reducedMotion: 'reduce', colorScheme: theme });
      await page.setViewportSize(size);
      await shell(page).open(route(day));
      await shell(page).ready();
      if (screen === 'approvals' || screen === 'prompt') await page.locator('[data-armed=true]').first().waitFor();
      mkdirSync(folder, { recursive: true });
      writeFileSync(join(folder, `${screen}-${theme}.png`), await atRest(page));
    });
  }
}

/** A shop of the owner's own, and a payment whose fate is open: the chain decides about each one within a minute. */
async function dress({ host: { client }, street, cast }: Day): Promise<void> {
  const shops = await client.shops.list();
  if (!shops.some(({ name }) => name === 'Transcripts'))
    await client.shops.open({ name: 'Transcripts', target: street.stalls.search.origin, price: '0.02' });
  const { orders } = await client.host.status();
  if (orders.unknown === undefined) await loseAnswer(street, cast);
}

/** The picture once it has stopped to change: fonts are there, charts are drawn, nothing moves. */
async function atRest(page: Page): Promise<Buffer> {
  await page.evaluate('document.fonts.ready.then(() => undefined)');
  await page.mouse.move(0, 0);
  let before = await picture(page);
  for (let tries = 0; tries < 20; tries += 1) {
    await page.waitForTimeout(200);
    const after = await picture(page);
    if (after.equals(before)) return after;
    before = after;
  }
  return before;
}

const picture = (page: Page): Promise<Buffer> => page.screenshot({ animations: 'disabled', caret: 'hide' });
