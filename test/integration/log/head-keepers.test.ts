import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { emptyHead } from '../../../src-main/log/entry.ts';
import { createHeadFile, readLogKey, saveLogKey } from '../../../src-main/log/head-file.ts';
import { createHeadInKeychain, keepInBoth } from '../../../src-main/log/head-keychain.ts';
import type { HeadKeeper } from '../../../src-main/log/ports.ts';
import { testKey } from '../../unit/log/log-fixture.ts';
import { freshFolder } from './log-database.ts';

const key = testKey();
const headAt = (count: number) => key.signed({ ...emptyHead, count, at: count });
let home: string;
let vault: Map<string, string>;
const keychain = {
  get: async (account: string) => vault.get(account) ?? null,
  set: async (account: string, secret: string) => void vault.set(account, secret),
};

beforeEach(() => {
  home = freshFolder();
  vault = new Map();
});

describe.each([
  ['a file', () => createHeadFile(home, 'sandbox')],
  ['the keychain', () => createHeadInKeychain(keychain, 'sandbox')],
])('%s', (_, make: () => HeadKeeper) => {
  test('holds no head at first, then the one that was written last', async () => {
    expect(await make().read()).toBe('none');
    await make().write(headAt(9));
    await make().write(headAt(3));
    expect(await make().read()).toEqual(headAt(3));
  });

  test('keeps one for each network', async () => {
    await make().write(headAt(1));
    expect(await createHeadFile(home, 'devnet').read()).toBe('none');
    expect(await createHeadInKeychain(keychain, 'devnet').read()).toBe('none');
  });
});

test('the file can be read by its owner alone, and no draft is left beside it', async () => {
  await createHeadFile(home, 'sandbox').write(headAt(1));
  const folder = join(home, 'log-heads');
  expect(readdirSync(folder)).toEqual(['sandbox.json']);
  expect((statSync(folder).mode & 0o777).toString(8)).toBe('700');
  expect((statSync(join(folder, 'sandbox.json')).mode & 0o777).toString(8)).toBe('600');
});

describe('what is no head is unreadable, never none:', () => {
  test.each([
    ['an empty file', ''],
    ['other text', 'hello'],
    ['a head with something after it', `${'x'.repeat(10)}\n\n`],
    ['far too much', 'x'.repeat(100_000)],
  ])('%s', async (_, text) => {
    const keeper = createHeadFile(home, 'sandbox');
    await keeper.write(headAt(1));
    writeFileSync(join(home, 'log-heads', 'sandbox.json'), text);
    expect(await keeper.read()).toBe('unreadable');
  });

  test('half of a head', async () => {
    const keeper = createHeadFile(home, 'sandbox');
    await keeper.write(headAt(1));
    const file = join(home, 'log-heads', 'sandbox.json');
    writeFileSync(file, readFileSync(file, 'utf8').slice(0, 100));
    expect(await keeper.read()).toBe('unreadable');
  });

  test('a folder in its place', async () => {
    mkdirSync(join(home, 'log-heads', 'sandbox.json'), { recursive: true });
    expect(await createHeadFile(home, 'sandbox').read()).toBe('unreadable');
  });

  test('a keychain that does not answer', async () => {
    const locked = { ...keychain, get: () => Promise.reject(new Error('locked')) };
    expect(await createHeadInKeychain(locked, 'sandbox').read()).toBe('unreadable');
  });
});

describe('two places', () => {
  const both = () => keepInBoth(createHeadFile(home, 'sandbox'), createHeadInKeychain(keychain, 'sandbox'), key.owner);
  test('are both written', async () => {
    await both().write(headAt(2));
    expect(await createHeadFile(home, 'sandbox').read()).toEqual(headAt(2));
    expect(await createHeadInKeychain(keychain, 'sandbox').read()).toEqual(headAt(2));
  });

  test('answer with the higher head: an older file put back does not hide what the keychain knows', async () => {
    await both().write(headAt(8));
    await createHeadFile(home, 'sandbox').write(headAt(5));
    expect(await both().read()).toEqual(headAt(8));
  });

  test('answer with the one that is left when the other is gone, broken or forged', async () => {
    await both().write(headAt(8));
    vault.clear();
    expect(await both().read()).toEqual(headAt(8));
    vault.set('log-head-sandbox', 'scribble');
    expect(await both().read()).toEqual(headAt(8));
    await createHeadInKeychain(keychain, 'sandbox').write(testKey().signed({ ...emptyHead, count: 99 }));
    expect(await both().read()).toEqual(headAt(8));
  });

  test('hold none only when neither holds anything', async () => {
    expect(await both().read()).toBe('none');
    vault.set('log-head-sandbox', 'scribble');
    expect(await both().read()).toBe('unreadable');
  });
});

test('the public key lies beside the head, and a text that is no key is none', async () => {
  expect(await readLogKey(home, 'sandbox')).toBeNull();
  await saveLogKey(home, 'sandbox', key.owner.key);
  expect(await readLogKey(home, 'sandbox')).toBe(key.owner.key);
  writeFileSync(join(home, 'log-heads', 'sandbox.pub'), 'not 0 key');
  expect(await readLogKey(home, 'sandbox')).toBeNull();
  await saveLogKey(home, 'sandbox', key.owner.key);
  expect(await readLogKey(home, 'sandbox')).toBe(key.owner.key);
  rmSync(join(home, 'log-heads'), { recursive: true });
});
