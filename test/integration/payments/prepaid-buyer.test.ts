import { createSecretKey } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { noCheckpoints } from '../../../src-main/base/checkpoint.ts';
import { silentLog } from '../../../src-main/base/log-sink.ts';
import { systemRandom } from '../../../src-main/base/random.ts';
import { createPackageBuyer, createRenewals, type OwnTransfers } from '../../../src-main/payments/index.ts';
import type { Authorization, Authorized } from '../../../src-main/policy/index.ts';
import { createBoughtCredits } from '../../../src-main/store/bought-credits.ts';
import { createPurchases } from '../../../src-main/store/purchases.ts';
import type { OrderRecord } from '../../../src-main/wallet/index.ts';
import { applyEvent } from '../../../src-main/wallet/ledger.ts';
import { networks, toAgentName, toAtomic } from '../../../src-shared/model/index.ts';
import { ag402Gateway } from '../../support/ag402-gateway.ts';
import {
  deposit,
  grantedAlways,
  openTestStore,
  requestOf,
  setClock,
  signedFor,
  type TestStore,
} from '../../support/test-store.ts';

const key = createSecretKey(Buffer.alloc(32, 3));
const url = new URL('https://shop.example/anything?x=1');
const bot = toAgentName('bot');
const start = Date.UTC(2027, 0, 1);
const spender = 'BuyerAddr1111111111111111111111111111111111';

type Landing = 'lands' | 'lands unseen' | 'never leaves' | 'dies before it leaves' | 'dies after it left';

/** A buyer over a real store, with a scripted chain and seller; `again` is the same store in a new process. */
function shop(gateway = ag402Gateway(), answer: Exclude<Authorized, { kind: 'granted' }> | null = null) {
  const clock = setClock(start);
  const store: TestStore = openTestStore(clock);
  const credits = createBoughtCredits(store.connection, 'sandbox', key, store.log);
  const purchases = createPurchases(store.connection, 'sandbox', key);
  const sent: string[] = [];
  const funded = deposit(store, 100_000_000n);
  let landing: Landing = 'lands';

  const land = async (order: string, memo: string, amount: bigint) => {
    const signature = `tx-of-${order}`;
    sent.push(order);
    gateway.paid.set(signature, { memo, amount });
    return signature;
  };
  const seen = (order: string) =>
    store.statement.record(
      {
        signature: `tx-of-${order}`,
        slot: 1n,
        asset: networks.sandbox.usdc.mint,
        delta: -1_500_000n,
        messageHash: `message-of-${order}`,
        signatures: [`signature-of-${order}`],
      },
      (record) => ({ change: record === null ? null : landedChange(record, `tx-of-${order}`), entries: [] }),
    );

  const process = () => {
    const underWay = new Set(purchases.open().map(({ purchase }) => purchase.order));
    const asked: string[] = [];
    const transfers: OwnTransfers = {
      async pay(_, order, memo) {
        const amount = store.orders.get(order)?.amount ?? 0n;
        if (landing === 'never leaves') {
          await report(order, { kind: 'abandoned', why: 'no blockhash' });
          throw new Error('the chain does not answer');
        }
        if (landing === 'dies before it leaves') return new Promise(() => undefined);
        await report(order, { kind: 'signed', payment: signedFor(order) });
        const signature = await land(order, memo, amount);
        if (landing === 'dies after it left') return new Promise(() => undefined);
        if (landing === 'lands unseen') return { kind: 'open' };
        await seen(order);
        return { kind: 'landed', signature };
      },
    };
    const report: (id: string, event: Parameters<typeof applyEvent>[1]) => Promise<OrderRecord> = (id, event) =>
      store.orders.change(id, (order) => applyEvent(order, event));
    const buyer = createPackageBuyer({
      network: networks.sandbox,
      spender,
      line: gateway.line,
      refuseUrl: ({ protocol }) =>
        protocol === 'https:' ? null : { kind: 'denied', reason: 'insecure-origin', detail: 'plain http' },
      gate: {
        refused: () => undefined,
        async authorize(request) {
          asked.push(`${request.action} ${request.amount} ${request.payee} ${request.url}`);
          if (answer !== null) return answer;
          await funded;
          await store.reservations.reserve({ ...requestOf(request.id, request.amount), ...request }, () =>
            grantedAlways(request),
          );
          return { kind: 'granted', authorization: Object.freeze({}) as Authorization };
        },
      },
      orders: { report },
      orderStore: store.orders,
      transfers,
      underWay,
      purchases,
      credits,
      now: () => clock.at,
      clock,
      random: systemRandom,
      log: silentLog,
      reached: noCheckpoints,
      changed: () => undefined,
      wait: async () => undefined,
    });
    return { buyer, underWay, asked };
  };
  const wish = { url, package: 'p3d_100', agent: bot, form: 'ag402' as const, terms: null, renews: null };
  return {
    ...{ clock, store, credits, purchases, gateway, sent, process, wish, seen },
    let: (how: Landing) => {
      landing = how;
    },
  };
}

