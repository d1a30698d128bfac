import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

/** A server under test, in a process of its own, on one processor. */
export interface ServerProcess {
  readonly name: string;
  readonly port: number;
  /** `user:password` for a proxy; those that ask for none are given one all the same. */
  readonly credential: string;
  /** Processor time used so far, in µs. */
  cpuMicros(): number;
  /** Resident memory, in bytes. */
  rss(): number;
  stop(): Promise<void>;
}

const anyCredential = 'bench:token';

/** One of ours: prints `{"port":N}` when it listens, and where they differ its credential and the process to measure. */
export async function startNode(
  name: string,
  file: string | URL,
  cpu: number,
  args: readonly string[] = [],
): Promise<ServerProcess> {
  const path = new URL(file, import.meta.url).pathname;
  const child = spawn('taskset', ['-c', String(cpu), process.execPath, path, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = await once(child.stdout, 'data');
  const { port, credential = anyCredential, pid = child.pid } = JSON.parse(String(line));
  return processOf(name, child, { port, credential, pid });
}

export async function startNginx(name: string, configFile: string, port: number, cpu: number): Promise<ServerProcess> {
  const child = spawn('taskset', ['-c', String(cpu), 'nginx', '-c', configFile], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  while (!(await accepts(port))) await delay(20);
  return processOf(name, child, { port, credential: anyCredential, pid: child.pid });
}

async function accepts(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

function processOf(
  name: string,
  child: ChildProcess,
  { port, credential, pid }: { port: number; credential: string; pid: number | undefined },
): ServerProcess {
  const stat = (file: string): string => readFileSync(`/proc/${pid}/${file}`, 'utf8');
  return {
    name,
    port,
    credential,
    cpuMicros: () => {
      const fields = stat('stat').split(') ')[1]?.split(' ') ?? [];
      return (Number(fields[11]) + Number(fields[12])) * 10_000;
    },
    rss: () => Number(stat('statm').split(' ')[1]) * 4096,
    stop: async () => {
      child.kill('SIGTERM');
      await once(child, 'exit');
    },
  };
}
