import { createHash } from 'node:crypto';
import { createServer, type RequestListener } from 'node:http';
import { createRequire } from 'node:module';
import { address } from '@solana/kit';
import { HTTPFacilitatorClient } from '@x402/core/server';
import { paymentMiddleware, x402ResourceServer } from '@x402/express';
import { ExactSvmScheme as ServerScheme } from '@x402/svm/exact/server';
import { expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import { systemClock } from '../../../src-main/base/clock.ts';
import { listen } from '../../../src-main/base/listen.ts';
import { silentLog } from '../../../src-main/base/log-sink.ts';
import { openFacilitatorDoor } from '../../../src-main/gateway/facilitator-door.ts';
import { createFacilitator, createRemoteSettlers } from '../../../src-main/payments/index.ts';
import { networks } from '../../../src-shared/model/index.ts';
import { newSigner, officialFetch, startOfficialFacilitator } from '../../support/official-x402.ts';
import { openStall, type TillStall, v2Header } from '../../support/till-stall.ts';
import { anAddress } from '../../support/x402-payment.ts';

const network = networks.sandbox;
const token = 'a-token-that-the-other-seller-was-given';
const tokenHash = createHash('sha256').update(token).digest('hex');
const answerSchema = z.looseObject({ success: z.boolean().optional(), errorReason: z.string().optional() });
const bearer = { Authorization: `Bearer ${token}` };

async function openDoor(stall: TillStall, changes: { feeCeiling?: bigint; perMinute?: number } = {}) {
  const facilitator = createFacilitator({
    network,
    feePayer: stall.signer.addresses.feePayer,
    chain: stall.chain,
    settlements: stall.store.settlements,
    collector: stall.collector,
    clock: systemClock,
    log: silentLog,
  });
  const door = await openFacilitatorDoor(
    { port: 0, tokenHash, feeCeiling: 1_000_000n, perMinute: 600, ...changes },
    { facilitator, clock: systemClock, log: silentLog },
  );
  onTestFinished(() => door.stop(0));
  const post = async (path: string, body: unknown, headers: Record<string, string> = bearer) => {
    const answer = await fetch(`${door.url}${path}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
    return { status: answer.status, body: answerSchema.parse(await answer.json()) };
  };
  return { door, post };
}

/** Another seller's payment, as its server would hand it to us. */
async function requestFor(stall: TillStall, payTo: string) {
  const wire = await stall.pay(await stall.newBuyer(), { payTo: address(payTo) });
  const paymentPayload = JSON.parse(Buffer.from(v2Header(stall, wire), 'base64').toString('utf8'));
  paymentPayload.accepted.payTo = payTo;
  return { x402Version: 2, paymentPayload, paymentRequirements: paymentPayload.accepted };
}

async function fundedSeller(stall: TillStall): Promise<string> {
  const seller = anAddress();
  await stall.fund(seller);
  return seller;
}

test('the official express middleware is paid through our facilitator, and only the fee is in our books', async () => {
  const stall = await openStall();
  const { door } = await openDoor(stall);
  const [buyer, seller] = [await newSigner(), await fundedSeller(stall)];
  await stall.fund(buyer.address);
  const client = new HTTPFacilitatorClient({
    url: door.url,
    createAuthHeaders: async () => ({ verify: bearer, settle: bearer, supported: bearer }),
  });
  const express: () => { use(it: unknown): void; all(path: string, it: unknown): void } & RequestListener =
    createRequire(import.meta.url)('express');
  const app = express();
  const accepts = { scheme: 'exact', price: '$0.01', network: network.caip2, payTo: seller } as const;
  const resources = new x402ResourceServer(client).register(network.caip2, new ServerScheme({}));
  app.use(paymentMiddleware({ '/weather': { accepts, description: 'Weather' } }, resources));
  app.all('/weather', (_: unknown, response: { json(it: unknown): void }) => response.json({ weather: 'fine' }));
  const server = createServer(app);
  const port = await listen(server, 0);
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });

  const answer = await officialFetch(buyer, stall.rpcUrl)(`http://127.0.0.1:${port}/weather`);
  expect(answer.status).toBe(200);
  expect(await answer.json()).toEqual({ weather: 'fine' });
  await stall.store.connection.committer.flushed();
  const [sale] = stall.store.settlements.list({ shop: null, undelivered: false, before: null, limit: 2 });
  expect(sale).toMatchObject({ purpose: 'facilitator', state: 'settled', payTo: seller, payer: buyer.address });
  expect(stall.store.ledger.balance('received', network.usdc.mint)).toBe(0n);
  expect(stall.store.ledger.balance('fees', 'native')).toBe(sale?.fee);
});

test('nobody without the token learns anything, and nothing that cannot be read is settled', async () => {
  const stall = await openStall();
  const { door, post } = await openDoor(stall);
  const request = await requestFor(stall, await fundedSeller(stall));
  for (const headers of [{}, { Authorization: 'Bearer wrong' }, { Authorization: token }]) {
    expect((await post('/settle', request, headers)).status).toBe(401);
    expect((await fetch(`${door.url}/supported`, { headers })).status).toBe(401);
  }
  expect((await post('/settle', '{"x402')).status).toBe(400);
  expect((await post('/settle', { x402Version: 3 })).status).toBe(400);
  expect((await post('/settle', 'x'.repeat(70_000))).status).toBe(413);
  expect((await post('/other', {})).status).toBe(404);
  const supported = await fetch(door.url.replace('/facilitator', '/supported'), { headers: bearer });
  expect(await supported.json()).toMatchObject({ signers: { 'solana:*': [stall.signer.addresses.feePayer] } });
});

test('it settles a payment once, and says why it does not', async () => {
  const stall = await openStall();
  const { post } = await openDoor(stall);
  const seller = await fundedSeller(stall);
  const request = await requestFor(stall, seller);
  expect(await post('/verify', request)).toMatchObject({ status: 200, body: { isValid: true } });
  const answers = await Promise.all(Array.from({ length: 16 }, () => post('/settle', request)));
  expect(answers.filter(({ body }) => body.success)).toHaveLength(1);
  for (const { body } of answers.filter((one) => !one.body.success)) {
    expect(body).toMatchObject({ errorReason: 'duplicate_settlement', network: network.caip2 });
  }
  expect((await post('/verify', request)).body).toMatchObject({
    isValid: false,
    invalidReason: 'duplicate_settlement',
  });

  const changed = async (edit: (request: Awaited<ReturnType<typeof requestFor>>) => void) => {
    const fresh = await requestFor(stall, seller);
    edit(fresh);
    const { body } = await post('/settle', fresh);
    expect(body.success).toBe(false);
    return body.errorReason;
  };
  expect(await changed((it) => (it.paymentRequirements.amount = '20000'))).toBe(
    'invalid_exact_svm_payload_amount_mismatch',
  );
  expect(await changed((it) => (it.paymentRequirements.extra.memo = 'order 7'))).toBe(
    'invalid_exact_svm_payload_memo_mismatch',
  );
  expect(await changed((it) => (it.paymentRequirements.extra.feePayer = seller))).toBe(
    'invalid_exact_svm_fee_payer_not_managed_by_facilitator',
  );
  expect(await changed((it) => (it.paymentRequirements.network = 'solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp'))).toBe(
    'invalid_exact_svm_network_mismatch',
  );
  expect(await changed((it) => (it.paymentRequirements.scheme = 'upto'))).toBe('invalid_exact_svm_unsupported_scheme');
});

test('what settling may cost in a day, and how often it may be asked, has an end', async () => {
  const stall = await openStall();
  const seller = await fundedSeller(stall);
  const { post } = await openDoor(stall, { feeCeiling: 25_000n, perMinute: 4 });
  const outcomes = [];
  for (let i = 0; i < 3; i += 1) outcomes.push((await post('/settle', await requestFor(stall, seller))).body.success);
  expect(outcomes, 'each costs 10 001 lamports').toEqual([true, true, false]);
  expect((await post('/verify', {})).status).toBe(400);
  expect((await post('/verify', {})).status).toBe(429);
});

test('a shop of ours can be settled by an official facilitator elsewhere, and is paid once', async () => {
  const remotePayer = await newSigner();
  let url = '';
  const stall = await openStall({
    remote: (collector) => createRemoteSettlers({ network, collector, clock: systemClock, log: silentLog }),
  });
  await stall.fund(remotePayer.address);
  url = await startOfficialFacilitator(stall.rpcUrl, remotePayer, onTestFinished);
  await stall.till.ready(url);
  const quote = { facilitator: url };
  const offered = await stall.ask({}, quote);
  const required = JSON.parse(Buffer.from(offered.fields.get('payment-required') ?? '', 'base64').toString('utf8'));
  expect(required.accepts[0].extra.feePayer).toBe(remotePayer.address);
  const wire = await stall.pay(await stall.newBuyer(), { feePayer: remotePayer.address });
  const header = v2Header(stall, wire, undefined, { accepted: required.accepts[0] });
  const answers = await Promise.all(Array.from({ length: 8 }, () => stall.ask({ paymentSignature: [header] }, quote)));
  expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array(7).fill(402)]);
  expect(await stall.earned()).toBe(10_000n);
  await stall.store.connection.committer.flushed();
  expect(stall.store.ledger.balance('received', network.usdc.mint)).toBe(10_000n);
  expect(stall.store.ledger.balance('fees', 'native'), 'the other facilitator paid the network').toBe(0n);
});

