import { createServer } from 'node:net';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, onTestFinished, test } from 'vitest';
import { listen } from '../../../src-main/base/listen.ts';
import { networks } from '../../../src-shared/model/index.ts';
import { startRunning } from '../../support/running-host.ts';
import { closeApi, newBuyer, startApi } from '../../support/selling.ts';
import { freshHome, startTestHost } from '../../support/test-host.ts';

const refused = (code: string) => ({ data: { code } });
const quiet = { demo: false } as const;

describe('a shop', () => {
  test('comes back after a restart with its address, its prices and what it earned', async () => {
    const home = freshHome();
    const target = await startApi();
    const first = await startTestHost({ ...quiet, home });
    const opened = await first.client.shops.open({ name: 'weather', target, price: '0.01', description: 'Weather' });
    const buyer = await newBuyer(first);
    expect((await buyer.fetch(`${opened.gatewayUrl}/now`)).status).toBe(200);
    await expect
      .poll(async () => (await first.client.shops.list())[0]?.revenue)
      .toEqual({ today: '0.01', total: '0.01' });
    await first.stop();

    const second = await startTestHost({ ...quiet, home });
    const [back] = await second.client.shops.list();
    expect(back).toMatchObject({
      name: 'weather',
      state: 'open',
      gatewayUrl: opened.gatewayUrl,
      payTo: opened.payTo,
      price: '0.01',
      revenue: { today: '0.01', total: '0.01' },
    });
    expect((await fetch(`${opened.gatewayUrl}/now`)).status).toBe(402);
    const again = await newBuyer(second);
    expect((await again.fetch(`${opened.gatewayUrl}/now`)).status).toBe(200);
    await expect.poll(async () => (await second.client.shops.list())[0]?.revenue.total).toBe('0.02');
  });

  test('that was stopped stays closed over a restart, and opens at its address again', async () => {
    const home = freshHome();
    const target = await startApi();
    const first = await startTestHost({ ...quiet, home });
    const { gatewayUrl } = await first.client.shops.open({ name: 'a', target, price: '0.01' });
    expect(await first.client.shops.stop({ name: 'a' })).toMatchObject({ state: 'stopped', problem: null });
    await expect(fetch(gatewayUrl)).rejects.toThrow();
    await first.stop();
    const second = await startTestHost({ ...quiet, home });
    expect(await second.client.shops.list()).toMatchObject([{ name: 'a', state: 'stopped', gatewayUrl }]);
    await expect(fetch(gatewayUrl)).rejects.toThrow();
    expect(await second.client.shops.start({ name: 'a' })).toMatchObject({ state: 'open', gatewayUrl });
    expect((await fetch(gatewayUrl)).status).toBe(402);
  });

  test('that was removed is gone for good, and its sales stay', async () => {
    const home = freshHome();
    const target = await startApi();
    const first = await startTestHost({ ...quiet, home });
    const { gatewayUrl } = await first.client.shops.open({ name: 'a', target, price: '0.01' });
    const buyer = await newBuyer(first);
    expect((await buyer.fetch(gatewayUrl)).status).toBe(200);
    expect(await first.client.shops.remove({ name: 'a' })).toEqual({ name: 'a', removed: true });
    await expect(first.client.shops.show({ name: 'a' })).rejects.toMatchObject(refused('shop-unknown'));
    await first.stop();
    const second = await startTestHost({ ...quiet, home });
    expect(await second.client.shops.list()).toEqual([]);
    expect(await second.client.shops.sales({ name: 'a' })).toHaveLength(1);
  });

  test('that is opened again under its name changes in place; what is left out stays, what is in flight finishes', async () => {
    const host = await startTestHost(quiet);
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const reached = Promise.withResolvers<void>();
    const target = await startApi(async ({ url }, response) => {
      if (url === '/slow') {
        reached.resolve();
        await held;
      }
      response.end('done');
    });
    const first = await host.client.shops.open({ name: 'a', target, price: '0.01', description: 'before' });
    const buyer = await newBuyer(host);
    const slow = buyer.fetch(`${first.gatewayUrl}/slow`);
    await reached.promise;
    const second = await host.client.shops.open({ name: 'a', target, price: '0.05' });
    expect(second).toMatchObject({ gatewayUrl: first.gatewayUrl, price: '0.05' });
    expect((await host.client.shops.show({ name: 'a' })).description).toBe('before');
    expect((await fetch(second.gatewayUrl)).status).toBe(402);
    release();
    expect(await (await slow).text()).toBe('done');
    expect(await host.client.shops.list()).toHaveLength(1);
  });

  test('that was changed a moment ago lets Groat stop, also while a call to the one of before hangs', async () => {
    const host = await startTestHost(quiet);
    const reached = Promise.withResolvers<void>();
    const target = await startApi(() => reached.resolve());
    const { gatewayUrl } = await host.client.shops.open({ name: 'a', target, price: '0.01' });
    const buyer = await newBuyer(host);
    const hanging = buyer.fetch(gatewayUrl).then(
      ({ status }) => status >= 500,
      () => true,
    );
    await reached.promise;
    await host.client.shops.open({ name: 'a', target, price: '0.02' });
    await host.stop();
    expect(await hanging, 'it was not told that it has what it asked for').toBe(true);
  });

  test('whose facilitator does not answer is failed, and keeps Groat from starting no longer than a moment', async () => {
    const home = freshHome();
    const target = await startApi();
    const facilitator = await startApi(({ url }, response) => {
      const kinds = [{ x402Version: 2, scheme: 'exact', network: networks.sandbox.caip2, extra: { feePayer } }];
      response.end(url?.endsWith('/supported') ? JSON.stringify({ kinds, extensions: [], signers: {} }) : '{}');
    });
    const feePayer = 'CiDwVBFgWV9E5MvXWoLgnEgn2hK7rJikbvfWavzAQz3';
    const first = await startTestHost({ ...quiet, home });
    expect(await first.client.shops.open({ name: 'a', target, price: '0.01', facilitator })).toMatchObject({
      state: 'open',
      facilitator,
    });
    await first.stop();
    closeApi(facilitator);
    const second = await startTestHost({ ...quiet, home });
    await expect
      .poll(async () => (await second.client.shops.list())[0], { timeout: 10_000 })
      .toMatchObject({ name: 'a', state: 'failed', problem: expect.any(String) });
  });

  test('that cannot be opened anew is as it was before', async () => {
    const host = await startTestHost(quiet);
    const target = await startApi();
    const shop = await host.client.shops.open({ name: 'a', target, price: '0.01' });
    const taken = createServer();
    onTestFinished(() => void taken.close());
    const port = await listen(taken, 0);
    await expect(host.client.shops.open({ name: 'a', target, price: '0.09', port })).rejects.toMatchObject(
      refused('port-taken'),
    );
    expect(await host.client.shops.list()).toMatchObject([
      { state: 'open', price: '0.01', gatewayUrl: shop.gatewayUrl, problem: null },
    ]);
    expect((await fetch(shop.gatewayUrl)).status).toBe(402);
  });

  test('whose port is taken at start is failed and says so, keeps nothing else from starting, and opens once it is free', async () => {
    const home = freshHome();
    const target = await startApi();
    const first = await startTestHost({ ...quiet, home });
    const { gatewayUrl } = await first.client.shops.open({ name: 'a', target, price: '0.01' });
    const other = await first.client.shops.open({ name: 'b', target, price: '0.01' });
    await first.stop();
    const taken = createServer();
    await listen(taken, Number(new URL(gatewayUrl).port));
    const second = await startTestHost({ ...quiet, home });
    const [failed] = await second.client.shops.list();
    expect(failed).toMatchObject({ name: 'a', state: 'failed', problem: expect.stringMatching(/taken/) });
    expect((await fetch(other.gatewayUrl)).status).toBe(402);
    await new Promise((resolve) => taken.close(resolve));
    expect(await second.client.shops.start({ name: 'a' })).toMatchObject({ state: 'open', gatewayUrl, problem: null });
  });

  test('whose row was altered from outside is not opened, and is mended by saying anew what it is', async () => {
    const home = freshHome();
    const target = await startApi();
    const first = await startTestHost({ ...quiet, home });
    const { gatewayUrl } = await first.client.shops.open({ name: 'a', target, price: '0.01' });
    await first.stop();
    const db = new Database(join(home, 'sandbox', 'groat.db'));
    db.exec(`UPDATE shops SET plan = json_set(plan, '$.payTo', 'CiDwVBFgWV9E5MvXWoLgnEgn2hK7rJikbvfWavzAQz3')`);
    db.close();
    const second = await startTestHost({ ...quiet, home });
    expect(await second.client.shops.list()).toMatchObject([
      { name: 'a', state: 'failed', problem: expect.stringMatching(/changed outside/) },
    ]);
    await expect(fetch(gatewayUrl)).rejects.toThrow();
    await expect(second.client.shops.start({ name: 'a' })).rejects.toMatchObject(refused('shop-invalid'));
    const mended = await second.client.shops.open({ name: 'a', target, price: '0.02' });
    expect(mended).toMatchObject({ state: 'open', price: '0.02', problem: null });
    expect((await fetch(mended.gatewayUrl)).status).toBe(402);
  });

  test('many changes at once leave one shop, open, as the last one wanted it', async () => {
    const host = await startTestHost(quiet);
    const target = await startApi();
    await host.client.shops.open({ name: 'a', target, price: '1' });
    await Promise.all(['2', '3', '4', '5'].map((price) => host.client.shops.open({ name: 'a', target, price })));
    const [shop, ...rest] = await host.client.shops.list();
    expect(rest).toEqual([]);
    expect(shop).toMatchObject({ state: 'open', price: '5' });
    expect((await fetch(shop?.gatewayUrl ?? '')).status).toBe(402);
  });
});

