import { randomBytes } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import { type Address, createKeyPairSignerFromPrivateKeyBytes } from '@solana/kit';
import { getMintEncoder, TOKEN_PROGRAM_ADDRESS } from '@solana-program/token';
import type { PaymentRequirements } from '@x402/core/types';
import { ExactSvmScheme } from '@x402/svm/exact/client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { checkSettlement } from '../../../src-main/wallet/signer/index.ts';
import { programs } from '../../../src-main/wallet/signer/programs.ts';
import { createSignerCore } from '../../../src-main/wallet/signer/signer-core.ts';
import { networks } from '../../../src-shared/model/index.ts';
import { anAddress } from '../../support/x402-payment.ts';

/** As much of a Solana RPC as the official client asks for: the mint, and a blockhash. */
let rpc: Server;
let rpcUrl: string;
let mintOwner: Address = TOKEN_PROGRAM_ADDRESS;

beforeAll(async () => {
  const mint = getMintEncoder().encode({
    mintAuthority: null,
    supply: 1_000_000n,
    decimals: 6,
    isInitialized: true,
    freezeAuthority: null,
  });
  const data = [Buffer.from(Uint8Array.from(mint)).toString('base64'), 'base64'];
  const answers: Record<string, () => unknown> = {
    getAccountInfo: () => ({ data, executable: false, lamports: 1_461_600, owner: mintOwner, rentEpoch: 0, space: 82 }),
    getLatestBlockhash: () => ({ blockhash: anAddress(), lastValidBlockHeight: 150 }),
  };
  rpc = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    const { id, method } = JSON.parse(body);
    const value = answers[method]?.();
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ jsonrpc: '2.0', id, result: { context: { slot: 1 }, value } }));
  });
  await new Promise<void>((resolve) => rpc.listen(0, '127.0.0.1', resolve));
  const bound = rpc.address();
  if (bound === null || typeof bound === 'string') throw new Error('not bound');
  rpcUrl = `http://127.0.0.1:${bound.port}`;
});
afterAll(() => rpc.close());

const offers: readonly [string, Address, string | null][] = [
  ['SPL Token, random memo', programs.token, null],
  ['SPL Token, the seller’s memo', programs.token, 'order 7 – ✓'],
  ['Token-2022', programs.token2022, null],
];
test.each(offers)('a payment by the official client is valid and is cosigned (%s)', async (_, tokenProgram, memo) => {
  mintOwner = tokenProgram;
  const core = createSignerCore(randomBytes);
  const made = core({ op: 'generate', network: 'devnet', key: new Uint8Array(32) });
  if (made.kind !== 'generated') throw new Error(made.kind);
  const { till: payTo, feePayer } = made.addresses;
  const buyer = await createKeyPairSignerFromPrivateKeyBytes(randomBytes(32));
  const requirements: PaymentRequirements = {
    scheme: 'exact',
    network: 'solana:EtWTRABZaYq6iMfeYKouRu166VU2xqa1',
    asset: networks.devnet.usdc.mint,
    amount: '10000',
    payTo,
    maxTimeoutSeconds: 60,
    extra: { feePayer, ...(memo === null ? {} : { memo }) },
  };
  const { payload } = await new ExactSvmScheme(buyer, { rpcUrl }).createPaymentPayload(2, requirements);
  const wire = Buffer.from(String(payload['transaction']), 'base64');
  const requirement = { amount: 10_000n, asset: networks.devnet.usdc.mint, payTo, feePayer, memo };
  expect(checkSettlement(wire, requirement)).toMatchObject({ kind: 'valid', payer: buyer.address, tokenProgram });
  expect(core({ op: 'cosign-settlement', wire, requirement })).toMatchObject({
    kind: 'settlement',
    cosigned: { kind: 'cosigned', payer: buyer.address },
  });
});
