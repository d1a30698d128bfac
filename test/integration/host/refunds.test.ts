import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createRouterClient } from '@orpc/server';
import Database from 'better-sqlite3';
import { describe, expect, onTestFinished, test } from 'vitest';
import { checkpoints } from '../../../src-main/base/checkpoint.ts';
import type { CallContext } from '../../../src-main/host/index.ts';
import { operatorInside } from '../../../src-main/host/index.ts';
import { asOwner, type Buyer, newBuyer, startApi } from '../../support/selling.ts';
import { freshHome, startTestHost, type TestHost } from '../../support/test-host.ts';
import { tokenBalance } from '../../support/token-balance.ts';

const refused = (code: string) => ({ data: { code } });
const script = join(import.meta.dirname, '..', '..', 'support', 'refund-crash-host.ts');

/** A host whose shop has sold something for two cents. */
async function afterSale(home = freshHome()): Promise<{ host: TestHost; buyer: Buyer; sale: string; till: string }> {
  const host = await startTestHost({ demo: false, home });
  const target = await startApi();
  const shop = await host.client.shops.open({ name: 'a', target, price: '0.02' });
  const buyer = await newBuyer(host);
  expect((await buyer.fetch(shop.gatewayUrl)).status).toBe(200);
  await expect.poll(async () => (await host.client.shops.sales({})).map(({ state }) => state)).toEqual(['settled']);
  const [sale] = await host.client.shops.sales({});
  return { host, buyer, sale: sale?.id ?? '', till: shop.payTo };
}

const earned = (home: string): { received: number; refunds: readonly { state: string; amount: number }[] } => {
  const db = new Database(join(home, 'sandbox', 'groat.db'), { readonly: true });
  try {
    const received = db.prepare("SELECT amount FROM balances WHERE account = 'received'").pluck().get();
    expect(db.prepare('SELECT COALESCE(SUM(amount), 0) FROM entries').pluck().get(), 'the books balance').toBe(0);
    const refunds = db.prepare<[], { state: string; amount: number }>('SELECT state, amount FROM refunds').all();
    return { received: Number(received ?? 0), refunds };
  } finally {
    db.close();
  }
};

