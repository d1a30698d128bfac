import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { homeFrom, loadConfig } from '../../../src-main/host/config.ts';
import { GroatError } from '../../../src-shared/errors/index.ts';

const home = () => mkdtempSync(join(tmpdir(), 'groat-config-'));
const settingRefused = (flags: object, env: NodeJS.ProcessEnv, file?: string): string => {
  const where = home();
  if (file !== undefined) writeFileSync(join(where, 'groat.json'), file);
  try {
    loadConfig(flags, { GROAT_HOME: where, ...env });
  } catch (error) {
    if (error instanceof GroatError && 'setting' in error.context) return error.context.setting;
    throw error;
  }
  return 'accepted';
};

test('flags win over the environment, that over groat.json, that over the default', () => {
  const where = home();
  writeFileSync(join(where, 'groat.json'), JSON.stringify({ proxyPort: 1001, rpcPort: 1002, logLevel: 'warn' }));
  const config = loadConfig(
    { proxyPort: 3001 },
    { GROAT_HOME: where, GROAT_PROXY_PORT: '2001', GROAT_RPC_PORT: '2002' },
  );
  expect(config).toMatchObject({
    home: where,
    network: 'sandbox',
    proxyPort: { port: 3001, named: true, flag: '--proxy-port' },
    rpcPort: { port: 2002, named: true, flag: '--rpc-port' },
    logLevel: 'warn',
  });
  expect(loadConfig({}, { GROAT_HOME: home() }).proxyPort).toMatchObject({ port: 14_020, named: false });
});

describe('a setting that cannot be used is refused by its name', () => {
  const table: readonly [string, object, NodeJS.ProcessEnv, string, string?][] = [
    ['an unknown network', {}, { GROAT_NETWORK: 'testnet' }, 'network'],
    ['a port that is none', {}, { GROAT_PROXY_PORT: '70000' }, 'proxyPort'],
    ['a port that is no number', {}, { GROAT_RPC_PORT: 'abc' }, 'rpcPort'],
    ['an unknown variable', {}, { GROAT_PROXYPORT: '1' }, 'GROAT_PROXYPORT'],
    ['an unknown key in groat.json', {}, {}, 'proxy_port', '{"proxy_port":1}'],
    ['groat.json that is no JSON', {}, {}, 'groat.json', '{'],
    ['groat.json that is no object', {}, {}, 'groat.json', '[]'],
    ['RPC endpoints for the sandbox', {}, { GROAT_RPC_URLS: 'http://127.0.0.1:1' }, 'rpcUrls'],
    ['an RPC port off the sandbox', { rpcPort: 1 }, { GROAT_NETWORK: 'devnet' }, 'rpcPort'],
    ['a key file off the sandbox', {}, { GROAT_NETWORK: 'devnet', GROAT_SEALING: 'keyfile' }, 'sealing'],
    [
      'a passphrase file for the keychain',
      {},
      { GROAT_SEALING: 'keychain', GROAT_PASSPHRASE_FILE: '/x' },
      'passphraseFile',
    ],
    ['one port for two', { proxyPort: 9, rpcPort: 9 }, {}, 'rpcPort'],
    ['an origin that is no URL', {}, { GROAT_HTTP_ORIGINS: 'api.lan' }, 'httpOrigins.0'],
  ];
  for (const [name, flags, env, setting, file] of table) {
    test(name, () => expect(settingRefused(flags, env, file)).toBe(setting));
  }
});

test('mainnet may be chosen, and has no key file and no RPC of its own', () => {
  expect(loadConfig({}, { GROAT_HOME: home(), GROAT_NETWORK: 'mainnet' }).network).toBe('mainnet');
  expect(settingRefused({ rpcPort: 1 }, { GROAT_NETWORK: 'mainnet' })).toBe('rpcPort');
  expect(settingRefused({}, { GROAT_NETWORK: 'mainnet', GROAT_SEALING: 'keyfile' })).toBe('sealing');
});

test('what a flag or a variable holds is known with its name, and groat.json holds nothing', () => {
  const where = home();
  writeFileSync(join(where, 'groat.json'), JSON.stringify({ network: 'devnet', uiPort: 1 }));
  const { held } = loadConfig({ proxyPort: 0, uiPort: undefined }, { GROAT_HOME: where, GROAT_LOG_LEVEL: 'warn' });
  expect([...held]).toEqual([
    ['logLevel', 'GROAT_LOG_LEVEL'],
    ['proxyPort', '--proxy-port'],
  ]);
});

test('the home is GROAT_HOME, else the platform’s configuration folder', () => {
  expect(homeFrom({ GROAT_HOME: '/tmp/x' })).toBe('/tmp/x');
  expect(homeFrom({})).toMatch(/groat$/);
});
