import { closeSync, fdatasyncSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { type BenchDesk, foundDesk, nextRequest, openDesk, patience } from './desk.ts';
import { seedOrders } from './seed-orders.ts';
import { median, ms, perSecond, quantile, ratio, type Suite } from './suite.ts';

interface Lane {
  readonly name: string;
  readonly rates: number[];
  /** Of one decision, ms. */
  readonly times: number[];
  run(): Promise<number>;
}

const agents = Array.from({ length: 1000 }, (_, i) => `bench${i}`);

/** Facts, decision, order, holds, ledger and log entry: one durable commit each, against what the disk can do at all. */
export const reservations: Suite = {
  name: 'reservations',
  about:
    'Durable decisions of the gate (all facts, the whole list of checks, order, holds, ledger and log entry in one BEGIN IMMEDIATE, synchronous=FULL) alone and 32 at once, with 1 000 agents and 0, 100 000 and 1 000 000 past orders, against raw 4 KiB appends with fdatasync in the same folder; rounds interleaved. Orders are closed again between the rounds, untimed. A denial is one over the limit per payment.',
  async run({ quick, say }) {
    const rounds = quick ? 2 : 7;
    const roundMs = quick ? 200 : 1_000;
    const root = mkdtempSync(join(process.cwd(), '.bench-'));
    try {
      const sizes = quick ? [0, 1_000, 10_000] : [0, 100_000, 1_000_000];
      const desks: { size: number; desk: BenchDesk }[] = [];
      for (const size of sizes) {
        say(`  ${perSecond(size)} past orders`);
        const file = join(root, `${size}`, 'groat.db');
        await foundDesk(file, agents);
        if (size > 0) seedOrders(file, agents, size);
        desks.push({ size, desk: openDesk(file) });
      }
      const file = openSync(join(root, 'raw'), 'w');
      const lane = (name: string, run: (times: number[]) => Promise<number>): Lane => {
        const times: number[] = [];
        return { name, rates: [], times, run: () => run(times) };
      };
      const lanes: Lane[] = [
        lane('raw fdatasync', async (times) => rawSyncs(file, roundMs, times)),
        ...desks.flatMap(({ size, desk }) => [
          lane(`alone, ${perSecond(size)} past orders`, (times) => decide(desk, 1, roundMs, times)),
          lane(`32 at once, ${perSecond(size)} past orders`, (times) => decide(desk, 32, roundMs, times)),
          lane(`denied, ${perSecond(size)} past orders`, (times) => deny(desk, roundMs / 4, times)),
        ]),
      ];
      for (let round = 0; round < rounds; round++) {
        say(`  round ${round + 1} of ${rounds}`);
        for (const { rates, run } of lanes) rates.push(await run());
      }
      closeSync(file);
      for (const { desk } of desks) await desk.close();
      const raw = lanes[0]?.rates ?? [];
      return [
        {
          title: `Decisions a second, median of ${rounds} rounds of ${roundMs} ms; times of one decision`,
          head: ['lane', 'a second', 'against raw fdatasync (median of the rounds’ ratios)', 'p50 ms', 'p99 ms'],
          rows: lanes.map(({ name, rates, times }) => [
            name,
            perSecond(median(rates)),
            name.startsWith('denied') ? '–' : ratio(median(rates.map((rate, i) => rate / (raw[i] ?? Number.NaN)))),
            ms(median(times)),
            ms(quantile(times, 0.99)),
          ]),
        },
      ];
    } finally {
      rmSync(root, { recursive: true, force: true });
    }
  },
};

/** Each order is released again within the round, so that there are as few open as in life; that is not timed. */
async function decide({ store, gate }: BenchDesk, atOnce: number, forMs: number, times: number[]): Promise<number> {
  let done = 0;
  let spent = 0;
  while (spent < forMs) {
    const requests = Array.from({ length: atOnce }, (_, i) => nextRequest(agents[i % 32] ?? ''));
    const from = performance.now();
    const answers = await Promise.all(requests.map((request) => gate.authorize(request, patience)));
    const took = performance.now() - from;
    const refused = answers.find(({ kind }) => kind !== 'granted');
    if (refused !== undefined) throw new Error(`a reservation was refused: ${JSON.stringify(refused)}`);
    spent += took;
    times.push(took);
    done += atOnce;
    await Promise.all(requests.map(({ id }) => store.orders.change(id, (order) => releaseOf(order))));
  }
  return (done * 1000) / spent;
}

async function deny({ gate }: BenchDesk, forMs: number, times: number[]): Promise<number> {
  let spent = 0;
  let done = 0;
  while (spent < forMs) {
    const from = performance.now();
    const answer = await gate.authorize(nextRequest('bench0', 10n ** 16n), patience);
    const took = performance.now() - from;
    if (answer.kind !== 'denied') throw new Error('too much was not denied');
    spent += took;
    times.push(took);
    done += 1;
  }
  return (done * 1000) / spent;
}

function releaseOf({ asset, amount, payee }: { asset: string; amount: bigint; payee: string }) {
  return {
    life: { state: 'released' as const, payment: null, why: 'benchmark' },
    event: { kind: 'abandoned' as const, why: 'benchmark' },
    entries: [
      { account: 'reserved' as const, asset, amount: -amount },
      { account: 'available' as const, asset, amount },
    ],
    commits: false,
    httpStatus: null,
    entry: {
      event: 'abandoned',
      state: 'released',
      ok: null,
      trust: null,
      amount: String(amount),
      origin: 'http://127.0.0.1:8080',
      payee,
    },
  };
}

function rawSyncs(file: number, forMs: number, times: number[]): number {
  const page = Buffer.alloc(4096, 1);
  let done = 0;
  const start = performance.now();
  while (performance.now() - start < forMs) {
    const from = performance.now();
    writeSync(file, page);
    fdatasyncSync(file);
    times.push(performance.now() - from);
    done += 1;
  }
  return (done * 1000) / (performance.now() - start);
}
