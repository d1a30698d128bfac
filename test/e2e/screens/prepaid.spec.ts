import { createServer } from 'node:http';
import { listen } from '../../../src-main/base/listen.ts';
import { throughProxy } from '../../support/proxy-client.ts';
import { expect, type ScreenHost, test } from './fixture.ts';
import { pinPrompt } from './pages/pin-prompt.ts';
import { prepaidPage } from './pages/prepaid.ts';
import { shell } from './pages/shell.ts';

/** A shop of this Groat's that sells five calls ahead, cheaper than one by one. */
async function withSeller(host: ScreenHost, use: (url: string) => Promise<void>): Promise<void> {
  const api = createServer((_, response) => void response.end('a saying'));
  const port = await listen(api, 0);
  try {
    const { gatewayUrl } = await host.client.shops.open({
      name: 'Sayings',
      target: `http://127.0.0.1:${port}`,
      price: '0.02',
      prepaid: true,
      packages: [
        { id: 'five', name: 'Five', calls: 5, days: 30, price: '0.05' },
        { id: 'dear', name: 'Dear', calls: 5, days: 30, price: '0.5' },
      ],
    });
    await use(gatewayUrl);
  } finally {
    api.closeAllConnections();
    api.close();
  }
}

test('credit is bought from a seller’s packages, and an agent’s calls come out of it', async ({
  desk: { page, host },
}) => {
  await withSeller(host, async (url) => {
    const { proxyUrl } = await host.client.agents.add({ agent: 'shopper' });
    const prepaid = prepaidPage(page);
    await shell(page).go('Prepaid');
    await expect(page.getByText('No prepaid credit')).toBeVisible();
    await prepaid.buyCredit.click();
    await prepaid.seller.fill(url);
    await prepaid.see.click();
    await expect(prepaid.dialog).toContainText('$0.01 a call instead of $0.02');
    await expect(prepaid.dialog).toContainText('$0.10 a call, more than the $0.02 of a single one');
    // Nothing is chosen by itself: no key too many buys anything.
    await expect(prepaid.buy).toHaveCount(0);
    await prepaid.choice('Five').check();
    await prepaid.agent.selectOption('shopper');
    await prepaid.buy.click();
    await expect(prepaid.dialog.getByRole('note')).toContainText('5 calls are yours');
    await prepaid.dialog.getByRole('button', { name: 'Done' }).click();
    await expect(prepaid.credits).toContainText([/Five for \$0\.05, bought by shopper.*5 of 5/s]);

    const before = await host.client.wallet.balance();
    const answer = await throughProxy(proxyUrl, `${url}/one`, { method: 'GET' });
    expect(answer.status).toBe(200);
    await expect(prepaid.credits).toContainText([/4 of 5/]);
    expect((await host.client.wallet.balance()).available).toBe(before.available);
  });
});

test('what policy refuses is told with its reason and a way on, and nothing is paid', async ({
  desk: { page, host },
}) => {
  await withSeller(host, async (url) => {
    await host.client.agents.add({ agent: 'poor', perPayment: '0.01' });
    const prepaid = prepaidPage(page);
    await shell(page).go('Prepaid');
    await prepaid.buyCredit.click();
    await prepaid.seller.fill(url);
    await prepaid.see.click();
    await prepaid.choice('Five').check();
    await prepaid.agent.selectOption('poor');
    await prepaid.buy.click();
    await expect(prepaid.dialog.getByRole('alert')).toContainText(
      /Groat did not buy it.*above the limit for one payment.*Nothing was paid/s,
    );
    await expect(prepaid.dialog.getByRole('link', { name: 'Look at the agents and their limits' })).toBeVisible();
    await expect(prepaid.choice('Five')).toBeChecked();
    expect((await host.client.prepaid.status()).credits).toEqual([]);
  });
});

test('an address that sells no packages is said so, and what was typed stays', async ({
  desk: { page },
  complaints,
}) => {
  complaints.expect(/\/rpc\/prepaid\/packages$/);
  const api = createServer((_, response) => void response.writeHead(404).end());
  const port = await listen(api, 0);
  try {
    const prepaid = prepaidPage(page);
    await shell(page).go('Prepaid');
    await prepaid.buyCredit.click();
    await prepaid.seller.fill('nonsense');
    await expect(prepaid.seller).toHaveAccessibleDescription(/begins with http/);
    await expect(prepaid.see).toBeDisabled();
    await prepaid.seller.fill(`http://127.0.0.1:${port}`);
    await prepaid.see.click();
    await expect(prepaid.dialog.getByRole('alert')).toBeVisible();
    await expect(prepaid.seller).toHaveValue(`http://127.0.0.1:${port}`);
  } finally {
    api.close();
  }
});

test('only the owner makes a rule to buy again, and used up credit can be cleared away', async ({
  desk: { page, host, pin },
  complaints,
}) => {
  complaints.expect(/\/rpc\/prepaid\/renew$/);
  await withSeller(host, async (url) => {
    const { proxyUrl } = await host.client.agents.add({ agent: 'shopper' });
    await host.client.prepaid.buy({ url, package: 'five', agent: 'shopper' });
    const prepaid = prepaidPage(page);
    await shell(page).go('Prepaid');
    await page.getByRole('button', { name: /^Buy again by itself/ }).click();
    const rule = page.getByRole('dialog', { name: 'Buy it again by itself' });
    await rule.getByRole('textbox', { name: 'When fewer calls are left than' }).fill('1');
    await rule.getByRole('button', { name: 'Save the rule' }).click();
    await pinPrompt(page).notNow();
    expect((await host.client.prepaid.status()).credits[0]?.renewal).toBeNull();
    await rule.getByRole('button', { name: 'Save the rule' }).click();
    await pinPrompt(page).give(pin);
    await expect(prepaid.credits).toContainText([/fewer than 1 calls are left, for at most \$0\.05/]);
    await page.getByRole('button', { name: /^Change the rule/ }).click();
    await rule.getByRole('button', { name: 'Never by itself' }).click();
    await pinPrompt(page).give(pin);
    await expect(prepaid.credits).toContainText([/Never bought again by itself/]);

    for (let call = 0; call < 5; call += 1) await throughProxy(proxyUrl, `${url}/one`, { method: 'GET' });
    await expect(prepaid.credits).toContainText([/Used up/]);
    await page.getByRole('button', { name: /^Clear away/ }).click();
    await page.getByRole('button', { name: 'Throw away' }).click();
    await expect(page.getByText('No prepaid credit')).toBeVisible();
  });
});
