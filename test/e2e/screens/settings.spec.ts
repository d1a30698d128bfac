import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { createKeyPairSignerFromBytes, getBase58Encoder } from '@solana/kit';
import { enter, type Opened } from '../../support/screen-door.ts';
import { screenHome } from '../../support/screen-host.ts';
import { scriptedPin } from '../../support/scripted-day.ts';
import { expect, test } from './fixture.ts';
import { pinPrompt } from './pages/pin-prompt.ts';
import { settingsPage } from './pages/settings.ts';
import { shell } from './pages/shell.ts';

test('a PIN is set, and later only changed by who knows it', async ({ fresh, complaints }) => {
  complaints.expect(/\/rpc\/owner\/setPin$/);
  const { page, host } = fresh;
  await host.client.preferences.set({ welcomed: true });
  await enter(fresh);
  await shell(page).go('Settings');
  const { pin } = settingsPage(page);
  await expect(pin.section).toContainText('Not set yet');
  await pin.next.fill('first of all');
  await pin.again.fill('first of al');
  await expect(pin.save).toBeDisabled();
  await pin.again.fill('first of all');
  await pin.save.click();
  await expect(pin.section).toContainText('The new PIN holds from now on.');
  await host.owner('first of all').desk.resume({});

  await pin.current.fill('not the right one');
  await pin.next.fill('second to none');
  await pin.again.fill('second to none');
  await pin.save.click();
  await expect(pin.section.getByRole('alert')).toContainText('PIN');
  await expect(host.owner('second to none').desk.resume({})).rejects.toThrow();
  await expect(pin.next).toHaveValue('second to none');
  await pin.current.fill('first of all');
  await pin.save.click();
  await expect(pin.section).toContainText('The new PIN holds from now on.');
  await expect(pin.next).toHaveValue('');
  await host.owner('second to none').desk.resume({});
  await expect(host.owner('first of all').desk.resume({})).rejects.toThrow();
});

test('the wallet’s address is the one that is paid from, and play money comes to it', async ({ desk }) => {
  const { page, host } = desk;
  await shell(page).go('Settings');
  const settings = settingsPage(page);
  await expect(settings.address).toHaveText(host.ready.address);
  await expect(settings.wallet.getByRole('img', { name: /QR code/ })).toBeVisible();
  const before = Number((await host.client.wallet.balance()).onChain);
  await settings.fund.click();
  await expect.poll(async () => Number((await host.client.wallet.balance()).onChain)).toBe(before + 10);
  await expect(settings.wallet).toContainText(`$${before + 10}.00`);
});

test('the key comes out after a typed word and the PIN, once, and leaves nothing on the page', async ({
  desk,
  complaints,
}) => {
  complaints.expect(/\/rpc\/wallet\/exportKey$/);
  const { page, host, pin } = desk;
  await shell(page).go('Settings');
  const settings = settingsPage(page);
  await settings.takeOut.click();
  await settings.typed.fill('expor');
  await expect(settings.takeItOut).toBeDisabled();
  await settings.typed.fill('export');
  await settings.takeItOut.click();
  await pinPrompt(page).give('not the right one');
  await expect(pinPrompt(page).pin).toHaveAccessibleDescription(/PIN/);
  await expect(settings.taken).toHaveCount(0);
  await pinPrompt(page).give(pin);
  await expect(settings.taken).toContainText(host.ready.address);
  await settings.taken.getByRole('button', { name: 'Show the key' }).click();
  const secretKey = await settings.secretKey.innerText();
  // Kit refuses a key whose public half is not that of its secret half.
  const { address } = await createKeyPairSignerFromBytes(getBase58Encoder().encode(secretKey));
  expect(address).toBe(host.ready.address);

  await settings.taken.getByRole('button', { name: 'I have it: close' }).click();
  await expect(settings.taken).toHaveCount(0);
  await expect(settings.asking).toHaveCount(0);
  const left = await page.evaluate<string>(
    'document.documentElement.outerHTML + [...document.querySelectorAll("input,textarea")].map(({ value }) => value) + JSON.stringify([{ ...sessionStorage }, { ...localStorage }, history.state])',
  );
  expect(left).not.toContain(secretKey);
  expect(left).not.toContain(pin);
});

test('real money takes a typed phrase and the PIN, and a no leaves everything as it is', async ({
  desk,
  complaints,
}) => {
  complaints.expect(/\/rpc\/settings\/change$/);
  const { page, host } = desk;
  await shell(page).go('Settings');
  const settings = settingsPage(page);
  await settings.realMoney.click();
  await expect(settings.switching).toContainText('Nobody can take a payment back');
  await settings.phrase.fill('yes');
  await page.keyboard.press('Enter');
  await expect(settings.switchToIt).toBeDisabled();
  await settings.phrase.fill('real money');
  await settings.switchToIt.click();
  await pinPrompt(page).give('not the right one');
  await expect(pinPrompt(page).pin).toHaveAccessibleDescription(/PIN/);
  await pinPrompt(page).notNow();
  await expect(settings.phrase).toHaveValue('real money');
  await settings.switching.getByRole('button', { name: 'Cancel' }).click();
  await expect(settings.section('Network')).toContainText(/Sandbox.*In use/s);
  expect(await host.client.settings.show()).toMatchObject({ network: 'sandbox' });
});

