import type { Page } from '@playwright/test';
import { screenHome, startScreenHost } from '../../support/screen-host.ts';
import { expect, type ScreenHost, test } from './fixture.ts';
import { overviewPage } from './pages/overview.ts';
import { shell } from './pages/shell.ts';
import { signIn } from './pages/sign-in.ts';

const dollars = (micros: bigint): string =>
  Number(`${micros}e-6`).toLocaleString('en-US', {
    style: 'currency',
    currency: 'USD',
    minimumFractionDigits: 2,
    maximumFractionDigits: 6,
  });
const micros = (decimal: string): bigint => {
  const [whole = '0', fraction = ''] = decimal.split('.');
  return BigInt(whole + fraction.padEnd(6, '0'));
};

test('a payment shows in the feed and in the sums while it happens', async ({ desk: { page, host } }) => {
  const overview = overviewPage(page);
  await page.evaluate('window.stayed = true');
  const before = micros((await host.client.wallet.balance()).available);
  await expect(overview.feed).toHaveCount(0);
  const { proxyUrl } = await host.client.agents.add({ agent: 'shopper' });
  await host.spend(proxyUrl, { path: '/v1/first', price: '0.02' });
  await expect(overview.feed).toHaveText([/shopper.*\/v1\/first.*Paid.*\$0\.02/s]);
  await expect(overview.spent).toContainText(/24 hours\s*\$0\.02 .*7 days\s*\$0\.02 .*30 days\s*\$0\.02 /s);
  await host.spend(proxyUrl, { path: '/v1/second', price: '0.03' });
  await expect(overview.feed).toHaveText([/\/v1\/second.*Paid.*\$0\.03/s, /\/v1\/first/]);
  await expect(overview.spent).toContainText(/24 hours\s*\$0\.05 .*7 days\s*\$0\.05 .*30 days\s*\$0\.05 /s);
  await expect(overview.wallet).toContainText(dollars(before - 50_000n));
  await expect(overview.wallet).toContainText('Nothing is set aside');
  expect(await page.evaluate('window.stayed')).toBe(true);
});

test('the chart’s sums are what was paid, by agent, payee and site, however far back', async ({ desk }) => {
  const { page, host } = desk;
  const overview = overviewPage(page);
  await expect(overview.spending).toContainText('Nothing was spent in 24 hours');
  const agents = await Promise.all(
    ['reader', 'writer'].map(async (agent) => (await host.client.agents.add({ agent })).proxyUrl),
  );
  for (const [index, proxyUrl] of agents.entries())
    for (const price of ['0.01', '0.0005']) await host.spend(proxyUrl, { path: `/v1/${index}`, price });
  // Paid, and not delivered: the money moved all the same.
  await host.spend(agents[0] ?? '', { path: '/v1/broken', price: '0.1', manner: 'fails' });
  const { payTo, origin } = await host.stall();
  for (const span of ['24 hours', '30 days', '12 weeks']) {
    await overview.choose(span);
    await overview.groupBy('Agent');
    await expect.poll(overview.legend).toEqual([
      ['reader', '$0.1105'],
      ['writer', '$0.0105'],
    ]);
    await overview.groupBy('Payee');
    await expect.poll(overview.legend).toEqual([[expect.stringContaining(payTo.slice(0, 12)), '$0.121']]);
    await overview.groupBy('Site');
    await expect.poll(overview.legend).toEqual([[origin, '$0.121']]);
  }
});

test('two weeks of three agents add up to what the payments’ own list says', async ({ day: { page, host } }) => {
  const { orders } = await host.client.orders.search({ states: ['settled', 'failed'], limit: 500 });
  const paid = new Map<string, bigint>();
  for (const { agent, amount } of orders) paid.set(agent, (paid.get(agent) ?? 0n) + micros(amount));
  expect([...paid.keys()]).toHaveLength(4);
  const overview = overviewPage(page);
  await shell(page).open('/');
  await overview.groupBy('Agent');
  for (const span of ['30 days', '12 weeks']) {
    await overview.choose(span);
    await expect
      .poll(async () => Object.fromEntries(await overview.legend()))
      .toEqual(Object.fromEntries([...paid].map(([agent, sum]) => [agent, dollars(sum)])));
  }
});

test('a question that waits and a site that was stopped stand under “Needs you”', async ({ desk: { page, host } }) => {
  const { needsYou } = overviewPage(page);
  const careful = await host.client.agents.add({ agent: 'careful', askAbove: '0.05', holdMs: 0 });
  const hasty = await host.client.agents.add({ agent: 'hasty' });
  await host.spend(hasty.proxyUrl);
  await expect(overviewPage(page).feed).toHaveCount(1);
  await expect(needsYou).toHaveCount(0);

  await host.spend(careful.proxyUrl, { path: '/v1/dear', price: '0.06' });
  await expect(needsYou).toContainText(/careful wants to pay \$0\.06 for .*\/v1\/dear/s);
  for (let failures = 0; failures < 6; failures += 1)
    await host.spend(hasty.proxyUrl, { path: '/v1/broken', manner: 'fails' });
  const { origin } = await host.stall();
  await expect(needsYou).toContainText(`Payments to ${origin} failed too often`);

  await needsYou.getByRole('link', { name: 'Look at it' }).click();
  await expect(shell(page).heading('Approvals')).toBeVisible();
});

test.describe('when Groat goes', { tag: '@browser' }, () => {
  const unreachable = (page: Page) => page.getByText('Groat does not answer');

  test('killed, it is said to be gone; started again on the same port, it knows nobody', async ({ page }) => {
    const home = screenHome();
    const hosts: ScreenHost[] = [];
    try {
      const first = await startScreenHost(home);
      hosts.push(first);
      await first.client.preferences.set({ welcomed: true });
      await page.goto(await first.link());
      await shell(page).ready();
      process.kill(first.ready.pid, 'SIGKILL');
      await expect(unreachable(page)).toBeVisible();
      // What was known stays to be read.
      await expect(shell(page).heading('Overview')).toBeVisible();

      const env = { ...home.env, GROAT_UI_PORT: new URL(first.ready.uiUrl ?? '').port };
      hosts.push(await startScreenHost({ home: home.home, env }));
      await expect(signIn(page).heading).toBeVisible();
      await expect(signIn(page).command).toBeVisible();
      await expect(shell(page).navigation).toHaveCount(0);
    } finally {
      for (const host of hosts) await host.stop();
      home.remove();
    }
  });

  test('started anew by a change of settings, the page goes on by itself', async ({ desk, complaints }) => {
    const { page, host, pin } = desk;
    // The browser's own line for each try while nobody listens.
    complaints.expect(/net::ERR_/);
    const { proxyUrl } = await host.client.agents.add({ agent: 'shopper' });
    await host.spend(proxyUrl);
    await expect(overviewPage(page).feed).toHaveCount(1);
    await page.evaluate('window.stayed = true');
    await host.owner(pin).settings.change({ network: 'sandbox' });
    await expect(unreachable(page)).toBeVisible();
    await expect(unreachable(page)).toBeHidden();
    await host.spend(proxyUrl, { path: '/v1/after' });
    await expect(overviewPage(page).feed).toHaveText([/\/v1\/after.*Paid/s, /\/v1\/thing/]);
    expect(await page.evaluate('window.stayed')).toBe(true);
  });
});
