import { execFile, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

const support = path.resolve(import.meta.dirname, '../../support');
const withKeyring = path.join(support, 'with-keyring.sh');
const start = `"${process.execPath}" "${path.join(support, 'keychain-wallet.ts')}" "$GROAT_TEST_DIR"`;
const lock = `gdbus call --session --dest org.freedesktop.secrets --object-path /org/freedesktop/secrets \
  --method org.freedesktop.Secret.Service.Lock "[objectpath '/org/freedesktop/secrets/collection/login']" >/dev/null`;

/** What a real secret service takes, on Linux; null when all of it is there. */
async function missing(): Promise<string | null> {
  if (process.platform !== 'linux') return 'the throw-away keyring is for Linux';
  const tools = ['dbus-run-session', 'gnome-keyring-daemon', 'gdbus'];
  const absent = tools.filter((tool) => spawnSync('sh', ['-c', `command -v ${tool}`]).status !== 0);
  if (absent.length > 0) return `not installed: ${absent.join(', ')}`;
  return import('keytar').then(
    () => null,
    () => 'not installed: libsecret-1-0',
  );
}
const skipped = await missing();

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(path.join(tmpdir(), 'groat-keychain-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

/** Runs shell commands, and gives the JSON lines that they print. */
async function lines(command: string, keyring: boolean): Promise<readonly unknown[]> {
  const env = {
    ...process.env,
    GROAT_TEST_DIR: dir,
    ...(keyring ? {} : { DBUS_SESSION_BUS_ADDRESS: 'unix:path=/nonexistent' }),
  };
  const [file, ...args] = [...(keyring ? [withKeyring] : []), 'sh', '-ec', command];
  const { stdout } = await promisify(execFile)(file ?? 'sh', args, { env, timeout: 60_000 });
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
}

describe.skipIf(skipped !== null)(
  `with a real secret service${skipped === null ? '' : ` (skipped: ${skipped})`}`,
  () => {
    test('a new wallet is sealed by the keychain, and a restart opens the same one', async () => {
      const [first, second] = await lines(`${start} devnet auto; ${start} devnet auto`, true);
      expect(first).toMatchObject({ sealedBy: 'keychain', addresses: { spender: expect.any(String) } });
      expect(second).toEqual(first);
      expect(existsSync(path.join(dir, 'sandbox.key'))).toBe(false);
    });

    test('a locked keyring keeps the wallet shut and makes no new one', async () => {
      const file = path.join(dir, 'keys.json');
      const [made, locked] = await lines(
        `${start} sandbox auto; cp "${file}" "${file}.before"; ${lock}; ${start} sandbox auto`,
        true,
      );
      expect(made).toMatchObject({ sealedBy: 'keychain' });
      expect(locked).toEqual({ code: 'keychain-locked' });
      expect(readFileSync(file, 'utf8')).toBe(readFileSync(`${file}.before`, 'utf8'));
    });

    test('a keyring that is locked from the start is not trusted with a new wallet', async () => {
      const [auto] = await lines(`${lock}; ${start} sandbox auto`, true);
      expect(auto).toMatchObject({ sealedBy: 'keyfile' });
    });
  },
);

describe('without a session bus', () => {
  test('auto seals a new sandbox wallet by its key file', async () => {
    expect(await lines(`${start} sandbox auto; ${start} sandbox auto`, false)).toEqual([
      { sealedBy: 'keyfile', addresses: expect.any(Object) },
      { sealedBy: 'keyfile', addresses: expect.any(Object) },
    ]);
  });

  test('a wished keychain is an error, and so is auto off the sandbox', async () => {
    const wishes = `${start} sandbox keychain; ${start} devnet auto`;
    expect(await lines(wishes, false)).toEqual([{ code: 'key-sealed' }, { code: 'key-sealed' }]);
    expect(existsSync(path.join(dir, 'keys.json'))).toBe(false);
  });
});
