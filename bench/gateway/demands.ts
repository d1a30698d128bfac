import { serverCpu } from '../proxy/contestants.ts';
import { type ServerProcess, startNode } from '../proxy/server-process.ts';
import { type BenchOptions, perSecond, ratio, type Table } from '../suite.ts';
import { type PinnedHost, shopOf, unlimited } from './pinned-host.ts';
import { measureLanes } from './rounds.ts';

/** Unpaid requests: the price again and again, as a crawler or a flood would have it. */
export async function demandTable(
  folder: string,
  host: PinnedHost,
  official: ServerProcess,
  closers: (() => Promise<unknown> | unknown)[],
  { quick, say }: BenchOptions,
): Promise<Table> {
  const shop = await host.host.shops.open({
    ...{ name: 'demands', target: 'http://127.0.0.1:9', price: '0.01', port: 0 },
    ...{ dialects: ['x402-v2', 'x402-v1', 'open402'], limits: unlimited },
  });
  const fixed = await startNode('node:http, the same bytes', new URL('static-402.ts', import.meta.url), serverCpu, [
    `${shop.gatewayUrl}/weather`,
  ]);
  closers.push(() => fixed.stop());
  const rounds = quick ? 1 : 5;
  const seconds = quick ? 1 : 2;
  const lane = (server: ServerProcess) =>
    ({ server, requestTarget: '/weather', headers: {}, expects: 'refusal' }) as const;
  const results = await measureLanes(
    [lane(official), lane(shopOf('groat, three dialects', host, shop.gatewayUrl)), lane(fixed)],
    { folder, connections: 32, rounds, seconds },
  );
  say('  402');
  return {
    title: `Unpaid requests answered with 402, 32 connections, median of ${rounds} rounds of ${seconds} s`,
    head: ['server', 'answers a second', 'of @x402/express', 'CPU µs an answer', 'p99 µs'],
    rows: results.map((result) => [
      result.name,
      perSecond(result.requestsPerSecond),
      ratio(result.ofFirst),
      result.cpuMicros.toFixed(1),
      result.p99Micros.toFixed(0),
    ]),
  };
}
