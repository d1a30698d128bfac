import { mkdtempSync, rmSync } from 'node:fs';
import { Agent, createServer, request as httpRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSolanaRpc, lamports } from '@solana/kit';
import { listen } from '../src-main/base/listen.ts';
import { newSigner, officialFetch, startOfficialShop } from '../test/support/official-x402.ts';
import { seedOrders } from './seed-orders.ts';
import { type StartedHost, startHost } from './started-host.ts';
import { type BenchOptions, median, ms, quantile, type Suite, type Table } from './suite.ts';

const pastOrders = 100_000;
const agentName = 'bench';

interface Lane {
  readonly name: string;
  readonly times: number[];
  ask(): Promise<number>;
}

/** Buyer, seller and chain in one host: what a paid request takes, alone, request after request. */
export const paid: Suite = {
  name: 'paid',
  about:
    'One request after another over kept connections, the lanes in turn: a free origin through the proxy, the demo shop through the proxy (buyer, seller and embedded chain in one host) with no past orders and with 100 000, and the official @x402/fetch client with @x402/express and its facilitator over the same chain’s JSON-RPC.',
  async run(options) {
    const closers: (() => Promise<unknown> | unknown)[] = [];
    try {
      return await measure(options, closers);
    } finally {
      for (const close of closers.reverse()) await close();
    }
  },
};

async function measure(
  { quick, say }: BenchOptions,
  closers: (() => Promise<unknown> | unknown)[],
): Promise<readonly Table[]> {
  const fresh = await preparedHost(0, closers);
  const old = await preparedHost(quick ? 1_000 : pastOrders, closers);
  const free = createServer((request, response) => {
    request.resume();
    response
      .writeHead(200, { 'Content-Type': 'application/json' })
      .end('{"saying":"Rather go to bed supperless than rise in debt.","served":1}\n');
  });
  const freePort = await listen(free, 0);
  closers.push(() => {
    free.closeAllConnections();
    free.close();
  });

  const rpcUrl = fresh.host.ready.rpcUrl ?? '';
  const [buyer, feePayer, payee] = await Promise.all([newSigner(), newSigner(), newSigner()]);
  await fresh.host.host.sandbox.fund({ address: buyer.address, amount: '1000' });
  await fresh.host.host.sandbox.fund({ address: payee.address, amount: '0.000001' });
  await createSolanaRpc(rpcUrl).requestAirdrop(feePayer.address, lamports(5_000_000_000n)).send();
  const official = await startOfficialShop(rpcUrl, feePayer, payee.address, (close) => closers.push(close));
  const pay = officialFetch(buyer, rpcUrl);

  const lanes: readonly Lane[] = [
    lane('unpaid, through the proxy', () => fresh.ask(`http://127.0.0.1:${freePort}/saying`)),
    lane('paid, no past orders', () => fresh.ask(another(fresh))),
    lane(`paid, ${pastOrders.toLocaleString('en')} past orders`, () => old.ask(another(old))),
    lane('official stack, paid', async () => {
      const response = await pay(official);
      await response.arrayBuffer();
      return response.status;
    }),
  ];
  const rounds = quick ? 30 : 400;
  const warmUp = quick ? 5 : 60;
  for (let round = -warmUp; round < rounds; round++) {
    if (round % 100 === 0) say(`  round ${Math.max(0, round)} of ${rounds}`);
    for (const { name, times, ask } of lanes) {
      const start = performance.now();
      const status = await ask();
      const took = performance.now() - start;
      if (status !== 200) throw new Error(`${name} answered ${status}`);
      if (round >= 0) times.push(took);
    }
  }
  const unpaid = median(lanes[0]?.times ?? []);
  return [
    {
      title: `One request at a time, ${rounds} of each`,
      head: ['lane', 'p50 ms', 'p99 ms', 'added at the median, ms'],
      rows: lanes.map(({ name, times }) => [
        name,
        ms(median(times)),
        ms(quantile(times, 0.99)),
        name.startsWith('unpaid') ? '–' : ms(median(times) - unpaid),
      ]),
    },
  ];
}

let asked = 0;

/** The demo shop's URL, another one each time: the same would be a loop, which Groat asks its owner about. */
function another({ host }: PreparedHost): string {
  asked += 1;
  return `${host.ready.demoUrl ?? ''}?${asked}`;
}

const lane = (name: string, ask: () => Promise<number>): Lane => ({ name, times: [], ask });

interface PreparedHost {
  readonly host: StartedHost;
  ask(url: string): Promise<number>;
}

async function preparedHost(orders: number, closers: (() => Promise<unknown> | unknown)[]): Promise<PreparedHost> {
  const home = mkdtempSync(join(tmpdir(), 'groat-bench-'));
  closers.push(() => rmSync(home, { recursive: true, force: true }));
  const args = ['--rpc-port', '0', '--demo'];
  const env = { GROAT_SEALING: 'keyfile' };
  if (orders > 0) {
    const first = await startHost(home, env, args);
    await first.stop();
    seedOrders(join(home, 'sandbox', 'groat.db'), [agentName], orders);
  }
  const host = await startHost(home, env, args);
  closers.push(() => host.stop());
  await host.host.sandbox.fund({ address: host.ready.address, amount: '10000' });
  const { proxyUrl } = await host.host.agents.add({
    agent: agentName,
    perPayment: '1',
    perDay: '100000',
    perMinuteCount: 'none',
  });
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  closers.push(() => agent.destroy());
  return { host, ask: (url) => proxied(agent, new URL(proxyUrl), url) };
}

function proxied(agent: Agent, proxy: URL, url: string): Promise<number> {
  const credential = Buffer.from(`${proxy.username}:${proxy.password}`).toString('base64');
  return new Promise((resolve, reject) => {
    const request = httpRequest(
      {
        agent,
        host: proxy.hostname,
        port: proxy.port,
        path: url,
        headers: { Host: new URL(url).host, 'Proxy-Authorization': `Basic ${credential}` },
      },
      (answer) => {
        answer.resume();
        answer.once('end', () => resolve(answer.statusCode ?? 0));
        answer.once('error', reject);
      },
    );
    request.once('error', reject);
    request.end();
  });
}
