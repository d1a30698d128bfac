import type { LiveStore } from './live.ts';
import { Cancelled, toProblem, Unreachable } from './problem.ts';

/** What may come with a call: the owner's PIN, for this one call. */
export interface CallContext {
  readonly pin?: string;
}

/** What the PIN is for. */
export interface OwnerAction {
  /** In our own words, as in "approve $0.05 for shopper". */
  readonly does: string;
  /** Whom or what it is about, in the words of somebody outside: shown after ours, inert. */
  readonly to: string | null;
}

export interface PinQuestion {
  readonly action: OwnerAction;
  /** Why the last one did not do; null the first time. */
  readonly problem: string | null;
}

/** Asks the person for the PIN. Resolves with it, or null for "not now". */
export type AskForPin = (question: PinQuestion) => Promise<string | null>;

/**
 * Does a call that only the owner may make: first as it is, since the app's own window needs no PIN for play money, then with
 * the PIN, as often as it is wrong. Throws `Cancelled` when the person lets it be, and what the call throws otherwise.
 *
 * No PIN is asked for, and none is sent, while the line is not alive: whoever listens where Groat did may not be Groat.
 */
export type AsOwner = <T>(action: string | OwnerAction, call: (context: CallContext) => Promise<T>) => Promise<T>;

export function ownerOver(live: Pick<LiveStore, 'get'>, ask: AskForPin): AsOwner {
  return async (action, call) => {
    const asked = typeof action === 'string' ? { does: action, to: null } : action;
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
      assertAlive(live);
      const pin = await ask({ action: asked, problem });
      if (pin === null) throw new Cancelled();
      assertAlive(live);
      context = { pin };
    }
  };
}

/** Before a PIN is asked for or sent. Throws `Unreachable`. */
export function assertAlive(live: Pick<LiveStore, 'get'>): void {
  if (live.get().link !== 'live') throw new Unreachable();
}
