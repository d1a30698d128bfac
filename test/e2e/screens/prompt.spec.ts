import type { Page } from '@playwright/test';
import { ask, asker, paidOrders, poster, waitingIds } from './asking.ts';
import { expect, test } from './fixture.ts';
import { approvalsPage } from './pages/approvals.ts';
import { pinPrompt } from './pages/pin-prompt.ts';
import { shell } from './pages/shell.ts';

test('the small window asks the oldest question first, goes on to the next, and ends empty', async ({
  desk,
  complaints,
}) => {
  complaints.expect(/\/rpc\/approvals\/approve$/);
  const { page, host, pin } = desk;
  const { path: _path, ...good } = poster;
  const first = await ask(host, await asker(host, 'first'), { ...good, path: '/v1/one' });
  const second = await ask(host, await asker(host, 'second'), { ...good, path: '/v1/two', price: '0.2' });
  await shell(page).open('/prompt');
  const approvals = approvalsPage(page);
  await expect(shell(page).navigation).toHaveCount(0);
  await expect(approvals.question('first wants to pay $0.10')).toBeVisible();
  await expect(page.getByText('1 of 2')).toBeVisible();
  await expect(approvals.deny).toBeFocused();
  await approvals.armed();
  await approvals.deny.click();
  expect((await first.answer).status).toBe(402);
  await expect(approvals.question('second wants to pay $0.20')).toBeVisible();
  await expect(approvals.outcome).toContainText('Denied');
  await expect(page.getByText('1 of 1')).toBeVisible();
  await expect(approvals.deny).toBeFocused();
  await approvals.armed();
  await approvals.once.click();
  await pinPrompt(page).give(pin);
  expect((await second.answer).status).toBe(200);
  await expect(approvals.outcome).toContainText('Approved');
  await expect(page.getByText('Nothing waits for you')).toBeVisible();
  expect(await paidOrders(host)).toEqual(['0.2']);
});

test('the small window is empty when nothing waits, and a question comes by itself', async ({ desk }) => {
  const { page, host } = desk;
  await shell(page).open('/prompt');
  await expect(page.getByText('Nothing waits for you')).toBeVisible();
  const { answer } = await ask(host, await asker(host, 'shopper'), poster);
  const approvals = approvalsPage(page);
  await expect(approvals.question('shopper wants to pay $0.10')).toBeVisible();
  await approvals.armed();
  await page.keyboard.press('Enter');
  expect((await answer).status).toBe(402);
});

test.describe('in the first half second', () => {
  test('no click and no key is an answer; after it they are', async ({ desk }) => {
    const { page, host } = desk;
    await shell(page).open('/prompt');
    const clock = await stopClock(page);
    const { id, answer } = await ask(host, await asker(host, 'shopper'), poster);
    const approvals = approvalsPage(page);
    await clock.until(() => approvals.answers.isVisible());
    await expect(approvals.answers).toHaveAttribute('data-armed', 'false');
    await expect(approvals.deny).toBeFocused();
    for (const button of [approvals.deny, approvals.once, approvals.forADay, approvals.denyAndBlock])
      await button.click();
    for (const key of ['Enter', ' ']) await page.keyboard.press(key);
    await clock.run(400);
    await page.keyboard.press('Enter');
    await expect(approvals.answers).toHaveAttribute('data-armed', 'false');
    await expect(page.getByRole('dialog')).toHaveCount(0);
    await expect(approvals.upTo).toHaveCount(0);
    expect(await waitingIds(host)).toEqual([id]);

    await clock.run(200);
    await expect(approvals.answers).toHaveAttribute('data-armed', 'true');
    await page.keyboard.press('Enter');
    expect(await answer).toMatchObject({ status: 402, headers: { 'groat-reason': 'approval-denied' } });
  });

  test('of the next question a double click does not answer that too', async ({ desk }) => {
    const { page, host } = desk;
    const first = await ask(host, await asker(host, 'first'), poster);
    const second = await ask(host, await asker(host, 'second'), { ...poster, price: '0.2' });
    await shell(page).open('/prompt');
    const approvals = approvalsPage(page);
    await approvals.armed();
    const clock = await stopClock(page);
    await page.keyboard.press('Enter');
    expect((await first.answer).status).toBe(402);
    await clock.until(() => approvals.question('second wants to pay $0.20').isVisible());
    await expect(approvals.answers).toHaveAttribute('data-armed', 'false');
    await page.keyboard.press('Enter');
    await approvals.deny.dblclick();
    expect(await waitingIds(host)).toEqual([second.id]);
    await clock.run(600);
    await expect(approvals.answers).toHaveAttribute('data-armed', 'true');
    await approvals.deny.click();
    expect((await second.answer).status).toBe(402);
  });

  test('a key that was held down before is no answer later either', async ({ desk }) => {
    const { page, host } = desk;
    await shell(page).open('/prompt');
    await expect(page.getByText('Nothing waits for you')).toBeVisible();
    await page.keyboard.down('Enter');
    const { id, answer } = await ask(host, await asker(host, 'shopper'), poster);
    const approvals = approvalsPage(page);
    await approvals.armed();
    await expect(approvals.deny).toBeFocused();
    // A second `down` is the key repeating itself.
    await page.keyboard.down('Enter');
    await page.keyboard.up('Enter');
    expect(await waitingIds(host)).toEqual([id]);
    await page.keyboard.down(' ');
    await host.client.approvals.deny({ id });
    expect((await answer).status).toBe(402);

    const next = await ask(host, await asker(host, 'reader'), poster);
    await expect(approvals.question('reader wants to pay $0.10')).toBeVisible();
    await approvals.armed();
    await page.keyboard.up(' ');
    expect(await waitingIds(host)).toEqual([next.id]);
    await approvals.deny.click();
    expect((await next.answer).status).toBe(402);
  });
});

/** Stops the page's time, which from then on only runs when it is told to. */
async function stopClock(page: Page) {
  // The time of an input event is the browser's own: the page's must not get ahead of it.
  await expect.poll(() => page.evaluate('performance.now()')).toBeGreaterThan(3_000);
  await page.clock.install();
  await page.clock.pauseAt(Date.now() + 500);
  const run = (ms: number) => page.clock.runFor(ms);
  return {
    run,
    async until(there: () => Promise<boolean>): Promise<void> {
      await expect
        .poll(async () => {
          await run(10);
          return there();
        })
        .toBe(true);
    },
  };
}
