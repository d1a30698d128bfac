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
    const clock = await takeClock(page);
    await shell(page).open('/prompt');
    await clock.stop();
    const { id, answer } = await ask(host, await asker(host, 'shopper'), poster);
    const approvals = approvalsPage(page);
    await clock.until(() => approvals.answers.isVisible());
    await expect(approvals.answers).toHaveAttribute('data-armed', 'false');
    await expect(approvals.deny).toBeFocused();
    // The last one keeps the focus.
    for (const button of [approvals.once, approvals.forADay, approvals.denyAndBlock, approvals.deny])
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
    await clock.until(async () => !(await waitingIds(host)).includes(id));
    expect(await answer).toMatchObject({ status: 402, headers: { 'groat-reason': 'approval-denied' } });
  });

  test('of the next question a double click does not answer that too', async ({ desk }) => {
    const { page, host } = desk;
    const clock = await takeClock(page);
    const first = await ask(host, await asker(host, 'first'), poster);
    const second = await ask(host, await asker(host, 'second'), { ...poster, price: '0.2' });
    await shell(page).open('/prompt');
    const approvals = approvalsPage(page);
    await approvals.armed();
    await clock.stop();
    await page.keyboard.press('Enter');
    await clock.until(() => approvals.question('second wants to pay $0.20').isVisible());
    await expect(approvals.answers).toHaveAttribute('data-armed', 'false');
    await page.keyboard.press('Enter');
    await clock.run(400);
    await approvals.deny.dblclick();
    expect(await waitingIds(host)).toEqual([second.id]);
    expect((await first.answer).status).toBe(402);
    await clock.run(600);
    await expect(approvals.answers).toHaveAttribute('data-armed', 'true');
    await approvals.deny.click();
    await clock.until(async () => (await waitingIds(host)).length === 0);
    expect((await second.answer).status).toBe(402);
  });

  for (const [name, key] of [
    ['Enter', 'Enter'],
    ['the space bar', ' '],
  ] as const)
    test(`${name}, held down since before the question, answers nothing when it repeats or is let go`, async ({
      desk,
    }) => {
      const { page, host } = desk;
      await shell(page).open('/prompt');
      await expect(page.getByText('Nothing waits for you')).toBeVisible();
      await page.keyboard.down(key);
      const { id, answer } = await ask(host, await asker(host, 'shopper'), poster);
      const approvals = approvalsPage(page);
      await expect(approvals.deny).toBeFocused();
      await approvals.armed();
      // A second `down` is the key repeating itself.
      await page.keyboard.down(key);
      await page.keyboard.up(key);
      expect(await waitingIds(host)).toEqual([id]);
      await page.keyboard.press(key);
      expect((await answer).status).toBe(402);
    });
});

/** The page's time in the spec's hand: it runs as usual until it is stopped, and then only when it is told to. */
async function takeClock(page: Page) {
  await page.clock.install();
  const run = (ms: number) => page.clock.runFor(ms);
  return {
    stop: () => page.clock.pauseAt(Date.now() + 500),
    run,
    /** Lets as little time pass as the page needs to draw and to call. */
    async until(there: () => Promise<boolean>): Promise<void> {
      const tried = async (): Promise<boolean> => {
        await run(10);
        return there();
      };
      await expect.poll(tried, { intervals: [20] }).toBe(true);
    },
  };
}
