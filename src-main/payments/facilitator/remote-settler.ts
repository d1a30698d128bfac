import { isAddress } from '@solana/kit';
import type { z } from 'zod';
import { GroatError } from '../../../src-shared/errors/index.ts';
import type { Network } from '../../../src-shared/model/index.ts';
import type { Clock } from '../../base/clock.ts';
import type { LogSink } from '../../base/log-sink.ts';
import { v1NetworkName } from '../dialects/x402-v1/codec.ts';
import type { Claimed, Collector } from '../rails/solana/collect.ts';
import type { Settler } from './settler.ts';
import { remoteSettleSchema, remoteSupportedSchema, remoteVerifySchema } from './wire.ts';

const timeoutMs = 30_000;
const maxBodyBytes = 256 * 1024;
/** Who pays the network is asked again so often; between two requests of a payment it must not change. */
const refreshMs = 600_000;

interface RemoteDeps {
  readonly network: Network;
  readonly collector: Collector;
  readonly clock: Clock;
  readonly log: LogSink;
  /** What the facilitator at this URL wants as a bearer token; null: nothing. */
  readonly tokenOf?: (url: string) => string | null;
}

/** Facilitators elsewhere, one for each URL. None of them is believed: money is ours when our own chain shows it. */
export function createRemoteSettlers(deps: RemoteDeps): (url: string) => Settler {
  let line: Promise<Line> | null = null;
  const openLine = (): Promise<Line> => (line ??= open());
  const settlers = new Map<string, Settler>();
  return (url) => {
    const known = settlers.get(url);
    if (known !== undefined) return known;
    const made = createRemoteSettler(url, openLine, deps);
    settlers.set(url, made);
    return made;
  };
}

/** Loaded when the first shop wants it: undici costs every process that has it some fifteen megabytes under load. */
async function open() {
  const { Agent, request } = await import('undici');
  // It follows no redirects by itself: a payment goes to the address that the owner named, or nowhere.
  const limits = { headersTimeout: timeoutMs, bodyTimeout: timeoutMs, connect: { timeout: timeoutMs } };
  return { request, dispatcher: new Agent(limits) };
}

type Line = Awaited<ReturnType<typeof open>>;

interface Face {
  readonly feePayer: string;
  readonly speaksV1: boolean;
}

function createRemoteSettler(
  url: string,
  openLine: () => Promise<Line>,
  { network, collector, clock, log, tokenOf }: RemoteDeps,
): Settler {
  const base = url.replace(/\/+$/, '');
  let face: Face | null = null;
  let asking: Promise<void> | null = null;
  let askedAt = 0;

  const ask = async <S extends z.ZodType>(schema: S, path: string, body: unknown): Promise<z.infer<S>> => {
    const token = tokenOf?.(url) ?? null;
    const { request, dispatcher } = await openLine();
    const answer = await request(`${base}${path}`, {
      dispatcher,
      method: body === undefined ? 'GET' : 'POST',
      headers: {
        accept: 'application/json',
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...(token !== null && { authorization: `Bearer ${token}` }),
      },
      body: body === undefined ? null : JSON.stringify(body),
      signal: AbortSignal.timeout(timeoutMs),
    });
    const chunks: Buffer[] = [];
    let size = 0;
    for await (const chunk of answer.body) {
      const bytes = Buffer.from(chunk);
      size += bytes.length;
      if (size > maxBodyBytes) throw new RangeError(`its answer is larger than ${maxBodyBytes} bytes`);
      chunks.push(bytes);
    }
    // Whatever the status: a result that says no may come with any (section 10).
    return schema.parse(JSON.parse(Buffer.concat(chunks).toString('utf8')));
  };

  const learn = async (): Promise<void> => {
    const { kinds } = await ask(remoteSupportedSchema, '/supported', undefined);
    const payers = (version: number, name: string | null): readonly string[] =>
      kinds.flatMap(({ x402Version, scheme, network: of, extra }) => {
        const feePayer = extra?.feePayer;
        const fits = x402Version === version && scheme === 'exact' && of === name;
        return fits && typeof feePayer === 'string' && isAddress(feePayer) ? [feePayer] : [];
      });
    const v2 = payers(2, network.caip2);
    const kept = v2.find((one) => one === face?.feePayer) ?? v2[0];
    if (kept === undefined) throw new Error(`it does not settle scheme exact on ${network.caip2}`);
    face = { feePayer: kept, speaksV1: payers(1, v1NetworkName(network.caip2)).includes(kept) };
  };

  const refresh = (): Promise<void> => {
    askedAt = clock.monotonic();
    asking ??= learn().finally(() => {
      asking = null;
    });
    return asking;
  };
  /** Never waits: who it is comes with a later request. */
  const fresh = (): Face | null => {
    if (asking === null && clock.monotonic() - askedAt > refreshMs) {
      refresh().catch((error) => log.warn('facilitator could not be asked', { facilitator: url, error }));
    }
    return face;
  };

  return {
    feePayer: () => fresh()?.feePayer ?? null,
    speaksV1: () => fresh()?.speaksV1 ?? false,
    async ready() {
      try {
        if (face === null) await refresh();
      } catch (error) {
        const problem = error instanceof Error ? error.message : String(error);
        throw new GroatError('upstream-failed', { target: url, problem }, error);
      }
    },
    async trial({ request: asked }) {
      try {
        const { isValid, invalidReason } = await ask(remoteVerifySchema, '/verify', asked);
        return isValid ? null : (invalidReason ?? 'unexpected_verify_error');
      } catch (error) {
        log.warn('facilitator could not verify', { facilitator: url, error });
        return 'unexpected_verify_error';
      }
    },
    async collect(payment, { request: asked }) {
      const send = async (): Promise<Claimed> => {
        try {
          const { transaction } = await ask(remoteSettleSchema, '/settle', asked);
          return { transaction: transaction && /^[1-9A-HJ-NP-Za-km-z]{64,88}$/.test(transaction) ? transaction : null };
        } catch (error) {
          log.warn('facilitator did not answer; looking the payment up', { facilitator: url, error });
          return { transaction: null };
        }
      };
      try {
        return await collector.collectSentBy(payment, send);
      } catch (error) {
        log.warn('payment could not be settled; nothing was sent', { shop: payment.shop, error });
        return { kind: 'refused', reason: 'unexpected_settle_error' };
      }
    },
  };
}
