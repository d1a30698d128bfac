// `npm start`: the tray app where Electron can run, otherwise Groat without a window. Plain JavaScript, which any Node
// reads: what the rest needs is said by the command line itself.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { electronIn, runElectron } from './start/electron.js';
import { isStale } from './start/freshness.js';
import { whichDoor } from './start/which-door.js';

const root = join(import.meta.dirname ?? '.', '..');
const flags = process.argv.slice(2);
const say = (/** @type {string} */ line) => process.stderr.write(`${line}\n`);

const common = ['src-shared', 'package-lock.json', 'tools/build', 'tools/build.ts'];
const screens = { built: 'dist/renderer/index.html', sources: ['src-renderer', 'vite.renderer.config.ts', ...common] };
const desktop = {
  built: 'dist/preload/preload.cjs',
  sources: ['src-main', 'vite.main.config.ts', 'vite.preload.config.ts', ...common],
};

const [major = 0] = process.versions.node.split('.').map(Number);
if (major < 24) await commandLine([]);

const electron = electronIn(root);
const ground = {
  flags,
  platform: process.platform,
  display: Boolean(process.env['DISPLAY'] || process.env['WAYLAND_DISPLAY']),
  administrator: process.getuid?.() === 0,
  ci: !['', '0', 'false', undefined].includes(process.env['CI']),
};
const look = () => whichDoor({ ...ground, binary: electron.binary() !== null, fetchFailed: electron.fetchFailed() });

let door = look();
if (door.kind === 'fetch') {
  say('fetching Electron (once, at most a minute) …');
  electron.fetch(60_000);
  door = look();
  // It says that it came, and it did not stay.
  if (door.kind === 'fetch') door = { kind: 'headless', because: 'Electron could not be fetched' };
}

const binary = electron.binary();
if (door.kind === 'window' && binary !== null) {
  buildWhatIsStale([screens, desktop], []);
  const run = await runElectron(binary, [root, ...flags]);
  if (run.kind === 'ended') process.exit(run.code);
  door = { kind: 'headless', because: 'Electron cannot start on this machine' };
}

if (door.kind === 'headless' && door.because !== null) {
  say(`No window: ${door.because}. Groat runs without one; its screens are in the browser.`);
}
if (!flags.includes('--help') && !flags.includes('-h')) buildWhatIsStale([screens], ['renderer']);
await commandLine(['start', '--demo', ...flags.filter((flag) => flag !== '--headless')]);

/** @param {readonly string[]} args */
async function commandLine(args) {
  process.argv = [process.execPath, join(root, 'src-main', 'cli', 'groat.js'), ...args];
  await import('../src-main/cli/groat.js');
}

/**
 * @param {readonly { built: string, sources: readonly string[] }[]} wanted
 * @param {readonly string[]} args
 */
function buildWhatIsStale(wanted, args) {
  if (!wanted.some(({ built, sources }) => isStale(root, built, sources))) return;
  say('building the screens …');
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(root, 'tools', 'build.ts'), ...args], {
    cwd: root,
    encoding: 'utf8',
  });
  if (status === 0) return;
  say(`${stdout}${stderr}`.trim());
  say('The screens could not be built: see above.');
  process.exit(1);
}
