import { asGroatError } from '../../src-shared/errors/index.ts';
import type { LogSink } from '../base/log-sink.ts';

/** What the owner reads when Groat has to stop. */
export interface LastWords {
  readonly what: string;
  readonly next: string;
}

const broken: LastWords = {
  what: 'Something broke inside Groat, so it has stopped: nothing is paid.',
  next: 'Start it again; payments under way are looked up at start. The log says more.',
};

/** Longer than the books need to close; whatever still runs then goes with the process. */
const stopWithinMs = 5_000;

/**
 * The end of a Groat that is no longer sure of itself: what escaped is written down, the host is stopped, so that no door of
 * it stays open, and only then the owner is told. Happens once; what fails meanwhile is only written down.
 */
export function createLastResort(deps: {
  readonly log: LogSink;
  /** At once, without waiting for what is in flight. */
  readonly stopHost: () => Promise<void>;
  /** Shows that Groat has stopped; called before the host is down. */
  readonly darken: () => void;
  /** Blocks until the owner has read it, so it comes only when every door is closed. */
  readonly tell: (words: LastWords) => void;
  /** The same without waiting, for when a door may still stand open and only the end of the process closes it. */
  readonly tellInPassing: (words: LastWords) => void;
  readonly exit: (code: number) => void;
}): (error: unknown, event: string) => void {
  const { log, stopHost, darken, tell, tellInPassing, exit } = deps;
  let ending = false;

  const stopped = async (): Promise<boolean> => {
    const late = Promise.withResolvers<boolean>();
    const timer = setTimeout(() => late.resolve(false), stopWithinMs);
    try {
      darken();
      return await Promise.race([stopHost().then(() => true), late.promise]);
    } catch (error) {
      log.error('the host did not stop cleanly', { error });
      return false;
    } finally {
      clearTimeout(timer);
    }
  };

  const end = async (words: LastWords): Promise<void> => {
    const isClosed = await stopped();
    try {
      if (isClosed) tell(words);
      else tellInPassing(words);
    } finally {
      exit(1);
    }
  };

  return (error, event) => {
    log.error(event, { error });
    if (ending) return;
    ending = true;
    const { code, what, next } = asGroatError(error);
    void end(code === 'internal' ? broken : { what, next });
  };
}
