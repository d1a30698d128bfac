import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire, isBuiltin } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { Worker } from 'node:worker_threads';
import { extractAll, extractFile, listPackage, statFile } from '@electron/asar';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { fuses } from '../../../src-main/app/fuses.ts';
import { built, root } from './built.ts';
import { fusesIn, stubElectron } from './stub-electron.ts';

const arch = process.arch;
const folder = mkdtempSync(join(tmpdir(), 'groat-packed-'));
const app = join(folder, 'release', 'linux-unpacked');
const archive = join(app, 'resources', 'app.asar');
let files: readonly string[] = [];

/** What a script of the bundle asks for by name: `… from "x"`, `import "x"`, `import("x")`, `require("x")`. */
const asked =
  /^(?:import|export)\b(?:[^"'\n]*?\bfrom\b)? ?"([^"\n]+)"|\bimport\("([^"\n]+)"\)|\brequire\("([^"\n]+)"\)/gm;

// As `npm run dist` packs, with a stub where Electron would be.
describe.skipIf(process.platform !== 'linux')('the packed app', () => {
  beforeAll(async () => {
    built();
    stubElectron(join(folder, 'electron'));
    await promisify(execFile)(
      process.execPath,
      [
        join(root, 'node_modules/electron-builder/cli.js'),
        ...['--linux', 'dir', '--publish=never', '--config=electron-builder.release.yml'],
        `-c.electronDist=${join(folder, 'electron')}`,
        `-c.directories.output=${join(folder, 'release')}`,
      ],
      { cwd: root, maxBuffer: 16 * 2 ** 20 },
    );
    files = listPackage(archive, { isPack: false })
      .map((path) => path.slice(1))
      .filter((path) => !('files' in statFile(archive, path)));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('holds the screens, the preload, the main process and the files of its threads', () => {
    for (const file of [
      'package.json',
      'dist/renderer/index.html',
      'dist/renderer/licences.json',
      'dist/renderer/licences.txt',
      'dist/preload/preload.cjs',
      'dist/main/main.js',
      'dist/main/thread-boot.js',
      'dist/main/signer-worker.js',
      'dist/main/worker.js',
    ]) {
      expect(files).toContain(file);
    }
    const page = extractFile(archive, 'dist/renderer/index.html').toString();
    const assets = [...page.matchAll(/(?:src|href)="\.\/([^"]+)"/g)].map(([, file]) => `dist/renderer/${file}`);
    expect(assets.length).toBeGreaterThan(1);
    for (const asset of assets) expect(files).toContain(asset);
  });

  test('holds the natives of this platform alone, as files of their own', () => {
    const natives = files.filter((file) => file.endsWith('.node'));
    expect(natives.sort()).toEqual([
      `node_modules/better-sqlite3/prebuilds/linux-${arch}.node`,
      `node_modules/keytar/prebuilds/linux-${arch}/keytar.node`,
      `node_modules/litesvm-linux-${arch}-gnu/litesvm.linux-${arch}-gnu.node`,
    ]);
    for (const native of natives) expect(existsSync(join(`${archive}.unpacked`, native))).toBe(true);
  });

  test('keeps every script inside the archive, where its integrity is checked', () => {
    const outside = files.filter((file) => existsSync(join(`${archive}.unpacked`, file)));
    expect(outside.filter((file) => !file.endsWith('.node'))).toEqual([]);
  });

  test('takes nothing else from node_modules', () => {
    const packages = files
      .filter((file) => file.startsWith('node_modules/'))
      .map((file) => file.split('/')[1])
      .filter((name, index, all) => all.indexOf(name) === index);
    expect(packages.sort()).toEqual(['better-sqlite3', 'keytar', 'litesvm', `litesvm-linux-${arch}-gnu`]);
  });

  test.each([
    ['sources', /\.tsx?$|^src-|\.(c|cc|cpp|h|hpp|gyp)$/],
    ['tests', /(^|\/)(tests?|spec|e2e|__tests__)\/|\.(test|spec)\./],
    ['documents', /\.md$|^docs\//],
    ['maps', /\.map$/],
    ['the workshop', /^(tools|bench|\.ci)\/|vite|tsconfig|biome|electron-builder|package-lock|\.npmrc/],
    ['a Node of its own', /node-linux|node24/],
    [
      'keys or credentials',
      /\.(pem|key|p12|pfx|cer|env|sqlite3?|db|jsonl|log)$|(^|\/)\.|id_(rsa|ed25519)|credential|secret|keyfile/i,
    ],
  ])('is free of %s', (_what, forbidden) => {
    expect(files.filter((file) => forbidden.test(file) && file !== 'dist/renderer/assets')).toEqual([]);
  });

  test('holds no path of the machine that built it, and no private key', () => {
    const texts = files.filter((file) => /\.(c?js|json|html|css|txt)$/.test(file));
    const telling = texts.filter((file) => {
      const text = extractFile(archive, file).toString();
      return text.includes(root) || /-----BEGIN [A-Z ]*PRIVATE KEY-----\s+\S/.test(text);
    });
    expect(telling).toEqual([]);
  });

  describe('taken out of its archive, far from any other package,', () => {
    const alone = join(folder, 'alone');
    const main = join(alone, 'dist', 'main');
    beforeAll(() => extractAll(archive, alone));

    test('finds all that its scripts ask for, but Electron', () => {
      const scripts = files.filter((file) => /^dist\/.*\.c?js$/.test(file) && !file.startsWith('dist/renderer/'));
      const wanted = scripts.flatMap((file) => [...readFileSync(join(alone, file), 'utf8').matchAll(asked)]);
      const packages = new Set(wanted.map(([, static_, dynamic, required]) => static_ ?? dynamic ?? required ?? ''));
      const others = [...packages].filter((name) => !name.startsWith('.') && !isBuiltin(name));
      expect(others.sort()).toEqual(['better-sqlite3', 'electron', 'keytar', 'litesvm/dist/internal.js']);
      const { resolve } = createRequire(join(main, 'main.js'));
      for (const name of others.filter((name) => name !== 'electron')) expect(resolve(name)).toContain(alone);
    });

    const start = (script: string, workerData?: unknown) => {
      const argv = [pathToFileURL(join(main, script)).href];
      const worker = new Worker(join(main, 'thread-boot.js'), {
        argv,
        workerData,
        execArgv: [],
        stdout: true,
        stderr: true,
      });
      onTestFinished(async () => void (await worker.terminate()));
      return worker;
    };

    test('starts the sandbox’s chain in its thread', async () => {
      const dir = join(folder, 'chain');
      mkdirSync(dir, { mode: 0o700 });
      const worker = start('worker.js', { dir, rpcPort: null, slotMs: 400, mint: new Uint8Array(32).fill(7) });
      expect(await once(worker, 'message')).toEqual([{ kind: 'ready', rpcPort: null }]);
    });

    test('starts the signer in its thread', async () => {
      const worker = start('signer-worker.js');
      worker.postMessage({ id: 1, task: { op: 'none of its own' } });
      expect(await once(worker, 'message')).toMatchObject([{ id: 1, outcome: { kind: 'refused' } }]);
    });
  });

  test('says of itself only what Electron asks', () => {
    const manifest = JSON.parse(extractFile(archive, 'package.json').toString());
    expect(manifest).toMatchObject({ name: 'groat', type: 'module', main: 'dist/main/main.js' });
    expect(manifest.scripts ?? null).toBeNull();
    expect(manifest.devDependencies ?? null).toBeNull();
    expect(manifest.bin ?? null).toBeNull();
  });

  test('has every fuse as the shell states it', () => {
    expect(fusesIn(join(folder, 'electron', 'electron'))).not.toEqual(Object.values(fuses));
    // The order of the wire, which is Electron's.
    expect(fusesIn(join(app, 'groat'))).toEqual([
      fuses.runAsNode,
      fuses.enableCookieEncryption,
      fuses.enableNodeOptionsEnvironmentVariable,
      fuses.enableNodeCliInspectArguments,
      fuses.enableEmbeddedAsarIntegrityValidation,
      fuses.onlyLoadAppFromAsar,
      fuses.loadBrowserProcessSpecificV8Snapshot,
      fuses.grantFileProtocolExtraPrivileges,
    ]);
  });

  test('has each fuse in the release configuration, none left to a default', () => {
    const release = readFileSync(join(root, 'electron-builder.release.yml'), 'utf8');
    const stated = [...release.matchAll(/^ {2}(\w+): (true|false)$/gm)].map(([, name, state]) => [
      name,
      state === 'true',
    ]);
    expect(Object.fromEntries(stated)).toEqual(fuses);
  });
});