describe('a refund', () => {
  test('goes from the till to whoever paid, once, and is on record', async () => {
    const { host, buyer, sale, till } = await afterSale();
    const held = () => tokenBalance(host.rpcUrl, buyer.signer.address);
    expect(await held()).toBe(980_000n);
    const refund = await asOwner(host).shops.refund({ sale });
    expect(refund).toMatchObject({ state: 'settled', amount: '0.02' });
    expect(await held()).toBe(1_000_000n);
    expect(await tokenBalance(host.rpcUrl, till)).toBe(0n);
    await expect(asOwner(host).shops.refund({ sale })).rejects.toMatchObject(refused('refund-refused'));
    expect(await held()).toBe(1_000_000n);
    const [told] = await host.client.shops.sales({});
    expect(told?.refund).toEqual(refund);
    const words = await host.client.log.recent({ kind: 'refund', subject: sale });
    expect(words.map(({ data }) => [data['what'], data['signature']])).toEqual([
      ['settled', refund.signature],
      ['signed', refund.signature],
    ]);
    await host.stop();
    expect(earned(host.home)).toEqual({ received: 0, refunds: [{ state: 'settled', amount: 20_000 }] });
  });

  test('may be a part, and never more than was paid', async () => {
    const { host, buyer, sale } = await afterSale();
    for (const amount of ['0.020001', '0', '5'])
      await expect(asOwner(host).shops.refund({ sale, amount })).rejects.toMatchObject(refused('refund-refused'));
    expect(await asOwner(host).shops.refund({ sale, amount: '0.005' })).toMatchObject({ state: 'settled' });
    expect(await tokenBalance(host.rpcUrl, buyer.signer.address)).toBe(985_000n);
    await host.stop();
    expect(earned(host.home).received).toBe(15_000);
  });

  test('of 32 at once is one', async () => {
    const { host, buyer, sale } = await afterSale();
    // Enough in the till for all of them.
    const other = await newBuyer(host);
    const target = await startApi();
    const { gatewayUrl } = await host.client.shops.open({ name: 'b', target, price: '0.9' });
    await other.fetch(gatewayUrl);
    const owner = asOwner(host);
    const ends = await Promise.allSettled(Array.from({ length: 32 }, () => owner.shops.refund({ sale })));
    expect(ends.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const end of ends) if (end.status === 'rejected') expect(end.reason).toMatchObject(refused('refund-refused'));
    expect(await tokenBalance(host.rpcUrl, buyer.signer.address)).toBe(1_000_000n);
    await host.stop();
    expect(earned(host.home).refunds).toHaveLength(1);
  });

  test('takes the PIN whatever the door', async () => {
    const { host, buyer, sale } = await afterSale();
    const doors: readonly CallContext[] = [
      operatorInside,
      { rank: 'operator', pinProven: false, door: 'window' },
      { rank: 'owner', pinProven: false, door: 'window' },
      { rank: 'operator', pinProven: false, door: 'browser' },
    ];
    for (const context of doors)
      await expect(createRouterClient(host.host.router, { context }).shops.refund({ sale })).rejects.toMatchObject(
        refused('owner-required'),
      );
    expect(await tokenBalance(host.rpcUrl, buyer.signer.address)).toBe(980_000n);
  });

  test('of a package ends its credit', async () => {
    const host = await startTestHost({ demo: false });
    const target = await startApi();
    const packages = [{ id: 'ten', name: 'Ten', calls: 10, days: 1, price: '0.05' }];
    const { gatewayUrl } = await host.client.shops.open({ name: 'a', target, price: '0.01', packages });
    expect(await host.client.prepaid.buy({ url: gatewayUrl, package: 'ten' })).toMatchObject({ outcome: 'bought' });
    const call = async () => {
      for await (const step of await host.client.payments.pay({ url: gatewayUrl }))
        if (step.step === 'answer') return { httpStatus: step.httpStatus, order: step.order?.id ?? null };
      return null;
    };
    // From credit: no order, no payment.
    expect(await call()).toEqual({ httpStatus: 200, order: null });
    const [sale] = await host.client.shops.sales({ name: 'a' });
    expect(sale).toMatchObject({ purpose: 'package', amount: '0.05', state: 'settled' });
    expect((await host.client.shops.show({ name: 'a' })).credit).toMatchObject({ packages: 1, callsSold: 10 });
    expect(await asOwner(host).shops.refund({ sale: sale?.id ?? '' })).toMatchObject({
      state: 'settled',
      amount: '0.05',
    });
    expect((await host.client.shops.show({ name: 'a' })).credit.callsLeft).toBe(0);
    // The credential still exists; it buys nothing, so the call is paid for.
    expect(await call()).toMatchObject({ httpStatus: 200, order: expect.any(String) });
  });

  test('is of a sale that there is', async () => {
    const { host } = await afterSale();
    await expect(asOwner(host).shops.refund({ sale: 'sale_none' })).rejects.toMatchObject(refused('sale-unknown'));
  });
});

describe('kill -9 between any two steps of a refund loses nothing and pays nothing twice', () => {
  const points = checkpoints.filter((point) => point.startsWith('refund-'));
  expect(points).toHaveLength(4);

  for (const point of points)
    test(`killed at ${point}`, async () => {
      const home = freshHome();
      const { host, buyer, sale, till } = await afterSale(home);
      await host.stop();
      const child = spawn(process.execPath, [script, home, point, sale], { stdio: ['ignore', 'ignore', 'inherit'] });
      onTestFinished(() => void child.kill('SIGKILL'));
      expect((await once(child, 'exit'))[1], 'the point was reached').toBe('SIGKILL');

      // On a chain whose slots fly, so that every lifetime is over: what can still happen has happened.
      const after = await startTestHost({ demo: false, home, surroundings: { slotMs: 1 } });
      const state = async () => (await after.client.shops.sales({}))[0]?.refund?.state ?? 'none';
      await expect.poll(state, { timeout: 20_000, interval: 50 }).not.toBe('signed');
      const ended = await state();
      const landed = point === 'refund-sent' || point === 'refund-landed';
      if (landed) expect(ended).toBe('settled');
      if (point === 'refund-built') expect(ended).toBe('none');
      const given = ended === 'settled' ? 20_000n : 0n;
      expect(await tokenBalance(after.rpcUrl, buyer.signer.address)).toBe(980_000n + given);
      // What was not given can still be, once.
      if (ended !== 'settled') expect(await asOwner(after).shops.refund({ sale })).toMatchObject({ state: 'settled' });
      else await expect(asOwner(after).shops.refund({ sale })).rejects.toMatchObject(refused('refund-refused'));
      expect(await tokenBalance(after.rpcUrl, buyer.signer.address)).toBe(1_000_000n);
      expect(await tokenBalance(after.rpcUrl, till)).toBe(0n);
      await after.stop();
      expect(earned(home).received).toBe(0);
    });
});
