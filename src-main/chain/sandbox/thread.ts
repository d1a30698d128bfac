import { GroatError } from '../../../src-shared/errors/index.ts';
import type { LogSink } from '../../base/log-sink.ts';
import { startThread as startWorker } from '../../base/thread.ts';
import type { StartFailure, WorkerCall, WorkerMessage, WorkerRequest, WorkerStart } from './messages.ts';

/** The worker as seen from the main thread. Calls are carried out in the order they were made. */
export interface SandboxThread {
  readonly rpcPort: number | null;
  call(call: WorkerCall): Promise<unknown>;
  /** Finishes what was called before, closes the journal and ends the thread. */
  stop(): Promise<void>;
}

interface Waiting {
  resolve(value: unknown): void;
  reject(error: Error): void;
}

/** Resolves when the chain is ready to answer. See `startSandbox` for what it throws. */
export function startThread(start: WorkerStart, log: LogSink): Promise<SandboxThread> {
  const worker = startWorker(new URL('./worker.ts', import.meta.url), {
    name: 'groat-sandbox',
    workerData: start,
    resourceLimits: { maxYoungGenerationSizeMb: 8 },
  });
  const waiting = new Map<number, Waiting>();
  let calls = 0;
  let ended: string | null = null;
  let stopping: Promise<void> | null = null;

  const call = (what: WorkerCall): Promise<unknown> => {
    if (ended !== null) return Promise.reject(failed(what.kind, ended));
    calls += 1;
    const id = calls;
    return new Promise((resolve, reject) => {
      waiting.set(id, { resolve, reject });
      worker.postMessage({ ...what, id } satisfies WorkerRequest);
    });
  };

  const stop = async (): Promise<void> => {
    if (ended !== null) return;
    const closed = call({ kind: 'stop' });
    ended = 'the sandbox was stopped';
    await closed;
    await worker.terminate();
  };

  return new Promise((started, startFailed) => {
    worker.on('message', (message: WorkerMessage) => {
      switch (message.kind) {
        case 'ready':
          started({ rpcPort: message.rpcPort, call, stop: () => (stopping ??= stop()) });
          break;
        case 'failed':
          startFailed(startError(message.failure));
          break;
        case 'answer':
          waiting.get(message.id)?.resolve(message.value);
          waiting.delete(message.id);
          break;
        case 'error':
          waiting.get(message.id)?.reject(failed('sandbox', message.problem));
          waiting.delete(message.id);
          break;
        case 'log':
          log.error(message.event, message.fields);
          break;
      }
    });
    worker.on('error', (error) => {
      log.error('sandbox thread broke', { error });
      startFailed(error);
    });
    worker.on('exit', () => {
      ended ??= 'the sandbox thread has ended';
      for (const { reject } of waiting.values()) reject(failed('sandbox', ended));
      waiting.clear();
    });
  });
}

function failed(method: string, problem: string): GroatError {
  return new GroatError('rpc-failed', { method, problem });
}

function startError(failure: StartFailure): Error {
  switch (failure.kind) {
    case 'no-binary':
      return new GroatError('sandbox-unavailable', { problem: failure.problem });
    case 'store-newer':
      return new GroatError('store-newer', failure.context);
    case 'store-foreign':
      return new GroatError('store-foreign', failure.context);
    case 'other':
      return Object.assign(new Error(failure.message), failure.code === null ? {} : { code: failure.code });
  }
}
