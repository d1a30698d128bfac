import { enter } from '../../support/screen-door.ts';
import { expect, test } from './fixture.ts';
import { shell } from './pages/shell.ts';
import { welcomePage } from './pages/welcome.ts';

const pin = 'a pin of our own';

test('from a new Groat to a first payment with the keyboard alone', async ({ fresh }) => {
  const { page, host } = fresh;
  const { keyboard } = page;
  await enter(fresh);
  const welcome = welcomePage(page);
  await expect(welcome.heading).toBeVisible();
  await expect(welcome.stepHeading('What is Groat for?')).toBeFocused();
  await keyboard.press('Enter');

  await expect(welcome.stepHeading('Choose your PIN')).toBeFocused();
  await keyboard.press('Tab');
  await keyboard.type(pin);
  await keyboard.press('Tab');
  await expect(welcome.step('Choose your PIN').getByLabel('The same once more')).toBeFocused();
  await keyboard.type(pin);
  await keyboard.press('Enter');

  await expect(welcome.stepHeading('How much may they spend?')).toBeFocused();
  await expect(welcome.step('How much may they spend?').getByRole('radio', { name: /^Everyday/ })).toBeChecked();
  await keyboard.press('Enter');

  await expect(welcome.stepHeading('Add your first agent')).toBeFocused();
  await keyboard.press('Enter');
  await expect(welcome.stepHeading('shopper can pay now')).toBeFocused();
  const line = welcome.step('shopper can pay now').getByRole('textbox', { name: 'Environment line' });
  await expect(line).toContainText('export HTTP_PROXY=http://shopper:');
  await keyboard.press('Enter');

  await expect(welcome.stepHeading('Make a test payment')).toBeFocused();
  const before = Number((await host.client.wallet.balance()).onChain);
  await keyboard.press('Enter');
  const payment = welcome.step('Make a test payment');
  await expect(payment).toContainText('shopper just paid $0.01');
  await expect(welcome.paymentSteps).toContainText([
    /Done.*The agent asks/s,
    /Done.*The seller wants money first/s,
    /Done.*Groat reads the price/s,
    /Done.*Groat decides by your limits/s,
    /Done.*The payment is signed and sent/s,
    /Done.*The seller delivers/s,
  ]);
  const [order] = await host.client.orders.list({});
  expect(order).toMatchObject({ agent: 'shopper', amount: '0.01' });
  await expect.poll(async () => Number((await host.client.wallet.balance()).onChain)).toBeCloseTo(before - 0.01, 6);
  await expect(payment.getByRole('button', { name: 'Finish' })).toBeEnabled();
  await keyboard.press('Enter');

  await expect(shell(page).heading('Overview')).toBeVisible();
  expect(await host.client.owner.state()).toMatchObject({ hasPin: true });
  expect(await host.client.preferences.show()).toMatchObject({ welcomed: true });
  const desk = (await host.client.policy.show()).delegations.find(({ parent }) => parent === null);
  expect(desk?.terms.limits).toMatchObject({ perPayment: '1', perDay: '10' });
  await host.owner(pin).desk.resume({});
});

test('“Set up later” leaves the first steps for good', async ({ fresh }) => {
  const { page, host } = fresh;
  await enter(fresh);
  await welcomePage(page).later.click();
  await expect(shell(page).heading('Overview')).toBeVisible();
  await page.reload();
  await expect(shell(page).heading('Overview')).toBeVisible();
  expect(await host.client.preferences.show()).toMatchObject({ welcomed: true });
  expect(await host.client.owner.state()).toMatchObject({ hasPin: false });
});

test('who sells is led to the shop, and not to agents', async ({ fresh }) => {
  const { page } = fresh;
  await enter(fresh);
  const welcome = welcomePage(page);
  await welcome
    .step('What is Groat for?')
    .getByRole('radio', { name: /^I sell an API/ })
    .click();
  await page.keyboard.press('Enter');
  await welcome.step('Choose your PIN').getByRole('button', { name: 'Skip' }).click();
  await welcome.step('Put a price on your API').getByRole('button', { name: 'Open the Sell screen' }).click();
  await expect(shell(page).heading('Sell')).toBeVisible();
});

test('a PIN that is too short is not taken, and a step can be left out and gone back to', async ({ fresh }) => {
  const { page, host } = fresh;
  await enter(fresh);
  const welcome = welcomePage(page);
  await page.getByRole('button', { name: 'Go on' }).click();
  const step = welcome.step('Choose your PIN');
  await step.getByLabel('New PIN').fill('short');
  await step.getByLabel('The same once more').fill('short');
  await expect(step.getByRole('button', { name: 'Set the PIN' })).toBeDisabled();
  await expect(step).toContainText('8');
  await step.getByRole('button', { name: 'Skip' }).click();
  await welcome.step('How much may they spend?').getByRole('button', { name: 'Back' }).click();
  await expect(welcome.stepHeading('Choose your PIN')).toBeFocused();
  expect(await host.client.owner.state()).toMatchObject({ hasPin: false });
});
