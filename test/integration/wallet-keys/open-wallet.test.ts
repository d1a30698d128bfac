import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { silentLog } from '../../../src-main/base/log-sink.ts';
import type { KeyRole } from '../../../src-main/wallet/keys/key-role.ts';
import { openWallet } from '../../../src-main/wallet/keys/open-wallet.ts';
import type { SealedKey } from '../../../src-main/wallet/keys/ports.ts';
import type { SealingWish } from '../../../src-main/wallet/keys/sealing-choice.ts';
import type { Signer } from '../../../src-main/wallet/signer/index.ts';
import type { NetworkName } from '../../../src-shared/model/index.ts';
import { memoryKeychain } from '../../support/memory-keychain.ts';
import { memorySealedKeys } from '../../support/memory-sealed-keys.ts';

let dir: string;
let signers: Signer[];
let keychain: ReturnType<typeof memoryKeychain>;
let keys: ReturnType<typeof memorySealedKeys>;
const noKeychain = {
  get: () => Promise.reject(new Error('Cannot autolaunch D-Bus without X11 $DISPLAY')),
  set: () => Promise.reject(new Error('Cannot autolaunch D-Bus without X11 $DISPLAY')),
  delete: () => Promise.reject(new Error('Cannot autolaunch D-Bus without X11 $DISPLAY')),
};

beforeEach(() => {
  dir = mkdtempSync(path.join(tmpdir(), 'groat-keys-'));
  signers = [];
  keychain = memoryKeychain();
  keys = memorySealedKeys();
});

afterEach(async () => {
  for (const signer of signers) await signer.stop();
  rmSync(dir, { recursive: true, force: true });
});

const openWhole = async (wish: Partial<SealingWish> = {}, network: NetworkName = 'sandbox') => {
  const sealing = { setting: 'auto', passphraseFile: null, prompt: null, keychain, ...wish } as const;
  const wallet = await openWallet({ network, dir, keys, sealing, log: silentLog, random: randomBytes });
  signers.push(wallet.signer);
  return wallet;
};
const open = async (wish: Partial<SealingWish> = {}, network: NetworkName = 'sandbox') =>
  (await openWhole(wish, network)).signer.addresses;
const passphraseFile = (text: string, mode = 0o600) => {
  const file = path.join(dir, 'passphrase');
  writeFileSync(file, text);
  chmodSync(file, mode);
  return file;
};
const kinds = () => keys.saved.map(({ role, sealing }) => [role, sealing.kind]);
const sealedBy = (kind: string) => ['spender', 'till', 'feePayer'].map((role) => [role, kind]);
const keyFile = () => path.join(dir, 'sandbox.key');

describe('a new wallet in auto is sealed', () => {
  test('by the keychain, when it proves itself, even beside a passphrase file', async () => {
    const addresses = await open({ passphraseFile: passphraseFile('correct horse') });
    expect(kinds()).toEqual(sealedBy('keychain'));
    expect([...keychain.entries.keys()]).toEqual([keys.saved[0]?.sealing.keyId]);
    expect(new Set(Object.values(addresses)).size).toBe(3);
    expect(existsSync(keyFile())).toBe(false);
  });

  test('by the passphrase file, when the keychain does not answer', async () => {
    await open({ keychain: noKeychain, passphraseFile: passphraseFile('correct horse') });
    expect(kinds()).toEqual(sealedBy('passphrase'));
  });

  test('on the sandbox by a key file of mode 0600, before anybody is asked', async () => {
    await open({ keychain: noKeychain, prompt: () => Promise.reject(new Error('asked')) });
    expect(kinds()).toEqual(sealedBy('keyfile'));
    expect(statSync(keyFile()).mode & 0o777).toBe(0o600);
  });

  test('off the sandbox by the owner’s passphrase, asked for as a new one', async () => {
    const asked: string[] = [];
    const prompt = async (purpose: string) => {
      asked.push(purpose);
      return Buffer.from('correct horse');
    };
    await open({ keychain: noKeychain, prompt }, 'devnet');
    expect([asked, kinds()]).toEqual([['new'], sealedBy('passphrase')]);
  });

  test('off the sandbox not at all, when there is nothing to seal with: the error says what to do', async () => {
    await expect(open({ keychain: noKeychain }, 'devnet')).rejects.toMatchObject({
      code: 'key-sealed',
      what: expect.stringContaining('Cannot autolaunch D-Bus'),
      next: expect.stringContaining('GROAT_PASSPHRASE_FILE'),
    });
    expect(keys.saved).toEqual([]);
  });
});

