import { createHash, randomUUID } from 'node:crypto';
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
import { listen } from '../../src-main/base/listen.ts';
import { networks, parseDecimal } from '../../src-shared/model/index.ts';

const { caip2, usdc } = networks.sandbox;

/** What a seller does once it has been paid: deliver; take the money and fail; keep the payment and hang up without a word. */
export type Manner = 'honest' | 'fails' | 'keeps';

export interface Ware {
  /** USDC decimal. */
  readonly price: string;
  readonly description?: string;
  readonly manner?: Manner;
}

/**
 * A seller on loopback, written apart from Groat's own on kit alone, with a wallet of its own that follows from its name: the
 * same seller after it was closed and opened again.
 */
export interface Stall {
  /** `http://127.0.0.1:4101`. */
  readonly origin: string;
  readonly payTo: string;
  /** Puts a price on a path, or another one; answers its URL. */
  sell(path: string, ware: Ware): string;
  /** Lands the payments that it kept; answers their transactions. */
  settleKept(): Promise<readonly string[]>;
  close(): Promise<void>;
}

/** A sandbox, and the way to money on it. */
export interface Ground {
  readonly rpcUrl: string;
  fund(address: string, amount: string): Promise<unknown>;
}

/** The port is a wish: where it is taken, another one is. */
export async function openStall(ground: Ground, name: string, port = 0): Promise<Stall> {
  const rpc = createSolanaRpc(ground.rpcUrl);
  const [payee, feePayer] = await Promise.all([signerOf(`${name}: payee`), signerOf(`${name}: fee payer`)]);
  await ground.fund(payee.address, '0.000001');
  await rpc.requestAirdrop(feePayer.address, lamports(1_000_000_000n)).send();
  const wares = new Map<string, Ware>();
  const kept: (() => Promise<string>)[] = [];

  const offer = ({ price, description }: Ware, url: string) => ({
    x402Version: 2,
    error: 'PAYMENT-SIGNATURE header is required',
    resource: { url, description: description ?? name, mimeType: 'application/json' },
    accepts: [
      {
        scheme: 'exact',
        network: caip2,
        amount: parseDecimal(price, usdc.decimals).toString(),
        asset: usdc.mint,
        payTo: payee.address,
        maxTimeoutSeconds: 60,
        // One payment is never another one, however alike they are.
        extra: { feePayer: feePayer.address, memo: randomUUID() },
      },
    ],
  });

  const settle = async (header: string): Promise<string> => {
    const { transaction } = JSON.parse(Buffer.from(header, 'base64').toString('utf8')).payload;
    const decoded = getTransactionDecoder().decode(Buffer.from(transaction, 'base64'));
    const signed = await partiallySignTransaction([feePayer.keyPair], decoded);
    return rpc
      .sendTransaction(getBase64EncodedWireTransaction(signed), { encoding: 'base64', skipPreflight: true })
      .send();
  };

  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    request.resume();
    const { pathname } = new URL(request.url ?? '/', 'http://stall.test');
    const ware = wares.get(pathname);
    if (ware === undefined) {
      response.writeHead(404).end();
      return;
    }
    const header = request.headers['payment-signature'];
    if (typeof header !== 'string') {
      response.setHeader('PAYMENT-REQUIRED', toHeader(offer(ware, `${origin}${pathname}`)));
      response.writeHead(402, { 'Content-Type': 'application/json' }).end('{}');
      return;
    }
    if (ware.manner === 'keeps') {
      kept.push(() => settle(header));
      request.socket.destroy();
      return;
    }
    const transaction = await settle(header);
    const receipt = toHeader({ success: true, transaction, network: caip2, payer: 'x' });
    const status = ware.manner === 'fails' ? 503 : 200;
    response.writeHead(status, { 'Content-Type': 'application/json', 'PAYMENT-RESPONSE': receipt });
    response.end(JSON.stringify({ from: name, path: pathname, ok: status === 200 }));
  };

  const server = createServer((request, response) => {
    serve(request, response).catch((error) => response.destroy(error));
  });
  const taken = await listen(server, port).catch((error) => (port === 0 ? Promise.reject(error) : listen(server, 0)));
  const origin = `http://127.0.0.1:${taken}`;
  return {
    origin,
    payTo: payee.address,
    sell(path, ware) {
      wares.set(path, ware);
      return `${origin}${path}`;
    },
    settleKept: () => Promise.all(kept.splice(0).map((one) => one())),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

const toHeader = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64');

function signerOf(name: string): Promise<KeyPairSigner> {
  return createKeyPairSignerFromPrivateKeyBytes(createHash('sha256').update(`groat test stall ${name}`).digest());
}
