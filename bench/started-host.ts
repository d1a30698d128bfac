import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type ControlClient, connectControl } from '../src-main/base/control-client.ts';
import { readWhereabouts } from '../src-main/host/index.ts';
import { type HostStatus, hostStatus } from '../src-shared/contract/index.ts';

export interface StartedHost extends ControlClient {
  readonly ready: HostStatus;
  /** MB of its whole process now. */
  residentMb(): number;
  stop(): Promise<void>;
}

const cli = join(import.meta.dirname, '..', 'src-main', 'cli', 'groat.js');

/** A real host in a process of its own, started as a user starts it. */
export async function startHost(
  home: string,
  env: NodeJS.ProcessEnv = {},
  args: readonly string[] = [],
): Promise<StartedHost> {
  const child: ChildProcess = spawn(process.execPath, [cli, 'start', '--json', '--proxy-port', '0', ...args], {
    env: { ...process.env, GROAT_HOME: home, XDG_RUNTIME_DIR: home, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (child.stdout === null) throw new Error('no output');
  const lines = createInterface({ input: child.stdout });
  const first = await Promise.race([once(lines, 'line'), once(child, 'exit').then(() => null)]);
  if (first === null) throw new Error('the host did not start');
  const ready: HostStatus = hostStatus.parse(JSON.parse(String(first[0])));
  const where = readWhereabouts(home);
  if (where === null) throw new Error('the host did not announce itself');
  const control = connectControl(where.control);
  return {
    ready,
    host: control.host,
    close: control.close,
    residentMb: () => {
      const match = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'));
      return Number(match?.[1] ?? Number.NaN) / 1024;
    },
    async stop() {
      await control.close();
      const gone = once(child, 'exit');
      child.kill('SIGTERM');
      await gone;
    },
  };
}