test('a remote facilitator that says it settled is not believed, and one that cannot be reached opens no shop', async () => {
  const liar = createServer((request, response) => {
    const supported = { kinds: [{ x402Version: 2, scheme: 'exact', network: network.caip2, extra: { feePayer } }] };
    const bodies: Record<string, object> = {
      '/supported': supported,
      '/verify': { isValid: true },
      '/settle': { success: true, transaction: '5'.repeat(88), network: network.caip2 },
    };
    response.setHeader('Content-Type', 'application/json').end(JSON.stringify(bodies[request.url ?? ''] ?? {}));
  });
  const feePayer = anAddress();
  const port = await listen(liar, 0);
  onTestFinished(() => {
    liar.closeAllConnections();
    liar.close();
  });
  const stall = await openStall({
    remote: (collector) =>
      createRemoteSettlers({
        network,
        // The till would wait half a minute; whether money moved is what is asked here.
        collector: {
          ...collector,
          collectSentBy: async (payment, send) => {
            const { transaction } = await send();
            const landed = transaction === null ? null : await stall.chain.transaction(transaction);
            if (landed?.messageHash === payment.messageHash) throw new Error('it landed');
            return { kind: 'pending', signature: transaction ?? '' };
          },
        },
        clock: systemClock,
        log: silentLog,
      }),
  });
  const url = `http://127.0.0.1:${port}`;
  await stall.till.ready(url);
  const wire = await stall.pay(await stall.newBuyer(), { feePayer });
  const accepted = JSON.parse(Buffer.from(v2Header(stall, wire), 'base64').toString('utf8')).accepted;
  const header = v2Header(stall, wire, undefined, { accepted: { ...accepted, extra: { feePayer } } });
  expect(await stall.ask({ paymentSignature: [header] }, { facilitator: url })).toMatchObject({
    status: 402,
    error: 'settlement_pending',
  });
  expect(await stall.earned()).toBe(0n);
  await expect(stall.till.ready('http://127.0.0.1:1')).rejects.toMatchObject({ code: 'upstream-failed' });
});
