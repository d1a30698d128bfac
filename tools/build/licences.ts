import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Plugin } from 'vite';

/** One package that travels with Groat, as the About screen shows it. */
export interface Licence {
  readonly name: string;
  readonly version: string;
  /** An SPDX expression, in the package's own words. */
  readonly licence: string;
  readonly repository: string | null;
}

interface PackageFile {
  readonly name?: string;
  readonly version?: string;
  readonly license?: string | { readonly type?: string };
  readonly homepage?: string;
  readonly repository?: string | { readonly url?: string };
}

const root = join(import.meta.dirname, '..', '..');

/**
 * Writes `licences.json` (`{ packages: Licence[] }`, by name) and `licences.txt` (the notices themselves) beside the
 * screens: what the screens are made of, every production package that is installed, and Electron. A package without a
 * licence fails the build.
 */
export function licences(): Plugin {
  return {
    name: 'groat-licences',
    apply: 'build',
    generateBundle() {
      const folders = new Set([...productionFolders(), 'node_modules/electron']);
      for (const id of this.getModuleIds()) {
        const folder = packageFolder(id);
        if (folder !== null) folders.add(folder);
      }
      const found = [...folders].map((folder) => ({ folder, ...readLicence(folder) })).sort(byName);
      const unlicensed = found.filter(({ licence }) => licence === '');
      if (unlicensed.length > 0) this.error(`no licence: ${unlicensed.map(({ name }) => name).join(', ')}`);
      const packages: Licence[] = found.map(({ folder: _folder, ...licence }) => licence);
      this.emitFile({ type: 'asset', fileName: 'licences.json', source: `${JSON.stringify({ packages })}\n` });
      this.emitFile({ type: 'asset', fileName: 'licences.txt', source: found.map(notice).join('\n') });
    },
  };
}

const byName = (a: Licence, b: Licence) =>
  a.name < b.name ? -1 : a.name > b.name ? 1 : a.version < b.version ? -1 : Number(a.version > b.version);

/** Where a module's package lies, from the project's root; null for our own modules. */
function packageFolder(id: string): string | null {
  const path = id.replaceAll('\\', '/');
  const [, folder = null] = /\/(node_modules\/(?:.*\/node_modules\/)?(?:@[^/]+\/)?[^/]+)\//.exec(path) ?? [];
  return folder !== null && existsSync(join(root, folder, 'package.json')) ? folder : null;
}

/** What the lock file has for production, as far as this platform has it. */
function productionFolders(): readonly string[] {
  const lock: { packages: Record<string, { dev?: boolean; devOptional?: boolean; link?: boolean }> } = JSON.parse(
    readFileSync(join(root, 'package-lock.json'), 'utf8'),
  );
  return Object.entries(lock.packages)
    .filter(
      ([folder, { dev, devOptional, link }]) => folder.startsWith('node_modules/') && !dev && !devOptional && !link,
    )
    .map(([folder]) => folder)
    .filter((folder) => existsSync(join(root, folder, 'package.json')));
}

function readLicence(folder: string): Licence {
  const file: PackageFile = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'));
  const { name = folder, version = '', license, repository, homepage } = file;
  const address = typeof repository === 'string' ? repository : repository?.url;
  return {
    name,
    version,
    licence: (typeof license === 'string' ? license : license?.type) ?? '',
    repository: webAddress(address) ?? webAddress(homepage),
  };
}

/** `git+https://…`, `git@github.com:…` and `owner/name` as what a browser opens. */
function webAddress(address: string | undefined): string | null {
  if (address === undefined) return null;
  const short = /^(?:github:)?([\w.-]+\/[\w.-]+)$/.exec(address);
  if (short !== null) return `https://github.com/${short[1]}`;
  const url = address
    .replace(/^git\+/, '')
    .replace(/^(?:ssh:\/\/)?git@([^:/]+)[:/]/, 'https://$1/')
    .replace(/^(?:git|http):\/\//, 'https://')
    .replace(/\.git$/, '');
  return url.startsWith('https://') ? url : null;
}

function notice({ folder, name, version, licence }: Licence & { readonly folder: string }): string {
  const files = readdirSync(join(root, folder)).filter((file) =>
    /^(licen[cs]e|notice|copying)(\.(md|txt))?$/i.test(file),
  );
  const texts = files.map((file) => readFileSync(join(root, folder, file), 'utf8').trim());
  return [`# ${name} ${version} (${licence})`, '', ...texts, ''].join('\n');
}
