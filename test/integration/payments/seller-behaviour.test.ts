import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { OrderView } from '../../../src-shared/contract/index.ts';
import { auditHome } from '../../support/audit.ts';
import { throughProxy } from '../../support/proxy-client.ts';
import { type PaidRequest, startScriptedSeller } from '../../support/scripted-seller.ts';
import { startTestHost, type TestHost } from '../../support/test-host.ts';

/** Polls the contract, as a screen would, until the newest order is as wanted. */
async function orderWhen(host: TestHost, wanted: (order: OrderView) => boolean): Promise<OrderView> {
  const deadline = Date.now() + 20_000;
  for (;;) {
    const [order] = await host.client.orders.list({ limit: 1 });
    if (order !== undefined && wanted(order)) return order;
    if (Date.now() > deadline) throw new Error(`the order stayed ${order?.state}: ${order?.why}`);
    await delay(20);
  }
}

const inState = (state: OrderView['state']) => (order: OrderView) => order.state === state;

/** The same home again, on a chain whose slots fly: every lifetime of the first run is over. */
async function afterExpiry(host: TestHost): Promise<TestHost> {
  await host.stop();
  return startTestHost({ home: host.home, demo: false, surroundings: { slotMs: 1 } });
}

async function buy(script: (paid: PaidRequest, host: TestHost) => Promise<void> | void, maxTimeoutSeconds = 60) {
  const host = await startTestHost({ demo: false });
  const { proxyUrl } = await host.client.agents.add({ agent: 'buyer' });
  const seller = await startScriptedSeller(host, (paid) => script(paid, host), { maxTimeoutSeconds });
  const answer = await throughProxy(proxyUrl, seller.url);
  expect(seller.paidRequests, 'the paid request is sent exactly once').toBe(1);
  return { host, seller, answer, proxyUrl };
}

test('an honest seller is paid once, and the order settles with its transaction', async () => {
  let signature = '';
  const { host, answer } = await buy(async ({ settle, response, receipt }) => {
    signature = await settle();
    response.writeHead(200, { 'PAYMENT-RESPONSE': receipt(signature) }).end('goods');
  });
  expect(answer).toMatchObject({ status: 200, body: 'goods', complete: true });
  expect(answer.headers['groat-decision']).toBe('granted');
  const order = await orderWhen(host, inState('settled'));
  expect(order.signature).toBe(signature);
  expect(answer.headers['groat-order']).toBe(order.id);
  await host.stop();
  expect(auditHome(host.home).balance('spent')).toBe(10_000);
});

test('a seller that never tells its signature is found by our own account’s history', async () => {
  let signature = '';
  const { host, answer } = await buy(async ({ settle, response }) => {
    signature = await settle();
    response.end('goods');
  });
  expect(answer.status).toBe(200);
  expect((await orderWhen(host, inState('settled'))).signature).toBe(signature);
});

test('a seller that answers 500 after settling leaves a failed order: paid, not delivered', async () => {
  const { host, answer } = await buy(async ({ settle, response }) => {
    await settle();
    response.writeHead(500).end('sorry');
  });
  expect(answer).toMatchObject({ status: 500, body: 'sorry' });
  const order = await orderWhen(host, inState('failed'));
  expect(order.why).toContain('500');
  await host.stop();
  expect(auditHome(host.home).balance('spent')).toBe(10_000);
});

test('a seller that answers 402 again is not paid again; the money stays counted until it can no longer move', async () => {
  const { host, answer } = await buy(({ response }) => {
    response.writeHead(402, { 'Content-Type': 'application/json' }).end('{}');
  });
  expect(answer.status).toBe(402);
  expect(answer.headers['groat-order']).toMatch(/^ord_/);
  const order = await orderWhen(host, inState('unknown'));
  expect(order.signature).toBeNull();
  expect(await host.client.wallet.balance()).toMatchObject({ reserved: '0.01', available: '99.99', onChain: '100' });
  expect((await host.client.host.status()).spentToday).toBe('0.01');
  const later = await afterExpiry(host);
  expect((await orderWhen(later, inState('released'))).why).toContain('no longer land');
  expect(await later.client.wallet.balance()).toMatchObject({ reserved: '0', available: '100', onChain: '100' });
  await later.stop();
  expect(auditHome(host.home).balance('spent')).toBe(0);
});

test('a seller that lies about settlement is not believed', async () => {
  const { host, answer } = await buy(({ response, receipt }) => {
    response.writeHead(200, { 'PAYMENT-RESPONSE': receipt('5'.repeat(88)) }).end('goods');
  });
  expect(answer.status).toBe(200);
  const order = await orderWhen(host, inState('delivering'));
  expect(order.signature).toBeNull();
  expect((await host.client.wallet.balance()).reserved).toBe('0.01');
  const later = await afterExpiry(host);
  await orderWhen(later, inState('released'));
});

test('a seller that shows somebody else’s transaction is not believed', async () => {
  const { host } = await buy(async ({ response, receipt }, { client }) => {
    const other = await client.sandbox.fund({ address: '11111111111111111111111111111112', amount: '1' });
    response.writeHead(200, { 'PAYMENT-RESPONSE': receipt(other.signature) }).end('goods');
  });
  const order = await orderWhen(host, inState('delivering'));
  expect(order.signature).toBeNull();
});

test('a redirect after payment goes to the agent and is not followed', async () => {
  const { host, answer } = await buy(async ({ settle, response }) => {
    await settle();
    response.writeHead(302, { Location: 'http://127.0.0.1:9/elsewhere' }).end();
  });
  expect(answer.status).toBe(302);
  expect(answer.headers.location).toBe('http://127.0.0.1:9/elsewhere');
  await orderWhen(host, inState('settled'));
});

test('a seller that closes before it answers, having settled: failed, and the agent is told', async () => {
  const { host, answer } = await buy(async ({ settle, request }) => {
    await settle();
    request.socket.destroy();
  });
  expect(answer.status).toBe(502);
  expect(JSON.parse(answer.body).type).toContain('payment-unknown');
  await orderWhen(host, inState('failed'));
});

test('a seller that closes before it answers and settles nothing: unknown, then released', async () => {
  const { host, answer } = await buy(({ request }) => {
    request.socket.destroy();
  });
  expect(answer.status).toBe(502);
  await orderWhen(host, inState('unknown'));
  const later = await afterExpiry(host);
  await orderWhen(later, inState('released'));
});

test('a seller that breaks off in the middle of its answer: failed, and the agent’s answer does not end cleanly', async () => {
  const { host, answer } = await buy(async ({ settle, response, receipt }) => {
    const signature = await settle();
    response.writeHead(200, { 'PAYMENT-RESPONSE': receipt(signature), 'Content-Length': '1000' });
    response.write('half of the goods');
    setImmediate(() => response.destroy());
  });
  expect(answer.complete).toBe(false);
  const order = await orderWhen(host, inState('failed'));
  expect(order.signature).not.toBeNull();
});

test('a seller that never answers: the agent gets 504, the order is unknown and counted, and a settled one is found', async () => {
  let settled = '';
  const { host, answer } = await buy(async ({ settle }) => {
    settled = await settle();
  }, 1);
  expect(answer.status).toBe(504);
  expect(JSON.parse(answer.body).detail).toContain('ord_');
  expect((await orderWhen(host, inState('failed'))).signature).toBe(settled);
});
