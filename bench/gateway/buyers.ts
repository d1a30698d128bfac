import { Agent, request } from 'node:http';
import type { KeyPairSigner } from '@solana/kit';
import { x402Client, x402HTTPClient } from '@x402/fetch';
import { ExactSvmScheme } from '@x402/svm/exact/client';
import { networks } from '../../src-shared/model/index.ts';
import { newSigner } from '../../test/support/official-x402.ts';
import type { PinnedHost } from './pinned-host.ts';

export interface Buyer {
  readonly signer: KeyPairSigner;
  readonly client: x402HTTPClient;
}

/** Wallets with money, each with an official client. */
export async function newBuyers(host: PinnedHost, count: number): Promise<readonly Buyer[]> {
  const buyers: Buyer[] = [];
  for (let i = 0; i < count; i++) {
    const signer = await newSigner();
    await host.host.sandbox.fund({ address: signer.address, amount: '1000' });
    const scheme = new ExactSvmScheme(signer, { rpcUrl: host.rpcUrl });
    buyers.push({ signer, client: new x402HTTPClient(new x402Client().register(networks.sandbox.caip2, scheme)) });
  }
  return buyers;
}

/** Signs so many payments for a URL, without presenting them: buyers' own work is not what is measured. */
export async function signPayments({ client }: Buyer, url: string, count: number): Promise<readonly string[]> {
  const unpaid = await fetch(url);
  const required = client.getPaymentRequiredResponse((name) => unpaid.headers.get(name), await unpaid.json());
  const signed: string[] = [];
  for (let i = 0; i < count; i++) {
    const headers = client.encodePaymentSignatureHeader(await client.createPaymentPayload(required));
    signed.push(headers['PAYMENT-SIGNATURE'] ?? '');
  }
  return signed;
}

/** As many buyers as there are lists, each over a connection of its own: asks, is told the price, pays. Milliseconds for both. */
export async function buyAll(
  url: string,
  payments: readonly (readonly string[])[],
): Promise<{ readonly seconds: number; readonly times: readonly number[] }> {
  const times: number[] = [];
  const start = performance.now();
  await Promise.all(
    payments.map(async (own) => {
      const agent = new Agent({ keepAlive: true, maxSockets: 1 });
      for (const payment of own) {
        const asked = performance.now();
        const price = await ask(agent, url, {});
        const goods = await ask(agent, url, { 'PAYMENT-SIGNATURE': payment });
        if (price !== 402 || goods !== 200) throw new Error(`answered ${price}, then ${goods}`);
        times.push(performance.now() - asked);
      }
      agent.destroy();
    }),
  );
  return { seconds: (performance.now() - start) / 1000, times };
}

function ask(agent: Agent, url: string, headers: Readonly<Record<string, string>>): Promise<number> {
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { agent, headers }, (answer) => {
      answer.resume();
      answer.once('end', () => resolve(answer.statusCode ?? 0));
      answer.once('error', reject);
    });
    outgoing.once('error', reject);
    outgoing.end();
  });
}
