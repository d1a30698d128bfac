import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { listen } from '../../../src-main/base/listen.ts';
import { loseAnswer } from '../../support/scripted-day.ts';
import { type Day, type ScreenHost, test } from './fixture.ts';
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
  { screen: 'shop', route: () => '/sell/Transcripts' },
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

/** A shop of the owner's own with credit bought there, and a payment whose fate is open: the chain decides about each one within a minute. */
async function dress({ host: { client }, street, cast }: Day): Promise<void> {
  const shops = await client.shops.list();
  if (!shops.some(({ name }) => name === 'Transcripts')) await trade(client);
  const { orders } = await client.host.status();
  if (orders.unknown === undefined) await loseAnswer(street, cast);
}

/** An API of the owner's that is sold, a few calls paid one by one, and a package of calls bought ahead. */
async function trade(client: ScreenHost['client']): Promise<void> {
  const api = createServer((_, response) => void response.end('{"text":"…"}'));
  const target = `http://127.0.0.1:${await listen(api, 0)}`;
  api.unref();
  const { gatewayUrl } = await client.shops.open({
    name: 'Transcripts',
    target,
    price: '0.02',
    prepaid: true,
    packages: [
      { id: 'p7d_50', name: 'Week', calls: 50, days: 7, price: '0.75' },
      { id: 'p30d_500', name: 'Month', calls: 500, days: 30, price: '5' },
    ],
    routes: [
      { method: 'GET', path: '/v1/short/*', price: '0.005' },
      { method: '*', path: '/health', price: '0' },
    ],
  });
  const buy = async (path: string): Promise<void> => {
    for await (const _step of await client.payments.pay({ url: `${gatewayUrl}${path}` }));
  };
  for (const path of ['/v1/long/1', '/v1/short/2', '/v1/long/3']) await buy(path);
  await client.prepaid.buy({ url: gatewayUrl, package: 'p7d_50' });
  for (let call = 0; call < 12; call += 1) await buy(`/v1/long/${call}`);
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
