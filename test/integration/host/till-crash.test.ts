import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { address } from '@solana/kit';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Checkpoint } from '../../../src-main/base/checkpoint.ts';
import { listen } from '../../../src-main/base/listen.ts';
import { encodeHeader } from '../../../src-main/payments/dialects/x402-v2/codec.ts';
import { networks } from '../../../src-shared/model/index.ts';
import { auditHome } from '../../support/audit.ts';
import { freshHome, startTestHost } from '../../support/test-host.ts';
import { buildPayment, honestParts, testKey } from '../../support/x402-payment.ts';

const script = join(import.meta.dirname, '..', '..', 'support', 'crash-seller.ts');
const paymentId = 'pay_of_a_buyer_that_was_left_alone';
const { usdc } = networks.sandbox;

interface Selling {
  readonly child: ChildProcess;
  readonly url: string;
  readonly rpcUrl: string;
  readonly died: Promise<NodeJS.Signals | null>;
}

async function startSelling(home: string, point: Checkpoint, target: string, buyer: string): Promise<Selling> {
  const child = spawn(process.execPath, [script, home, point, target, buyer], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  const died = once(child, 'exit').then(([, signal]) => signal as NodeJS.Signals | null);
  const [line] = await once(createInterface({ input: child.stdout }), 'line');
  return { child, ...JSON.parse(String(line)), died };
}

/** Something to sell that counts how often it was asked. */
async function startTarget(): Promise<{ readonly url: string; readonly asked: () => number }> {
  let asked = 0;
  const server = createServer((_request, response) => {
    asked += 1;
    response.end('goods');
  });
  const port = await listen(server, 0);
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${port}`, asked: () => asked };
}

/** A payment with a payment-identifier, signed by a stranger. */
async function paymentFor(url: string, rpcUrl: string, buyer: ReturnType<typeof testKey>): Promise<string> {
  const offered = await fetch(url);
  const required = JSON.parse(Buffer.from(offered.headers.get('payment-required') ?? '', 'base64').toString('utf8'));
  const [accepted] = required.accepts;
  const latest = await fetch(rpcUrl, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'getLatestBlockhash', params: [] }),
  });
  const { result } = (await latest.json()) as { result: { value: { blockhash: string } } };
  const wire = await buildPayment({
    ...honestParts(),
    payer: buyer,
    feePayer: address(accepted.extra.feePayer),
    mint: address(usdc.mint),
    payTo: address(accepted.payTo),
    blockhash: result.value.blockhash,
  });
  return encodeHeader({
    x402Version: 2,
    accepted,
    payload: { transaction: Buffer.from(wire).toString('base64') },
    extensions: { 'payment-identifier': { info: { required: false, id: paymentId } } },
  });
}

/** From these on the money has moved, or will: the transaction was sent. */
const sent: ReadonlySet<Checkpoint> = new Set([
  'seller-sent',
  'seller-confirmed',
  'seller-settled',
  'seller-kept',
  'seller-delivered',
]);

describe('kill -9 of a seller between claim, verify, upstream, settle, record and answer', () => {
  const points: readonly Checkpoint[] = [
    'seller-claimed',
    'seller-verified',
    'seller-cosigned',
    'seller-sending',
    'seller-sent',
    'seller-confirmed',
    'seller-settled',
    'seller-kept',
    'seller-delivered',
  ];
  test.each(points)(
    'killed at %s: the books equal the chain, and the buyer gets what it paid for, once',
    async (point) => {
      const home = freshHome();
      const target = await startTarget();
      const buyer = testKey();
      const selling = await startSelling(home, point, target.url, buyer.address);
      const url = `${selling.url}/thing`;
      const payment = await paymentFor(url, selling.rpcUrl, buyer);
      const first = await fetch(url, { headers: { 'PAYMENT-SIGNATURE': payment } }).then(
        async (answer) => ({ status: answer.status, receipt: answer.headers.get('payment-receipt') }),
        () => null,
      );
      expect(await selling.died, 'the point was reached').toBe('SIGKILL');

      const host = await startTestHost({ home, demo: false });
      const shop = (await host.client.shops.list()).find(({ name }) => name === 'stall');
      if (shop === undefined) throw new Error('the shop did not come back');
      const again = `${shop.gatewayUrl}/thing`;
      expect(again, 'at the address where its buyers know it').toBe(url);
      const ask = async (headers: Record<string, string>) => {
        const answer = await fetch(again, { headers });
        return { status: answer.status, body: await answer.text() };
      };
      if (first?.receipt != null)
        expect(await ask({ 'Payment-Receipt': first.receipt })).toMatchObject({ body: 'goods' });
      if (point === 'seller-sending') {
        // On record as sent, and it was not: looked up until it can no longer land, never charged, never sent behind his back.
        expect(await ask({ 'PAYMENT-SIGNATURE': payment })).toMatchObject({ status: 402 });
        expect(target.asked(), 'and nothing was given away').toBe(1);
        await host.stop();
        expect(auditHome(home).balance('received')).toBe(0);
        return;
      }
      // A claim that was never sent was given back, so the same payment buys now; one that was sent is looked up.
      await expect
        .poll(() => ask({ 'PAYMENT-SIGNATURE': payment }), { timeout: 20_000, interval: 100 })
        .toEqual({ status: 200, body: 'goods' });
      expect(await ask({ 'PAYMENT-SIGNATURE': payment }), 'and the same again to its copy').toMatchObject({
        body: 'goods',
      });
      if (sent.has(point)) expect(target.asked(), 'asked again only where the answer was lost').toBeLessThanOrEqual(2);
      await host.stop();
      expect(auditHome(home).balance('received'), 'charged once').toBe(10_000);
    },
  );
});