describe('a wish that cannot be met is refused and nothing is made', () => {
  test('a keychain that does not work', async () => {
    await expect(open({ setting: 'keychain', keychain: noKeychain })).rejects.toMatchObject({ code: 'key-sealed' });
  });

  test.each(['devnet', 'mainnet'] as const)('a key file on %s', async (network) => {
    await expect(open({ setting: 'keyfile' }, network)).rejects.toMatchObject({
      code: 'key-sealed',
      what: expect.stringContaining(network),
    });
    expect(existsSync(keyFile())).toBe(false);
  });

  test('a passphrase that nobody can give', async () => {
    await expect(open({ setting: 'passphrase' })).rejects.toMatchObject({ code: 'key-sealed' });
  });

  const files: readonly [string, () => string, string, string][] = [
    [
      'a passphrase file that the group can read',
      () => passphraseFile('correct horse', 0o640),
      'config-invalid',
      '640',
    ],
    ['a passphrase file that all can read', () => passphraseFile('correct horse', 0o604), 'config-invalid', '604'],
    ['a passphrase file that is not there', () => path.join(dir, 'none'), 'config-invalid', 'does not exist'],
    ['a passphrase file that is a folder', () => dir, 'config-invalid', 'is not a file'],
    ['a passphrase file of 4097 bytes', () => passphraseFile('p'.repeat(4097)), 'config-invalid', 'longer than 4096'],
    ['a passphrase of 7 characters', () => passphraseFile('ßßßßßßß\n'), 'key-sealed', 'fewer than 8'],
  ];
  test.each(files)('%s', async (_, file, code, what) => {
    await expect(open({ setting: 'passphrase', passphraseFile: file() })).rejects.toMatchObject({
      code,
      what: expect.stringContaining(what),
    });
  });

  afterEach(() => expect(keys.saved).toEqual([]));
});

