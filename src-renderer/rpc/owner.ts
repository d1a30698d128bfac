import { createContext, useContext } from 'react';
import type { CallContext } from './client.ts';
import { Cancelled, toProblem } from './problem.ts';

/** Asks the person for the PIN. Resolves with it, or null for "not now". */
export type AskForPin = (question: {
  /** What it is for, as in "approve this payment". */
  readonly action: string;
  /** Why the last one did not do; null the first time. */
  readonly problem: string | null;
}) => Promise<string | null>;

export const PinContext = createContext<AskForPin>(() => Promise.resolve(null));

/**
 * Does a call that only the owner may make: first as it is, since the app's own window needs no PIN for play money, then with
 * the PIN, as often as it is wrong. Throws `Cancelled` when the person lets it be, and what the call throws otherwise.
 */
export type AsOwner = <T>(action: string, call: (context: CallContext) => Promise<T>) => Promise<T>;

export function useOwner(): AsOwner {
  const ask = useContext(PinContext);
  return async (action, call) => {
    let problem: string | null = null;
    let context: CallContext = {};
    for (;;) {
      try {
        return await call(context);
      } catch (error) {
        const { code, what } = toProblem(error);
        if (code !== 'owner-required' && code !== 'pin-wrong') throw error;
        // A PIN that was right and still not enough will not be by being typed again.
        if (code === 'owner-required' && context.pin !== undefined) throw error;
        problem = code === 'pin-wrong' ? what : null;
      }
      const pin = await ask({ action, problem });
      if (pin === null) throw new Cancelled();
      context = { pin };
    }
  };
}
