import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import {
  createKeyPairSignerFromPrivateKeyBytes,
  createSolanaRpc,
  getBase64EncodedWireTransaction,
  getTransactionDecoder,
  type KeyPairSigner,
  lamports,
  partiallySignTransaction,
} from '@solana/kit';
import { onTestFinished } from 'vitest';
import { listen } from '../../src-main/base/listen.ts';
import { networks } from '../../src-shared/model/index.ts';
import type { TestHost } from './test-host.ts';

const { caip2, usdc } = networks.sandbox;

/** What a script may do with one paid request. */
export interface PaidRequest {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** Adds the fee payer's signature and lands the transfer; answers its transaction id. */
  settle(): Promise<string>;
  /** PAYMENT-RESPONSE as an honest seller writes it. */
  receipt(signature: string): string;
}

export interface Required402 {
  readonly x402Version: number;
  readonly error: string;
  readonly resource: Readonly<Record<string, unknown>>;
  readonly accepts: readonly [Accepts];
}

export interface Accepts extends Readonly<Record<string, unknown>> {
  readonly payTo: string;
  readonly amount: string;
  readonly extra: Readonly<Record<string, unknown>>;
}

export interface ScriptedSeller {
  readonly url: string;
  readonly payTo: string;
  /** How often it was asked with a payment. */
  readonly paidRequests: number;
}

/** A seller written apart from Groat's own, on kit alone: honest up to the paid request, then it does what the script says. */
export async function startScriptedSeller(
  host: Pick<TestHost, 'client' | 'rpcUrl'>,
  script: (paid: PaidRequest) => Promise<void> | void,
  offer: {
    amount?: string;
    memo?: string;
    maxTimeoutSeconds?: number;
    /** Changes the honest 402; called for each request. A string is the raw header value, a list of strings repeats the header. */
    required?: (honest: Required402) => unknown;
    /** Of the 402; `{}` without it. */
    body?: () => string;
  } = {},
): Promise<ScriptedSeller> {
  const rpc = createSolanaRpc(host.rpcUrl);
  const [payee, feePayer] = await Promise.all([newSigner(), newSigner()]);
  await host.client.sandbox.fund({ address: payee.address, amount: '0.000001' });
  await rpc.requestAirdrop(feePayer.address, lamports(1_000_000_000n)).send();
  let paidRequests = 0;

  const required: Required402 = {
    x402Version: 2,
    error: 'pay first',
    resource: { url: 'http://seller.test/thing' },
    accepts: [
      {
        scheme: 'exact',
        network: caip2,
        amount: offer.amount ?? '10000',
        asset: usdc.mint,
        payTo: payee.address,
        maxTimeoutSeconds: offer.maxTimeoutSeconds ?? 60,
        extra: { feePayer: feePayer.address, ...(offer.memo === undefined ? {} : { memo: offer.memo }) },
      },
    ],
  };

  const serve = async (request: IncomingMessage, response: ServerResponse) => {
    const header = request.headers['payment-signature'];
    if (typeof header !== 'string') {
      request.resume();
      const value = offer.required === undefined ? required : offer.required(required);
      response.setHeader('PAYMENT-REQUIRED', typeof value === 'string' || isTexts(value) ? value : toHeader(value));
      response.writeHead(402, { 'Content-Type': 'application/json' }).end(offer.body?.() ?? '{}');
      return;
    }
    paidRequests += 1;
    const { transaction } = JSON.parse(Buffer.from(header, 'base64').toString('utf8')).payload;
    await script({
      request,
      response,
      receipt: (signature) => toHeader({ success: true, transaction: signature, network: caip2, payer: 'x' }),
      async settle() {
        const decoded = getTransactionDecoder().decode(Buffer.from(transaction, 'base64'));
        const signed = await partiallySignTransaction([feePayer.keyPair], decoded);
        const wire = getBase64EncodedWireTransaction(signed);
        return rpc.sendTransaction(wire, { encoding: 'base64', skipPreflight: true }).send();
      },
    });
  };
  const server = createServer((request, response) => {
    serve(request, response).catch((error) => response.destroy(error));
  });
  const port = await listen(server, 0);
  onTestFinished(
    () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  );
  return {
    url: `http://127.0.0.1:${port}/thing`,
    payTo: payee.address,
    get paidRequests() {
      return paidRequests;
    },
  };
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}

export const toHeader = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64');

function newSigner(): Promise<KeyPairSigner> {
  return createKeyPairSignerFromPrivateKeyBytes(randomBytes(32));
}
