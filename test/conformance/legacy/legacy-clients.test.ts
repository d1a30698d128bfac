import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import {
  createKeyPairSignerFromPrivateKeyBytes,
  createSolanaRpc,
  getBase58Decoder,
  lamports,
  signature,
} from '@solana/kit';
import { describe, expect, onTestFinished, test } from 'vitest';
import { auditHome } from '../../support/audit.ts';
import { newSigner, startOfficialFacilitator } from '../../support/official-x402.ts';
import { throughProxy } from '../../support/proxy-client.ts';
import { startTestHost } from '../../support/test-host.ts';
import { legacyPackages } from './install.ts';

const legacy = legacyPackages();

/** Runs one of the two scripts beside this file; it ends with the test. */
function run(script: string, ...args: string[]) {
  const child = spawn(process.execPath, [join(import.meta.dirname, script), legacy.folder ?? '', ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill());
  return createInterface({ input: child.stdout })[Symbol.asyncIterator]();
}

async function nextLine(lines: AsyncIterator<string>) {
  const { value, done } = await lines.next();
  if (done === true) throw new Error('it said nothing more');
  return JSON.parse(value);
}

describe.skipIf(legacy.folder === null)('the first x402 packages', () => {
  test('x402-fetch 1.2.0 pays a shop of ours, again and again', async () => {
    const host = await startTestHost();
    const rpc = createSolanaRpc(host.rpcUrl);
    const seed = randomBytes(32);
    const buyer = await createKeyPairSignerFromPrivateKeyBytes(seed);
    await host.client.sandbox.fund({ address: buyer.address, amount: '1' });
    const transactions = new Set<string>();
    for (let n = 1; n <= 2; n++) {
      const { blockhash } = (await rpc.getLatestBlockhash().send()).value;
      const bought = await nextLine(run('buyer.ts', host.rpcUrl, getBase58Decoder().decode(seed), host.demoUrl));
      expect(bought).toMatchObject({ status: 200, receipt: { success: true, payer: buyer.address } });
      const landed = await rpc.getSignatureStatuses([signature(bought.receipt.transaction)]).send();
      expect(landed.value[0]).toMatchObject({ err: null });
      transactions.add(bought.receipt.transaction);
      // It writes no memo: two of its payments under one blockhash would be the same transaction.
      await expect.poll(async () => (await rpc.getLatestBlockhash().send()).value.blockhash).not.toBe(blockhash);
    }
    expect(transactions.size).toBe(2);
    await host.stop();
    expect(auditHome(host.home).balance('received')).toBe(20_000);
  });

  test('a plain HTTP client through our proxy pays a shop with x402-express 1.2.0', async () => {
    const host = await startTestHost({ demo: false });
    const [feePayer, payee] = await Promise.all([newSigner(), newSigner()]);
    await host.client.sandbox.fund({ address: payee.address, amount: '0.000001' });
    await createSolanaRpc(host.rpcUrl).requestAirdrop(feePayer.address, lamports(1_000_000_000n)).send();
    const facilitator = await startOfficialFacilitator(host.rpcUrl, feePayer, onTestFinished);
    const port: number = await nextLine(run('shop.ts', facilitator, payee.address));
    const { proxyUrl } = await host.client.agents.add({ agent: 'plain' });

    const got = await throughProxy(proxyUrl, `http://127.0.0.1:${port}/weather`);
    expect(got).toMatchObject({ status: 200, body: '{"weather":"fine"}' });
    expect(got.headers['x-payment-response']).toBeDefined();
    await expect
      .poll(async () => (await host.client.host.status()).orders, { timeout: 10_000, interval: 50 })
      .toEqual({ settled: 1 });
    await host.stop();
    expect(auditHome(host.home).balance('spent')).toBe(10_000);
  });
});
