import type { KeyPairSigner } from '@solana/kit';
import { decodePaymentRequiredHeader, decodePaymentResponseHeader } from '@x402/core/http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../../src-main/base/clock.ts';
import { silentLog } from '../../../src-main/base/log-sink.ts';
import { systemRandom } from '../../../src-main/base/random.ts';
import { type Chain, connectChain, type Sandbox, startSandbox } from '../../../src-main/chain/index.ts';
import { networks } from '../../../src-shared/model/index.ts';
import { newFolder } from '../../integration/chain/fixture.ts';
import { newSigner, officialFetch, startOfficialShop } from '../../support/official-x402.ts';

const network = networks.sandbox.caip2;

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

    // Each with a facilitator of its own, which knows nothing of what others settled.
    openShop = () => startOfficialShop(String(sandbox.rpcUrl), feePayer, shop.address, (close) => closers.push(close));
    paidUrl = await openShop();
  });
  afterAll(async () => {
    for (const close of closers) await close();
    await chain.stop();
    await sandbox.stop();
    folder.remove();
  });

  const payingFetch = (spy: typeof fetch = fetch) => officialFetch(buyer, String(sandbox.rpcUrl), spy);

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
    const before = await chain.tokenBalance(shopAccount);
    for (const url of [paidUrl, await openShop()]) {
      const replay = await fetch(url, { headers: { 'payment-signature': header } });
      expect(replay.status).toBe(402);
      const { error } = decodePaymentRequiredHeader(replay.headers.get('payment-required') ?? '');
      expect(error).toBe('invalid_exact_svm_transaction_simulation_failed');
    }
    expect(await chain.tokenBalance(shopAccount)).toBe(before);
  });
});
