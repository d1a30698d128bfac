import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

export const groatScript = join(import.meta.dirname, '..', '..', 'src-main', 'cli', 'groat.js');

export interface Ran {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A home of its own, not yet made and removed when the test ends, and nothing of this machine's settings but what runs a program. */
export interface CliHome {
  readonly home: string;
  readonly env: NodeJS.ProcessEnv;
}

export function cliHome(settings: NodeJS.ProcessEnv = {}): CliHome {
  const folder = mkdtempSync(join(tmpdir(), 'groat-cli-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const home = join(folder, 'home');
  const env = {
    PATH: process.env['PATH'],
    GROAT_HOME: home,
    XDG_RUNTIME_DIR: home,
    GROAT_PROXY_PORT: '0',
    GROAT_RPC_PORT: '0',
    GROAT_UI_PORT: '0',
    GROAT_SEALING: 'keyfile',
    ...settings,
  };
  return { home, env };
}

/** Runs a command to its end. */
export function groat({ env }: CliHome, ...args: string[]): Promise<Ran> {
  return ended(spawn(process.execPath, [groatScript, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] }));
}

/** As `groat … --json`; the one document on stdout. Fails when there is anything else on it. */
export async function groatJson(home: CliHome, ...args: string[]) {
  const ran = await groat(home, ...args, '--json');
  return { ...ran, json: theOneDocument(ran.stdout) };
}

export function theOneDocument(stdout: string) {
  const lines = stdout.split('\n');
  if (lines.length !== 2 || lines[1] !== '') throw new Error(`not one line on stdout: ${JSON.stringify(stdout)}`);
  return JSON.parse(lines[0] ?? '');
}

export interface RunningCli {
  readonly child: ChildProcess;
  /** The first line on stdout. */
  readonly firstLine: string;
  /** Everything on stdout so far, once it holds what is wanted. */
  until(wanted: RegExp): Promise<string>;
  /** Resolves when the process has ended, with all it said. */
  readonly ended: Promise<Ran>;
}

/** Runs a command that stays, up to its first line on stdout; killed when the test ends. Rejects when it ends before. */
export async function startGroat({ env }: CliHome, ...args: string[]): Promise<RunningCli> {
  const child = spawn(process.execPath, [groatScript, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const end = ended(child);
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await end;
  });
  let said = '';
  const until = (wanted: RegExp) =>
    new Promise<string>((resolve, reject) => {
      const look = () => {
        if (wanted.test(said)) resolve(said);
      };
      look();
      child.stdout.on('data', look);
      child.once('close', () => reject(new Error(`groat ${args.join(' ')} ended before it said ${wanted}: ${said}`)));
    });
  child.stdout.on('data', (text: string) => {
    said += text;
  });
  const [firstLine = ''] = (await until(/\n/)).split('\n');
  return { child, firstLine, until, ended: end };
}

function ended(child: ChildProcess): Promise<Ran> {
  const said = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream]?.setEncoding('utf8').on('data', (text: string) => {
      said[stream] += text;
    });
  }
  return once(child, 'close').then(([code, signal]) => ({ code, signal, ...said }));
}
