import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type ControlClient, connectControl, type HostClient } from '../src-main/base/control-client.ts';
import { readWhereabouts } from '../src-main/host/index.ts';
import { type HostStatus, hostStatus } from '../src-shared/contract/index.ts';

export interface StartedHost extends ControlClient {
  readonly ready: HostStatus;
  /** Its owner's door, with the PIN in each call. */
  owner(pin: string): HostClient;
  /** MB of its whole process now. */
  residentMb(): number;
  /** Processor time that its whole process has used so far, in µs. */
  cpuMicros(): number;
  stop(): Promise<void>;
}

const mostToStopMs = 20_000;
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
  const owners: ControlClient[] = [];
  return {
    ready,
    host: control.host,
    close: control.close,
    owner(pin) {
      const door = connectControl(where.control, Buffer.from(pin));
      owners.push(door);
      return door.host;
    },
    residentMb: () => {
      const match = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'));
      return Number(match?.[1] ?? Number.NaN) / 1024;
    },
    cpuMicros: () => {
      const fields = readFileSync(`/proc/${child.pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
      return (Number(fields[11]) + Number(fields[12])) * 10_000;
    },
    async stop() {
      await Promise.all([control, ...owners].map((door) => door.close()));
      const gone = once(child, 'exit');
      child.kill('SIGTERM');
      // What a page still listens to must not hold the next measurement up.
      const cut = setTimeout(() => child.kill('SIGKILL'), mostToStopMs);
      await gone;
      clearTimeout(cut);
    },
  };
}
