import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import type { OrderView } from '../../../src-shared/contract/index.ts';
import { auditHome } from '../../support/audit.ts';
import { type ProvenRequest, startOpen402Seller } from '../../support/open402-seller.ts';
import { throughProxy } from '../../support/proxy-client.ts';
import { startTestHost, type TestHost } from '../../support/test-host.ts';

async function setUp(script: (proven: ProvenRequest) => Promise<void> | void, offer = {}) {
  const host = await startTestHost({ demo: false });
  const { proxyUrl } = await host.client.agents.add({ agent: 'buyer' });
  const seller = await startOpen402Seller(host, script, offer);
  return { host, proxyUrl, seller };
}

const goods = ({ response }: ProvenRequest): void => void response.end('goods');

const statesOf = async (host: TestHost): Promise<readonly OrderView['state'][]> =>
  (await host.client.orders.list({})).map(({ state }) => state);
const ended = (host: TestHost, ...states: OrderView['state'][]) =>
  expect.poll(() => statesOf(host), { timeout: 15_000, interval: 20 }).toEqual(states);

test('a gateway that verifies as ag402 does is paid, and its answer handed on', async () => {
  const { host, proxyUrl, seller } = await setUp(goods);
  const answer = await throughProxy(proxyUrl, seller.url);
  expect(seller.refusals).toEqual([]);
  expect(answer).toMatchObject({ status: 200, body: 'goods' });
  expect(answer.headers).toMatchObject({ 'groat-decision': 'granted', 'groat-paid': 'open402' });
  await ended(host, 'settled');
  const [order] = await host.client.orders.list({});
  expect(order).toMatchObject({ id: answer.headers['groat-order'], signature: seller.proofs[0]?.txHash });
  await host.stop();
  const { balance } = auditHome(host.home);
  expect(balance('spent')).toBe(10_000);
  expect(auditHome(host.home).orders).toHaveLength(1);
});

test('what landing it cost our fee payer is in the books', async () => {
  const { host, proxyUrl, seller } = await setUp(goods);
  await throughProxy(proxyUrl, seller.url);
  await ended(host, 'settled');
  await host.stop();
  const books = new Database(`${host.home}/sandbox/groat.db`, { readonly: true });
  expect(books.prepare("SELECT amount FROM balances WHERE account = 'fees' AND asset = 'native'").pluck().get()).toBe(
    10_001,
  );
  books.close();
});

test('the agent’s own Authorization gives way to the proof, whatever its case', async () => {
  const seen: string[] = [];
  const { proxyUrl, seller } = await setUp((proven) => {
    const { rawHeaders } = proven.request;
    seen.push(...rawHeaders.filter((_, i) => i % 2 === 0 && rawHeaders[i]?.toLowerCase() === 'authorization'));
    goods(proven);
  });
  const headers = { authorization: 'Bearer of-the-agent' };
  expect(await throughProxy(proxyUrl, seller.url, { headers })).toMatchObject({ status: 200 });
  expect(seen).toEqual(['Authorization']);
});

test('an answer that is lost is asked for once more with the same proof, a fresh nonce, and no second payment', async () => {
  const { host, proxyUrl, seller } = await setUp((proven) => {
    if (proven.shown === 0) proven.response.destroy();
    else goods(proven);
  });
  const answer = await throughProxy(proxyUrl, seller.url, { method: 'POST', body: 'the same body' });
  expect(answer).toMatchObject({ status: 200, body: 'goods' });
  expect(seller.refusals).toEqual([]);
  expect(new Set(seller.proofs.map(({ txHash }) => txHash)).size).toBe(1);
  expect(new Set(seller.proofs.map(({ nonce }) => nonce)).size).toBe(2);
  await ended(host, 'settled');
  await host.stop();
  expect(auditHome(host.home).balance('spent')).toBe(10_000);
});

for (const [name, fails] of [
  ['hangs up', ({ response }: ProvenRequest) => void response.destroy()],
  ['answers 500', ({ response }: ProvenRequest) => void response.writeHead(500).end('sorry')],
] as const) {
  test(`after a seller that ${name}, the same request shows the proof again and does not pay again`, async () => {
    let broken = true;
    const { host, proxyUrl, seller } = await setUp((proven) => (broken ? fails(proven) : goods(proven)));
    expect((await throughProxy(proxyUrl, seller.url)).status).toBeGreaterThanOrEqual(500);
    broken = false;
    const second = await throughProxy(proxyUrl, seller.url);
    expect(second).toMatchObject({ status: 200, body: 'goods' });
    expect(seller.refusals).toEqual([]);
    expect(new Set(seller.proofs.map(({ txHash }) => txHash)).size).toBe(1);
    await ended(host, 'settled');
    const third = await throughProxy(proxyUrl, seller.url);
    expect(third.status).toBe(200);
    expect(new Set(seller.proofs.map(({ txHash }) => txHash)).size, 'what was delivered is not shown again').toBe(2);
    await ended(host, 'settled', 'settled');
    await host.stop();
    expect(auditHome(host.home).balance('spent')).toBe(20_000);
  });
}

