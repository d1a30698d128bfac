import { type BenchOptions, median, ms, perSecond, quantile, ratio, type Table } from '../suite.ts';
import { type Buyer, buyAll, newBuyers, signPayments } from './buyers.ts';
import { type PinnedHost, shopOf } from './pinned-host.ts';
import { measureLanes } from './rounds.ts';

export interface PastShop {
  readonly host: PinnedHost;
  readonly url: string;
  readonly past: number;
}

/** One payment presented again and again, and new payments, where nothing was sold before and where a million was. */
export async function replayTable(
  folder: string,
  shops: readonly PastShop[],
  { quick, say }: BenchOptions,
): Promise<Table> {
  const buyers = new Map<PastShop, readonly Buyer[]>();
  const used = new Map<PastShop, string>();
  for (const shop of shops) {
    const own = await newBuyers(shop.host, 16);
    buyers.set(shop, own);
    const [first] = own;
    const [payment] = first === undefined ? [] : await signPayments(first, shop.url, 1);
    if (payment === undefined) throw new Error('no payment');
    await buyAll(shop.url, [[payment]]);
    used.set(shop, payment);
  }
  const copies = await measureLanes(
    shops.map((shop) => ({
      server: shopOf(`${shop.past.toLocaleString('en').replaceAll(',', ' ')}`, shop.host, shop.url),
      requestTarget: new URL(shop.url).pathname,
      headers: { 'PAYMENT-SIGNATURE': used.get(shop) ?? '' },
      expects: 'refusal',
    })),
    { folder, connections: 32, rounds: quick ? 1 : 5, seconds: quick ? 1 : 2 },
  );
  const times = shops.map((): number[] => []);
  for (let round = -1; round < (quick ? 1 : 4); round++) {
    for (const [i, shop] of shops.entries()) {
      const payments: (readonly string[])[] = [];
      for (const buyer of buyers.get(shop) ?? []) payments.push(await signPayments(buyer, shop.url, quick ? 3 : 15));
      const bought = await buyAll(shop.url, payments);
      if (round >= 0) times[i]?.push(...bought.times);
    }
  }
  say('  replays');
  return {
    title: 'Past payments and the check against them: copies of one payment (32 connections), new ones (16 buyers)',
    head: ['past payments', 'copies refused a second', 'of the first', 'new: p50 ms', 'new: p99 ms'],
    rows: copies.map(({ name, requestsPerSecond, ofFirst }, i) => [
      name,
      perSecond(requestsPerSecond),
      ratio(ofFirst),
      ms(median(times[i] ?? [])),
      ms(quantile(times[i] ?? [], 0.99)),
    ]),
  };
}
