import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { problem, problemContentType } from '../../src-shared/errors/index.ts';
import type { Atomic } from '../../src-shared/model/index.ts';
import { listen } from '../base/listen.ts';
import type { LogSink } from '../base/log-sink.ts';
import { headerValues } from '../base/raw-headers.ts';
import { type Price, paymentSignatureHeader, type X402Seller } from '../payments/index.ts';
import { createForwarder, type Forwarder, returnedHeaders } from './forward.ts';

export interface ShopOptions {
  readonly name: string;
  readonly target: URL;
  readonly price: Atomic;
  /** 127.0.0.1; 0 = any free port. */
  readonly port: number;
  readonly payTo: string;
  readonly feePayer: string;
}

export interface Shop {
  readonly name: string;
  readonly url: string;
  readonly port: number;
  readonly payTo: string;
  /** Takes no new requests, lets those in flight finish for so long, then cuts. */
  stop(graceMs: number): Promise<void>;
}

/**
 * A price in front of an API. The order of a paid request (x402 reference, section 2.4, "authorization"): verify, ask
 * the target, and only when the target answers below 400 settle and hand its answer out. A target that fails costs the
 * buyer nothing.
 */
export async function openShop(options: ShopOptions, seller: X402Seller, log: LogSink): Promise<Shop> {
  const forwarder = createForwarder(options.target);
  const server = createServer({ maxHeaderSize: 64 * 1024 }, (request, response) => {
    serve(request, response).catch((error) => {
      log.warn('shop request failed', { shop: options.name, error });
      if (response.headersSent) response.destroy();
      else
        refuse(response, 500, 'shop-failed', 'The shop could not answer', 'Nothing was delivered; see the shop’s log.');
    });
  });
  const port = await listen(server, options.port);
  const url = `http://127.0.0.1:${port}`;

  const priceOf = (request: IncomingMessage): Price => ({
    amount: options.price,
    payTo: options.payTo,
    feePayer: options.feePayer,
    resource: `${url}${request.url ?? '/'}`,
    description: options.name,
    shop: options.name,
  });

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const price = priceOf(request);
    const presented = headerValues(request.rawHeaders, paymentSignatureHeader);
    if (presented.length > 1) {
      refuse(response, 400, 'payment-repeated', 'More than one payment', 'Send PAYMENT-SIGNATURE once.');
      return;
    }
    const admission = await seller.admit(price, presented[0] ?? null);
    if (admission.kind === 'unpaid') {
      demand(response, admission.headers);
      return;
    }
    const answer = await forwarder.forward(request).catch(async (error) => {
      log.warn('target failed; the buyer is not charged', { shop: options.name, error });
      await admission.abandon();
      return null;
    });
    if (answer === null) {
      refuse(
        response,
        502,
        'target-failed',
        'The API behind this shop failed',
        'You were not charged; try again later.',
      );
      return;
    }
    const status = answer.statusCode ?? 502;
    if (status >= 400) {
      await admission.abandon();
      await hand(response, answer, []);
      return;
    }
    const settled = await admission.settle();
    if (settled.kind === 'unsettled') {
      answer.destroy();
      demand(response, settled.headers);
      return;
    }
    await hand(response, answer, [...settled.headers, ['Cache-Control', 'private']]);
  }

  return { name: options.name, url, port, payTo: options.payTo, stop: (graceMs) => stop(server, forwarder, graceMs) };
}

/** 402 as 2.27 gives it: all protocol data in headers, body `{}`. */
function demand(response: ServerResponse, headers: readonly (readonly [string, string])[]): void {
  for (const [name, value] of headers) response.setHeader(name, value);
  response.writeHead(402, { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' }).end('{}');
}

async function hand(
  response: ServerResponse,
  answer: IncomingMessage,
  extra: readonly (readonly [string, string])[],
): Promise<void> {
  const replaced = new Set(extra.map(([name]) => name.toLowerCase()));
  for (const [name, value] of returnedHeaders(answer.rawHeaders)) {
    if (!replaced.has(name.toLowerCase())) response.appendHeader(name, value);
  }
  for (const [name, value] of extra) response.setHeader(name, value);
  response.writeHead(answer.statusCode ?? 502);
  response.flushHeaders();
  await pipeline(answer, response);
}

function refuse(response: ServerResponse, status: number, code: string, title: string, detail: string): void {
  response
    .writeHead(status, { 'Content-Type': problemContentType, 'Cache-Control': 'no-store' })
    .end(JSON.stringify(problem(status, code, title, detail)));
}

async function stop(server: Server, forwarder: Forwarder, graceMs: number): Promise<void> {
  const cut = setTimeout(() => server.closeAllConnections(), graceMs);
  await new Promise<void>((resolve) => {
    server.close(() => resolve());
    server.closeIdleConnections();
  });
  clearTimeout(cut);
  forwarder.close();
}
