import { describe, expect, test } from 'vitest';
import { moved, sameServers, typedServer, whyNot, without } from '../../../src-renderer/features/settings/endpoints.ts';
import { readLicences } from '../../../src-renderer/features/settings/licences.ts';
import {
  type PortsText,
  portProblems,
  portsChange,
  portsText,
  typedPort,
} from '../../../src-renderer/features/settings/ports.ts';
import { afterLink, type Restart, restartOf } from '../../../src-renderer/features/settings/restart.ts';
import { walletOn } from '../../../src-renderer/features/settings/wallet-words.ts';
import { isPinReady, newPinProblems } from '../../../src-renderer/ui/new-pin.ts';
import type { SettingsView, WalletView } from '../../../src-shared/contract/index.ts';

describe('a restart', () => {
  test.each<[string, Restart, 'live' | 'lost', Restart['kind']]>([
    ['is not over as long as the old line still answers', { kind: 'asked' }, 'live', 'asked'],
    ['is away once the line is lost', { kind: 'asked' }, 'lost', 'away'],
    ['is over once the line is back', { kind: 'away' }, 'live', 'back'],
    ['is none of ours when the line breaks by itself', { kind: 'none' }, 'lost', 'none'],
    ['stays told until somebody has read it', { kind: 'back' }, 'lost', 'back'],
    ['is not waited for where the page cannot follow', { kind: 'moved', port: 15_000 }, 'lost', 'moved'],
  ])('%s', (_, restart, link, kind) => {
    expect(afterLink(restart, link).kind).toBe(kind);
  });

  test.each<[string, Parameters<typeof restartOf>, Restart]>([
    ['a browser cannot follow to another port', [{ uiPort: 15_000 }, 14_021], { kind: 'moved', port: 15_000 }],
    ['nor back to the usual one', [{ uiPort: null }, 15_000], { kind: 'moved', port: 14_021 }],
    ['but stays where the port is the one it is at', [{ uiPort: 14_021 }, 14_021], { kind: 'asked' }],
    ['the app’s own window follows anywhere', [{ uiPort: 15_000 }, null], { kind: 'asked' }],
    ['other changes move nothing', [{ proxyPort: 15_000 }, 14_021], { kind: 'asked' }],
  ])('%s', (_, [change, pagePort], restart) => {
    expect(restartOf(change, pagePort)).toEqual(restart);
  });
});

describe('servers', () => {
  test.each([
    ['https://rpc.example.com/v1?key=1', 'https://rpc.example.com/v1?key=1'],
    [' https://rpc.example.com ', 'https://rpc.example.com/'],
    ['http://127.0.0.1:8899', 'http://127.0.0.1:8899/'],
    ['http://rpc.example.com', null],
    ['ftp://rpc.example.com', null],
    ['rpc.example.com', null],
    ['', null],
  ])('%j is taken as %j', (text, url) => {
    expect(typedServer(text)).toBe(url);
  });

  test('change places with their neighbour, and no further than the ends', () => {
    expect(moved(['a', 'b', 'c'], 2, -1)).toEqual(['a', 'c', 'b']);
    expect(moved(['a', 'b', 'c'], 0, 1)).toEqual(['b', 'a', 'c']);
    expect(moved(['a', 'b'], 0, -1)).toEqual(['a', 'b']);
    expect(moved(['a', 'b'], 1, 1)).toEqual(['a', 'b']);
    expect(without(['a', 'b', 'c'], 1)).toEqual(['a', 'c']);
  });

  test('are in the list once, whatever way the same address is written', () => {
    expect(whyNot(['https://a.example/'], 'https://A.example')).toBe('It is in the list already');
    expect(whyNot(['https://a.example/'], 'https://b.example')).toBeNull();
    const many = Array.from({ length: 8 }, (_, at) => `https://${at}.example/`);
    expect(whyNot(many, 'https://b.example')).toBe('At most 8 of them');
  });

  test('in another order are another list, since the first one is asked first', () => {
    expect(sameServers(['a', 'b'], ['b', 'a'])).toBe(false);
    expect(sameServers(['a', 'b'], ['a', 'b'])).toBe(true);
  });
});