test('a shop’s page tells its sales, who paid and what for, and what it was asked', async () => {
  const host = await startTestHost(quiet);
  const target = await startApi();
  const { gatewayUrl } = await host.client.shops.open({ name: 'a', target, price: '0.01' });
  const buyer = await newBuyer(host);
  await buyer.fetch(`${gatewayUrl}/x?key=secret`);
  await expect
    .poll(async () => (await host.client.shops.show({ name: 'a' })).sales)
    .toMatchObject([{ state: 'settled', delivery: 'complete' }]);
  const shop = await host.client.shops.show({ name: 'a' });
  const [sale] = shop.sales;
  expect(sale).toMatchObject({
    shop: 'a',
    purpose: 'call',
    method: 'GET',
    url: `${gatewayUrl}/x`,
    payer: buyer.signer.address,
    amount: '0.01',
    refund: null,
  });
  expect(shop.byPayer).toEqual([{ key: buyer.signer.address, amount: '0.01', count: 1 }]);
  expect(shop.byDay).toMatchObject([{ amount: '0.01', count: 1 }]);
  expect(shop.undelivered).toBe(0);
  expect(await host.client.shops.sales({})).toEqual(shop.sales);
  await expect
    .poll(async () => (await host.client.shops.list())[0]?.calls, { timeout: 5_000 })
    .toMatchObject({ paid: 1, unpaid: 1 });
  const { url, token } = await host.client.shops.metrics({ name: 'a' });
  const scrape = (secret: string) => fetch(url ?? '', { headers: { authorization: `Bearer ${secret}` } });
  expect((await scrape('another')).status).not.toBe(200);
  expect(await (await scrape(token)).text()).toMatch(/^# HELP/m);
});

test('the demo shop is for now only, can be closed, and opens again when it is asked for', async () => {
  const home = freshHome();
  const first = await startTestHost({ home, demo: true });
  expect(await first.client.shops.list()).toMatchObject([{ name: 'demo', state: 'open' }]);
  await expect(
    first.client.shops.open({ name: 'demo', target: 'http://127.0.0.1:9/', price: '1' }),
  ).rejects.toMatchObject(refused('shop-invalid'));
  await first.client.shops.stop({ name: 'demo' });
  expect(await first.client.shops.list()).toEqual([]);
  const { url } = await first.client.sandbox.demoShop();
  expect((await fetch(url)).status).toBe(402);
  await first.stop();
  const second = await startTestHost({ home, demo: false });
  expect(await second.client.shops.list()).toEqual([]);
});

test('off the sandbox who is paid, who settles and who can reach it are the owner’s to say', async () => {
  const run = await startRunning({ file: { network: 'devnet', rpcUrls: ['http://127.0.0.1:9'] } });
  const wish = { name: 'a', target: 'http://127.0.0.1:9/', price: '0.01' };
  const payTo = 'CiDwVBFgWV9E5MvXWoLgnEgn2hK7rJikbvfWavzAQz3';
  for (const change of [{ payTo }, { host: '0.0.0.0' }, { facilitator: 'http://127.0.0.1:9/' }])
    await expect(run.client().shops.open({ ...wish, ...change })).rejects.toMatchObject(refused('owner-required'));
  expect(await run.client().shops.list()).toEqual([]);
  expect(await run.owner().shops.open({ ...wish, payTo })).toMatchObject({ payTo });
  // The operator may change the rest of it, and not where the money goes.
  expect(await run.client().shops.open({ ...wish, price: '0.02' })).toMatchObject({ payTo, price: '0.02' });
  await expect(run.client().shops.open({ ...wish, payTo: null })).rejects.toMatchObject(refused('owner-required'));
  await expect(run.client().shops.metrics({ name: 'a' })).rejects.toMatchObject(refused('owner-required'));
  expect((await run.owner().shops.metrics({ name: 'a' })).token).toMatch(/^[\w-]{43}$/);
});

test('Groat looks for servers to sell, none of them its own, and says which are sold already', async () => {
  const host = await startTestHost({ ui: true, demo: true });
  const target = await startApi((_, response) => response.end('<title>My tool</title>'));
  const port = Number(new URL(target).port);
  const { gatewayUrl } = await host.client.shops.open({ name: 'tool', target, price: '0.01' });
  const { proxyUrl, rpcUrl, uiUrl } = host.host.ready;
  const own = [gatewayUrl, proxyUrl, rpcUrl ?? '', uiUrl ?? ''].map((url) => Number(new URL(url).port));
  const found = await host.client.shops.detect({ ports: [port, ...own] });
  expect(found).toContainEqual({ kind: 'http', url: target, detail: 'My tool', soldBy: 'tool' });
  for (const { url } of found) expect(own).not.toContain(Number(new URL(url).port));
});

test('with the till’s account and some SOL nothing keeps buyers from paying', async () => {
  const host = await startTestHost(quiet);
  expect(await host.client.shops.gaps()).toEqual([]);
});
