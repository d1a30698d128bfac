import type { ErrorContexts } from '../../../src-shared/errors/index.ts';
import type { LogFields } from '../../base/log-sink.ts';

/** What the worker is started with. */
export interface WorkerStart {
  readonly dir: string;
  readonly rpcPort: number | null;
  readonly slotMs: number;
  readonly mint: Uint8Array;
}

/** What the main thread asks of the worker. */
export type WorkerCall =
  | { readonly kind: 'rpc'; readonly payload: unknown }
  | { readonly kind: 'fund'; readonly owner: Uint8Array; readonly tokenAccount: Uint8Array; readonly amount: bigint }
  | { readonly kind: 'airdrop'; readonly address: Uint8Array; readonly lamports: bigint }
  | { readonly kind: 'token-account'; readonly owner: Uint8Array; readonly tokenAccount: Uint8Array }
  | { readonly kind: 'advance'; readonly slots: number }
  | { readonly kind: 'stop' };

export type WorkerRequest = WorkerCall & { readonly id: number };

/** What the worker tells the main thread. */
export type WorkerMessage =
  | { readonly kind: 'ready'; readonly rpcPort: number | null }
  | { readonly kind: 'failed'; readonly failure: StartFailure }
  | { readonly kind: 'answer'; readonly id: number; readonly value: unknown }
  | { readonly kind: 'error'; readonly id: number; readonly problem: string }
  | { readonly kind: 'log'; readonly event: string; readonly fields: LogFields };

/** Errors do not cross threads with their class, so those that callers tell apart travel as data. */
export type StartFailure =
  | { readonly kind: 'no-binary'; readonly problem: string }
  | { readonly kind: 'store-newer'; readonly context: ErrorContexts['store-newer'] }
  | { readonly kind: 'store-foreign'; readonly context: ErrorContexts['store-foreign'] }
  | { readonly kind: 'other'; readonly message: string; readonly code: string | null };