test.describe('a change of the proxy’s port', () => {
  // Held by a variable, a port could not be changed.
  const freePorts = () => {
    const home = screenHome();
    const { GROAT_PROXY_PORT: _held, ...env } = home.env;
    return { ...home, env };
  };

  test('starts Groat again in place: the page goes on, and agents pay at the new port', async ({
    door,
    complaints,
  }) => {
    // The way to the host is cut while it is away.
    complaints.expect(/\/rpc\/settings\/change$|ERR_CONNECTION_REFUSED|ERR_INCOMPLETE_CHUNKED_ENCODING|ERR_EMPTY/);
    const home = freePorts();
    const opened = await door.open(home);
    try {
      const { page, host } = await atSettings(opened);
      complaints.watch(page);
      const { proxyUrl } = await host.client.agents.add({ agent: 'shopper' });
      await page.evaluate('window.stayed = true');
      const settings = settingsPage(page);
      const port = await freePort();
      await settings.port('Agents’ proxy').fill(String(port));
      await settings.savePorts.click();
      await pinPrompt(page).give(scriptedPin);
      await expect(settings.restart).toContainText('It runs with the new settings', { timeout: 30_000 });
      await settings.restart.getByRole('button', { name: 'Done' }).click();
      await expect(settings.port('Agents’ proxy')).toHaveValue(String(port));
      expect(await page.evaluate('window.stayed')).toBe(true);
      await shell(page).go('Agents');
      await expect(page.getByRole('link', { name: 'shopper' })).toBeVisible();
      const moved = Object.assign(new URL(proxyUrl), { port: String(port) }).href;
      expect((await host.spend(moved)).status).toBe(200);
      await expect(host.spend(proxyUrl)).rejects.toThrow();
    } finally {
      await opened.close();
      home.remove();
    }
  });

  test('to one that is taken is taken back, and the page says why', async ({ door, complaints }) => {
    complaints.expect(/\/rpc\/settings\/change$|ERR_CONNECTION_REFUSED|ERR_INCOMPLETE_CHUNKED_ENCODING|ERR_EMPTY/);
    const home = freePorts();
    const opened = await door.open(home);
    const squatter = createServer().listen(0, '127.0.0.1');
    await once(squatter, 'listening');
    try {
      const { page, host } = await atSettings(opened);
      complaints.watch(page);
      const { proxyUrl } = await host.client.agents.add({ agent: 'shopper' });
      const settings = settingsPage(page);
      await settings.port('Agents’ proxy').fill(String(portOf(squatter.address())));
      await settings.savePorts.click();
      await pinPrompt(page).give(scriptedPin);
      await expect(settings.restart).toContainText('It runs with the old settings', { timeout: 30_000 });
      await expect(settings.restart).toContainText(String(portOf(squatter.address())));
      await settings.restart.getByRole('button', { name: 'Done' }).click();
      await expect(page.getByRole('alert')).toContainText('The last change did not work');
      // What was typed stays, to be corrected.
      await expect(settings.port('Agents’ proxy')).toHaveValue(String(portOf(squatter.address())));
      expect(await host.client.settings.show()).toMatchObject({ proxyPort: null });
      expect((await host.spend(proxyUrl)).status).toBe(200);
    } finally {
      squatter.close();
      await opened.close();
      home.remove();
    }
  });

  async function atSettings(opened: Opened): Promise<Opened> {
    const { host, page } = opened;
    await host.client.owner.setPin({ pin: scriptedPin });
    await host.client.preferences.set({ welcomed: true });
    await enter(opened);
    await shell(page).ready();
    await shell(page).go('Settings');
    return opened;
  }
});

test('the theme that was chosen outlives a reload', async ({ desk: { page } }) => {
  await shell(page).go('Settings');
  const settings = settingsPage(page);
  const root = page.locator('html');
  for (const [name, scheme] of [
    ['Dark', 'dark'],
    ['Light', 'light'],
  ] as const) {
    await settings.section('Appearance').getByText(name, { exact: true }).click();
    await expect(root).toHaveAttribute('data-mantine-color-scheme', scheme);
    await page.reload();
    await expect(settings.theme(name)).toBeChecked();
    await expect(root).toHaveAttribute('data-mantine-color-scheme', scheme);
  }
});

test('the licences of what Groat is made of are listed', async ({ desk: { page } }) => {
  await shell(page).go('Settings');
  const settings = settingsPage(page);
  await settings.section('About').getByRole('button', { name: 'Licences' }).click();
  await expect(settings.licences.getByRole('row', { name: /^react \d+\.\d+\.\d+ MIT$/ })).toBeVisible();
  expect(await settings.licences.getByRole('row').count()).toBeGreaterThan(20);
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const port = portOf(server.address());
  server.close();
  await once(server, 'close');
  return port;
}

function portOf(address: AddressInfo | string | null): number {
  if (address === null || typeof address === 'string') throw new Error('a server on a port has an address');
  return address.port;
}