const landedChange = (order: OrderRecord, signature: string) => applyEvent(order, { kind: 'landed', signature });

describe('buying a package', () => {
  test('asks policy for exactly its price to exactly its seller, pays once, and keeps what comes', async () => {
    const { process, wish, sent, credits, store } = shop();
    const { buyer, asked } = process();
    const bought = await buyer.buy(wish);
    if (bought.kind !== 'bought') throw new Error(bought.kind);
    expect(asked).toEqual([
      'buy-prepaid 1500000 9xQeWvG816bUx9EPjHmaT23yvVM2ZWbrrpZb9PusVFin https://shop.example/prepaid/purchase#p3d_100',
    ]);
    expect(sent).toEqual([bought.credit.order]);
    expect(credits.get(bought.credit.id)).toMatchObject({ remaining: 100, credit: { origin: 'https://shop.example' } });
    expect(store.orders.get(bought.credit.order)?.life.state).toBe('settled');
    expect(buyer.pending()).toEqual([]);
  });

  test('a seller whose list has changed since it was shown is not paid for another bargain', async () => {
    const shown = { upTo: 1_500_000n, calls: 100, days: 3 };
    const changes = [{ price_usdc: 1.500001 }, { calls: 99 }, { days: 2 }, {}];
    for (const sold of changes) {
      const { process, wish, sent } = shop(ag402Gateway({ sold }));
      const bought = await process().buyer.buy({ ...wish, terms: shown });
      expect(bought.kind, JSON.stringify(sold)).toBe(sold === changes.at(-1) ? 'bought' : 'denied');
      expect(sent).toHaveLength(bought.kind === 'bought' ? 1 : 0);
    }
  });

  test('a list with a sum that no store can hold is no list', async () => {
    for (const sold of [{ price_usdc: '9999999999999.999999' }, { price_usdc: '9223372036854.775808' }]) {
      const { process, wish } = shop(ag402Gateway({ sold }));
      await expect(process().buyer.buy(wish)).rejects.toMatchObject({ code: 'prepaid-invalid' });
    }
  });

  test('32 at once for one agent are one purchase', async () => {
    const { process, wish, sent } = shop();
    const { buyer } = process();
    const all = await Promise.all(Array.from({ length: 32 }, () => buyer.buy(wish)));
    expect(new Set(all.map((one) => one.kind))).toEqual(new Set(['bought']));
    expect(sent).toHaveLength(1);
  });

  test('what policy does not grant is neither paid nor begun', async () => {
    const denied = {
      kind: 'deferred',
      reason: 'always-ask',
      detail: 'asked',
      approval: 'apr_1',
      retryAfterSeconds: 5,
    } as const;
    const { process, wish, sent, purchases } = shop(ag402Gateway(), denied);
    const { buyer, underWay } = process();
    expect(await buyer.buy(wish)).toEqual(denied);
    expect([sent.length, purchases.open().length, underWay.size]).toEqual([0, 0, 0]);
  });

  test('nothing is asked of, or paid to, an origin that could be rewritten on the way', async () => {
    const { process, wish, gateway, sent } = shop();
    const bought = await process().buyer.buy({ ...wish, url: new URL('http://shop.example/') });
    expect(bought).toMatchObject({ kind: 'denied', reason: 'insecure-origin' });
    expect([gateway.asked, sent.length]).toEqual([0, 0]);
  });

  test('two sellers in one list, another token, or a price of nothing: no list', async () => {
    for (const sold of [
      { token: 'USDT' },
      { price_usdc: 0 },
      { price_usdc: '1e3' },
      { seller_address: 'x' },
      { calls: 0 },
    ]) {
      const { process, wish, sent } = shop(ag402Gateway({ sold }));
      await expect(process().buyer.buy(wish)).rejects.toThrow(/No prepaid package/);
      expect(sent).toEqual([]);
    }
  });

  test('an answer that was lost is asked for again, and never paid for again', async () => {
    const { process, wish, gateway, sent } = shop();
    gateway.instead.push('lose the answer', { kind: 'answer', status: 503, body: '' });
    const bought = await process().buyer.buy(wish);
    expect(bought.kind).toBe('bought');
    expect([sent.length, gateway.asked]).toEqual([1, 3]);
  });

  const cheats: readonly (readonly [string, Record<string, unknown>])[] = [
    ['another buyer', { buyer_address: 'Somebody' }],
    ['another seller', { seller_address: 'Somebody' }],
    ['another package', { package_id: 'p7d_500' }],
    ['no calls', { remaining_calls: 0 }],
    ['a time that is over', { expires_at: '2026-01-01T00:00:00+00:00' }],
    ['a key too many', { extra: 1 }],
    ['a signature that breaks the header', { signature: 'x\r\nCookie: y' }],
  ];
  test.each(cheats)(
    'a credential for %s is not kept; the purchase stays open and is not paid again',
    async (_, cheat) => {
      const { process, wish, sent, credits } = shop(ag402Gateway({ credential: (own) => ({ ...own, ...cheat }) }));
      const { buyer } = process();
      expect(await buyer.buy(wish)).toMatchObject({ kind: 'pending', purchase: { state: 'claiming' } });
      expect(await buyer.buy(wish)).toMatchObject({ kind: 'pending' });
      expect(sent).toHaveLength(1);
      expect(credits.list()).toEqual([]);
    },
  );

  test('a credential with more calls or days counts as what was offered; one with less is kept and flagged', async () => {
    const more = shop(
      ag402Gateway({
        credential: (own) => ({ ...own, remaining_calls: 9_999, expires_at: '2037-01-01T00:00:00+00:00' }),
      }),
    );
    const rich = await more.process().buyer.buy(more.wish);
    if (rich.kind !== 'bought') throw new Error(rich.kind);
    expect(rich.credit).toMatchObject({ calls: 100, short: null });
    expect(rich.credit.expiresAt).toBeLessThan(start + 4 * 86_400_000);
    const less = shop(ag402Gateway({ credential: (own) => ({ ...own, remaining_calls: 60 }) }));
    const poor = await less.process().buyer.buy(less.wish);
    if (poor.kind !== 'bought') throw new Error(poor.kind);
    expect(poor.credit).toMatchObject({ calls: 60, short: '60 calls instead of 100' });
  });

  test('the same credential for a second payment is no second credit', async () => {
    const fixed = { expires_at: '2027-01-04T00:00:00+00:00', signature: 'a'.repeat(64) };
    const { process, wish, credits, sent } = shop(ag402Gateway({ credential: (own) => ({ ...own, ...fixed }) }));
    const { buyer } = process();
    expect((await buyer.buy(wish)).kind).toBe('bought');
    expect((await buyer.buy(wish)).kind).toBe('pending');
    expect([sent.length, credits.list().length]).toEqual([2, 1]);
  });
});

