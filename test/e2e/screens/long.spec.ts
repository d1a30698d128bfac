import type { Page } from '@playwright/test';
import { expect, test } from './fixture.ts';
import { logPage } from './pages/log.ts';
import { overviewPage } from './pages/overview.ts';
import { paymentsPage } from './pages/payments.ts';
import { shell } from './pages/shell.ts';

const element = '<img src=x onerror="window.hit=1"><script>window.hit=1</script>';
/** Ten thousand characters of markup, a turned name, and letters that look like others. */
const description = `Weather ${element} \u202egnihtyna\u202c \u200b\u2066 p\u0430yp\u0430l ${'very '.repeat(2_000)}`;
const path = `/v1/${encodeURIComponent(`${element}\u202egnp.exe`)}/${'a-very-long-path'.repeat(620)}`;
/** So much of both can still be paid for: what a seller says goes back to it in a header. */
const payable = 2_500;

/** Nothing of a text has become a part of the page, and the page is no wider than its window. */
async function staysInert(page: Page): Promise<void> {
  expect(await page.evaluate('window.hit')).toBeUndefined();
  await expect(page.locator('img[src="x"], main script')).toHaveCount(0);
  expect(await page.evaluate<number>('document.documentElement.scrollWidth - window.innerWidth')).toBeLessThanOrEqual(
    0,
  );
}

test('what sellers and agents write acts nowhere, hides nothing and breaks no layout', async ({ desk }) => {
  const { page, host } = desk;
  const { proxyUrl } = await host.client.agents.add({ agent: 'shopper', askAbove: '0.05', holdMs: 0 });
  const endless = await host.spend(proxyUrl, { path, price: '0.01', description });
  expect(endless.headers).toMatchObject({ 'groat-decision': 'denied', 'groat-reason': 'offer-malformed' });
  const said = { path: path.slice(0, payable), description: description.slice(0, payable) };
  expect((await host.spend(proxyUrl, { ...said, price: '0.02' })).status).toBe(200);
  const asked = await host.spend(proxyUrl, { ...said, price: '0.06' });
  expect(asked.headers).toMatchObject({ 'groat-decision': 'deferred' });

  for (const size of [
    { width: 1280, height: 800 },
    { width: 400, height: 860 },
  ]) {
    await page.setViewportSize(size);
    await shell(page).open('/');
    const { feed, needsYou, spending } = overviewPage(page);
    // A refusal is written down with the commit after it, so which of the last two is the newer one is open.
    await expect(feed).toHaveCount(3);
    for (const told of [/Waits for you/, /Paid.*\$0\.02/s, /price could not be read/])
      await expect(feed.filter({ hasText: told })).toHaveCount(1);
    for (const line of await feed.all()) await expect(line).toContainText('/v1/%3C');
    await expect(page.locator('a button')).toHaveCount(0);
    await expect(needsYou).toContainText('%3Cimg');
    await expect(spending).toContainText('$0.02');
    await staysInert(page);

    await shell(page).open('/payments');
    await expect(paymentsPage(page).rows).toHaveText([/%3Cimg.*Paid/s]);
    await staysInert(page);
    await paymentsPage(page).rows.getByRole('link').click();
    await expect(shell(page).heading(/\$0\.02/)).toBeVisible();
    // A turned name stands there as what it is.
    await expect(page.getByRole('table', { name: 'Facts' })).toContainText('%3Cimg');
    await page
      .getByRole('button', { name: /%3Cimg/ })
      .last()
      .click();
    await expect(page.getByRole('table', { name: 'Facts' })).toContainText('%E2%80%AE');
    await staysInert(page);

    await shell(page).open('/log');
    await expect(logPage(page).entries.first()).toContainText('%3Cimg');
    await staysInert(page);

    await shell(page).open(`/approvals/${asked.headers['groat-approval']}`);
    await expect(page.getByText('U+202E').first()).toBeVisible();
    await expect(page.getByText('U+200B').first()).toBeVisible();
    await expect(page.locator('mark').filter({ hasText: '\u0430' }).first()).toBeVisible();
    await staysInert(page);
  }
});
