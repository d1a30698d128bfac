import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { cliHome, groat, groatJson, startGroat } from '../support/cli.ts';
import { startApi } from '../support/selling.ts';

const pin = 'correct horse';

test('an API is sold, bought from, looked at, refunded, closed, opened again and taken away', async () => {
  const home = cliHome();
  const target = await startApi();
  await startGroat(home, 'start', '--json');
  const pinFile = join(home.home, 'pin');
  writeFileSync(pinFile, pin, { mode: 0o600 });
  const owner = { ...home, env: { ...home.env, GROAT_PIN_FILE: pinFile } };
  expect((await groat(owner, 'owner', 'set-pin')).code).toBe(0);

  const routes = ['--route', 'GET /v1/* = 0.002', '--route', '/dear=0.5', '--free', '/health'];
  const served = await groatJson(
    home,
    'serve',
    '--target',
    target,
    '--price',
    '0.01',
    '--name',
    'weather',
    ...routes,
    '--prepaid',
  );
  expect(served.code).toBe(0);
  const { ready, name, gatewayUrl, payTo, network, ...rest } = served.json;
  expect({ ready, name, rest }).toEqual({ ready: true, name: 'weather', rest: {} });
  expect(network).toMatch(/^solana:/);
  expect(payTo).toMatch(/^[1-9A-HJ-NP-Za-km-z]{32,44}$/);

  expect((await fetch(`${gatewayUrl}/v1/now`)).status).toBe(402);
  const paid = await groatJson(home, 'pay', `${gatewayUrl}/v1/now`);
  expect(paid.json).toMatchObject({ httpStatus: 200, body: '{"path":"/v1/now"}' });

  const [shop, ...others] = (await groatJson(home, 'shops', 'list')).json;
  expect(others).toEqual([]);
  expect(shop).toMatchObject({
    name: 'weather',
    state: 'open',
    prepaid: true,
    gatewayUrl,
    revenue: { total: '0.002' },
  });
  const shown = await groatJson(home, 'shops', 'show', 'weather');
  expect(shown.json).toMatchObject({
    name: 'weather',
    packages: expect.any(Array),
    byRoute: [{ key: '/v1/*', amount: '0.002' }],
  });
  const text = await groat(home, 'shops', 'show', 'weather');
  expect(text.stdout).toContain(`groat pay ${gatewayUrl}/`);
  for (const line of text.stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(110);
  expect((await groatJson(home, 'shops', 'show', 'weather', '--metrics')).json.metrics.url).toBe(
    `${gatewayUrl}/metrics`,
  );

  const [sale] = (await groatJson(home, 'shops', 'sales', 'weather')).json;
  expect(sale).toMatchObject({ shop: 'weather', amount: '0.002', state: 'settled', refund: null });
  const unproven = await groatJson(home, 'shops', 'refund', sale.id);
  expect(unproven).toMatchObject({ code: 1, json: { error: { code: 'owner-required' } } });
  const refund = await groatJson(owner, 'shops', 'refund', sale.id);
  expect(refund.json).toMatchObject({ sale: sale.id, state: 'settled', amount: '0.002' });
  expect((await groatJson(owner, 'shops', 'refund', sale.id)).json.error).toMatchObject({ code: 'refund-refused' });

  expect((await groatJson(home, 'shops', 'stop', 'weather')).json).toMatchObject({ state: 'stopped' });
  await expect(fetch(gatewayUrl)).rejects.toThrow();
  expect((await groatJson(home, 'shops', 'start', 'weather')).json).toMatchObject({ state: 'open', gatewayUrl });
  expect((await groatJson(home, 'shops', 'remove', 'weather')).json).toEqual({ name: 'weather', removed: true });
  expect((await groatJson(home, 'shops', 'show', 'weather')).json.error).toMatchObject({ code: 'shop-unknown' });

  const enabled = await groatJson(owner, 'facilitator', 'enable', '--sol-per-day', '0.001');
  expect(enabled.json).toMatchObject({ enabled: true, solPerDay: '0.001', token: expect.any(String) });
  expect((await groatJson(home, 'facilitator', 'show')).json).not.toHaveProperty('token');
  expect((await groatJson(home, 'facilitator', 'disable')).json).toMatchObject({ enabled: false, url: null });
});

test('without a running Groat `serve` runs one, and its shop is there at the next start', async () => {
  const home = cliHome();
  const target = await startApi();
  const serving = await startGroat(home, 'serve', '--target', target, '--price', '0.01', '--json');
  const first = JSON.parse(serving.firstLine);
  expect(first).toMatchObject({ ready: true, name: 'shop' });
  expect((await fetch(first.gatewayUrl)).status).toBe(402);
  serving.child.kill('SIGTERM');
  await serving.ended;
  // What only looks opens nothing.
  expect((await groatJson(home, 'shops', 'list')).json).toMatchObject([{ name: 'shop', state: 'stopped' }]);
  await startGroat(home, 'start', '--json');
  expect((await groatJson(home, 'shops', 'list')).json).toMatchObject([
    { name: 'shop', state: 'open', gatewayUrl: first.gatewayUrl },
  ]);
  expect((await fetch(first.gatewayUrl)).status).toBe(402);
});

test.each([
  ['a route without a price', ['--route', 'GET /v1']],
  ['a free path that is none', ['--free', 'health']],
  ['a dialect nobody speaks', ['--dialect', 'x403']],
])('refuses %s before anything is done', async (_, options) => {
  const ran = await groat(cliHome(), 'serve', '--target', 'http://127.0.0.1:9/', '--price', '1', ...options);
  expect(ran.code).toBe(2);
});