test('the proof of one request is shown for no other: another query pays for itself', async () => {
  let broken = true;
  const { host, proxyUrl, seller } = await setUp((proven) =>
    broken ? void proven.response.writeHead(500).end() : goods(proven),
  );
  await throughProxy(proxyUrl, `${seller.url}?a=1`);
  broken = false;
  await throughProxy(proxyUrl, `${seller.url}?a=2`);
  expect(new Set(seller.proofs.map(({ txHash }) => txHash)).size).toBe(2);
  await ended(host, 'settled', 'failed');
});

test('another agent’s identical request pays for itself', async () => {
  let broken = true;
  const { host, proxyUrl, seller } = await setUp((proven) =>
    broken ? void proven.response.writeHead(500).end() : goods(proven),
  );
  const { proxyUrl: other } = await host.client.agents.add({ agent: 'another' });
  await throughProxy(proxyUrl, seller.url);
  broken = false;
  await throughProxy(other, seller.url);
  expect(new Set(seller.proofs.map(({ txHash }) => txHash)).size).toBe(2);
});

test('after a restart the same request still shows the proof of before', async () => {
  let broken = true;
  const { host, seller, proxyUrl } = await setUp((proven) =>
    broken ? void proven.response.writeHead(500).end() : goods(proven),
  );
  await throughProxy(proxyUrl, seller.url);
  await ended(host, 'failed');
  await host.stop();
  broken = false;
  const again = await startTestHost({ home: host.home, demo: false });
  seller.moveTo(again.rpcUrl);
  const { proxyUrl: after } = await again.client.agents.rotate({ agent: 'buyer' });
  expect(await throughProxy(after, `${seller.url}?other`), 'another request pays').toMatchObject({ status: 200 });
  expect(await throughProxy(after, seller.url)).toMatchObject({ status: 200, body: 'goods' });
  expect(seller.refusals).toEqual([]);
  expect(new Set(seller.proofs.map(({ txHash }) => txHash)).size).toBe(2);
  await ended(again, 'settled', 'settled');
  await again.stop();
  expect(auditHome(host.home).balance('spent')).toBe(20_000);
});

test('32 requests at once are 32 payments, each proven by its own transaction', async () => {
  const { host, proxyUrl, seller } = await setUp(goods);
  const urls = Array.from({ length: 32 }, (_, i) => `${seller.url}?n=${i}`);
  const answers = await Promise.all(urls.map((url) => throughProxy(proxyUrl, url)));
  expect(answers.map(({ status }) => status)).toEqual(Array(32).fill(200));
  expect(new Set(seller.proofs.map(({ txHash }) => txHash)).size).toBe(32);
  await ended(host, ...Array<'settled'>(32).fill('settled'));
  await host.stop();
  expect(auditHome(host.home).balance('spent')).toBe(320_000);
}, 60_000);

test('a payee without a token account is not paid, and what was reserved is free again', async () => {
  const { host, proxyUrl, seller } = await setUp(goods, {
    headers: () => ({
      'WWW-Authenticate':
        'x402 chain="solana" token="USDC" amount="0.01" address="So11111111111111111111111111111111111111112"',
    }),
  });
  const answer = await throughProxy(proxyUrl, seller.url);
  expect(answer).toMatchObject({ status: 402 });
  expect(answer.headers).toMatchObject({ 'groat-decision': 'denied', 'groat-reason': 'offer-unsupported' });
  await ended(host, 'released');
  expect((await host.client.wallet.balance()).available).toBe('100');
});

test('`groat pay` pays it too, step by step', async () => {
  const { host, seller } = await setUp(goods);
  const steps = [];
  for await (const step of await host.client.payments.pay({ url: seller.url, method: 'GET' })) steps.push(step);
  expect(steps.map(({ step }) => step)).toEqual(['request', 'challenge', 'offer', 'decision', 'submitted', 'answer']);
  expect(steps.find(({ step }) => step === 'offer')).toMatchObject({ dialect: 'open402', amount: '0.01' });
  expect(seller.refusals).toEqual([]);
});
