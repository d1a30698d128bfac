import { randomBytes } from 'node:crypto';
import { createServer, type RequestListener } from 'node:http';
import { createRequire } from 'node:module';
import { createKeyPairSignerFromPrivateKeyBytes, type KeyPairSigner } from '@solana/kit';
import { x402Facilitator } from '@x402/core/facilitator';
import type { FacilitatorClient } from '@x402/core/server';
import { paymentMiddleware, x402ResourceServer } from '@x402/express';
import { wrapFetchWithPayment, x402Client } from '@x402/fetch';
import { toFacilitatorSvmSigner } from '@x402/svm';
import { ExactSvmScheme as ClientScheme } from '@x402/svm/exact/client';
import { ExactSvmScheme as FacilitatorScheme } from '@x402/svm/exact/facilitator';
import { ExactSvmScheme as ServerScheme } from '@x402/svm/exact/server';
import { listen } from '../../src-main/base/listen.ts';
import { networks } from '../../src-shared/model/index.ts';

// express ships no types, and @types/express is not worth a dependency for five lines.
interface App {
  use(middleware: unknown): void;
  all(path: string, handler: (request: unknown, response: { json(body: unknown): void }) => void): void;
}
const express: () => App & RequestListener = createRequire(import.meta.url)('express');

const network = networks.sandbox.caip2;

export const newSigner = (): Promise<KeyPairSigner> => createKeyPairSignerFromPrivateKeyBytes(randomBytes(32));

/** The official client: a fetch that pays. */
export function officialFetch(buyer: KeyPairSigner, rpcUrl: string, send: typeof fetch = fetch): typeof fetch {
  return wrapFetchWithPayment(send, new x402Client().register(network, new ClientScheme(buyer, { rpcUrl })));
}

/** The official express server with the official facilitator in its process; `/weather` costs one cent. */
export async function startOfficialShop(
  rpcUrl: string,
  feePayer: KeyPairSigner,
  payTo: string,
  atEnd: (close: () => Promise<void>) => void,
): Promise<string> {
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
  app.use(paymentMiddleware({ '/weather': { accepts, description: 'Weather' } }, resources));
  app.all('/weather', (_request, response) => response.json({ weather: 'fine' }));
  const server = createServer(app);
  const port = await listen(server, 0);
  atEnd(
    () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  );
  return `http://127.0.0.1:${port}/weather`;
}
