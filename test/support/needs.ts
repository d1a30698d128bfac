import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { legacyPackages } from '../conformance/legacy/install.ts';

/** What the tests use beside npm's packages: for each, a file that shows it is there, and the Debian package it comes in. */
const debianNeeds = [
  {
    name: 'libsecret-1-0',
    shows: ['/usr/lib/x86_64-linux-gnu/libsecret-1.so.0', '/usr/lib/aarch64-linux-gnu/libsecret-1.so.0'],
  },
  { name: 'gnome-keyring', shows: ['/usr/bin/gnome-keyring-daemon'] },
  { name: 'dbus', shows: ['/usr/bin/dbus-run-session'] },
  { name: 'libglib2.0-bin', shows: ['/usr/bin/gdbus'] },
] as const;

/** Installs what is missing where that is possible (root on Debian); the lines it returns say what could not be had. */
export function fetchNeeds(): readonly string[] {
  return [...fetchSecretService(), ...fetchLegacyPackages()];
}

function fetchLegacyPackages(): readonly string[] {
  const legacy = legacyPackages();
  return legacy.folder === null
    ? [`note: the tests with the first x402 packages are skipped; npm said: ${legacy.why}`]
    : [];
}

function fetchSecretService(): readonly string[] {
  if (process.platform !== 'linux')
    return ['note: the keychain tests need a Linux secret service; they are skipped here'];
  const missing = debianNeeds.filter(({ shows }) => !shows.some((file) => existsSync(file))).map(({ name }) => name);
  if (missing.length === 0) return [];
  const line = `apt-get install -y --no-install-recommends ${missing.join(' ')}`;
  if (!isDebian() || process.getuid?.() !== 0) return [`note: the keychain tests are skipped; they need: ${line}`];
  console.log(`fetching what the tests need: ${missing.join(', ')}`);
  const environment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  spawnSync('apt-get', ['update', '-qq'], { stdio: 'ignore', env: environment });
  const { status } = spawnSync('apt-get', line.split(' ').slice(1), { stdio: 'ignore', env: environment });
  return status === 0 ? [] : [`note: the keychain tests are skipped; this failed: ${line}`];
}

export function isDebian(): boolean {
  return existsSync('/etc/os-release') && /^ID(_LIKE)?=.*debian/m.test(readFileSync('/etc/os-release', 'utf8'));
}
