import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { listen } from '../../src-main/base/listen.ts';
import { loadCpu, serverCpu } from '../proxy/contestants.ts';
import { originConfig } from '../proxy/nginx-config.ts';
import { type ServerProcess, startNginx } from '../proxy/server-process.ts';
import { load, proxyAuthorization } from '../proxy/wrk.ts';
import { median, perSecond, ratio, type Table } from '../suite.ts';
import { openBrowser, openScreens } from './bench-browser.ts';
import type { BenchHost } from './bench-home.ts';
import { createPayers } from './payers.ts';

interface Run {
  readonly perSecond: number;
  /** Of the host, for one request. */
  readonly cpuMicros: number;
}

interface Lane {
  readonly name: string;
  readonly alone: Run[];
  readonly followed: Run[];
  run(): Promise<Run>;
}

/** What it costs the host that somebody looks. The host has one processor; browser, load and origin share the other one. */
export async function connectedOverhead(
  { host, proxyUrls }: BenchHost,
  { rounds, seconds }: { readonly rounds: number; readonly seconds: number },
): Promise<readonly Table[]> {
  const folder = mkdtempSync(join(tmpdir(), 'groat-bench-'));
  const payers = createPayers(proxyUrls, host.ready.demoUrl ?? '');
  execFileSync('taskset', ['-a', '-c', '-p', String(serverCpu), String(host.ready.pid)], { stdio: 'ignore' });
  const browser = await openBrowser(loadCpu);
  const origin = await startOrigin(folder);
  try {
    const cpuOf = async (act: () => Promise<{ readonly requests: number; readonly seconds: number }>): Promise<Run> => {
      const before = host.cpuMicros();
      const { requests, seconds: took } = await act();
      return { perSecond: requests / took, cpuMicros: (host.cpuMicros() - before) / requests };
    };
    const { port, username, password } = new URL(proxyUrls[0] ?? '');
    const lanes: readonly Lane[] = [
      lane('unpaid, 32 connections', () =>
        cpuOf(async () => {
          const { requests, requestsPerSecond, errors, refused } = await load({
            folder,
            port: Number(port),
            headers: proxyAuthorization(`${username}:${password}`),
            requestTarget: `http://127.0.0.1:${origin.port}/1k.json`,
            connections: 32,
            seconds,
            cpu: loadCpu,
          });
          if (errors + refused > 0) throw new Error(`${errors + refused} requests failed`);
          return { requests, seconds: requests / requestsPerSecond };
        }),
      ),
      lane('paid, 8 at once', () =>
        cpuOf(async () => {
          const { paid, failed, seconds: took } = await payers.rush(8, seconds);
          if (failed > 0) throw new Error(`${failed} payments failed`);
          return { requests: paid, seconds: took };
        }),
      ),
    ];
    for (let round = -1; round < rounds; round++) {
      // Whoever comes first in a round would gain or lose by what the one before left behind.
      for (const followed of round % 2 === 0 ? [false, true] : [true, false]) {
        const context = followed ? await browser.context() : null;
        if (context !== null) await openScreens(context, host);
        await delay(1_500);
        for (const { run, alone, followed: watched } of lanes) {
          const found = await run();
          if (round >= 0) (followed ? watched : alone).push(found);
        }
        await context?.close();
      }
    }
    return [table(lanes, rounds, seconds)];
  } finally {
    payers.stop();
    await origin.stop();
    await browser.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

const lane = (name: string, run: () => Promise<Run>): Lane => ({ name, alone: [], followed: [], run });

function table(lanes: readonly Lane[], rounds: number, seconds: number): Table {
  const of = (runs: readonly Run[], figure: keyof Run): number => median(runs.map((run) => run[figure]));
  /** Round by round, so that what else the machine does counts for both. */
  const paired = (runs: readonly Run[], others: readonly Run[], figure: keyof Run): number =>
    median(runs.map((run, round) => run[figure] / (others[round]?.[figure] ?? Number.NaN)));
  return {
    title: `Overview open in a browser and not, ${rounds} rounds of ${seconds} s each in turn, medians (of the rounds’ ratios too)`,
    head: [
      'requests',
      'a second, alone',
      'with the screens',
      'ratio',
      'CPU µs each, alone',
      'with the screens',
      'ratio',
    ],
    rows: lanes.map(({ name, alone, followed }) => [
      name,
      perSecond(of(alone, 'perSecond')),
      perSecond(of(followed, 'perSecond')),
      ratio(paired(followed, alone, 'perSecond')),
      of(alone, 'cpuMicros').toFixed(1),
      of(followed, 'cpuMicros').toFixed(1),
      ratio(paired(followed, alone, 'cpuMicros')),
    ]),
  };
}

async function startOrigin(folder: string): Promise<ServerProcess> {
  const plan = { folder: join(folder, 'origin'), port: await freePort() };
  mkdirSync(join(plan.folder, 'root'), { recursive: true });
  writeFileSync(join(plan.folder, 'root', '1k.json'), `${JSON.stringify({ text: 'x'.repeat(1012) })}\n`);
  writeFileSync(join(plan.folder, 'nginx.conf'), originConfig(plan));
  return startNginx('origin', join(plan.folder, 'nginx.conf'), plan.port, loadCpu);
}

async function freePort(): Promise<number> {
  const server = createServer();
  const port = await listen(server, 0);
  await new Promise((resolve) => server.close(resolve));
  return port;
}
