import { expect, test } from './fixture.ts';
import { agentPage, agentsPage } from './pages/agents.ts';
import { pinPrompt } from './pages/pin-prompt.ts';
import { shell } from './pages/shell.ts';

const nickel = { price: '0.05' };

test('an agent is added, its credential is shown once, and it pays', async ({ desk: { page, host } }) => {
  const agents = agentsPage(page);
  await shell(page).go('Agents');
  const proxyUrl = await agents.add('reader', { perPayment: '0.04', perDay: '1' });
  await expect(agents.made.getByRole('textbox', { name: 'Environment line' })).toHaveText(
    `export HTTP_PROXY=${proxyUrl} HTTPS_PROXY=${proxyUrl} http_proxy=${proxyUrl}`,
  );
  // What is shown once is not gone by a slip.
  await page.keyboard.press('Escape');
  await expect(agents.made).toBeVisible();
  expect((await host.spend(proxyUrl, { price: '0.04' })).status).toBe(200);
  expect(await host.spend(proxyUrl, nickel)).toMatchObject({ headers: { 'groat-reason': 'over-payment-limit' } });

  await agents.close();
  await expect(agents.made).toHaveCount(0);
  await expect(agents.row('reader')).toContainText(/Active.*\$0\.04.*\$1\.00/s);
  await agents.row('reader').getByRole('link').click();
  await expect(agentPage(page).credential).toContainText('<credential>');
  expect(await page.content()).not.toContain(new URL(proxyUrl).password);
  await expect(agentPage(page).payments).toContainText('$0.04');
  await expect(agentPage(page).refusals).toContainText('above the limit for one payment');
});

test('a name that cannot be and a name that is taken are told, and what was typed stays', async ({
  desk: { page, host },
  complaints,
}) => {
  complaints.expect(/\/rpc\/agents\/add$/);
  await host.client.agents.add({ agent: 'reader' });
  const before = await host.client.agents.list();
  await shell(page).go('Agents');
  await page.getByRole('button', { name: 'Add an agent' }).click();
  const form = page.getByRole('dialog', { name: 'Add an agent' });
  await form.getByLabel('One payment, at most').fill('0.07');
  await form.getByLabel('Name').fill('my agent!');
  await form.getByRole('button', { name: 'Add it' }).click();
  await expect(form).toContainText('A name such as research');
  await form.getByLabel('Name').fill('reader');
  await form.getByRole('button', { name: 'Add it' }).click();
  await expect(form.getByRole('alert')).toContainText('reader');
  await expect(form.getByLabel('Name')).toHaveValue('reader');
  await expect(form.getByLabel('One payment, at most')).toHaveValue('0.07');
  expect(await host.client.agents.list()).toEqual(before);
});

test('a stricter limit needs no PIN and holds from the next payment on', async ({ desk: { page, host } }) => {
  const { proxyUrl } = await host.client.agents.add({ agent: 'shopper', perPayment: '0.5' });
  expect((await host.spend(proxyUrl, nickel)).status).toBe(200);
  await shell(page).open('/agents/shopper');
  const agent = agentPage(page);
  await agent.limit('One payment').fill('0.02');
  await expect(agent.preview).toContainText('Stricter');
  await expect(agent.preview).toContainText('$0.50 → $0.02');
  await agent.save.click();
  await expect(agent.preview).toHaveCount(0);
  await expect(pinPrompt(page).dialog).toHaveCount(0);
  expect(await host.spend(proxyUrl, nickel)).toMatchObject({ headers: { 'groat-reason': 'over-payment-limit' } });
});

test('a looser limit needs the PIN: without it nothing changes, and what was typed stays', async ({
  desk,
  complaints,
}) => {
  complaints.expect(/\/rpc\/policy\/set$/);
  const { page, host, pin } = desk;
  const { proxyUrl } = await host.client.agents.add({ agent: 'shopper', perPayment: '0.02' });
  await shell(page).open('/agents/shopper');
  const agent = agentPage(page);
  await agent.limit('One payment').fill('0.06');
  await expect(agent.preview).toContainText('Looser');
  await agent.save.click();
  await pinPrompt(page).notNow();
  await expect(agent.limit('One payment')).toHaveValue('0.06');
  await expect(agent.preview).toContainText('$0.02 → $0.06');
  expect(await host.spend(proxyUrl, nickel)).toMatchObject({ headers: { 'groat-reason': 'over-payment-limit' } });

  await agent.save.click();
  await pinPrompt(page).give('not the right one');
  await expect(pinPrompt(page).pin).toHaveAccessibleDescription(/PIN/);
  expect(await host.spend(proxyUrl, nickel)).toMatchObject({ headers: { 'groat-reason': 'over-payment-limit' } });
  await pinPrompt(page).give(pin);
  await expect(agent.preview).toHaveCount(0);
  await expect(agent.limit('One payment')).toHaveValue('0.06');
  expect((await host.spend(proxyUrl, nickel)).status).toBe(200);
});

