import { throughProxy } from '../../support/proxy-client.ts';
import { scriptedPin } from '../../support/scripted-day.ts';
import { expect, test } from './fixture.ts';
import { overviewPage } from './pages/overview.ts';
import { paymentsPage } from './pages/payments.ts';
import { shell } from './pages/shell.ts';

test('a payment whose answer was lost stands on top until the chain has it, and counts once', async ({ desk }) => {
  const { page, host } = desk;
  const payments = paymentsPage(page);
  const { proxyUrl } = await host.client.agents.add({ agent: 'shopper' });
  const { available } = await host.client.wallet.balance();
  await host.spend(proxyUrl, { path: '/v1/lost', price: '0.07', manner: 'keeps' });
  await expect(overviewPage(page).spent).toContainText(/24 hours\s*\$0\.07 /);
  await shell(page).go('Payments');
  const checkNow = payments.unknown.getByRole('button', { name: 'Check now' });
  await expect(payments.unknown).toContainText(/\$0\.07 by shopper for .*\/v1\/lost/s);
  await checkNow.click();
  await expect(payments.unknown).toContainText('The chain does not show it yet');

  await (await host.stall()).settleKept();
  // Groat looks by itself, too: whoever of the two is first, it is gone from the top and stands in the list as paid.
  await checkNow.click({ timeout: 1_000 }).catch(() => undefined);
  await expect(payments.rows).toHaveText([/shopper.*\/v1\/lost.*Paid.*\$0\.07/s]);
  await expect(payments.unknown).toHaveCount(0);
  const after = await host.client.wallet.balance();
  expect(Number(available) - Number(after.available)).toBeCloseTo(0.07, 6);
  expect(Number(after.reserved)).toBe(0);
  await shell(page).go('Overview');
  await expect(overviewPage(page).spent).toContainText(/24 hours\s*\$0\.07 /);
});

test('while the list is read it stands still, and a button shows what came since', async ({ desk: { page, host } }) => {
  const payments = paymentsPage(page);
  await shell(page).go('Payments');
  await expect(page.getByText('No payments yet')).toBeVisible();
  const { proxyUrl } = await host.client.agents.add({ agent: 'shopper' });
  await host.spend(proxyUrl, { path: '/v1/one' });
  await expect(payments.rows).toHaveText([/\/v1\/one.*Paid/s]);
  for (const path of ['/v1/two', '/v1/three']) await host.spend(proxyUrl, { path });
  await expect(page.getByText('3 payments so far.')).toBeVisible();
  await expect(payments.rows).toHaveText([/\/v1\/one/]);
  await page.getByRole('button', { name: 'Show 2 new payments' }).click();
  await expect(payments.rows).toHaveText([/\/v1\/three/, /\/v1\/two/, /\/v1\/one/]);
});

test('one payment’s page tells its steps in their order', async ({ desk: { page, host } }) => {
  const { proxyUrl } = await host.client.agents.add({ agent: 'shopper' });
  const { headers } = await host.spend(proxyUrl, { path: '/v1/paper', price: '0.04' });
  await shell(page).go('Payments');
  await paymentsPage(page)
    .rows.getByRole('link', { name: /\/v1\/paper/ })
    .click();
  await expect(shell(page).heading(/\$0\.04/)).toBeVisible();
  await expect(page.getByRole('note').filter({ hasText: 'Paid' })).toContainText('The money moved');
  await expect(page.getByRole('region', { name: 'Steps' })).toContainText(
    /Asked for money, and allowed.*Signed.*Sent.*Answered.*(Seen on the chain.*Delivered|Delivered.*Seen on the chain)/s,
  );
  const { signature } = await host.client.orders.get({ id: String(headers['groat-order']) });
  const facts = page.getByRole('table', { name: 'Facts' });
  await expect(facts).toContainText((await host.stall()).payTo);
  await expect(facts).toContainText(String(signature).slice(0, 12));
});

