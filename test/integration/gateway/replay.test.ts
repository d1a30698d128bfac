import { request } from 'node:http';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { silentLog } from '../../../src-main/base/log-sink.ts';
import { systemRandom } from '../../../src-main/base/random.ts';
import { openWallet } from '../../../src-main/wallet/index.ts';
import { networks } from '../../../src-shared/model/index.ts';
import { auditHome } from '../../support/audit.ts';
import { memoryKeychain } from '../../support/memory-keychain.ts';
import { memorySealedKeys } from '../../support/memory-sealed-keys.ts';
import { freshHome, startTestHost, type TestHost } from '../../support/test-host.ts';

interface Answer {
  readonly status: number;
  readonly body: string;
  readonly receipt: { readonly success: boolean; readonly errorReason?: string; readonly transaction: string } | null;
  readonly required: { readonly error: string; readonly accepts: readonly Record<string, unknown>[] } | null;
}

function ask(url: string, payment?: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const outgoing = request(
      url,
      { agent: false, headers: payment === undefined ? {} : { 'PAYMENT-SIGNATURE': payment } },
      (answer) => {
        const chunks: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => chunks.push(chunk));
        answer.on('end', () => {
          const read = (name: string) => {
            const value = answer.headers[name];
            return typeof value === 'string' ? JSON.parse(Buffer.from(value, 'base64').toString('utf8')) : null;
          };
          resolve({
            status: answer.statusCode ?? 0,
            body: Buffer.concat(chunks).toString('utf8'),
            receipt: read('payment-response'),
            required: read('payment-required'),
          });
        });
      },
    );
    outgoing.on('error', reject);
    outgoing.end();
  });
}

const rpcAnswer = z.object({ result: z.object({ value: z.object({ blockhash: z.string() }) }) });

/** A buyer with a wallet of its own, outside the host. */
async function stranger(host: TestHost) {
  const { signer } = await openWallet({
    network: 'sandbox',
    dir: freshHome(),
    keys: memorySealedKeys(),
    sealing: { setting: 'keyfile', passphraseFile: null, prompt: null, keychain: memoryKeychain() },
    log: silentLog,
    random: systemRandom,
  });
  await host.client.sandbox.fund({ address: signer.addresses.spender, amount: '5' });
  const rpc = async (method: string, params: readonly unknown[]) => {
    const answer = await fetch(host.rpcUrl, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
    });
    return rpcAnswer.parse(await answer.json()).result;
  };
  return {
    signer,
    async payFor(url: string): Promise<string> {
      const { required } = await ask(url);
      const [accepted] = required?.accepts ?? [];
      if (accepted === undefined) throw new Error('no offer');
      const { value } = await rpc('getLatestBlockhash', []);
      const { feePayer } = accepted['extra'] as { feePayer: string };
      const transfer = await signer.signPayment({
        mint: networks.sandbox.usdc.mint,
        tokenProgram: 'TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA',
        decimals: 6,
        amount: BigInt(String(accepted['amount'])),
        payTo: String(accepted['payTo']),
        feePayer,
        blockhash: value.blockhash,
        memo: null,
      });
      const payload = {
        x402Version: 2,
        accepted,
        payload: { transaction: Buffer.from(transfer.wire).toString('base64') },
      };
      return Buffer.from(JSON.stringify(payload)).toString('base64');
    },
  };
}

test('32 copies of one payment at once: one is served, the others are duplicates, and after a restart all are', async () => {
  const host = await startTestHost();
  const buyer = await stranger(host);
  const payment = await buyer.payFor(host.demoUrl);
  const answers = await Promise.all(Array.from({ length: 32 }, () => ask(host.demoUrl, payment)));
  const served = answers.filter(({ status }) => status === 200);
  expect(served).toHaveLength(1);
  expect(served[0]?.receipt).toMatchObject({ success: true });
  const duplicates = answers.filter(({ status }) => status === 402);
  expect(duplicates).toHaveLength(31);
  expect(new Set(duplicates.map(({ required }) => required?.error))).toEqual(new Set(['duplicate_settlement']));
  expect((await ask(host.demoUrl, payment)).status).toBe(402);

  await host.stop();
  expect(auditHome(host.home).balance('received')).toBe(10_000);
  const again = await startTestHost({ home: host.home });
  const replayed = await ask(again.demoUrl, payment);
  expect(replayed.status).toBe(402);
  expect(replayed.required?.error).toBe('duplicate_settlement');
  await again.stop();
  await buyer.signer.stop();
  expect(auditHome(host.home).balance('received')).toBe(10_000);
});

test('a payment for another price, another payee or of garbage is refused by its documented code', async () => {
  const host = await startTestHost();
  const buyer = await stranger(host);
  const payment = JSON.parse(Buffer.from(await buyer.payFor(host.demoUrl), 'base64').toString('utf8'));
  const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64');
  const errorOf = async (value: string) => (await ask(host.demoUrl, value)).required?.error;

  expect(await errorOf('!!!')).toBe('invalid_payload');
  expect(await errorOf(encode({ x402Version: 2 }))).toBe('invalid_payload');
  const cheaper = { ...payment, accepted: { ...payment.accepted, amount: '1' } };
  expect(await errorOf(encode(cheaper))).toBe('No matching payment requirements');
  const garbage = { ...payment, payload: { transaction: Buffer.from('rubbish').toString('base64') } };
  expect(await errorOf(encode(garbage))).toMatch(/^invalid_exact_svm_payload_transaction/);
  const dear = await host.client.shops.open({ name: 'dear', target: host.demoUrl, price: '0.02', port: 0 });
  const [offer] = (await ask(dear.gatewayUrl)).required?.accepts ?? [];
  expect((await ask(dear.gatewayUrl, encode({ ...payment, accepted: offer }))).required?.error).toBe(
    'invalid_exact_svm_payload_amount_mismatch',
  );
  // None of that has used the payment up.
  expect((await ask(host.demoUrl, encode(payment))).status).toBe(200);
  await buyer.signer.stop();
});

test('a target that fails or answers an error costs the buyer nothing', async () => {
  const host = await startTestHost({ demo: false });
  const buyer = await stranger(host);
  const shop = await host.client.shops.open({ name: 'dead', target: 'http://127.0.0.1:1/', price: '0.01', port: 0 });
  const answer = await ask(shop.gatewayUrl, await buyer.payFor(shop.gatewayUrl));
  expect(answer.status).toBe(502);
  expect(answer.receipt).toBeNull();
  await host.stop();
  await buyer.signer.stop();
  expect(auditHome(host.home).balance('received')).toBe(0);
});