test('one agent is stopped at once, the others are not, and only the PIN lets it go on', async ({
  desk,
  complaints,
}) => {
  complaints.expect(/\/rpc\/agents\/resume$/);
  const { page, host, pin } = desk;
  const [shopper, reader] = await Promise.all(
    ['shopper', 'reader'].map(async (agent) => (await host.client.agents.add({ agent })).proxyUrl),
  );
  if (shopper === undefined || reader === undefined) throw new Error('there are two agents');
  await shell(page).go('Agents');
  const agents = agentsPage(page);
  await agents.pause('shopper').click();
  await expect(agents.resume('shopper')).toBeVisible();
  expect(await host.spend(shopper)).toMatchObject({ status: 402, headers: { 'groat-reason': 'agent-paused' } });
  expect((await host.spend(reader)).status).toBe(200);

  await agents.resume('shopper').click();
  await pinPrompt(page).notNow();
  await expect(agents.resume('shopper')).toBeVisible();
  expect((await host.spend(shopper)).status).toBe(402);
  await agents.resume('shopper').click();
  await pinPrompt(page).give(pin);
  await expect(agents.pause('shopper')).toBeVisible();
  expect((await host.spend(shopper)).status).toBe(200);
});

test('a new credential works, and the old one is worth nothing', async ({ desk: { page, host } }) => {
  const { proxyUrl } = await host.client.agents.add({ agent: 'shopper' });
  await shell(page).open('/agents/shopper');
  const agent = agentPage(page);
  const renewed = await agent.renew();
  expect(renewed).not.toBe(proxyUrl);
  expect((await host.spend(proxyUrl)).status).toBe(407);
  expect((await host.spend(renewed)).status).toBe(200);
  await shell(page).open('/agents');
  await shell(page).open('/agents/shopper');
  await expect(agent.credential).toContainText('<credential>');
  expect(await page.content()).not.toContain(new URL(renewed).password);
});

test('a part that is handed on pays within the whole, and stops with it', async ({ desk: { page, host } }) => {
  await host.client.agents.add({ agent: 'shopper', perDay: '0.08' });
  await shell(page).open('/agents/shopper');
  const agent = agentPage(page);
  const helper = await agent.handOn('shopper-helper', { perPayment: '0.05', perDay: '0.08' });
  await agentsPage(page).close();
  await expect(agent.parts).toContainText([/shopper-helper/]);
  expect((await host.spend(helper, nickel)).status).toBe(200);
  expect(await host.spend(helper, nickel)).toMatchObject({ headers: { 'groat-reason': 'over-day-limit' } });
  await expect(agent.parts).toContainText([/shopper-helper.*\$0\.05/s]);

  await agentsPage(page).pause('shopper').click();
  await expect(agentsPage(page).resume('shopper')).toBeVisible();
  expect(await host.spend(helper)).toMatchObject({ headers: { 'groat-reason': 'agent-paused' } });
});

test('an agent that was removed pays nothing more, and stays on record', async ({ desk: { page, host } }) => {
  const { proxyUrl } = await host.client.agents.add({ agent: 'shopper' });
  expect((await host.spend(proxyUrl)).status).toBe(200);
  await shell(page).open('/agents/shopper');
  const agent = agentPage(page);
  await agent.remove.click();
  await expect(agent.removing.getByRole('button', { name: 'Cancel' })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(agent.removing).toHaveCount(0);
  expect((await host.spend(proxyUrl)).status).toBe(200);
  await agent.remove.click();
  await agent.removing.getByRole('button', { name: 'Remove shopper' }).click();
  await expect(page.getByText('This agent was removed')).toBeVisible();
  expect((await host.spend(proxyUrl)).status).not.toBe(200);
  await expect(agent.payments).toContainText('$0.01');
  await shell(page).go('Agents');
  const agents = agentsPage(page);
  await expect(agents.showRemoved).toBeVisible();
  await expect(agents.row('shopper')).toHaveCount(0);
  await agents.showRemoved.click();
  await expect(agents.row('shopper')).toContainText('Removed');
});