describe('a wallet that exists', () => {
  const ways: readonly [string, () => Partial<SealingWish>][] = [
    ['keychain', () => ({})],
    ['passphrase', () => ({ keychain: noKeychain, passphraseFile: passphraseFile('correct horse') })],
    ['keyfile', () => ({ keychain: noKeychain })],
  ];
  test.each(ways)('is opened again by its %s, with the same addresses and unchanged', async (kind, wish) => {
    const addresses = await open(wish());
    const saved = structuredClone(keys.saved);
    expect(kinds()).toEqual(sealedBy(kind));
    expect(await open(wish())).toEqual(addresses);
    expect(keys.saved).toEqual(saved);
  });

  test('is opened by what sealed it in auto, when better means have appeared', async () => {
    const addresses = await open({ keychain: noKeychain });
    expect(await open({ passphraseFile: passphraseFile('correct horse') })).toEqual(addresses);
    expect([...keychain.entries]).toEqual([]);
  });

  test('is not opened against a contrary wish, and the error names the setting', async () => {
    await open();
    await expect(open({ setting: 'passphrase' })).rejects.toMatchObject({
      code: 'config-invalid',
      context: { setting: 'sealing' },
    });
  });

  test('opens with the passphrase whether or not its file ends the line', async () => {
    const addresses = await open({ setting: 'passphrase', passphraseFile: passphraseFile('correct horse\n') });
    for (const text of ['correct horse', 'correct horse\r\n']) {
      expect(await open({ passphraseFile: passphraseFile(text) })).toEqual(addresses);
    }
  });

  test('stays shut for a wrong passphrase, and says that it is wrong', async () => {
    await open({ setting: 'passphrase', passphraseFile: passphraseFile('correct horse') });
    for (const text of ['correct horse ', 'correct horse\n\n', 'battery staple']) {
      await expect(open({ passphraseFile: passphraseFile(text) })).rejects.toMatchObject({
        code: 'key-sealed',
        context: { problem: 'the passphrase is wrong' },
      });
    }
  });

  test('asks for the passphrase to open, and zeroes the answer', async () => {
    await open({ setting: 'passphrase', passphraseFile: passphraseFile('correct horse') });
    const given = Buffer.from('correct horse');
    const asked: string[] = [];
    const prompt = async (purpose: string) => {
      asked.push(purpose);
      return given;
    };
    await open({ prompt });
    expect(asked).toEqual(['open']);
    expect(given.every((byte) => byte === 0)).toBe(true);
  });

  test('is never replaced when its keychain is locked', async () => {
    await open();
    const saved = structuredClone(keys.saved);
    keychain.locked = true;
    await expect(open({ passphraseFile: passphraseFile('correct horse') })).rejects.toMatchObject({
      code: 'keychain-locked',
      context: { keyId: saved[0]?.sealing.keyId },
    });
    expect(keys.saved).toEqual(saved);
  });

  test('stays shut when its keychain cannot be asked, or holds another key', async () => {
    await open();
    await expect(open({ keychain: noKeychain })).rejects.toMatchObject({ code: 'key-sealed' });
    for (const secret of [randomBytes(32).toString('base64'), 'short', 'x'.repeat(400)]) {
      for (const account of keychain.entries.keys()) keychain.entries.set(account, secret);
      await expect(open()).rejects.toMatchObject({ code: 'key-sealed' });
    }
  });

  test('stays shut without its key file, with another one, and with one that others can read', async () => {
    await open({ setting: 'keyfile' });
    const right = readFileSync(keyFile());
    chmodSync(keyFile(), 0o640);
    await expect(open()).rejects.toMatchObject({ code: 'key-sealed', what: expect.stringContaining('640') });
    chmodSync(keyFile(), 0o600);
    for (const wrong of [randomBytes(32), right.subarray(1), Buffer.concat([right, right])]) {
      writeFileSync(keyFile(), wrong);
      await expect(open()).rejects.toMatchObject({ code: 'key-sealed' });
    }
    rmSync(keyFile());
    await expect(open()).rejects.toMatchObject({ code: 'key-sealed', what: expect.stringContaining('missing') });
    expect(existsSync(keyFile())).toBe(false);
  });

  const edit = (role: KeyRole, change: (key: SealedKey, of: Map<KeyRole, SealedKey>) => Partial<SealedKey>) => {
    const of = new Map(keys.saved.map((key) => [key.role, key]));
    keys.saved = keys.saved.map((key) => (key.role === role ? { ...key, ...change(key, of) } : key));
  };
  const tampering: readonly [string, () => void][] = [
    [
      'two roles were swapped',
      () => {
        const swapped: Partial<Record<KeyRole, KeyRole>> = { spender: 'till', till: 'spender' };
        keys.saved = keys.saved.map((key) => ({ ...key, role: swapped[key.role] ?? key.role }));
      },
    ],
    [
      'a sealed key was put in another’s place',
      () => edit('spender', (_, of) => ({ sealed: of.get('till')?.sealed ?? '' })),
    ],
    ['an address was changed', () => edit('spender', (_, of) => ({ address: of.get('till')?.address ?? '' }))],
    ['a sealed key was changed', () => edit('till', () => ({ sealed: `v1.${'A'.repeat(80)}` }))],
    ['a key is missing', () => (keys.saved = keys.saved.slice(1))],
    ['a key is there twice', () => (keys.saved = [...keys.saved.slice(1), ...keys.saved.slice(1, 2)])],
    [
      'a key names another sealing',
      () => edit('feePayer', ({ sealing }) => ({ sealing: { ...sealing, keyId: '0'.repeat(32) } })),
    ],
  ];
  test.each(tampering)('stays shut when %s', async (_, tamper) => {
    await open();
    tamper();
    await expect(open()).rejects.toMatchObject({ code: 'key-sealed' });
  });

  test('stays shut when its scrypt cost was lowered', async () => {
    await open({ setting: 'passphrase', passphraseFile: passphraseFile('correct horse') });
    const lowered = JSON.stringify(keys.saved).replaceAll(`"n":${2 ** 17}`, '"n":1024');
    expect(lowered).not.toBe(JSON.stringify(keys.saved));
    keys.saved = JSON.parse(lowered);
    await expect(open({ passphraseFile: passphraseFile('correct horse') })).rejects.toMatchObject({
      code: 'key-sealed',
    });
  });
});

test('a key file left by a start that broke off is used for the new wallet', async () => {
  const left = randomBytes(32);
  writeFileSync(keyFile(), left, { mode: 0o600 });
  await open({ setting: 'keyfile' });
  expect(readFileSync(keyFile())).toEqual(left);
});

test('a wallet that could not be saved is not opened', async () => {
  keys.save = () => {
    throw new Error('disk full');
  };
  await expect(open()).rejects.toThrow('disk full');
});

test('a store that cannot be read makes no new wallet', async () => {
  keys.load = () => {
    throw new Error('disk gone');
  };
  await expect(open()).rejects.toThrow('disk gone');
  expect(existsSync(keyFile())).toBe(false);
});

test('the desk’s secrets are the same each time the wallet is opened, and another wallet has others', async () => {
  const told = async () => {
    const { policyMac, pinPepper } = (await openWhole()).secrets;
    return [policyMac.export().toString('hex'), pinPepper.toString('hex')];
  };
  const made = await told();
  expect(await told()).toEqual(made);
  keys = memorySealedKeys();
  expect(await told()).not.toEqual(made);
});
