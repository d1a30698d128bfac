import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { median, perSecond, ratio, type Suite, type Table } from '../suite.ts';
import { type Contestants, loadCpu, startContestants } from './contestants.ts';
import type { ServerProcess } from './server-process.ts';
import { streamTables } from './streams.ts';
import { type Load, load, proxyAuthorization } from './wrk.ts';

/** The unpaid path. Needs `nginx`, `wrk`, `curl` and `taskset` on the path, and two processors. */
export const proxy: Suite = {
  name: 'proxy',
  about:
    'A 1 KiB JSON answer over kept connections through each proxy, with nginx (one worker, as a reverse proxy) as the yardstick; load (wrk) and origin (nginx) on one processor, the server under test alone on the other; groat is a whole host on the sandbox with its ledger, started as a user starts it; interleaved rounds after one to warm up.',
  async run({ quick, say }) {
    const folder = mkdtempSync(join(tmpdir(), 'groat-bench-'));
    try {
      const contestants = await startContestants(folder);
      try {
        const rounds = quick ? 1 : 5;
        const tables: Table[] = [];
        for (const connections of [1, 32, 128]) {
          tables.push(await compare(folder, contestants, connections, rounds, quick ? 1 : 3));
          say(`  ${connections} connections`);
        }
        tables.push(...(await streamTables(contestants, quick ? 1 : 3, quick ? 2_000 : 50_000)));
        return tables;
      } finally {
        await contestants.stop();
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
};

interface Lane {
  readonly server: ServerProcess;
  readonly requestTarget: string;
  readonly runs: (Load & { readonly cpuMicros: number; readonly ofNginx: number })[];
}

async function compare(
  folder: string,
  { nginx, origin, proxies }: Contestants,
  connections: number,
  rounds: number,
  seconds: number,
): Promise<Table> {
  const absolute = `http://127.0.0.1:${origin.port}/1k.json`;
  const lanes: readonly Lane[] = [
    { server: nginx, requestTarget: '/1k.json', runs: [] },
    { server: origin, requestTarget: '/1k.json', runs: [] },
    ...proxies.map((server) => ({ server, requestTarget: absolute, runs: [] })),
  ];
  for (let round = -1; round < rounds; round++) {
    let yardstick = Number.NaN;
    for (const { server, requestTarget, runs } of lanes) {
      const before = server.cpuMicros();
      const result = await load({
        folder,
        port: server.port,
        headers: proxyAuthorization(server.credential),
        requestTarget,
        connections,
        seconds,
        cpu: loadCpu,
      });
      const failed = result.errors + result.refused;
      if (failed > 0) throw new Error(`${server.name}: ${failed} requests failed`);
      const cpuMicros = (server.cpuMicros() - before) / result.requests;
      if (server === nginx) yardstick = result.requestsPerSecond;
      if (round >= 0) runs.push({ ...result, cpuMicros, ofNginx: result.requestsPerSecond / yardstick });
    }
  }
  const of = (runs: Lane['runs'], figure: (run: Lane['runs'][number]) => number): number => median(runs.map(figure));
  return {
    title: `${connections} connections, median of ${rounds} rounds of ${seconds} s`,
    head: ['server', 'requests a second', 'of nginx', 'CPU µs a request', 'p50 µs', 'p99 µs'],
    rows: lanes.map(({ server, runs }) => [
      server.name,
      perSecond(of(runs, (run) => run.requestsPerSecond)),
      ratio(of(runs, (run) => run.ofNginx)),
      of(runs, (run) => run.cpuMicros).toFixed(1),
      of(runs, (run) => run.p50Micros).toFixed(0),
      of(runs, (run) => run.p99Micros).toFixed(0),
    ]),
  };
}
