import { setTimeout as sleep } from 'node:timers/promises';
import { GroatError } from '../../src-shared/errors/index.ts';
import type { LogSink } from '../base/log-sink.ts';
import type { Random } from '../base/random.ts';
import { type BackOff, backOffMs } from './back-off.ts';
import type { Endpoint, Question } from './endpoint.ts';
import { isChainsAnswer, rpcProblem } from './rpc-problem.ts';

/**
 * Several endpoints as one. Failure: `rpc-failed` with the last error as its cause, after some rounds with growing waits;
 * at once when the error is the chain's own answer.
 */
export interface Failover {
  /** Asks one endpoint after the other, in order, those at rest last. `isRepeat` is true from the second try on. */
  first<T>(method: string, question: (isRepeat: boolean) => Question<T>): Promise<T>;
  /** Asks all endpoints; fails when any does. Answers in the order of the endpoints. */
  every<T>(method: string, question: Question<T>): Promise<readonly T[]>;
}

export interface FailoverOptions {
  readonly endpoints: readonly Endpoint[];
  readonly rounds: number;
  readonly wait: BackOff;
  readonly random: Random;
  readonly log: LogSink;
  readonly stopped: AbortSignal;
}

export function createFailover({ endpoints, rounds, wait, random, log, stopped }: FailoverOptions): Failover {
  const ask = async <T>(
    method: string,
    candidates: () => readonly Endpoint[],
    question: (isRepeat: boolean) => Question<T>,
  ): Promise<T> => {
    let lastError: unknown;
    let isRepeat = false;
    for (let round = 0; round < rounds; round += 1) {
      if (round > 0) await sleep(backOffMs(wait, round, random), undefined, { signal: stopped }).catch(ignoreAbort);
      for (const endpoint of candidates()) {
        if (stopped.aborted) throw new GroatError('rpc-failed', { method, problem: 'Groat is stopping' });
        try {
          return await endpoint.ask(question(isRepeat));
        } catch (error) {
          if (isChainsAnswer(error)) throw failed(method, error);
          log.debug('rpc call failed', { method, endpoint: endpoint.health().url, problem: rpcProblem(error) });
          lastError = error;
          isRepeat = true;
        }
      }
    }
    throw failed(method, lastError);
  };

  const inOrder = (): readonly Endpoint[] => [
    ...endpoints.filter((endpoint) => !endpoint.isResting()),
    ...endpoints.filter((endpoint) => endpoint.isResting()),
  ];

  return {
    first: (method, question) => ask(method, inOrder, question),
    every: (method, question) =>
      Promise.all(
        endpoints.map((endpoint) =>
          ask(
            method,
            () => [endpoint],
            () => question,
          ),
        ),
      ),
  };
}

function failed(method: string, error: unknown): GroatError {
  return new GroatError('rpc-failed', { method, problem: rpcProblem(error) }, error);
}

/** A wait that `stop` cut short: the loop sees it by the signal. */
function ignoreAbort(error: unknown): void {
  if (!(error instanceof Error) || error.name !== 'AbortError') throw error;
}