test.describe('of two weeks', () => {
  test.beforeEach(({ day: { page } }) => shell(page).open('/payments'));
  test.afterEach(({ day: { page } }) => shell(page).open('/'));

  test('a filter finds all that it fits and nothing else', async ({ day: { page, host } }) => {
    const payments = paymentsPage(page);
    const found = async (filter: Parameters<typeof host.client.orders.search>[0]) =>
      (await host.client.orders.search({ ...filter, limit: 500 })).orders.length;
    const findsAll = async (count: number): Promise<void> => {
      expect(count).toBeGreaterThan(0);
      await expect(payments.foot).toHaveText(`${count} found; that is all.`);
    };

    await payments.pick('Agent', 'build-bot');
    await findsAll(await found({ agent: 'build-bot' }));
    for (const text of await payments.rows.allInnerTexts()) expect(text).toContain('build-bot');
    await payments.pick('Outcome', 'Paid, not delivered');
    await expect(page.getByText('Nothing like that')).toBeVisible();
    await payments.clear.click();
    await payments.pick('Outcome', 'Paid, not delivered');
    await findsAll(await found({ states: ['failed'] }));
    for (const text of await payments.rows.allInnerTexts()) expect(text).toContain('Paid, not delivered');
    await payments.clear.click();
    await payments.search.fill('V1/PAPERS');
    await findsAll(await found({ text: '/v1/papers' }));
    for (const text of await payments.rows.allInnerTexts()) expect(text).toContain('/v1/papers');

    const day = new Date(Date.now() - 3 * 86_400_000);
    const [begin, name] = [day.setUTCHours(0, 0, 0, 0), day.toISOString().slice(0, 10)];
    await payments.clear.click();
    await payments.from.fill(name);
    await payments.until.fill(name);
    await findsAll(await found({ from: begin, until: begin + 86_400_000 }));
    await payments.search.fill('no such address');
    await expect(page.getByText('Nothing like that')).toBeVisible();
    await expect(payments.search).toHaveValue('no such address');
  });

  test('scrolling comes to the very first one', async ({ day: { page, host } }) => {
    const payments = paymentsPage(page);
    const { orders } = await host.client.orders.search({ limit: 500 });
    expect(orders.length).toBeGreaterThan(150);
    await expect(payments.table).toHaveAttribute('aria-rowcount', String(orders.length + 1));
    const first = payments.table.getByRole('link').and(page.locator(`[href="#/payments/${orders.at(-1)?.id}"]`));
    await expect(first).toHaveCount(0);
    // As a person does it without a mouse.
    await payments.table.getByRole('rowgroup').last().press('End');
    await expect(first).toBeVisible();
    await expect(payments.rows.last()).toContainText(new URL(orders.at(-1)?.url ?? '').pathname);
  });

  test('an export has every payment, and no cell that a spreadsheet would run', { tag: '@browser' }, async ({
    day: { page, host, street, cast },
    complaints,
  }) => {
    // The browser's own line for the first try, without a PIN.
    complaints.expect(/\/rpc\/orders\/export$/);
    const payments = paymentsPage(page);
    const path = '/v1/a,=HYPERLINK("http://127.0.0.1/"),@SUM(1+1)';
    const url = street.stalls.search.sell(new URL(path, street.stalls.search.origin).pathname, { price: '0.001' });
    expect((await throughProxy(cast.research, url)).status).toBe(200);
    const { orders } = await host.client.orders.search({ limit: 500 });

    const lines = csvRows(await payments.download(/CSV/, scriptedPin));
    const [head = [], ...rows] = lines;
    expect(rows.map((cells) => cells[head.indexOf('id')])).toEqual(orders.map(({ id }) => id));
    expect(rows.map((cells) => cells[head.indexOf('url')])).toEqual(orders.map((order) => order.url));
    expect(rows.map((cells) => cells[head.indexOf('amount')])).toEqual(orders.map(({ amount }) => amount));
    for (const cells of lines) {
      expect(cells).toHaveLength(head.length);
      for (const cell of cells) expect(cell).not.toMatch(/^[=+\-@\t\r]/);
    }

    const json: unknown = JSON.parse(await payments.download(/JSON/, scriptedPin));
    expect(json).toEqual(orders.map(({ id, url, amount }) => expect.objectContaining({ id, url, amount })));
  });

  test('an export is of what the filter finds', { tag: '@browser' }, async ({ day: { page, host }, complaints }) => {
    complaints.expect(/\/rpc\/orders\/export$/);
    const payments = paymentsPage(page);
    await payments.pick('Agent', 'research-digest');
    await expect(payments.foot).toContainText('that is all');
    const [, ...rows] = csvRows(await payments.download(/CSV/, scriptedPin));
    const { orders } = await host.client.orders.search({ agent: 'research-digest', limit: 500 });
    expect(rows).toHaveLength(orders.length);
  });
});

/** RFC 4180, read back. */
function csvRows(text: string): readonly (readonly string[])[] {
  const rows: string[][] = [];
  let cells: string[] = [];
  for (const [, quoted, plain, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/g)) {
    cells.push(quoted?.replaceAll('""', '"') ?? plain ?? '');
    if (end === ',') continue;
    rows.push(cells);
    cells = [];
  }
  return rows;
}
