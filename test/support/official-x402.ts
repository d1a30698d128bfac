import { randomBytes } from 'node:crypto';
import { createServer, type RequestListener, type Server } from 'node:http';
import { createRequire } from 'node:module';
import { text } from 'node:stream/consumers';
import { createKeyPairSignerFromPrivateKeyBytes, type KeyPairSigner } from '@solana/kit';
import { x402Facilitator } from '@x402/core/facilitator';
import { decodePaymentSignatureHeader } from '@x402/core/http';
import type { FacilitatorClient } from '@x402/core/server';
import type { Network } from '@x402/core/types';
import { paymentMiddleware, x402ResourceServer } from '@x402/express';
import {
  declarePaymentIdentifierExtension,
  extractPaymentIdentifier,
  PAYMENT_IDENTIFIER,
  paymentIdentifierResourceServerExtension,
} from '@x402/extensions/payment-identifier';
import { wrapFetchWithPayment, x402Client } from '@x402/fetch';
import { toFacilitatorSvmSigner } from '@x402/svm';
import { ExactSvmScheme as ClientScheme } from '@x402/svm/exact/client';
import { ExactSvmScheme as FacilitatorScheme } from '@x402/svm/exact/facilitator';
import { ExactSvmScheme as ServerScheme } from '@x402/svm/exact/server';
import { ExactSvmSchemeV1 as ClientSchemeV1 } from '@x402/svm/exact/v1/client';
import { ExactSvmSchemeV1 as FacilitatorSchemeV1 } from '@x402/svm/exact/v1/facilitator';
import { listen } from '../../src-main/base/listen.ts';
import { networks } from '../../src-shared/model/index.ts';

// express ships no types, and @types/express is not worth a dependency for five lines.
interface App {
  use(middleware: unknown): void;
  all(
    path: string,
    handler: (request: { header(name: string): string | undefined }, response: { json(body: unknown): void }) => void,
  ): void;
}
const express: () => App & RequestListener = createRequire(import.meta.url)('express');

const network = networks.sandbox.caip2;
// A plain name: the official types ask for one with a colon all the same.
const v1Network = 'solana-devnet' as Network;

export const newSigner = (): Promise<KeyPairSigner> => createKeyPairSignerFromPrivateKeyBytes(randomBytes(32));

/** The official client: a fetch that pays. */
export function officialFetch(buyer: KeyPairSigner, rpcUrl: string, send: typeof fetch = fetch): typeof fetch {
  return wrapFetchWithPayment(send, new x402Client().register(network, new ClientScheme(buyer, { rpcUrl })));
}

/** The same, speaking version 1 only. */
export function officialFetchV1(buyer: KeyPairSigner, rpcUrl: string, send: typeof fetch = fetch): typeof fetch {
  return wrapFetchWithPayment(send, new x402Client().registerV1(v1Network, new ClientSchemeV1(buyer, { rpcUrl })));
}

/** The official facilitator behind HTTP, for both versions. */
export async function startOfficialFacilitator(
  rpcUrl: string,
  feePayer: KeyPairSigner,
  atEnd: (close: () => Promise<void>) => void,
): Promise<string> {
  const signer = toFacilitatorSvmSigner(feePayer, { defaultRpcUrl: rpcUrl });
  const facilitator = new x402Facilitator()
    .register(network, new FacilitatorScheme(signer))
    .registerV1(v1Network, new FacilitatorSchemeV1(signer));
  const answer = async (path: string, body: string): Promise<unknown> => {
    if (path === '/supported') return facilitator.getSupported();
    const { paymentPayload, paymentRequirements } = JSON.parse(body);
    return path === '/verify'
      ? facilitator.verify(paymentPayload, paymentRequirements)
      : facilitator.settle(paymentPayload, paymentRequirements);
  };
  const server = createServer((request, response) => {
    text(request)
      .then((body) => answer(request.url ?? '', body))
      .then((json) => response.setHeader('Content-Type', 'application/json').end(JSON.stringify(json)))
      .catch((error) => response.writeHead(500).end(String(error)));
  });
  const port = await listen(server, 0);
  atEnd(() => closed(server));
  return `http://127.0.0.1:${port}`;
}

/** The official express server with the official facilitator in its process; `/weather` costs one cent. */
export async function startOfficialShop(
  rpcUrl: string,
  feePayer: KeyPairSigner,
  payTo: string,
  atEnd: (close: () => Promise<void>) => void,
  wishes: {
    /** False: the buyer asks the chain for a blockhash itself, which is faster for the shop. */
    readonly offersBlockhash?: boolean;
    /** It asks for a payment-identifier, and hands each one over here. */
    readonly identified?: (id: string | null) => void;
  } = {},
): Promise<string> {
  const { offersBlockhash = true, identified } = wishes;
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
  const resources = new x402ResourceServer(inProcess).register(
    network,
    new ServerScheme(offersBlockhash ? { rpcUrl } : {}),
  );
  if (identified !== undefined) resources.registerExtension(paymentIdentifierResourceServerExtension);
  const extensions = identified === undefined ? {} : { [PAYMENT_IDENTIFIER]: declarePaymentIdentifierExtension(true) };
  app.use(paymentMiddleware({ '/weather': { accepts, description: 'Weather', extensions } }, resources));
  app.all('/weather', (request, response) => {
    identified?.(extractPaymentIdentifier(decodePaymentSignatureHeader(request.header('PAYMENT-SIGNATURE') ?? '')));
    response.json({ weather: 'fine' });
  });
  const server = createServer(app);
  const port = await listen(server, 0);
  atEnd(() => closed(server));
  return `http://127.0.0.1:${port}/weather`;
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