describe('ports', () => {
  const settings = { proxyPort: 15_000, uiPort: null, rpcPort: null } as SettingsView;
  const all = ['proxyPort', 'uiPort', 'rpcPort'] as const;
  const typed = (change: Partial<PortsText>): PortsText => ({ ...portsText(settings), ...change });

  test.each([
    ['', { ok: true, port: null }],
    [' 14020 ', { ok: true, port: 14_020 }],
    ['0', { ok: true, port: 0 }],
    ['65535', { ok: true, port: 65_535 }],
    ['65536', { ok: false }],
    ['-1', { ok: false }],
    ['1e3', { ok: false }],
    ['80.5', { ok: false }],
  ])('%j is read as %j', (text, port) => {
    expect(typedPort(text)).toEqual(port);
  });

  test('only what was changed is sent, and an emptied field as the usual one', () => {
    expect(portsChange(settings, typed({}), all)).toBeNull();
    expect(portsChange(settings, typed({ proxyPort: '' }), all)).toEqual({ proxyPort: null });
    expect(portsChange(settings, typed({ uiPort: '16000' }), all)).toEqual({ uiPort: 16_000 });
  });

  test('two of them cannot share one, but both can be any', () => {
    expect(portProblems(typed({ uiPort: '15000' }), all)).toEqual({ uiPort: 'Two of them cannot share a port' });
    expect(portsChange(settings, typed({ uiPort: '15000' }), all)).toBeNull();
    expect(portProblems(typed({ uiPort: '0', rpcPort: '0' }), all)).toEqual({});
  });

  test('one that a flag holds stands in nobody’s way', () => {
    const held = { ...settings, uiPort: 99_999 } as SettingsView;
    expect(portsChange(held, { ...portsText(held), proxyPort: '15001' }, ['proxyPort', 'rpcPort'])).toEqual({
      proxyPort: 15_001,
    });
  });
});

describe('the wallet to top up', () => {
  const sandbox = { network: 'sandbox', spender: 'SandboxAddress' } as WalletView;

  test('is drawn on its own network', () => {
    expect(walletOn('sandbox', sandbox)).toBe(sandbox);
  });

  test('is never drawn under the name of another network, nor before that is known', () => {
    expect(walletOn('mainnet', sandbox)).toBeNull();
    expect(walletOn(null, sandbox)).toBeNull();
    expect(walletOn('mainnet', undefined)).toBeNull();
  });
});

describe('a new PIN', () => {
  test.each([
    ['nothing is wrong before the second field', { pin: 'abc', again: '' }, { pin: null, again: null }],
    ['nor while the second one is being typed', { pin: 'abcdefgh', again: 'abcd' }, { pin: null, again: null }],
    ['a slip is told at once', { pin: 'abcdefgh', again: 'abx' }, { pin: null, again: 'They are not the same' }],
    ['a short one is told', { pin: 'abc', again: 'abc' }, { pin: 'At least 8 characters', again: null }],
  ])('%s', (_, typed, problems) => {
    expect(newPinProblems(typed)).toEqual(problems);
  });

  test('is ready when both are the same and long enough, counted as a person counts', () => {
    expect(isPinReady({ pin: 'abcdefgh', again: 'abcdefgh' })).toBe(true);
    expect(isPinReady({ pin: 'abcdefgh', again: 'abcdefg' })).toBe(false);
    expect(isPinReady({ pin: '🐟🐟🐟🐟', again: '🐟🐟🐟🐟' })).toBe(false);
  });
});

describe('the licences', () => {
  test('are taken as the build writes them; anything else is left out', () => {
    const good = { name: 'react', version: '19.2.0', licence: 'MIT', repository: null };
    expect(readLicences({ packages: [good, { name: 'x' }, null, 'y', { ...good, repository: 7 }] })).toEqual([good]);
  });

  test.each([[null], [[]], [{}], [{ packages: {} }]])('%j is no list of them', (file) => {
    expect(() => readLicences(file)).toThrow('no list');
  });
});
