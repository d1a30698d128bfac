import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort, loadCpu, serverCpu } from '../proxy/contestants.ts';
import { type NginxPlan, originConfig, reverseProxyConfig } from '../proxy/nginx-config.ts';
import { type ServerProcess, startNginx, startNode } from '../proxy/server-process.ts';
import { type BenchOptions, perSecond, ratio, type Table } from '../suite.ts';
import { buyCredit } from './credit.ts';
import { type PinnedHost, shopOf, unlimited } from './pinned-host.ts';
import { type Lane, measureLanes } from './rounds.ts';

const path = '/1k.json';
const bulkPackage = { id: 'bulk', name: 'Bulk', calls: 10_000_000, days: 365, price: '1' };

/** A call that is paid from credit, against reverse proxies that ask for nothing. */
export async function credentialTables(
  folder: string,
  host: PinnedHost,
  closers: (() => Promise<unknown> | unknown)[],
  { quick, say }: BenchOptions,
): Promise<readonly Table[]> {
  const started = <T extends ServerProcess>(server: T): T => {
    closers.push(() => server.stop());
    return server;
  };
  const origin = started(await nginx('direct', folder, loadCpu, originConfig));
  const url = `http://127.0.0.1:${origin.port}`;
  const shop = await host.host.shops.open({
    ...{ name: 'credit', target: url, price: '0.01', port: 0 },
    ...{ prepaid: true, packages: [bulkPackage], limits: unlimited },
  });
  const credential = await buyCredit(host, shop, bulkPackage);
  const goods = { requestTarget: path, headers: {}, expects: 'goods' } as const;
  const lanes: readonly Lane[] = [
    {
      ...goods,
      server: started(await nginx('nginx', folder, serverCpu, (plan) => reverseProxyConfig(plan, origin.port, 'on'))),
    },
    { ...goods, server: origin },
    {
      ...goods,
      server: shopOf('groat, prepaid', host, shop.gatewayUrl),
      headers: { 'X-Prepaid-Credential': credential },
    },
    { ...goods, server: started(await startNode('undici dispatch', file('undici-dispatch.ts'), serverCpu, [url])) },
    { ...goods, server: started(await startNode('bare node:http', file('bare-node.ts'), serverCpu, [url])) },
  ];
  const tables: Table[] = [];
  const rounds = quick ? 1 : 5;
  const seconds = quick ? 1 : 3;
  for (const connections of quick ? [1, 32] : [1, 32, 128]) {
    const results = await measureLanes(lanes, { folder, connections, rounds, seconds });
    const direct = results[1] ?? { p50Micros: Number.NaN, p99Micros: Number.NaN };
    const added = (own: number, without: number) => (Number.isNaN(own) ? '–' : ((own - without) / 1000).toFixed(2));
    tables.push({
      title: `Paid from credit, ${connections} connections, median of ${rounds} rounds of ${seconds} s`,
      head: ['server', 'requests a second', 'of nginx', 'CPU µs a request', 'added p50, ms', 'added p99, ms'],
      rows: results.map((result, i) => [
        result.name,
        perSecond(result.requestsPerSecond),
        ratio(result.ofFirst),
        result.cpuMicros.toFixed(1),
        i === 1 ? '–' : added(result.p50Micros, direct.p50Micros),
        i === 1 ? '–' : added(result.p99Micros, direct.p99Micros),
      ]),
    });
    say(`  credit, ${connections} connections`);
  }
  return tables;
}

const file = (name: string): URL => new URL(name, import.meta.url);

async function nginx(
  name: string,
  folder: string,
  cpu: number,
  config: (plan: NginxPlan) => string,
): Promise<ServerProcess> {
  const plan = { folder: join(folder, name), port: await freePort() };
  mkdirSync(join(plan.folder, 'root'), { recursive: true });
  writeFileSync(join(plan.folder, 'root', path), `${JSON.stringify({ text: 'x'.repeat(1012) })}\n`);
  writeFileSync(join(plan.folder, 'nginx.conf'), config(plan));
  return startNginx(name, join(plan.folder, 'nginx.conf'), plan.port, cpu);
}
