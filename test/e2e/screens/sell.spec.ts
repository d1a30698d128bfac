import { createServer } from 'node:http';
import { listen } from '../../../src-main/base/listen.ts';
import { expect, test } from './fixture.ts';
import { pinPrompt } from './pages/pin-prompt.ts';
import { sellPage, shopPage } from './pages/sell.ts';
import { shell } from './pages/shell.ts';

/** An API of the owner's, which says what it was asked for. */
async function withApi(use: (api: { readonly origin: string; readonly port: number }) => Promise<void>): Promise<void> {
  const server = createServer((request, response) => {
    response.setHeader('Content-Type', 'text/plain').end(`a saying for ${request.url}`);
  });
  const port = await listen(server, 0);
  try {
    await use({ origin: `http://127.0.0.1:${port}`, port });
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

const offerOf = (answer: Response): { accepts: { amount: string }[] } =>
  JSON.parse(Buffer.from(answer.headers.get('payment-required') ?? '', 'base64').toString('utf8'));

test('a shop is opened in front of an API, and whoever calls its address is asked to pay', async ({ desk }) => {
  const { page, host } = desk;
  const { origin } = await host.stall();
  const sell = sellPage(page);
  await shell(page).go('Sell');
  await expect(sell.shops).toContainText('demo');
  await sell.api.fill(origin);
  await sell.price.fill('0.02');
  await sell.name.fill('Transcripts');
  await sell.open.click();
  await expect(sell.card('Transcripts')).toContainText(/Transcripts.*Open.*\$0\.02 a request/s);
  // Ready for the next one.
  await expect(sell.api).toHaveValue('');

  const answer = await fetch(await sell.address('Transcripts'));
  expect(answer.status).toBe(402);
  expect(offerOf(answer).accepts).toMatchObject([{ amount: '20000' }]);
});

test('what makes no sense is said beside the field, and what was typed stays', async ({ desk: { page } }) => {
  const sell = sellPage(page);
  await shell(page).go('Sell');
  await sell.name.fill('Transcripts');
  await sell.api.fill('ftp://127.0.0.1');
  await expect(sell.api).toHaveAccessibleDescription('An address that begins with http:// or https://');
  await expect(sell.open).toBeDisabled();
  await sell.api.fill('http://127.0.0.1:4100');
  await sell.price.fill('free');
  await expect(sell.price).toHaveAccessibleDescription('A sum such as 0.01');
  await expect(sell.open).toBeDisabled();
  await expect(sell.name).toHaveValue('Transcripts');
  await sell.price.fill('1,50');
  await expect(sell.open).toBeEnabled();
  // A name that is there would change that shop instead of opening one.
  await sell.name.fill('Demo');
  await expect(sell.name).toHaveAccessibleDescription('There is a shop of this name');
  await expect(sell.open).toBeDisabled();
});

test('a port that is taken is said with its holder, and only the port has to be typed again', async ({
  desk: { page },
  complaints,
}) => {
  // The browser's own line for the refusal.
  complaints.expect(/\/rpc\/shops\/open$/);
  const other = createServer();
  const port = await listen(other, 0);
  try {
    const sell = sellPage(page);
    await shell(page).go('Sell');
    await sell.api.fill('http://127.0.0.1:4100');
    await sell.price.fill('0.3');
    await sell.name.fill('Transcripts');
    await sell.more.click();
    await sell.port.fill(String(port));
    await sell.open.click();
    await expect(sell.problem).toContainText(`Port ${port} is taken`);
    await expect(sell.api).toHaveValue('http://127.0.0.1:4100');
    await expect(sell.price).toHaveValue('0.3');
    await expect(sell.name).toHaveValue('Transcripts');
    await expect(sell.port).toHaveValue(String(port));
    await expect(sell.shops).not.toContainText('Transcripts');

    await sell.port.fill('');
    await sell.open.click();
    await expect(sell.shops).toContainText('Transcripts');
    await expect(sell.problem).toHaveCount(0);
  } finally {
    other.close();
  }
});

test('a server that is found at a named port is sold with one click and its price', async ({ desk: { page } }) => {
  await withApi(async ({ port }) => {
    const sell = sellPage(page);
    await shell(page).go('Sell');
    await sell.ports.fill(String(port));
    await sell.look.click();
    const card = sell.found(`127.0.0.1:${port}`);
    await card.getByRole('button', { name: /^Sell it/ }).click();
    await card.getByRole('textbox', { name: 'Name' }).fill('Sayings');
    await card.getByRole('button', { name: 'Open the shop' }).click();
    await expect(sell.card('Sayings')).toContainText('$0.01 a request');
    await expect(card).toContainText('Sold by Sayings');
    expect((await fetch(await sell.address('Sayings'))).status).toBe(402);
  });
});

test('requests have prices of their own, and free ones go through', async ({ desk: { page } }) => {
  await withApi(async ({ origin }) => {
    const sell = sellPage(page);
    await shell(page).go('Sell');
    await sell.api.fill(origin);
    await sell.name.fill('Routes');
    await sell.more.click();
    const prices = page.getByRole('group', { name: 'Prices of their own' });
    await prices.getByRole('button', { name: 'Add a price' }).click();
    const first = prices.getByRole('group', { name: 'Price 1' });
    await first.getByRole('textbox', { name: 'Path' }).fill('v1');
    await expect(sell.open).toBeDisabled();
    await first.getByRole('textbox', { name: 'Path' }).fill('/v1/*');
    await first.getByRole('textbox', { name: 'Price' }).fill('0.002');
    await prices.getByRole('button', { name: 'Add a price' }).click();
    const second = prices.getByRole('group', { name: 'Price 2' });
    await second.getByRole('textbox', { name: 'Path' }).fill('/health');
    await second.getByRole('checkbox', { name: 'Free' }).check();
    await sell.open.click();
    await expect(sell.card('Routes')).toContainText('$0.002 to $0.01 a request');
    const url = await sell.address('Routes');
    const [cheap, usual, free] = await Promise.all(
      ['/v1/models', '/other', '/health'].map((path) => fetch(`${url}${path}`)),
    );
    expect(cheap && offerOf(cheap).accepts).toMatchObject([{ amount: '2000' }]);
    expect(usual && offerOf(usual).accepts).toMatchObject([{ amount: '10000' }]);
    expect(await free?.text()).toBe('a saying for /health');
  });
});

test('a test purchase really buys, and the sale can be given back once, with the PIN', async ({
  desk: { page, host, pin },
  complaints,
}) => {
  complaints.expect(/\/rpc\/shops\/refund$/);
  await withApi(async ({ origin }) => {
    await host.client.shops.open({ name: 'Sayings', target: origin, price: '0.02' });
    const sell = sellPage(page);
    await shell(page).go('Sell');
    await sell.card('Sayings').getByRole('button', { name: 'Test purchase' }).click();
    const dialog = page.getByRole('dialog', { name: 'Buy from Sayings' });
    await dialog.getByRole('textbox', { name: 'Path' }).fill('/one');
    await dialog.getByRole('button', { name: 'Buy it' }).click();
    await expect(dialog.getByRole('note')).toContainText(/It works.*\$0\.02.*a saying for \/one/s);
    await page.keyboard.press('Escape');
    await expect(sell.card('Sayings')).toContainText(/Today\s*\$0\.02.*1 paid/s);

    await sell.card('Sayings').getByRole('link', { name: 'Sayings', exact: true }).click();
    const shop = shopPage(page);
    await expect(shell(page).heading('Sayings')).toBeVisible();
    await expect(shop.sales).toContainText(/\/one.*Sold.*\$0\.02/s);
    await expect(shop.revenue).toContainText('$0.02');
    await shop.sales.getByRole('button', { name: 'Refund' }).click();
    await shop.refund.getByRole('textbox', { name: 'How much' }).fill('0.03');
    await expect(shop.refund.getByRole('button', { name: 'Go on' })).toBeDisabled();
    await shop.refund.getByRole('textbox', { name: 'How much' }).fill('0.005');
    await shop.refund.getByRole('button', { name: 'Go on' }).click();
    await shop.refund.getByRole('button', { name: 'Give $0.005 back' }).click();
    await pinPrompt(page).notNow();
    expect((await host.client.shops.sales({ name: 'Sayings' }))[0]?.refund).toBeNull();
    await shop.refund.getByRole('button', { name: 'Give $0.005 back' }).click();
    await pinPrompt(page).give(pin);
    await expect(shop.sales).toContainText(/(Being given back|Given back).*\$0\.005/s);
    await expect(shop.sales.getByRole('button', { name: 'Refund' })).toHaveCount(0);
  });
});

test('a shop is changed, stopped, opened again and removed on its page', async ({ desk: { page, host } }) => {
  await withApi(async ({ origin }) => {
    const { gatewayUrl } = await host.client.shops.open({ name: 'My shop', target: origin, price: '0.02' });
    await shell(page).go('Sell');
    await sellPage(page).card('My shop').getByRole('link', { name: 'My shop', exact: true }).click();
    const shop = shopPage(page);
    await shop.button('Change').click();
    const edit = page.getByRole('dialog', { name: 'Change My shop' });
    await edit.getByRole('textbox', { name: 'Price of one request' }).fill('0.05');
    await edit.getByRole('button', { name: 'Save' }).click();
    await expect(page.getByRole('table', { name: 'Prices' })).toContainText('$0.05');
    expect(offerOf(await fetch(gatewayUrl)).accepts).toMatchObject([{ amount: '50000' }]);

    await shop.button('Stop: My shop').click();
    await expect(shop.button('Open: My shop')).toBeVisible();
    await expect(fetch(gatewayUrl)).rejects.toThrow();
    await shop.button('Open: My shop').click();
    await expect(shop.button('Stop: My shop')).toBeVisible();
    expect((await fetch(gatewayUrl)).status).toBe(402);

    await shop.button('Remove').click();
    await expect(page.getByRole('button', { name: 'Cancel' })).toBeFocused();
    await shop.button('Remove My shop').click();
    await expect(shell(page).heading('Sell')).toBeVisible();
    await expect(sellPage(page).shops).toContainText('demo');
    await expect(sellPage(page).card('My shop')).toHaveCount(0);
  });
});

test('a shop that is not there says so and leads back', async ({ desk: { page }, complaints }) => {
  complaints.expect(/\/rpc\/shops\//);
  await shell(page).open('/sell/Nothing');
  await expect(page.getByRole('alert')).toBeVisible();
  await page
    .getByRole('main')
    .getByRole('button', { name: 'All shops' })
    .or(page.getByRole('main').getByRole('link', { name: 'All shops' }))
    .first()
    .click();
  await expect(shell(page).heading('Sell')).toBeVisible();
});

test('settling for other sellers is off, takes the PIN, and shows its token once', async ({
  desk: { page, pin },
  complaints,
}) => {
  complaints.expect(/\/rpc\/facilitator\/enable$/);
  const { facilitator } = sellPage(page);
  await shell(page).go('Sell');
  await expect(facilitator).toContainText('Off');
  await facilitator.getByRole('button', { name: 'Switch it on' }).click();
  const dialog = page.getByRole('dialog', { name: /Settle payments|It is on/ });
  await dialog.getByRole('button', { name: 'Switch it on' }).click();
  await pinPrompt(page).give(pin);
  const token = await dialog.getByRole('textbox', { name: 'the token' }).innerText();
  const url = await dialog.getByRole('textbox', { name: 'the facilitator’s address' }).innerText();
  expect((await fetch(`${url}/supported`, { headers: { authorization: `Bearer ${token}` } })).status).toBe(200);
  await dialog.getByRole('button', { name: 'I have copied it' }).click();
  await expect(facilitator).toContainText(/On.*Fees today/s);
  await expect(page.getByText(token)).toHaveCount(0);
  await facilitator.getByRole('button', { name: 'Switch it off' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Switch it off' }).click();
  await expect(facilitator).toContainText('Off');
});
