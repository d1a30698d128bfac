import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import {
  createKeyPairSignerFromPrivateKeyBytes,
  createSolanaRpc,
  getCompiledTransactionMessageDecoder,
  getTransactionDecoder,
  type Signature,
} from '@solana/kit';
import { onTestFinished } from 'vitest';
import { listen } from '../../src-main/base/listen.ts';
import { networks } from '../../src-shared/model/index.ts';
import type { TestHost } from './test-host.ts';

const { usdc } = networks.sandbox;
const memoProgram = 'MemoSq4gqABAXKb96qnH8TysNcWxMyWCqXgDLGmfcHr';

/** A request whose proof holds. */
export interface ProvenRequest {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly txHash: string;
  readonly requestId: string;
  /** How often this transaction was shown before. */
  readonly shown: number;
}

export interface Open402Seller {
  readonly url: string;
  readonly payTo: string;
  /** Every `Authorization: x402` that came, with its timestamp and nonce. */
  readonly proofs: readonly { readonly txHash: string; readonly nonce: string; readonly timestamp: string }[];
  /** What was said to proofs that did not hold. */
  readonly refusals: readonly string[];
  /** The chain has come back at another port. */
  moveTo(rpcUrl: string): void;
}

interface TransferFacts {
  readonly memos: readonly string[];
  readonly received: bigint;
  readonly payer: string | null;
}

/**
 * A gateway that verifies as ag402's does (its reference, sections 1, 5 and 7), written apart from Groat's own seller: proof,
 * timestamp within 30 s, a nonce it has not seen, a transaction that succeeded and moved the price, and beyond ag402 the payer
 * and the memo. What it does with a proven request is the script's.
 */
export async function startOpen402Seller(
  host: Pick<TestHost, 'client' | 'rpcUrl'>,
  script: (proven: ProvenRequest) => Promise<void> | void,
  offer: {
    amount?: string;
    token?: string;
    headers?: () => Readonly<Record<string, string>>;
    body?: () => string;
  } = {},
): Promise<Open402Seller> {
  let rpc = createSolanaRpc(host.rpcUrl);
  const payee = await createKeyPairSignerFromPrivateKeyBytes(randomBytes(32));
  await host.client.sandbox.fund({ address: payee.address, amount: '0.000001' });
  const { amount = '0.01', token = 'USDC' } = offer;
  const price = BigInt(Math.round(Number(amount) * 1e6));
  const proofs: { txHash: string; nonce: string; timestamp: string }[] = [];
  const refusals: string[] = [];
  const nonces = new Set<string>();

  const read = async (txHash: string): Promise<TransferFacts | null> => {
    const found = await rpc
      .getTransaction(txHash as Signature, {
        commitment: 'confirmed',
        encoding: 'base64',
        maxSupportedTransactionVersion: 0,
      })
      .send();
    if (found === null || found.meta === null || found.meta.err !== null) return null;
    const { preTokenBalances, postTokenBalances } = found.meta;
    const balance = (list: typeof postTokenBalances, owner: string) =>
      BigInt(list?.find((one) => one.owner === owner && one.mint === usdc.mint)?.uiTokenAmount.amount ?? 0);
    const owners = (postTokenBalances ?? []).map(({ owner }) => String(owner));
    const { messageBytes } = getTransactionDecoder().decode(Buffer.from(found.transaction[0], 'base64'));
    const message = getCompiledTransactionMessageDecoder().decode(messageBytes);
    const instructions = 'instructions' in message ? message.instructions : [];
    return {
      received: balance(postTokenBalances, payee.address) - balance(preTokenBalances, payee.address),
      payer: owners.find((owner) => balance(postTokenBalances, owner) < balance(preTokenBalances, owner)) ?? null,
      memos: instructions
        .filter(({ programAddressIndex }) => message.staticAccounts[programAddressIndex] === memoProgram)
        .map(({ data }) => Buffer.from(data ?? []).toString('utf8')),
    };
  };

  const refuse = (response: ServerResponse, status: number, why: string) => {
    refusals.push(why);
    response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify({ error: why }));
  };

  const serve = async (request: IncomingMessage, response: ServerResponse) => {
    request.resume();
    const proof = request.headers.authorization;
    if (proof === undefined || !/^x402 /i.test(proof)) {
      response
        .writeHead(402, {
          'Content-Type': 'application/json',
          'WWW-Authenticate': `x402 chain="solana" token="${token}" amount="${amount}" address="${payee.address}"`,
          ...offer.headers?.(),
        })
        .end(offer.body?.() ?? JSON.stringify({ error: 'Payment Required', protocol: 'x402' }));
      return;
    }
    const field = (name: string) => new RegExp(`${name}="([^"]*)"`).exec(proof)?.[1] ?? '';
    const txHash = field('tx_hash');
    const timestamp = String(request.headers['x-x402-timestamp'] ?? '');
    const nonce = String(request.headers['x-x402-nonce'] ?? '');
    const shown = proofs.filter((one) => one.txHash === txHash).length;
    proofs.push({ txHash, nonce, timestamp });
    const age = Math.abs(Date.now() / 1000 - Number(timestamp));
    if (!/^\d{10}\.\d{3}$/.test(timestamp) || age > 30) return refuse(response, 403, `timestamp ${timestamp}`);
    if (!/^[0-9a-f]{32}$/.test(nonce) || nonces.has(nonce)) return refuse(response, 403, `nonce ${nonce}`);
    nonces.add(nonce);
    const facts = await read(txHash);
    if (facts === null) return refuse(response, 403, 'Payment not confirmed on-chain');
    if (facts.received !== price) return refuse(response, 403, `received ${facts.received}`);
    if (facts.payer !== field('payer_address')) return refuse(response, 403, `payer ${facts.payer}`);
    const requestId = field('request_id');
    if (!/^[0-9a-f]{32}$/.test(requestId) || !facts.memos.some((memo) => memo.includes(`Ag402-v1|${requestId}`)))
      return refuse(response, 403, `memo ${facts.memos.join()}`);
    await script({ request, response, txHash, requestId, shown });
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
    proofs,
    refusals,
    moveTo(rpcUrl) {
      rpc = createSolanaRpc(rpcUrl);
    },
  };
}
