import type { ServerProcess } from '../proxy/server-process.ts';
import { type BenchOptions, median, ms, perSecond, quantile, ratio, type Table } from '../suite.ts';
import { type Buyer, buyAll, newBuyers, signPayments } from './buyers.ts';
import type { PinnedHost } from './pinned-host.ts';

interface Lane {
  readonly name: string;
  readonly url: string;
  readonly rates: number[];
  readonly ofOfficial: number[];
  readonly times: number[];
}

/** Calls that are paid on the chain, one by one: the whole purchase, except the buyer's signature. */
export async function paidTables(
  host: PinnedHost,
  official: ServerProcess,
  shopUrl: string,
  { quick, say }: BenchOptions,
): Promise<readonly Table[]> {
  const buyers = await newBuyers(host, 64);
  const tables: Table[] = [];
  for (const [count, each] of [
    [1, 100],
    [16, 25],
    [64, 10],
  ] as const) {
    const rounds = quick ? 1 : 3;
    const purchases = quick ? Math.ceil(each / 5) : each;
    const lanes: readonly Lane[] = [
      { name: '@x402/express', url: `http://127.0.0.1:${official.port}/weather`, rates: [], ofOfficial: [], times: [] },
      { name: 'groat', url: shopUrl, rates: [], ofOfficial: [], times: [] },
    ];
    for (let round = -1; round < rounds; round++) {
      let yardstick = Number.NaN;
      for (const [i, lane] of lanes.entries()) {
        const payments = await allSigned(buyers.slice(0, count), lane.url, purchases);
        const { seconds, times } = await buyAll(lane.url, payments);
        const rate = times.length / seconds;
        if (i === 0) yardstick = rate;
        if (round < 0) continue;
        lane.rates.push(rate);
        lane.ofOfficial.push(rate / yardstick);
        lane.times.push(...times);
      }
    }
    say(`  paid on the chain, ${count} buyers`);
    tables.push({
      title: `Paid on the chain, ${count} buyers at once, median of ${rounds} rounds of ${count * purchases} purchases`,
      head: ['shop', 'purchases a second', 'of @x402/express', 'p50 ms', 'p99 ms'],
      rows: lanes.map(({ name, rates, ofOfficial, times }) => [
        name,
        perSecond(median(rates)),
        ratio(median(ofOfficial)),
        ms(median(times)),
        ms(quantile(times, 0.99)),
      ]),
    });
  }
  return tables;
}

async function allSigned(buyers: readonly Buyer[], url: string, each: number): Promise<readonly (readonly string[])[]> {
  const signed: (readonly string[])[] = [];
  for (const buyer of buyers) signed.push(await signPayments(buyer, url, each));
  return signed;
}
