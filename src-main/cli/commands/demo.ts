import { mkdtempSync, rmSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRouterClient } from '@orpc/server';
import { z } from 'zod';
import type { OrderView } from '../../../src-shared/contract/index.ts';
import { GroatError } from '../../../src-shared/errors/index.ts';
import { formatDecimal, networks, parseDecimal } from '../../../src-shared/model/index.ts';
import type { HostClient } from '../../base/control-client.ts';
import { createHost, loadConfig, operatorInside } from '../../host/index.ts';
import { bold, dim, green, type Output, Refused, red, short, table } from '../output.ts';
import { realSurroundings } from '../surroundings.ts';

/** What a plain HTTP client sees of one request through the proxy. */
interface Seen {
  readonly what: string;
  readonly status: number;
  readonly decision: string | null;
  readonly reason: string | null;
  readonly order: string | null;
}

interface Planned {
  readonly what: string;
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Null: it is to be paid. */
  readonly refusedFor: string | null;
}

const allowance = '0.07';
const usdcDecimals = networks.sandbox.usdc.decimals;
const settleWithinMs = 10_000;

/** A throw-away Groat, its demo shop and an agent that makes ten requests; ends by itself, 0 only if all went as planned. */
export async function demo(output: Output): Promise<void> {
  const home = mkdtempSync(join(tmpdir(), 'groat-demo-'));
  try {
    const config = loadConfig(
      { proxyPort: 0, rpcPort: 0, sealing: 'keyfile', network: 'sandbox' },
      { GROAT_HOME: home },
    );
    const host = await createHost(config, { demo: true, ui: null }, realSurroundings(config, 'error'));
    try {
      const client: HostClient = createRouterClient(host.router, { context: operatorInside });
      const { demoUrl, rpcUrl } = host.ready;
      if (demoUrl === null || rpcUrl === null) throw new GroatError('internal', { problem: 'the demo has no shop' });
      await play(client, demoUrl, rpcUrl, host.ready.address, output);
    } finally {
      await host.stop(2_000);
    }
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

async function play(
  client: HostClient,
  demoUrl: string,
  rpcUrl: string,
  address: string,
  output: Output,
): Promise<void> {
  const dear = await client.shops.open({ name: 'dear', target: demoUrl, price: '2', port: 0 });
  const agent = await client.agents.add({ agent: 'shopper', perDay: allowance });
  output.say(
    `${bold('A throw-away Groat')} on the sandbox. The agent “shopper” may spend $1 a payment and $${allowance} a day.\n`,
  );

  const paid = (n: number): Planned => ({ what: `saying ${n}`, url: demoUrl, refusedFor: null });
  const plan: readonly Planned[] = [
    paid(1),
    paid(2),
    paid(3),
    { what: 'a $2 answer', url: `${dear.gatewayUrl}/dear`, refusedFor: 'over-payment-limit' },
    paid(4),
    {
      what: 'a web page asks',
      url: demoUrl,
      headers: { 'Sec-Fetch-Site': 'cross-site' },
      refusedFor: 'browser-request',
    },
    paid(5),
    paid(6),
    paid(7),
    { what: 'saying 8', url: demoUrl, refusedFor: 'over-day-limit' },
  ];
  const seen: Seen[] = [];
  for (const { what, url, headers } of plan) seen.push(await askThroughProxy(agent.proxyUrl, what, url, headers ?? {}));

  const orders = await settledOrders(client, plan.filter(({ refusedFor }) => refusedFor === null).length);
  const asPlanned = plan.map(({ refusedFor }, i) =>
    refusedFor === null
      ? seen[i]?.status === 200 && orders.get(seen[i]?.order ?? '')?.state === 'settled'
      : seen[i]?.status === 402 && seen[i]?.reason === refusedFor,
  );
  const proof = await prove(rpcUrl, address, [...orders.values()]);
  const balance = await client.wallet.balance();
  const ok = asPlanned.every(Boolean) && proof.every(({ onChain }) => onChain) && balance.available === balance.onChain;

  output.result({ ok, requests: seen, orders: [...orders.values()], proof, balance }, () =>
    [
      table(
        ['#', 'request', 'answer', 'decision', 'payment', 'transaction', 'as planned'],
        seen.map((row, i) => [
          String(i + 1),
          row.what,
          String(row.status),
          row.reason ?? row.decision ?? '–',
          orders.get(row.order ?? '')?.state ?? '–',
          short(orders.get(row.order ?? '')?.signature ?? null),
          asPlanned[i] ? 'yes' : 'NO',
        ]),
        [0, 2],
      ),
      '',
      bold('Proof on the chain') + dim(' (asked of its JSON-RPC, as any Solana tool would)'),
      ...proof.map(
        ({ signature, slot, delta, onChain }) =>
          `  ${onChain ? green('✓') : red('✗')} ${signature}  slot ${slot}  ${delta} USDC`,
      ),
      '',
      `  wallet on the chain ${balance.onChain} USDC, in the books ${balance.available} USDC: ${balance.onChain === balance.available ? green('equal') : red('different')}`,
      ok ? green('\nEverything went as planned.') : red('\nSomething did not go as planned.'),
    ].join('\n'),
  );
  if (!ok) throw new Refused();
}

function askThroughProxy(
  proxyUrl: string,
  what: string,
  url: string,
  headers: Readonly<Record<string, string>>,
): Promise<Seen> {
  const proxy = new URL(proxyUrl);
  const credential = Buffer.from(`${proxy.username}:${proxy.password}`).toString('base64');
  return new Promise((resolve, reject) => {
    const request = httpRequest(
      {
        host: proxy.hostname,
        port: proxy.port,
        path: url,
        headers: { ...headers, Host: new URL(url).host, 'Proxy-Authorization': `Basic ${credential}` },
      },
      (answer) => {
        answer.resume();
        answer.once('error', reject);
        answer.once('end', () =>
          resolve({
            what,
            status: answer.statusCode ?? 0,
            decision: one(answer.headers['groat-decision']),
            reason: one(answer.headers['groat-reason']),
            order: one(answer.headers['groat-order']),
          }),
        );
      },
    );
    request.once('error', reject);
    request.end();
  });
}

const one = (value: string | readonly string[] | undefined): string | null =>
  typeof value === 'string' ? value : null;

/** Orders by id, once every one of them is closed. */
async function settledOrders(client: HostClient, expected: number): Promise<ReadonlyMap<string, OrderView>> {
  const deadline = Date.now() + settleWithinMs;
  for (;;) {
    const orders = await client.orders.list({});
    const closed = orders.filter(({ state }) => state === 'settled' || state === 'failed' || state === 'released');
    if (closed.length >= expected || Date.now() > deadline) return new Map(orders.map((order) => [order.id, order]));
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

const tokenBalance = z.object({ owner: z.string(), uiTokenAmount: z.object({ amount: z.string() }) });
type TokenBalance = z.infer<typeof tokenBalance>;

const transactionAnswer = z.object({
  result: z
    .object({
      slot: z.number(),
      meta: z.object({
        err: z.unknown(),
        preTokenBalances: z.array(tokenBalance),
        postTokenBalances: z.array(tokenBalance),
      }),
    })
    .nullable(),
});

interface Proof {
  readonly signature: string;
  readonly slot: number | null;
  /** What the transaction did to our wallet, decimal. */
  readonly delta: string;
  readonly onChain: boolean;
}

async function prove(rpcUrl: string, owner: string, orders: readonly OrderView[]): Promise<readonly Proof[]> {
  const proofs: Proof[] = [];
  for (const order of orders) {
    if (order.signature === null) continue;
    const answer = await fetch(rpcUrl, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({
        jsonrpc: '2.0',
        id: 1,
        method: 'getTransaction',
        params: [order.signature, { maxSupportedTransactionVersion: 0 }],
      }),
    });
    const result = transactionAnswer.parse(await answer.json()).result;
    const held = (balances: readonly TokenBalance[]) =>
      BigInt(balances.find((balance) => balance.owner === owner)?.uiTokenAmount.amount ?? 0);
    const delta = result === null ? 0n : held(result.meta.postTokenBalances) - held(result.meta.preTokenBalances);
    proofs.push({
      signature: order.signature,
      slot: result?.slot ?? null,
      delta: formatDecimal(delta, usdcDecimals),
      onChain: result !== null && result.meta.err === null && delta === -parseDecimal(order.amount, usdcDecimals),
    });
  }
  return proofs;
}
