import { mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { changedSettings, readSettings, settingsText, writeSettings } from '../../../src-main/host/settings-file.ts';
import type { SettingsChange } from '../../../src-shared/contract/index.ts';
import type { NetworkName } from '../../../src-shared/model/index.ts';

const home = () => mkdtempSync(join(tmpdir(), 'groat-settings-'));
const mine = ['https://rpc.example/key'];

describe('a change of settings', () => {
  const table: readonly [string, object, SettingsChange, NetworkName, object][] = [
    ['keeps what it does not name', { logLevel: 'warn' }, { uiPort: 5 }, 'sandbox', { logLevel: 'warn', uiPort: 5 }],
    ['takes a port out by null', { uiPort: 5, proxyPort: 6 }, { uiPort: null }, 'sandbox', { proxyPort: 6 }],
    ['takes endpoints out by none', { rpcUrls: mine }, { rpcUrls: [] }, 'devnet', {}],
    [
      'leaves endpoints behind with their network',
      { rpcUrls: mine },
      { network: 'mainnet' },
      'devnet',
      { network: 'mainnet' },
    ],
    ['leaves the sandbox’s port behind', { rpcPort: 7 }, { network: 'devnet' }, 'sandbox', { network: 'devnet' }],
    [
      'takes endpoints along that it names itself',
      { rpcUrls: ['https://old.example'] },
      { network: 'mainnet', rpcUrls: mine },
      'devnet',
      { network: 'mainnet', rpcUrls: mine },
    ],
    [
      'of the network to itself changes no endpoint',
      { rpcUrls: mine },
      { network: 'devnet' },
      'devnet',
      { network: 'devnet', rpcUrls: mine },
    ],
  ];
  test.each(table)('%s', (_, before, change, network, after) => {
    expect(changedSettings({ ...before }, change, network)).toEqual(after);
  });
});

test('groat.json is replaced whole, readable to its owner alone, and put back to the letter', async () => {
  const where = home();
  const text = '{"uiPort":  5}';
  writeFileSync(join(where, 'groat.json'), text, { mode: 0o644 });
  const before = readSettings(where);
  await writeSettings(where, settingsText({ uiPort: 6 }));
  expect(readSettings(where).values).toEqual({ uiPort: 6 });
  if (process.platform !== 'win32') expect(statSync(join(where, 'groat.json')).mode & 0o777).toBe(0o600);
  await writeSettings(where, before.text);
  expect(readFileSync(join(where, 'groat.json'), 'utf8')).toBe(text);
  expect(readdirSync(where)).toEqual(['groat.json']);
});

test('a home without groat.json has none again when a change is taken back', async () => {
  const where = home();
  const before = readSettings(where);
  expect(before).toEqual({ text: null, values: {} });
  await writeSettings(where, settingsText({ uiPort: 6 }));
  await writeSettings(where, before.text);
  expect(readdirSync(where)).toEqual([]);
});
