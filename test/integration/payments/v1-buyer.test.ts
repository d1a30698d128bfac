import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import {
  createKeyPairSignerFromPrivateKeyBytes,
  createSolanaRpc,
  getBase64EncodedWireTransaction,
  getTransactionDecoder,
  lamports,
  partiallySignTransaction,
} from '@solana/kit';
import { expect, onTestFinished, test } from 'vitest';
import { listen } from '../../../src-main/base/listen.ts';
import { networks } from '../../../src-shared/model/index.ts';
import { auditHome } from '../../support/audit.ts';
import { throughProxy } from '../../support/proxy-client.ts';
import { startTestHost, type TestHost } from '../../support/test-host.ts';

const { usdc } = networks.sandbox;

/** A v1 seller by the letter of the x402 reference, section 3: offers in the body, X-PAYMENT in, X-PAYMENT-RESPONSE out. */
async function startV1Seller(host: TestHost) {
  const rpc = createSolanaRpc(host.rpcUrl);
  const [payee, feePayer] = await Promise.all(
    [0, 1].map(() => createKeyPairSignerFromPrivateKeyBytes(randomBytes(32))),
  );
  if (payee === undefined || feePayer === undefined) throw new Error('no keys');
  await host.client.sandbox.fund({ address: payee.address, amount: '0.000001' });
  await rpc.requestAirdrop(feePayer.address, lamports(1_000_000_000n)).send();
  const paid: Record<string, unknown>[] = [];
  const serve = async (request: IncomingMessage, response: ServerResponse) => {
    const header = request.headers['x-payment'];
    if (typeof header !== 'string') {
      const accepts = [
        {
          scheme: 'exact',
          network: 'solana-devnet',
          maxAmountRequired: '10000',
          asset: usdc.mint,
          payTo: payee.address,
          resource: `http://${request.headers.host}/thing`,
          description: 'a thing',
          mimeType: 'text/plain',
          outputSchema: null,
          maxTimeoutSeconds: 60,
          extra: { feePayer: feePayer.address },
        },
      ];
      response
        .writeHead(402, { 'Content-Type': 'application/json' })
        .end(JSON.stringify({ x402Version: 1, error: 'X-PAYMENT header is required', accepts }));
      return;
    }
    const message = JSON.parse(Buffer.from(header, 'base64').toString('utf8'));
    paid.push(message);
    const decoded = getTransactionDecoder().decode(Buffer.from(message.payload.transaction, 'base64'));
    const signed = await partiallySignTransaction([feePayer.keyPair], decoded);
    const transaction = await rpc
      .sendTransaction(getBase64EncodedWireTransaction(signed), { encoding: 'base64', skipPreflight: true })
      .send();
    const receipt = { success: true, transaction, network: 'solana-devnet', payer: 'x' };
    response.setHeader('X-PAYMENT-RESPONSE', Buffer.from(JSON.stringify(receipt)).toString('base64'));
    response.end('goods');
  };
  const server = createServer((request, response) => {
    serve(request, response).catch((error) => response.destroy(error));
  });
  const port = await listen(server, 0);
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return { url: `http://127.0.0.1:${port}/thing`, paid };
}

test('a v1 seller is paid once, and the order settles with the transaction that it names', async () => {
  const host = await startTestHost({ demo: false });
  const { proxyUrl } = await host.client.agents.add({ agent: 'buyer' });
  const seller = await startV1Seller(host);
  const answer = await throughProxy(proxyUrl, seller.url);
  expect(answer).toMatchObject({ status: 200, body: 'goods' });
  expect(answer.headers).toMatchObject({ 'groat-decision': 'granted', 'groat-paid': 'x402-v1' });
  expect(seller.paid).toMatchObject([{ x402Version: 1, scheme: 'exact', network: 'solana-devnet' }]);
  expect(Object.keys(seller.paid[0] ?? {}).sort()).toEqual(['network', 'payload', 'scheme', 'x402Version']);
  await expect
    .poll(async () => (await host.client.orders.list({})).map(({ state }) => state), { timeout: 10_000 })
    .toEqual(['settled']);
  await host.stop();
  expect(auditHome(host.home).balance('spent')).toBe(10_000);
});
