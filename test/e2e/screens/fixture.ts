import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { test as base, expect, type Page } from '@playwright/test';
import { browserDoor, type Door, electronDoor, enter, inElectron, type Opened } from '../../support/screen-door.ts';
import { type ScreenHost, screenHome } from '../../support/screen-host.ts';
import {
  type Cast,
  type LastMinutes,
  openStreet,
  playNow,
  type Street,
  scriptedPin,
} from '../../support/scripted-day.ts';
import { shell } from './pages/shell.ts';

/** What a page complained about: errors on its console, errors nobody caught, violations of its policy. */
export interface Complaints {
  watch(page: Page): void;
  /** Complaints that the spec provokes, such as the browser's own line about an answer of 401. */
  expect(wanted: RegExp): void;
}

/** A Groat after a scripted day, for specs that only look. */
export interface Day extends Opened {
  readonly cast: Cast;
  readonly street: Street;
  readonly last: LastMinutes;
}

interface PerTest {
  readonly complaints: Complaints;
  /** A new Groat with a page that is not signed in yet: nothing has happened there, and nobody has set a PIN. */
  readonly fresh: Opened;
  /** The same with its PIN set, the wizard behind it and the page signed in on Overview. */
  readonly desk: Opened & { readonly pin: string };
}

interface PerWorker {
  readonly door: Door;
  readonly day: Day;
}

export type { ScreenHost };
export { expect };

export const test = base.extend<PerTest, PerWorker>({
  door: [
    inElectron
      ? async ({ playwright: _playwright }, use) => use(electronDoor())
      : async ({ browser }, use) => use(browserDoor(browser)),
    { scope: 'worker' },
  ],

  complaints: async ({ playwright: _playwright }, use) => {
    const heard: string[] = [];
    const wanted: RegExp[] = [];
    await use({
      watch(page) {
        page.on('console', (message) => {
          if (message.type() === 'error') heard.push(`${message.text()} ${message.location().url}`.trim());
        });
        page.on('pageerror', (error) => heard.push(String(error)));
      },
      expect: (line) => void wanted.push(line),
    });
    const unwanted = heard.filter((line) => !wanted.some((one) => one.test(line)));
    expect(unwanted, 'what the page complained about').toEqual([]);
  },

  fresh: async ({ door, complaints }, use) => {
    const home = screenHome();
    const opened = await door.open(home);
    complaints.watch(opened.page);
    await use(opened);
    await opened.close();
    home.remove();
  },

  desk: async ({ fresh }, use) => {
    const { host, page } = fresh;
    await host.client.owner.setPin({ pin: scriptedPin });
    await host.client.preferences.set({ welcomed: true });
    await enter(fresh);
    await shell(page).ready();
    await use({ ...fresh, pin: scriptedPin });
  },

  day: [
    async ({ door }, use) => {
      const home = screenHome('usual');
      const past = spawn(process.execPath, [scriptedHome, home.home], {
        env: home.env,
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      let said = '';
      past.stdout.setEncoding('utf8').on('data', (text: string) => {
        said += text;
      });
      await once(past, 'close');
      const told: Cast = JSON.parse(said);
      const opened = await door.open(home);
      const { host, page } = opened;
      const stage = { client: host.client, owner: host.owner(scriptedPin), rpcUrl: host.ready.rpcUrl ?? '' };
      const cast = moved(told, host.ready.proxyUrl);
      await host.client.preferences.set({ welcomed: true });
      const street = await openStreet(stage);
      const last = await playNow(street, cast);
      await enter(opened);
      await shell(page).ready();
      await use({ ...opened, cast, street, last });
      await street.close();
      await opened.close();
      home.remove();
    },
    { scope: 'worker', timeout: 120_000 },
  ],
});

const scriptedHome = join(import.meta.dirname, '..', '..', 'support', 'scripted-home.ts');

/** Credentials outlive a restart; the port of the proxy may not. */
function moved(cast: Cast, proxyUrl: string): Cast {
  const { port } = new URL(proxyUrl);
  const move = (url: string): string => Object.assign(new URL(url), { port }).href.replace(/\/$/, '');
  return {
    research: move(cast.research),
    shopper: move(cast.shopper),
    'build-bot': move(cast['build-bot']),
    'research-digest': move(cast['research-digest']),
  };
}