describe('a purchase that was broken off', () => {
  test('before anything left: nothing is owed, and the next one pays', async () => {
    const it = shop();
    it.let('dies before it leaves');
    void it.process().buyer.buy(it.wish);
    await expect.poll(() => it.purchases.open().length).toBe(1);
    it.let('lands');
    const { buyer } = it.process();
    await buyer.tick();
    expect(it.purchases.open()).toEqual([]);
    expect((await buyer.buy(it.wish)).kind).toBe('bought');
    expect(it.sent).toHaveLength(1);
    expect(it.store.orders.countByState()).toEqual({ released: 1, settled: 1 });
  });

  test('after it left: it is found by its order, and buying again asks instead of paying', async () => {
    const it = shop();
    it.let('dies after it left');
    void it.process().buyer.buy(it.wish);
    await expect.poll(() => it.sent.length).toBe(1);
    const { buyer, underWay } = it.process();
    expect(underWay.size, 'reconcile leaves it to the buyer').toBe(1);
    expect(await buyer.buy(it.wish)).toMatchObject({ kind: 'pending', purchase: { state: 'paying' } });
    await it.seen(it.sent[0] ?? '');
    await buyer.tick();
    expect(it.credits.list()).toHaveLength(1);
    expect(it.sent).toHaveLength(1);
    expect(it.store.orders.countByState()).toEqual({ settled: 1 });
    expect(underWay.size).toBe(0);
  });

  test('the payment can no longer land: the purchase is over, and nothing was paid', async () => {
    const it = shop();
    it.let('lands unseen');
    const { buyer } = it.process();
    expect((await buyer.buy(it.wish)).kind).toBe('pending');
    await it.store.orders.change(it.sent[0] ?? '', (order) => applyEvent(order, { kind: 'expired', why: 'too late' }));
    await buyer.tick();
    expect(it.purchases.open()).toEqual([]);
    expect(buyer.pending()).toMatchObject([{ state: 'failed', why: 'it was not paid: too late' }]);
  });

  test('the chain did not answer: what was reserved is free again', async () => {
    const it = shop();
    it.let('never leaves');
    await expect(it.process().buyer.buy(it.wish)).rejects.toThrow('the chain does not answer');
    expect(it.store.orders.countByState()).toEqual({ released: 1 });
    expect(it.purchases.open()).toEqual([]);
  });

  test('a seller that says no for a day is given up, and still can be asked by hand', async () => {
    const it = shop();
    const no = { kind: 'answer', status: 403, body: '{}' } as const;
    it.gateway.instead.push(no, no);
    const { buyer } = it.process();
    expect((await buyer.buy(it.wish)).kind).toBe('pending');
    it.clock.at += 25 * 3_600_000;
    await buyer.tick();
    expect(it.purchases.open()).toEqual([]);
    expect(buyer.pending()).toMatchObject([{ state: 'failed' }]);
    await buyer.recover();
    expect(it.credits.list()).toHaveLength(1);
    expect(it.sent).toHaveLength(1);
  });
});

