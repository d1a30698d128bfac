import type { Locator, Page } from '@playwright/test';

/** Everything that is set once and then left alone. */
export interface SettingsPage {
  section(name: string): Locator;
  readonly pin: {
    readonly section: Locator;
    readonly current: Locator;
    readonly next: Locator;
    readonly again: Locator;
    readonly save: Locator;
  };
  readonly wallet: Locator;
  readonly address: Locator;
  readonly fund: Locator;
  /** Of the key: what is typed and confirmed first, and the key itself. */
  readonly takeOut: Locator;
  readonly asking: Locator;
  readonly typed: Locator;
  readonly takeItOut: Locator;
  readonly taken: Locator;
  readonly secretKey: Locator;
  /** Of the switch to real money: what is typed and confirmed first. */
  readonly realMoney: Locator;
  readonly switching: Locator;
  readonly phrase: Locator;
  readonly switchToIt: Locator;
  /** A field of "Ports". */
  port(label: string): Locator;
  readonly savePorts: Locator;
  /** While and after Groat starts again. */
  readonly restart: Locator;
  theme(name: string): Locator;
  readonly licences: Locator;
}

export function settingsPage(page: Page): SettingsPage {
  const section = (name: string) => page.getByRole('region', { name, exact: true });
  const [pin, wallet, ports] = [section('Your PIN'), section('Wallet'), section('Ports')];
  const asking = page.getByRole('dialog', { name: 'Take the secret key out?' });
  const taken = page.getByRole('dialog', { name: 'The wallet’s secret key' });
  const switching = page.getByRole('dialog', { name: 'From now on it is real money' });
  return {
    section,
    pin: {
      section: pin,
      current: pin.getByLabel('PIN of now'),
      next: pin.getByLabel('New PIN'),
      again: pin.getByLabel('The same once more'),
      save: pin.getByRole('button', { name: /^(Set|Change) the PIN$/ }),
    },
    wallet,
    address: wallet.getByRole('textbox', { name: 'the wallet’s address' }),
    fund: wallet.getByRole('button', { name: 'Get 10 play dollars' }),
    takeOut: wallet.getByRole('button', { name: /^Export the key/ }),
    asking,
    typed: asking.getByRole('textbox'),
    takeItOut: asking.getByRole('button', { name: 'Take it out' }),
    taken,
    secretKey: taken.getByRole('textbox', { name: 'the secret key' }),
    realMoney: section('Network').getByRole('button', { name: /^Switch to real money/ }),
    switching,
    phrase: switching.getByRole('textbox'),
    switchToIt: switching.getByRole('button', { name: 'Switch to real money' }),
    port: (label) => ports.getByLabel(label),
    savePorts: ports.getByRole('button', { name: 'Save and start again' }),
    restart: page.getByRole('dialog', { name: /^(Starting again|Groat runs again)/ }),
    theme: (name) => section('Appearance').getByRole('radio', { name, exact: true }),
    licences: page.getByRole('dialog', { name: 'Licences' }),
  };
}
