import { closeSync, fdatasyncSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { systemClock } from '../src-main/base/clock.ts';
import { authorize, type Intent } from '../src-main/policy/index.ts';
import { openStore, type Store } from '../src-main/store/index.ts';
import { networks, toAgentName, toAtomic } from '../src-shared/model/index.ts';
import { seedOrders } from './seed-orders.ts';
import { median, perSecond, ratio, type Suite } from './suite.ts';

const agent = toAgentName('bench');
const { usdc, caip2 } = networks.sandbox;

/** Facts, decision, order, ledger entries: one durable commit each, against what the disk can do at all. */
export const reservations: Suite = {
  name: 'reservations',
  about:
    'Durable reservations (facts, decision, order and ledger entries in one BEGIN IMMEDIATE, synchronous=FULL) alone and 32 at once, with no and with 100 000 past orders, against raw 4 KiB appends with fdatasync in the same folder; rounds interleaved.',
  async run({ quick, say }) {
    const rounds = quick ? 2 : 7;
    const roundMs = quick ? 200 : 1_000;
    const root = mkdtempSync(join(process.cwd(), '.bench-'));
    try {
      const empty = await openSeeded(join(root, 'empty'), 0);
      const full = await openSeeded(join(root, 'full'), quick ? 1_000 : 100_000);
      const file = openSync(join(root, 'raw'), 'w');
      const lanes: { name: string; rates: number[]; run: () => Promise<number> }[] = [
        { name: 'raw fdatasync', rates: [], run: async () => rawSyncs(file, roundMs) },
        { name: 'alone', rates: [], run: () => reserve(empty, 1, roundMs) },
        { name: '32 at once', rates: [], run: () => reserve(empty, 32, roundMs) },
        { name: 'alone, 100 000 past orders', rates: [], run: () => reserve(full, 1, roundMs) },
        { name: '32 at once, 100 000 past orders', rates: [], run: () => reserve(full, 32, roundMs) },
      ];
      for (let round = 0; round < rounds; round++) {
        say(`  round ${round + 1} of ${rounds}`);
        for (const { rates, run } of lanes) rates.push(await run());
      }
      closeSync(file);
      await empty.close();
      await full.close();
      const raw = lanes[0]?.rates ?? [];
      return [
        {
          title: `Reservations a second, median of ${rounds} rounds of ${roundMs} ms`,
          head: ['lane', 'a second', 'against raw fdatasync (median of the rounds’ ratios)'],
          rows: lanes.map(({ name, rates }) => [
            name,
            perSecond(median(rates)),
            ratio(median(rates.map((rate, i) => rate / (raw[i] ?? Number.NaN)))),
          ]),
        },
      ];
    } finally {
      rmSync(root, { recursive: true, force: true });
    }
  },
};

async function openSeeded(home: string, orders: number): Promise<Store> {
  const file = join(home, 'sandbox', 'groat.db');
  const first = openStore(file, 'sandbox', systemClock);
  const lots = toAtomic(10n ** 15n);
  await first.statement.record(
    { asset: usdc.mint, signature: 'deposit', slot: 1n, delta: lots, messageHash: 'x', signatures: [] },
    () => ({
      change: null,
      entries: [
        { account: 'external', asset: usdc.mint, amount: -lots },
        { account: 'available', asset: usdc.mint, amount: lots },
      ],
    }),
  );
  await first.agents.save({ name: agent, tokenHash: new Uint8Array(32), createdAt: 1, revokedAt: null });
  await first.limits.set(agent, { perPayment: lots, perDay: lots });
  await first.close();
  if (orders > 0) seedOrders(home, agent, orders);
  return openStore(file, 'sandbox', systemClock);
}

let made = 0;

function nextIntent(): Intent {
  made += 1;
  return {
    id: `ord_bench${made}`,
    agent,
    method: 'GET',
    url: 'http://127.0.0.1:8080/answer',
    queryHash: null,
    dialect: 'x402-v2',
    network: caip2,
    asset: usdc.mint,
    amount: toAtomic(10_000n),
    payee: '9xQeWvG816bUx9EPjHmaT23yvVM2ZWbrrpZb9PusVFin',
  };
}

/** Each reservation is released again, so that the open orders stay as few as they are in life. */
async function reserve(store: Store, atOnce: number, forMs: number): Promise<number> {
  let done = 0;
  const granted: string[] = [];
  const start = performance.now();
  while (performance.now() - start < forMs) {
    const intents = Array.from({ length: atOnce }, nextIntent);
    const outcomes = await Promise.all(intents.map((intent) => authorize(intent, store.reservations)));
    if (outcomes.some(({ kind }) => kind !== 'granted')) throw new Error('a reservation was refused');
    done += atOnce;
    granted.push(...intents.map(({ id }) => id));
  }
  const rate = (done * 1000) / (performance.now() - start);
  await Promise.all(granted.map((id) => store.orders.change(id, (order) => releaseOf(order))));
  return rate;
}

function releaseOf({ asset, amount }: { asset: string; amount: bigint }) {
  return {
    life: { state: 'released' as const, payment: null, why: 'benchmark' },
    event: { kind: 'abandoned' as const, why: 'benchmark' },
    entries: [
      { account: 'reserved' as const, asset, amount: -amount },
      { account: 'available' as const, asset, amount },
    ],
    commits: false,
    httpStatus: null,
  };
}

function rawSyncs(file: number, forMs: number): number {
  const page = Buffer.alloc(4096, 1);
  let done = 0;
  const start = performance.now();
  while (performance.now() - start < forMs) {
    writeSync(file, page);
    fdatasyncSync(file);
    done += 1;
  }
  return (done * 1000) / (performance.now() - start);
}
