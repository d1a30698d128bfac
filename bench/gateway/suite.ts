import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createKeyPairSignerFromPrivateKeyBytes, createSolanaRpc, lamports } from '@solana/kit';
import { listen } from '../../src-main/base/listen.ts';
import { newSigner } from '../../test/support/official-x402.ts';
import { loadCpu, serverCpu } from '../proxy/contestants.ts';
import { type ServerProcess, startNode } from '../proxy/server-process.ts';
import type { BenchOptions, Suite, Table } from '../suite.ts';
import { credentialTables } from './credential-calls.ts';
import { demandTable } from './demands.ts';
import { paidTables } from './paid-calls.ts';
import { type PinnedHost, startPinnedHost, unlimited } from './pinned-host.ts';
import { replayTable } from './replays.ts';
import { seedSettlements } from './seed-settlements.ts';

const pastPayments = 1_000_000;

/** The till. Needs `nginx`, `wrk` and `taskset` on the path, and two processors. */
export const gateway: Suite = {
  name: 'gateway',
  about:
    'Calls paid from credit through a shop against reverse proxies that ask for nothing, with nginx as the yardstick (1 KiB of JSON; wrk and origin on one processor, the server under test alone on the other); unpaid requests against @x402/express 2.27; purchases on the same embedded chain against @x402/express with its facilitator in its process (payments signed beforehand by official clients; each purchase is the 402 and the paid request; the chain, which is in Groat’s host, and both shops share one processor); and the check for repeated payments with a long past. Groat is a whole host on the sandbox, started as a user starts it; interleaved rounds after one to warm up.',
  async run(options) {
    const closers: (() => Promise<unknown> | unknown)[] = [];
    pinSelf(String(loadCpu));
    try {
      return await measure(options, closers);
    } finally {
      for (const close of closers.reverse()) await close();
      pinSelf(`0-${cpus().length - 1}`);
    }
  },
};

async function measure(
  options: BenchOptions,
  closers: (() => Promise<unknown> | unknown)[],
): Promise<readonly Table[]> {
  const folder = mkdtempSync(join(tmpdir(), 'groat-bench-'));
  closers.push(() => rmSync(folder, { recursive: true, force: true }));
  const host = await startPinnedHost(closers);
  const goods = createServer((request, response) => {
    request.resume();
    response.writeHead(200, { 'Content-Type': 'application/json' }).end('{"weather":"fine"}');
  });
  const goodsUrl = `http://127.0.0.1:${await listen(goods, 0)}`;
  closers.push(() => {
    goods.closeAllConnections();
    goods.close();
  });
  const official = await officialShop(host, closers);
  const shopUrl = await openShop(host, goodsUrl);
  const tables = [
    ...(await credentialTables(folder, host, closers, options)),
    await demandTable(folder, host, official, closers, options),
    ...(await paidTables(host, official, shopUrl, options)),
  ];
  const past = options.quick ? 20_000 : pastPayments;
  const old = await startPinnedHost(closers, (home) => {
    seedSettlements(join(home, 'sandbox', 'groat.db'), 'paid', past);
  });
  const fresh = await startPinnedHost(closers);
  const shops = [
    { host: fresh, url: await openShop(fresh, goodsUrl), past: 0 },
    { host: old, url: await openShop(old, goodsUrl), past },
  ];
  return [...tables, await replayTable(folder, shops, options)];
}

async function openShop(host: PinnedHost, target: string): Promise<string> {
  const shop = await host.host.shops.open({ name: 'paid', target, price: '0.01', port: 0, limits: unlimited });
  return `${shop.gatewayUrl}/weather`;
}

async function officialShop(host: PinnedHost, closers: (() => Promise<unknown> | unknown)[]): Promise<ServerProcess> {
  const seed = randomBytes(32);
  const [feePayer, payee] = await Promise.all([createKeyPairSignerFromPrivateKeyBytes(seed), newSigner()]);
  await host.host.sandbox.fund({ address: payee.address, amount: '0.000001' });
  await createSolanaRpc(host.rpcUrl).requestAirdrop(feePayer.address, lamports(5_000_000_000n)).send();
  const server = await startNode('@x402/express', new URL('official-shop.ts', import.meta.url), serverCpu, [
    host.rpcUrl,
    seed.toString('hex'),
    payee.address,
  ]);
  closers.push(() => server.stop());
  return server;
}

/** Buyers and what is sold are in this process. */
function pinSelf(processors: string): void {
  execFileSync('taskset', ['-a', '-p', '-c', processors, String(process.pid)], { stdio: 'ignore' });
}
