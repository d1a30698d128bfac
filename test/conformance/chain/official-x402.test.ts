import { once } from 'node:events';
import type { RequestListener } from 'node:http';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { createKeyPairSignerFromPrivateKeyBytes, type KeyPairSigner } from '@solana/kit';
import { x402Facilitator } from '@x402/core/facilitator';
import { decodePaymentRequiredHeader, decodePaymentResponseHeader } from '@x402/core/http';
import type { FacilitatorClient } from '@x402/core/server';
import { paymentMiddleware, x402ResourceServer } from '@x402/express';
import { wrapFetchWithPayment, x402Client } from '@x402/fetch';
import { toFacilitatorSvmSigner } from '@x402/svm';
import { ExactSvmScheme as ClientScheme } from '@x402/svm/exact/client';
import { ExactSvmScheme as FacilitatorScheme } from '@x402/svm/exact/facilitator';
import { ExactSvmScheme as ServerScheme } from '@x402/svm/exact/server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../../src-main/base/clock.ts';
import { silentLog } from '../../../src-main/base/log-sink.ts';
import { systemRandom } from '../../../src-main/base/random.ts';
import { type Chain, connectChain, type Sandbox, startSandbox } from '../../../src-main/chain/index.ts';
import { networks } from '../../../src-shared/model/index.ts';
import { newFolder } from '../../integration/chain/fixture.ts';

// express ships no types, and @types/express is not worth a dependency for five lines.
interface App {
  use(middleware: unknown): void;
  get(path: string, handler: (request: unknown, response: { json(body: unknown): void }) => void): void;
}
const express: () => App & RequestListener = createRequire(import.meta.url)('express');

const network = 'solana:EtWTRABZaYq6iMfeYKouRu166VU2xqa1';
const newSigner = (): Promise<KeyPairSigner> => createKeyPairSignerFromPrivateKeyBytes(systemRandom(32));

describe('the official x402 client, server and facilitator over the JSON-RPC door', () => {
  const folder = newFolder();
  const closers: (() => Promise<unknown>)[] = [];
  let sandbox: Sandbox;
  let chain: Chain;
  let buyer: KeyPairSigner;
  let buyerAccount: string;
  let shopAccount: string;
  let paidUrl: string;
  let openShop: () => Promise<string>;
  let handled = 0;

  beforeAll(async () => {
    sandbox = await startSandbox({
      dir: folder.dir,
      rpcPort: 0,
      usdcMint: networks.sandbox.usdc.mint,
      log: silentLog,
    });
    chain = await connectChain({ sandbox, clock: systemClock, random: systemRandom, log: silentLog });
    const [feePayer, shop] = [await newSigner(), await newSigner()];
    buyer = await newSigner();
    buyerAccount = (await sandbox.fund(buyer.address, 10_000_000n)).tokenAccount;
    shopAccount = await sandbox.ensureTokenAccount(shop.address);
    await sandbox.airdrop(feePayer.address, 1_000_000_000n);

    openShop = () => listen(officialShop(String(sandbox.rpcUrl), feePayer, shop.address));
    paidUrl = await openShop();
  });
  afterAll(async () => {
    for (const close of closers) await close();
    await chain.stop();
    await sandbox.stop();
    folder.remove();
  });

  /** A server with a facilitator of its own, which knows nothing of what others settled. */
  const officialShop = (rpcUrl: string, feePayer: KeyPairSigner, payTo: string): RequestListener => {
    const facilitator = new x402Facilitator().register(
      network,
      new FacilitatorScheme(toFacilitatorSvmSigner(feePayer, { defaultRpcUrl: rpcUrl })),
    );
    const inProcess: FacilitatorClient = {
      verify: (payload, requirements) => facilitator.verify(payload, requirements),
      settle: (payload, requirements) => facilitator.settle(payload, requirements),
      getSupported: async () => facilitator.getSupported() as Awaited<ReturnType<FacilitatorClient['getSupported']>>,
    };
    const app = express();
    const accepts = { scheme: 'exact', price: '$0.01', network, payTo } as const;
    const resources = new x402ResourceServer(inProcess).register(network, new ServerScheme({ rpcUrl }));
    app.use(paymentMiddleware({ 'GET /weather': { accepts, description: 'Weather' } }, resources));
    app.get('/weather', (_request, response) => {
      handled += 1;
      response.json({ weather: 'fine' });
    });
    return app;
  };

  const listen = async (app: RequestListener): Promise<string> => {
    const server = createServer(app).listen(0, '127.0.0.1');
    await once(server, 'listening');
    closers.push(() => new Promise((resolve) => server.close(resolve)));
    const address = server.address();
    return `http://127.0.0.1:${address !== null && typeof address === 'object' ? address.port : 0}/weather`;
  };

  const payingFetch = (spy: typeof fetch = fetch) => {
    const scheme = new ClientScheme(buyer, { rpcUrl: String(sandbox.rpcUrl) });
    return wrapFetchWithPayment(spy, new x402Client().register(network, scheme));
  };

  it('pay each other, and the chain shows the transfer', async () => {
    const before = await chain.tokenBalance(buyerAccount);
    const response = await payingFetch()(paidUrl);
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({ weather: 'fine' });
    const receipt = decodePaymentResponseHeader(response.headers.get('payment-response') ?? '');
    expect(receipt).toMatchObject({ success: true, network });
    expect(await chain.transaction(receipt.transaction)).toMatchObject({ error: null, feeLamports: 10_001n });
    expect(await chain.tokenBalance(buyerAccount)).toBe((before ?? 0n) - 10_000n);
  });

  it('pay in parallel, each payment once', async () => {
    const [from, to] = [await chain.tokenBalance(buyerAccount), await chain.tokenBalance(shopAccount)];
    const responses = await Promise.all(Array.from({ length: 8 }, () => payingFetch()(paidUrl)));
    expect(responses.map((response) => response.status)).toEqual(Array(8).fill(200));
    expect(await chain.tokenBalance(buyerAccount)).toBe((from ?? 0n) - 80_000n);
    expect(await chain.tokenBalance(shopAccount)).toBe((to ?? 0n) + 80_000n);
  });

  it('refuse a payment that has landed, also at a facilitator that never saw it', async () => {
    let header = '';
    await payingFetch(async (input, init) => {
      const request = new Request(input, init);
      header = request.headers.get('payment-signature') ?? header;
      return fetch(request);
    })(paidUrl);
    const before = handled;
    for (const url of [paidUrl, await openShop()]) {
      const replay = await fetch(url, { headers: { 'payment-signature': header } });
      expect(replay.status).toBe(402);
      const { error } = decodePaymentRequiredHeader(replay.headers.get('payment-required') ?? '');
      expect(error).toBe('invalid_exact_svm_transaction_simulation_failed');
    }
    expect(handled).toBe(before);
  });
});
