import { createServer, type RequestListener, type Server } from 'node:http';
import { createRouterClient } from '@orpc/server';
import type { KeyPairSigner } from '@solana/kit';
import { onTestFinished } from 'vitest';
import type { HostClient } from '../../src-main/base/control-client.ts';
import { listen } from '../../src-main/base/listen.ts';
import { newSigner, officialFetch } from './official-x402.ts';
import { ownerInside, type TestHost } from './test-host.ts';

export const asOwner = ({ host }: Pick<TestHost, 'host'>): HostClient =>
  createRouterClient(host.router, { context: ownerInside });

const servers = new Map<string, Server>();

/** An API to sell. Answers its own path unless told otherwise. */
export async function startApi(
  answer: RequestListener = ({ url }, response) => response.end(JSON.stringify({ path: url })),
): Promise<string> {
  const server = createServer(answer);
  const url = `http://127.0.0.1:${await listen(server, 0)}`;
  servers.set(url, server);
  onTestFinished(() => closeApi(url));
  return url;
}

/** Before its test ends. */
export function closeApi(url: string): void {
  servers.get(url)?.closeAllConnections();
  servers.get(url)?.close();
}

export interface Buyer {
  readonly signer: KeyPairSigner;
  readonly fetch: typeof fetch;
}

/** Somebody with a dollar and the official client. */
export async function newBuyer({ client, rpcUrl }: Pick<TestHost, 'client' | 'rpcUrl'>, usdc = '1'): Promise<Buyer> {
  const signer = await newSigner();
  await client.sandbox.fund({ address: signer.address, amount: usdc });
  return { signer, fetch: officialFetch(signer, rpcUrl) };
}
