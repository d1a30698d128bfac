import { createSolanaRpcFromTransport, type Rpc, type RpcTransport, type SolanaRpcApi } from '@solana/kit';
import type { Clock } from '../base/clock.ts';
import type { Random } from '../base/random.ts';
import { slotAnswer } from './answers.ts';
import { type BackOff, backOffMs } from './back-off.ts';
import { isChainsAnswer, rpcProblem } from './rpc-problem.ts';

/** How an endpoint does, for screens and `doctor`. */
export interface EndpointHealth {
  /** Scheme, host and port only: providers put keys into user info, query and path. */
  readonly url: string;
  readonly healthy: boolean;
  readonly lastError: string | null;
  /** Of the last answer. */
  readonly latencyMs: number | null;
}

/** What one look at an endpoint found. */
export interface EndpointPulse {
  /** As in `EndpointHealth`. */
  readonly url: string;
  readonly latencyMs: number | null;
  /** At `confirmed`; null where it did not answer. */
  readonly slot: bigint | null;
  /** Null when all is well. */
  readonly problem: string | null;
}

/**
 * One question: asks in one or more calls, each with its own `limit()`, and parses the answers. What it throws counts
 * against the endpoint, unless it is the chain's own answer.
 */
export type Question<T> = (rpc: Rpc<SolanaRpcApi>, limit: CallLimit) => Promise<T>;

/** kit's `send` options with the time limit of one call. */
export type CallLimit = () => { readonly abortSignal: AbortSignal };

export interface Endpoint {
  /** One try. Throws what went wrong. */
  ask<T>(question: Question<T>): Promise<T>;
  /** After a failure it rests, longer each time, and others are asked first. */
  isResting(): boolean;
  health(): EndpointHealth;
  /** Looks now, within so long, and whether it rests or not. What it finds changes nothing of whom others ask. Never rejects. */
  pulse(limitMs: number): Promise<EndpointPulse>;
}

export interface EndpointOptions {
  readonly url: string;
  readonly transport: RpcTransport;
  readonly timeoutMs: number;
  readonly rest: BackOff;
  readonly clock: Clock;
  readonly random: Random;
  /** Ends every call when the chain is stopped. */
  readonly stopped: AbortSignal;
}

export function createEndpoint(options: EndpointOptions): Endpoint {
  const { url, timeoutMs, rest, clock, random, stopped } = options;
  const rpc = createSolanaRpcFromTransport(options.transport);
  let failures = 0;
  let restsUntilMs = Number.NEGATIVE_INFINITY;
  let lastError: string | null = null;
  let latencyMs: number | null = null;

  const answered = (sinceMs: number): void => {
    failures = 0;
    restsUntilMs = Number.NEGATIVE_INFINITY;
    latencyMs = clock.monotonic() - sinceMs;
  };

  return {
    async ask(question) {
      const sinceMs = clock.monotonic();
      const ending = new AbortController();
      const stop = (): void => ending.abort(stopped.reason);
      const timer = setTimeout(() => ending.abort(new DOMException('no answer in time', 'TimeoutError')), timeoutMs);
      stopped.addEventListener('abort', stop);
      try {
        const answer = await question(rpc, () => {
          timer.refresh();
          return { abortSignal: ending.signal };
        });
        answered(sinceMs);
        return answer;
      } catch (error) {
        if (isChainsAnswer(error)) answered(sinceMs);
        else if (!stopped.aborted) {
          failures += 1;
          restsUntilMs = clock.monotonic() + backOffMs(rest, failures, random);
          lastError = rpcProblem(error);
        }
        throw error;
      } finally {
        clearTimeout(timer);
        stopped.removeEventListener('abort', stop);
      }
    },
    isResting: () => clock.monotonic() < restsUntilMs,
    health: () => ({ url, healthy: failures === 0, lastError, latencyMs }),
    async pulse(limitMs) {
      const sinceMs = clock.monotonic();
      const abortSignal = AbortSignal.any([stopped, AbortSignal.timeout(limitMs)]);
      try {
        const answer: unknown = await rpc.getSlot({ commitment: 'confirmed' }).send({ abortSignal });
        return { url, latencyMs: clock.monotonic() - sinceMs, slot: slotAnswer.parse(answer), problem: null };
      } catch (error) {
        return { url, latencyMs: null, slot: null, problem: rpcProblem(error) };
      }
    },
  };
}
