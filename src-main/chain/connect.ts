import type { RpcTransport } from '@solana/kit';
import { GroatError } from '../../src-shared/errors/index.ts';
import type { Clock } from '../base/clock.ts';
import type { LogSink } from '../base/log-sink.ts';
import type { Random } from '../base/random.ts';
import { type Chain, createChain } from './chain.ts';
import { createEndpoint } from './endpoint.ts';
import { createFailover } from './failover.ts';
import type { Sandbox } from './sandbox/sandbox.ts';

export type ChainSource =
  /** JSON-RPC over HTTP, in the order of preference. */
  { readonly endpoints: readonly string[] } | { readonly sandbox: Pick<Sandbox, 'transport'> };

export type ConnectOptions = ChainSource & {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: LogSink;
  /** Of one call. */
  readonly timeoutMs?: number;
};

const rounds = 3;
const wait = { firstMs: 250, mostMs: 2_000 };
const pulseLimitMs = 3_000;
const rest = { firstMs: 1_000, mostMs: 60_000 };

/** Asks nothing yet: a network that is down shows with the first call. Throws `config-invalid` for an endpoint that is no URL, or none. */
export async function connectChain(options: ConnectOptions): Promise<Chain> {
  const { clock, random, log, timeoutMs = 8_000 } = options;
  const ending = new AbortController();
  const transports = await openTransports(options);
  const endpoints = transports.map(({ url, transport }) =>
    createEndpoint({ url, transport, timeoutMs, rest, clock, random, stopped: ending.signal }),
  );
  return createChain({
    failover: createFailover({ endpoints, rounds, wait, random, log, stopped: ending.signal }),
    clock,
    log,
    endpoints: () => endpoints.map((endpoint) => endpoint.health()),
    pulses: () => Promise.all(endpoints.map((endpoint) => endpoint.pulse(pulseLimitMs))),
    async stop() {
      ending.abort();
      await Promise.all(transports.map(({ close }) => close()));
    },
  });
}

interface OpenTransport {
  readonly url: string;
  readonly transport: RpcTransport;
  close(): Promise<void>;
}

async function openTransports(source: ChainSource): Promise<readonly OpenTransport[]> {
  if ('sandbox' in source) {
    // The sandbox is its owner's to stop.
    return [{ url: 'sandbox', transport: source.sandbox.transport, close: () => Promise.resolve() }];
  }
  if (source.endpoints.length === 0) {
    throw new GroatError('config-invalid', { setting: 'rpcUrls', problem: 'it names no endpoint' });
  }
  // Loaded only where it is used: the HTTP client costs 12 MB.
  const { createHttpTransport } = await import('./http-transport.ts');
  return source.endpoints.map(createHttpTransport);
}
