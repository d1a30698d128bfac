import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { listen } from '../../src-main/base/listen.ts';
import { originConfig, reverseProxyConfig } from './nginx-config.ts';
import { type ServerProcess, startNginx, startNode } from './server-process.ts';
import { type Load, load } from './wrk.ts';

/** One server at one number of connections: medians over the rounds. */
export interface ProxyRow {
  readonly server: string;
  readonly connections: number;
  readonly requestsPerSecond: number;
  /** Of nginx in the same round. */
  readonly ofNginx: number;
  readonly cpuMicrosPerRequest: number;
  readonly p50Micros: number;
  readonly p99Micros: number;
  readonly errors: number;
  readonly rssBytes: number;
}

export interface ProxyBenchOptions {
  readonly rounds: number;
  readonly seconds: number;
  readonly connections: readonly number[];
}

/** Load and origin share processor 0; the server under test has processor 1 alone. */
const loadCpu = 0;
const serverCpu = 1;

interface Contestant {
  readonly process: ServerProcess;
  readonly requestTarget: string;
}

/**
 * A 1 KiB answer through each proxy, in interleaved rounds after one to warm up. Needs `nginx`, `wrk` and `taskset` on the
 * path and two processors. Quote the ratios: the absolute figures drift with the machine.
 */
export async function run(
  options: ProxyBenchOptions = { rounds: 5, seconds: 3, connections: [1, 32, 128] },
): Promise<readonly ProxyRow[]> {
  const folder = mkdtempSync(join(tmpdir(), 'groat-bench-'));
  const started: ServerProcess[] = [];
  try {
    const contestants = await startAll(folder, started);
    const rows: ProxyRow[] = [];
    for (const connections of options.connections) {
      rows.push(...(await compare(folder, contestants, connections, options)));
    }
    return rows;
  } finally {
    for (const server of started.reverse()) await server.stop();
    rmSync(folder, { recursive: true });
  }
}

async function startAll(folder: string, started: ServerProcess[]): Promise<readonly Contestant[]> {
  const nginx = async (name: string, cpu: number, config: (plan: { folder: string; port: number }) => string) => {
    const plan = { folder: join(folder, name), port: await freePort() };
    mkdirSync(join(plan.folder, 'root'), { recursive: true });
    writeFileSync(join(plan.folder, 'root', '1k.json'), `${JSON.stringify({ text: 'x'.repeat(1012) })}\n`);
    writeFileSync(join(plan.folder, 'nginx.conf'), config(plan));
    const server = await startNginx(name, join(plan.folder, 'nginx.conf'), plan.port, cpu);
    started.push(server);
    return server;
  };
  const origin = await nginx('direct', loadCpu, originConfig);
  const yardstick = await nginx('nginx', serverCpu, (plan) => reverseProxyConfig(plan, origin.port));
  const absolute = `http://127.0.0.1:${origin.port}/1k.json`;
  const contestants: Contestant[] = [
    { process: yardstick, requestTarget: '/1k.json' },
    { process: origin, requestTarget: '/1k.json' },
  ];
  for (const [name, file] of [
    ['groat', './groat-proxy.ts'],
    ['undici dispatch', './undici-dispatch.ts'],
    ['bare node:http', './bare-node.ts'],
  ] as const) {
    const server = await startNode(name, file, serverCpu);
    started.push(server);
    contestants.push({ process: server, requestTarget: absolute });
  }
  return contestants;
}

async function compare(
  folder: string,
  contestants: readonly Contestant[],
  connections: number,
  { rounds, seconds }: ProxyBenchOptions,
): Promise<readonly ProxyRow[]> {
  const measured = contestants.map(() => [] as (Load & { readonly cpuMicros: number; readonly ofNginx: number })[]);
  for (let round = -1; round < rounds; round += 1) {
    let nginxRate = Number.NaN;
    for (const [i, { process, requestTarget }] of contestants.entries()) {
      const before = process.cpuMicros();
      const result = await load({ folder, port: process.port, requestTarget, connections, seconds, cpu: loadCpu });
      const cpuMicros = (process.cpuMicros() - before) / result.requests;
      if (i === 0) nginxRate = result.requestsPerSecond;
      if (round >= 0) measured[i]?.push({ ...result, cpuMicros, ofNginx: result.requestsPerSecond / nginxRate });
    }
  }
  return contestants.map(({ process }, i) => {
    const runs = measured[i] ?? [];
    return {
      server: process.name,
      connections,
      requestsPerSecond: median(runs.map((one) => one.requestsPerSecond)),
      ofNginx: median(runs.map((one) => one.ofNginx)),
      cpuMicrosPerRequest: median(runs.map((one) => one.cpuMicros)),
      p50Micros: median(runs.map((one) => one.p50Micros)),
      p99Micros: median(runs.map((one) => one.p99Micros)),
      errors: runs.reduce((sum, one) => sum + one.errors, 0),
      rssBytes: process.rss(),
    };
  });
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

async function freePort(): Promise<number> {
  const server = createServer();
  const port = await listen(server, 0);
  await new Promise((resolve) => server.close(resolve));
  return port;
}
