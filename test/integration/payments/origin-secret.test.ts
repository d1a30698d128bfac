import { readdirSync, readFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import { join } from 'node:path';
import { createRouterClient } from '@orpc/server';
import { expect, onTestFinished, test } from 'vitest';
import { listen } from '../../../src-main/base/listen.ts';
import { throughProxy } from '../../support/proxy-client.ts';
import { ownerInside, startTestHost } from '../../support/test-host.ts';

const secret = 'sk-owner-0123456789abcdef';

/** An API that wants a key and says 402 without; it writes down what it was shown. */
async function keyedApi(answer: RequestListener = (_, response) => void response.end('goods')) {
  const shown: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    shown.push(request.headers.authorization);
    if (request.headers.authorization === undefined) response.writeHead(402).end('{}');
    else answer(request, response);
  });
  const port = await listen(server, 0);
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { port, url: `http://127.0.0.1:${port}`, shown };
}

async function setUp(answer?: RequestListener) {
  const host = await startTestHost({ demo: false });
  const owner = createRouterClient(host.host.router, { context: ownerInside });
  const { proxyUrl } = await host.client.agents.add({ agent: 'bot' });
  const api = await keyedApi(answer);
  await owner.secrets.set({ url: `${api.url}/v1`, secret });
  return { host, owner, proxyUrl, api };
}

test('the owner’s key answers a 402 that nothing can pay, through the proxy and with `groat pay`', async () => {
  const { host, proxyUrl, api } = await setUp();
  const answer = await throughProxy(proxyUrl, `${api.url}/x`);
  expect(answer).toMatchObject({ status: 200, body: 'goods' });
  expect(answer.headers).toMatchObject({ 'groat-paid': 'secret', 'groat-decision': 'granted' });
  expect(JSON.stringify(answer.headers)).not.toContain(secret);
  expect(api.shown).toEqual([undefined, `Bearer ${secret}`]);
  const steps = [];
  for await (const step of await host.client.payments.pay({ url: `${api.url}/x` })) steps.push(step);
  expect(steps.at(-1)).toMatchObject({ step: 'answer', httpStatus: 200, order: null });
  expect(JSON.stringify(steps)).not.toContain(secret);
  expect(await host.client.orders.list({})).toEqual([]);
});

test('a redirect takes it nowhere, neither by us nor by an agent that follows', async () => {
  const elsewhere = await keyedApi();
  const { proxyUrl, api } = await setUp(
    (_, response) => void response.writeHead(307, { Location: `${elsewhere.url}/x` }).end(),
  );
  const answer = await throughProxy(proxyUrl, `${api.url}/x`);
  expect(answer.status).toBe(307);
  expect(elsewhere.shown, 'not followed').toEqual([]);
  expect((await throughProxy(proxyUrl, answer.headers.location ?? '')).status).toBe(402);
  expect(elsewhere.shown).toEqual([undefined]);
});

test('another name, port or spelling of the place gets nothing', async () => {
  const { proxyUrl, api } = await setUp();
  const other = await keyedApi();
  for (const url of [`http://localhost:${api.port}/x`, `${other.url}/x`])
    expect((await throughProxy(proxyUrl, url, { headers: { Host: `127.0.0.1:${api.port}` } })).status, url).toBe(402);
  expect(new Set([...api.shown, ...other.shown])).toEqual(new Set([undefined]));
});

test('an agent’s own Authorization stays, and no key is added', async () => {
  const { proxyUrl, api } = await setUp((_, response) => void response.writeHead(402).end('{}'));
  const headers = { authorization: 'Bearer mine' };
  expect((await throughProxy(proxyUrl, `${api.url}/x`, { headers })).status).toBe(402);
  expect(api.shown).toEqual(['Bearer mine']);
});

test('a web page, a paused agent and one that is not on the list get nothing', async () => {
  const { host, owner, proxyUrl, api } = await setUp();
  expect((await throughProxy(proxyUrl, api.url, { headers: { Origin: 'https://evil.example' } })).status).toBe(402);
  await owner.secrets.set({ url: api.url, secret, agents: ['cli'] });
  expect((await throughProxy(proxyUrl, api.url)).status).toBe(402);
  await owner.secrets.set({ url: api.url, secret, agents: ['bot'] });
  await host.client.agents.pause({ agent: 'bot' });
  expect((await throughProxy(proxyUrl, api.url)).headers).toMatchObject({ 'groat-reason': 'agent-paused' });
  expect(new Set(api.shown)).toEqual(new Set([undefined]));
});

test('TRACE, which would hand it to the agent, carries none', async () => {
  const { proxyUrl, api } = await setUp((request, response) => void response.end(request.rawHeaders.join('\n')));
  const answer = await throughProxy(proxyUrl, api.url, { method: 'TRACE' });
  expect(answer.body).not.toContain(secret);
  expect(api.shown).toEqual([undefined]);
});

test('it stands in no file of the wallet and in no list', async () => {
  const { host, owner, proxyUrl, api } = await setUp();
  await throughProxy(proxyUrl, api.url);
  expect(JSON.stringify([await owner.secrets.list(), await owner.log.recent({})])).not.toContain(secret);
  await host.stop();
  const files = readdirSync(host.home, { recursive: true, withFileTypes: true }).filter((one) => one.isFile());
  expect(files.length).toBeGreaterThan(2);
  for (const { parentPath, name } of files)
    expect(readFileSync(join(parentPath, name)).includes(secret), name).toBe(false);
});
