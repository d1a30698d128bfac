import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';
import { isStale } from '../../../tools/start/freshness.js';
import { whichDoor } from '../../../tools/start/which-door.js';
import { cliHome, theOneDocument } from '../../support/cli.ts';
import { root } from './built.ts';

const desktop = {
  flags: [],
  platform: 'linux',
  display: true,
  administrator: false,
  ci: false,
  binary: true,
  fetchFailed: false,
} as const;
const headless = (because: unknown) => ({ kind: 'headless', because });

describe('npm start', () => {
  test.each([
    ['opens the tray app on a desktop', {}, { kind: 'window' }],
    ['opens it on a Mac, which tells of no display', { platform: 'darwin', display: false }, { kind: 'window' }],
    ['opens it for an administrator of Windows', { platform: 'win32', administrator: true }, { kind: 'window' }],
    ['fetches Electron where it is not there yet', { binary: false }, { kind: 'fetch' }],
    ['does not try again soon', { binary: false, fetchFailed: true }, headless(expect.stringContaining('lately'))],
    ['fetches nothing for CI', { binary: false, ci: true }, headless(expect.stringContaining('CI'))],
    ['fetches nothing without a display', { binary: false, display: false }, headless('there is no display here')],
    ['never opens a window as root', { administrator: true }, headless('Electron does not run as root')],
    ['goes without a window when told to', { flags: ['--headless'] }, headless(null)],
    ['goes without a window for a script', { flags: ['--json'] }, headless(null)],
  ] as const)('%s', (_claim, ground, door) => {
    expect(whichDoor({ ...desktop, ...ground })).toEqual(door);
  });

  test.skipIf(process.platform !== 'linux')(
    'says in one line why there is no window, runs without one, and ends with the signal it gets',
    async () => {
      const { env } = cliHome();
      const child = spawn(process.execPath, [join(root, 'tools/start.js')], { env, stdio: ['ignore', 'pipe', 'pipe'] });
      onTestFinished(() => void child.kill('SIGKILL'));
      const said = { stdout: '', stderr: '' };
      child.stderr.setEncoding('utf8').on('data', (text: string) => {
        said.stderr += text;
      });
      const ended = once(child, 'close');
      for await (const text of child.stdout.setEncoding('utf8')) {
        const before = said.stdout;
        said.stdout += text;
        if (said.stdout.includes('Ctrl-C') && !before.includes('Ctrl-C')) child.kill('SIGTERM');
      }
      expect(await ended).toEqual([0, null]);
      expect(said.stderr.match(/^No window: there is no display here\. .*$/gm)).toHaveLength(1);
      expect(said.stdout).toMatch(/curl .*-x http:/);
    },
  );

  test('gives a script the one document of `groat start --json`', async () => {
    const { env } = cliHome();
    const child = spawn(process.execPath, [join(root, 'tools/start.js'), '--json'], {
      env,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    onTestFinished(() => void child.kill('SIGKILL'));
    const [text] = await once(child.stdout.setEncoding('utf8'), 'data');
    expect(theOneDocument(text)).toMatchObject({ ready: true, mode: 'sandbox' });
  });

  test('exits as the command line does when it is called wrongly', async () => {
    const { env } = cliHome();
    const child = spawn(process.execPath, [join(root, 'tools/start.js'), '--headless', '--no-such-flag'], {
      env,
      stdio: 'ignore',
    });
    expect(await once(child, 'close')).toEqual([2, null]);
  });
});

describe('the tray app, as npm start runs it,', () => {
  /** Another program runs it, because its signals are a process's own. */
  const running = (script: string) => {
    const launcher = pathToFileURL(join(root, 'tools/start/electron.js')).href;
    const call = `runElectron(process.execPath, ['-e', ${JSON.stringify(script)}])`;
    const program = `import { runElectron } from '${launcher}'; console.log(JSON.stringify(await ${call}));`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    onTestFinished(() => void child.kill('SIGKILL'));
    return child;
  };
  const lastLine = async ({ stdout }: ReturnType<typeof running>) => {
    let said = '';
    for await (const text of stdout.setEncoding('utf8')) said += text;
    return JSON.parse(said.trimEnd().split('\n').at(-1) ?? '');
  };

  test('ends npm start with its own exit code', async () => {
    expect(await lastLine(running('process.exit(3)'))).toEqual({ kind: 'ended', code: 3 });
  });

  test('gives way to Groat without a window where its program cannot start', async () => {
    expect(await lastLine(running('process.exit(127)'))).toEqual({ kind: 'cannot-run' });
  });

  test.skipIf(process.platform === 'win32')('gets the signal that npm start got, and may finish', async () => {
    const child = running(
      "process.on('SIGTERM', () => process.exit(7)); setInterval(() => {}, 1000); console.log('up')",
    );
    await once(child.stdout, 'data');
    child.kill('SIGTERM');
    expect(await lastLine(child)).toEqual({ kind: 'ended', code: 7 });
  });
});

describe('what was built', () => {
  const folder = () => {
    const made = mkdtempSync(join(tmpdir(), 'groat-fresh-'));
    onTestFinished(() => rmSync(made, { recursive: true, force: true }));
    mkdirSync(join(made, 'src', 'deep'), { recursive: true });
    writeFileSync(join(made, 'src', 'deep', 'a.ts'), '');
    writeFileSync(join(made, 'built'), '');
    for (const path of ['src', 'src/deep', 'src/deep/a.ts']) utimesSync(join(made, path), 1_000, 1_000);
    utimesSync(join(made, 'built'), 2_000, 2_000);
    return made;
  };

  test('is fresh when it is newer than all it comes from', () => {
    expect(isStale(folder(), 'built', ['src', 'not-there'])).toBe(false);
  });

  test('is stale when it is missing', () => {
    expect(isStale(folder(), 'not-built', ['src'])).toBe(true);
  });

  test.each(['src/deep/a.ts', 'src/deep'])('is stale when %s is newer', (changed) => {
    const made = folder();
    utimesSync(join(made, changed), 3_000, 3_000);
    expect(isStale(made, 'built', ['src'])).toBe(true);
  });
});