describe('a rule of the owner’s', () => {
  const rule = { below: 10, upTo: toAtomic(1_500_000n) };
  const used = async ({ credits, id }: Pick<Awaited<ReturnType<typeof low>>, 'credits' | 'id'>, times: number) => {
    for (let i = 0; i < times; i += 1) await credits.used(id, null);
  };
  const low = async (upTo = rule.upTo, gateway = ag402Gateway()) => {
    const it = shop(gateway);
    const { buyer } = it.process();
    const bought = await buyer.buy(it.wish);
    if (bought.kind !== 'bought') throw new Error(bought.kind);
    const { id } = bought.credit;
    await it.credits.setRenewal(id, { ...rule, upTo });
    const renewals = createRenewals({ ...it, buyer, now: () => it.clock.at, log: silentLog });
    return { ...it, id, renewals };
  };

  test('buys again when it runs low, once, and not within an hour of the last time', async () => {
    const it = await low();
    it.renewals.look(it.id);
    expect(it.sent).toHaveLength(1);
    await it.credits.lower(it.id, 9);
    await used(it, 44);
    it.renewals.look(it.id);
    await it.renewals.stop();
    expect(it.sent, 'the seller alone says so').toHaveLength(1);
    await used(it, 1);
    const renewals = createRenewals({ ...it, buyer: it.process().buyer, now: () => it.clock.at, log: silentLog });
    for (let i = 0; i < 5; i += 1) renewals.look(it.id);
    await renewals.stop();
    expect(it.sent).toHaveLength(2);
    const [newest] = it.credits.list().filter(({ credit }) => credit.id !== it.id);
    expect(newest?.credit.renewal, 'the rule goes on with the new one').toEqual(rule);
    await used({ ...it, id: newest?.credit.id ?? '' }, 99);
    await it.credits.lower(newest?.credit.id ?? '', 1);
    const later = createRenewals({ ...it, buyer: it.process().buyer, now: () => it.clock.at, log: silentLog });
    later.lookAtAll();
    await later.stop();
    expect(it.sent, 'within the hour').toHaveLength(2);
  });

  test('does not pay more than the rule allows', async () => {
    const it = await low(toAtomic(1_499_999n));
    await it.credits.lower(it.id, 1);
    await used(it, 99);
    it.renewals.look(it.id);
    await it.renewals.stop();
    expect(it.sent).toHaveLength(1);
  });

  test('of more calls than a package holds does not buy again and again for nobody', async () => {
    const it = await low();
    await it.credits.setRenewal(it.id, { ...rule, below: 1_000 });
    it.renewals.look(it.id);
    await it.renewals.stop();
    expect(it.sent).toHaveLength(1);
  });

  test('does not buy less for the same price', async () => {
    const sold: Record<string, unknown> = {};
    const it = await low(rule.upTo, ag402Gateway({ sold }));
    await it.credits.lower(it.id, 1);
    await used(it, 99);
    sold['calls'] = 99;
    it.renewals.look(it.id);
    await it.renewals.stop();
    expect(it.sent).toHaveLength(1);
  });
});
