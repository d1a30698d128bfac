import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

/** A server under test, in a process of its own, on one processor. */
export interface ServerProcess {
  readonly name: string;
  readonly port: number;
  /** Processor time used so far, in µs. */
  cpuMicros(): number;
  /** Resident memory, in bytes. */
  rss(): number;
  stop(): Promise<void>;
}

/** One of ours: prints `{"port":N}` when it listens. */
export async function startNode(name: string, file: string, cpu: number): Promise<ServerProcess> {
  const path = new URL(file, import.meta.url).pathname;
  const child = spawn('taskset', ['-c', String(cpu), process.execPath, path], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = await once(child.stdout, 'data');
  return processOf(name, child, JSON.parse(String(line)).port);
}

export async function startNginx(name: string, configFile: string, port: number, cpu: number): Promise<ServerProcess> {
  const child = spawn('taskset', ['-c', String(cpu), 'nginx', '-c', configFile], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  while (!(await accepts(port))) await delay(20);
  return processOf(name, child, port);
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

function processOf(name: string, child: ChildProcess, port: number): ServerProcess {
  const stat = (file: string): string => readFileSync(`/proc/${child.pid}/${file}`, 'utf8');
  return {
    name,
    port,
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
