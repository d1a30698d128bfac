import { createServer } from 'node:http';
import { describe, expect, onTestFinished, test } from 'vitest';
import { listen } from '../../../src-main/base/listen.ts';
import { networks } from '../../../src-shared/model/index.ts';
import { throughProxy } from '../../support/proxy-client.ts';
import { startRunning } from '../../support/running-host.ts';
import { toHeader } from '../../support/scripted-seller.ts';
import { anAddress } from '../../support/x402-payment.ts';

/** Nobody listens there: no test asks the real one. */
const rpcUrls = ['http://127.0.0.1:9'];

/** Asks for a cent of real money. */
async function startSeller(): Promise<string> {
  const { caip2, usdc } = networks.mainnet;
  const offer = {
    scheme: 'exact',
    network: caip2,
    amount: '10000',
    asset: usdc.mint,
    payTo: anAddress(),
    maxTimeoutSeconds: 60,
    extra: { feePayer: anAddress() },
  };
  const required = { x402Version: 2, error: 'pay', resource: { url: 'http://seller.test/thing' }, accepts: [offer] };
  const server = createServer((request, response) => {
    request.resume();
    response.writeHead(402, { 'PAYMENT-REQUIRED': toHeader(required) }).end('{}');
  });
  const port = await listen(server, 0);
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return `http://127.0.0.1:${port}/thing`;
}

describe.each([
  ['a variable', { env: { GROAT_NETWORK: 'mainnet' }, file: { rpcUrls } }],
  ['groat.json, edited by who knows whom,', { file: { network: 'mainnet', rpcUrls } }],
])('mainnet by %s', (_, options) => {
  test('starts with tight limits and an empty wallet, and believes no endpoint that the owner was not asked about', async () => {
    const run = await startRunning(options);
    const { mode, balances, problem } = await run.client().host.status();
    expect(mode).toBe('mainnet');
    expect(balances).toEqual([{ asset: 'USDC', amount: '0' }]);
    expect(problem).toContain('rpcUrls is not what the owner accepted');
    const { delegations } = await run.client().agents.show({ agent: 'cli' });
    expect(delegations.map(({ terms: { limits } }) => [limits.perPayment, limits.perDay])).toEqual([
      ['0.1', '1'],
      ['none', '5'],
    ]);
    await expect(run.client().agents.add({ agent: 'bot' })).rejects.toMatchObject({ data: { code: 'owner-required' } });
  });

  test.each([
    ['pays nothing as long as there is no PIN, whatever else the owner said yes to', false],
    ['comes further than that with a PIN, and pays nothing out of an empty wallet', true],
  ])('%s', async (_claim, withPin) => {
    const run = await startRunning(options);
    if (withPin) await run.client().owner.setPin({ pin: 'correct horse' });
    await run.owner().desk.resume({ acceptBooks: true, accept: { rpcUrls, httpOrigins: [] } });
    const { proxyUrl } = await run.owner().agents.add({ agent: 'bot', askNewPayeeAbove: 'none' });
    const { status, headers } = await throughProxy(proxyUrl, await startSeller());
    expect(status).not.toBe(200);
    if (withPin) expect(headers['groat-reason']).not.toBe('owner-missing');
    else expect(headers).toMatchObject({ 'groat-decision': 'denied', 'groat-reason': 'owner-missing' });
  });
});

test('mainnet that the owner chose has the endpoints of that choice, and waits for its own PIN', async () => {
  const run = await startRunning();
  await run.client().owner.setPin({ pin: 'correct horse' });
  await run.restarted(() => run.owner().settings.change({ network: 'mainnet', rpcUrls }));
  expect(await run.client().host.status()).toMatchObject({ mode: 'mainnet', problem: null });
  expect(await run.client().owner.state()).toMatchObject({ hasPin: false });
});

test('the owner of the sandbox, who may be anybody, has no say in the endpoints of a mainnet that has an owner', async () => {
  const run = await startRunning({ file: { network: 'mainnet', rpcUrls } });
  await run.client().owner.setPin({ pin: 'the owner of mainnet' });
  await run.owner().desk.resume({ acceptBooks: true, accept: { rpcUrls, httpOrigins: [] } });
  await run.restarted(() => run.owner().settings.change({ network: 'sandbox', rpcPort: 0 }));
  await run.client().owner.setPin({ pin: 'somebody else' });
  const others = ['http://127.0.0.1:10'];
  await run.restarted(() => run.owner().settings.change({ network: 'mainnet', rpcUrls: others }));
  const { mode, problem, unaccepted } = await run.client().host.status();
  expect(mode).toBe('mainnet');
  expect(problem).toContain('rpcUrls is not what the owner accepted');
  expect(unaccepted).toEqual({ rpcUrls: others, httpOrigins: [] });
});

test('nor where it has no PIN yet but endpoints that were accepted', async () => {
  const run = await startRunning();
  await run.restarted(() => run.owner().settings.change({ network: 'mainnet', rpcUrls }));
  expect((await run.client().host.status()).problem).toBeNull();
  await run.restarted(() => run.owner().settings.change({ network: 'sandbox', rpcPort: 0 }));
  await run.restarted(() => run.owner().settings.change({ network: 'mainnet', rpcUrls: ['http://127.0.0.1:10'] }));
  expect((await run.client().host.status()).problem).toContain('rpcUrls is not what the owner accepted');
});

test('mainnet has no demo shop and no demo agent, however it was started', async () => {
  const run = await startRunning({ file: { network: 'mainnet', rpcUrls }, demo: true });
  expect(run.host().ready.demoUrl).toBeNull();
  expect((await run.client().agents.list()).map(({ agent }) => agent)).toEqual(['cli']);
  await expect(run.client().sandbox.demoShop()).rejects.toMatchObject({ data: { code: 'network-unavailable' } });
});
