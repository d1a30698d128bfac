import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createHost } from '../../../src-main/host/index.ts';
import { isGroatError } from '../../../src-shared/errors/index.ts';
import { auditHome } from '../../support/audit.ts';
import { throughProxy } from '../../support/proxy-client.ts';
import { startTestHost, testConfig, testSurroundings } from '../../support/test-host.ts';

test('of 200 concurrent requests against a limit that allows 50, exactly 50 are charged', async () => {
  const host = await startTestHost();
  const { proxyUrl } = await host.client.agents.add({ agent: 'swarm', perDay: '0.5' });
  const answers = await Promise.all(
    Array.from({ length: 200 }, (_, i) => throughProxy(proxyUrl, `${host.demoUrl}?n=${i}`)),
  );
  const paid = answers.filter(({ status }) => status === 200);
  const refused = answers.filter(({ status }) => status === 402);
  expect(paid).toHaveLength(50);
  expect(refused).toHaveLength(150);
  expect(new Set(refused.map(({ headers }) => headers['groat-reason']))).toEqual(new Set(['over-day-limit']));
  await expect
    .poll(async () => (await host.client.host.status()).orders, { timeout: 20_000, interval: 50 })
    .toEqual({ settled: 50 });
  expect(await host.client.wallet.balance()).toMatchObject({ available: '99.5', reserved: '0', onChain: '99.5' });
  await host.stop();
  const audit = auditHome(host.home);
  expect(audit.balance('spent')).toBe(500_000);
  expect(audit.balance('received')).toBe(500_000);
});

test('the limit counts what earlier requests spent, and a restart forgets none of it', async () => {
  const first = await startTestHost();
  const { proxyUrl } = await first.client.agents.add({ agent: 'thrifty', perDay: '0.03' });
  for (let i = 0; i < 2; i++) expect((await throughProxy(proxyUrl, first.demoUrl)).status).toBe(200);
  await first.stop();
  const second = await startTestHost({ home: first.home });
  const credential = new URL(proxyUrl);
  const again = new URL(second.host.ready.proxyUrl);
  again.username = credential.username;
  again.password = credential.password;
  expect((await throughProxy(again.href, second.demoUrl)).status).toBe(200);
  const refused = await throughProxy(again.href, second.demoUrl);
  expect(refused.status).toBe(402);
  expect(refused.headers['groat-reason']).toBe('over-day-limit');
});

test('a second host on the same home is refused and spends nothing', async () => {
  const { home, host } = await startTestHost();
  const attempt = createHost(testConfig(home), { demo: false, ui: null }, testSurroundings(home));
  await expect(attempt).rejects.toSatisfy(
    (error) => isGroatError(error, 'already-running') && error.context.pid === host.ready.pid,
  );
});

test('a revoked agent is refused from the next request on, and its credential is dead', async () => {
  const host = await startTestHost();
  const { proxyUrl } = await host.client.agents.add({ agent: 'fired' });
  expect((await throughProxy(proxyUrl, host.demoUrl)).status).toBe(200);
  await host.client.agents.revoke({ agent: 'fired' });
  expect((await throughProxy(proxyUrl, host.demoUrl)).status).toBe(407);
});

test('an agent’s name is checked at the door, and a taken one refused', async () => {
  const { client } = await startTestHost({ demo: false });
  await expect(client.agents.add({ agent: 'Not A Name' })).rejects.toMatchObject({ code: 'BAD_REQUEST' });
  await client.agents.add({ agent: 'once' });
  await expect(client.agents.add({ agent: 'once' })).rejects.toMatchObject({ data: { code: 'agent-exists' } });
});

test('of two who ask for one name at once, the refused one changes nothing of the other’s limits', async () => {
  const { client } = await startTestHost({ demo: false });
  const outcomes = await Promise.allSettled([
    client.agents.add({ agent: 'once', perDay: '5' }),
    client.agents.add({ agent: 'once', perDay: '50' }),
  ]);
  expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
  const once = (await client.agents.list()).find(({ agent }) => agent === 'once');
  expect(once).toMatchObject({ perDay: '5', revokedAt: null });
});

test('books on another chain than they were kept with are refused: their money would count twice', async () => {
  const { home, stop } = await startTestHost({ demo: false });
  await stop();
  rmSync(join(home, 'sandbox', 'chain'), { recursive: true });
  await expect(startTestHost({ home, demo: false })).rejects.toMatchObject({ code: 'store-foreign' });
});
