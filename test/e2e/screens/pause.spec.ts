import { expect, test } from './fixture.ts';
import { pinPrompt } from './pages/pin-prompt.ts';

test('one click stops every agent’s payments, and only the PIN lets them go on', async ({ desk, complaints }) => {
  const { page, host, pin } = desk;
  // The browser's own line for each refusal: without a PIN, and with a wrong one.
  complaints.expect(/\/rpc\/desk\/resume$/);
  const { proxyUrl } = await host.client.agents.add({ agent: 'shopper' });
  expect((await host.spend(proxyUrl)).status).toBe(200);

  await page.getByRole('button', { name: 'Pause everything' }).click();
  const resume = page.getByRole('button', { name: 'Resume payments' });
  await expect(resume).toBeVisible();
  expect(await host.spend(proxyUrl)).toMatchObject({ status: 402, headers: { 'groat-reason': 'paused' } });

  await resume.click();
  await pinPrompt(page).give('not the right one');
  await expect(pinPrompt(page).dialog).toBeVisible();
  expect((await host.spend(proxyUrl)).status).toBe(402);
  await pinPrompt(page).give(pin);
  await expect(page.getByRole('button', { name: 'Pause everything' })).toBeVisible();
  expect((await host.spend(proxyUrl)).status).toBe(200);
});
