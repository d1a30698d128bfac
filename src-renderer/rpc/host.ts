import { useMutation } from '@tanstack/react-query';
import { useEffect, useSyncExternalStore } from 'react';
import type { DeskUpdate } from '../../src-shared/contract/index.ts';
import type { Client } from './client.ts';
import { useConnection } from './connection.ts';
import type { Live } from './live.ts';
import { useOwner } from './owner.ts';
import type { AsOwner } from './owner-act.ts';
import { Cancelled, type Problem, toProblem } from './problem.ts';

export const useClient = (): Client => useConnection().client;

/** A part of what the page knows; it is drawn anew when that part is another one. Pick values, never make new objects. */
export function useLive<T>(pick: (live: Live) => T): T {
  const { live } = useConnection();
  return useSyncExternalStore(live.subscribe, () => pick(live.get()));
}

export function useUpdates(listener: (update: DeskUpdate) => void): void {
  const { live } = useConnection();
  useEffect(() => live.onUpdate(listener), [live, listener]);
}

export interface Act<I> {
  run(input: I): void;
  readonly busy: boolean;
  readonly problem: Problem | null;
  clear(): void;
}

/**
 * Something a person does on a screen. What the owner's prompt is told "not now" ends without a word; everything else that goes
 * wrong stays in `problem` until the next try, beside the input, which is kept.
 */
export function useAct<I, O>(
  act: (input: I, client: Client, asOwner: AsOwner) => Promise<O>,
  done?: (output: O, input: I) => void,
): Act<I> {
  const client = useClient();
  const asOwner = useOwner();
  const { mutate, isPending, error, reset } = useMutation<O, unknown, I>({
    mutationFn: (input) => act(input, client, asOwner),
    onSuccess: (output, input) => done?.(output, input),
  });
  return {
    run: (input) => mutate(input),
    busy: isPending,
    problem: error === null || error instanceof Cancelled ? null : toProblem(error),
    clear: reset,
  };
}
