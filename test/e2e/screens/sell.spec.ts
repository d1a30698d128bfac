import { createServer } from 'node:http';
import { listen } from '../../../src-main/base/listen.ts';
import { expect, test } from './fixture.ts';
import { sellPage } from './pages/sell.ts';
import { shell } from './pages/shell.ts';

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
  await expect(sell.shops).toContainText(/Transcripts.*\$0\.02 a request/s);
  // Ready for the next one.
  await expect(sell.api).toHaveValue('');

  const answer = await fetch(await sell.address('Transcripts'));
  expect(answer.status).toBe(402);
  const offer = JSON.parse(Buffer.from(answer.headers.get('payment-required') ?? '', 'base64').toString('utf8'));
  expect(offer.accepts).toMatchObject([{ amount: '20000' }]);
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
