import { setTimeout as delay } from 'node:timers/promises';
import { asGroatError, GroatError } from '../../src-shared/errors/index.ts';
import { type Config, loadConfig, type PortWish, type SettingSource } from './config.ts';
import { createHost, type Host, type HostOptions } from './host.ts';
import type { AcceptedEndpoints, RestartWish, Runner } from './runner.ts';
import type { Surroundings } from './surroundings.ts';

export interface RunOptions {
  /** What the command line says; it wins over everything else, at each start anew. */
  readonly flags: SettingSource;
  readonly env: NodeJS.ProcessEnv;
  readonly shell: 'app' | 'headless';
  readonly host: Omit<HostOptions, 'runner'>;
  /** For a host to stop when it restarts, its grace included; 20 s unless told. */
  readonly stopWithinMs?: number;
  /** Asked at each start: settings say where the log goes. */
  surroundings(settings: Config): Surroundings;
}

/** A host that can change its settings: it stops and comes back in this process, with everything it has on the disk. */
export interface RunningHost {
  /** Null while it restarts, and once it has ended. */
  current(): Host | null;
  /** With the settings as they lie there now. Resolves when a host runs again; rejects as `ended` does. */
  restart(): Promise<void>;
  /** As `Host.stop`, also in the middle of a restart. Nothing starts after it. */
  stop(graceMs: number): Promise<void>;
  /** Tells each host that comes, and null when one goes. Answers how to stop listening. */
  onChanged(listener: (host: Host | null) => void): () => void;
  /**
   * Resolves after `stop`; rejects when neither the new settings nor the old ones start, or the host of before does not stop.
   * Then nothing runs that answers anybody.
   */
  readonly ended: Promise<void>;
}

/** For what is in flight when the settings change. */
const restartGraceMs = 10_000;
/** A host that has not stopped by then hangs: nothing can start beside it, and waiting would leave Groat neither on nor off. */
const usualStopWithinMs = 20_000;
/** What asked for the restart gets its answer before its door closes. */
const answerMs = 100;

interface Running {
  readonly host: Host;
  readonly settings: Config;
  readonly around: Surroundings;
}

/** Starts a host and keeps it running. Throws as `createHost` and `loadConfig` do when the first one does not start. */
export async function runHost(options: RunOptions): Promise<RunningHost> {
  const { flags, env, shell, stopWithinMs = usualStopWithinMs } = options;
  const listeners = new Set<(host: Host | null) => void>();
  const ended = Promise.withResolvers<void>();
  // Whoever waits for the end hears of it; a restart that nobody waits for must not be told twice.
  ended.promise.catch(() => undefined);
  let running: Running | null = null;
  let leaving: Host | null = null;
  let asked: RestartWish | null = null;
  let restarting: Promise<void> | null = null;
  let stopping: Promise<void> | null = null;
  let problem: string | null = null;

  const start = async (wishes: Config, settings: Config, isRestart: boolean, accepted: AcceptedEndpoints | null) => {
    const runner: Runner = {
      shell,
      settings,
      accepted,
      isRestart,
      tryOut: (values) => loadConfig(flags, env, values),
      problem: () => problem,
      isRestarting: () => asked !== null || restarting !== null,
      restart(wish) {
        asked = wish;
        void delay(answerMs).then(() => restart().catch(() => undefined));
      },
    };
    const around = options.surroundings(settings);
    const host = await createHost(wishes, { ...options.host, runner }, around);
    running = { host, settings, around };
  };

  const tell = (host: Host | null): void => {
    for (const listener of listeners) listener(host);
  };

  const restartOnce = async (): Promise<void> => {
    const before = running;
    const wish = asked;
    if (before === null || stopping !== null) return;
    const { log } = before.around;
    running = null;
    leaving = before.host;
    tell(null);
    // What did not stop cleanly was tried, and may still let the next one start.
    await stopInTime(before.host, stopWithinMs, (error) =>
      log.error('the host did not stop cleanly', { error }),
    ).finally(() => {
      leaving = null;
    });
    if (stopping !== null) return;
    problem = null;
    try {
      const settings = wish?.settings ?? loadConfig(flags, env);
      await start(withPortsOf(before, settings, true), settings, true, wish?.accepted ?? null);
    } catch (error) {
      const { what } = asGroatError(error);
      problem = `${wish === null ? 'Groat runs with the settings of before.' : 'The change was taken back.'} ${what}`;
      log.error('Groat does not start with the new settings and goes back to the old ones', { error });
      await wish?.undo().catch((failure) => {
        problem = `${what} Groat runs with the settings of before, but groat.json could not be put back.`;
        log.error('groat.json could not be put back', { error: failure });
      });
      if (stopping !== null) return;
      const { settings } = before;
      await start(withPortsOf(before, settings, false), settings, true, wish?.acceptedBefore ?? null);
    }
  };

  const restart = (): Promise<void> => {
    restarting ??= restartOnce()
      .catch((error) => {
        ended.reject(error);
        throw error;
      })
      .finally(() => {
        restarting = null;
        asked = null;
        if (running !== null && stopping === null) tell(running.host);
      });
    return restarting;
  };

  const stop = async (graceMs: number): Promise<void> => {
    // Only hurried: the restart itself waits for it, and not for ever.
    leaving?.stop(graceMs).catch(() => undefined);
    await restarting?.catch(() => undefined);
    const last = running?.host;
    running = null;
    if (last !== undefined) {
      tell(null);
      await last.stop(graceMs);
    }
  };

  const first = loadConfig(flags, env);
  await start(first, first, false, null);
  return {
    current: () => running?.host ?? null,
    restart,
    stop(graceMs) {
      if (stopping === null) {
        stopping = stop(graceMs);
        stopping.then(ended.resolve, ended.reject);
      }
      return stopping;
    },
    onChanged(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    ended: ended.promise,
  };
}

/** Passes what goes wrong to `told`; throws only when the time is up. */
async function stopInTime(host: Host, withinMs: number, told: (error: unknown) => void): Promise<void> {
  const over = new AbortController();
  const stopped = host.stop(restartGraceMs).catch(told);
  const late = delay(withinMs, null, { signal: over.signal }).then(() => {
    throw new GroatError('internal', { problem: `the host did not stop within ${withinMs} ms` });
  });
  try {
    await Promise.race([stopped, late]);
  } finally {
    over.abort();
    late.catch(() => undefined);
  }
}

/**
 * Agents and open pages know the ports of before; a wish for any port, or one that gave way, is best met by the same again.
 * An open page shows its bearer to whoever listens there: with `mustHaveUi` the screens' port is had again or nothing starts.
 */
function withPortsOf({ host, settings: old }: Running, settings: Config, mustHaveUi: boolean): Config {
  const { proxyUrl, rpcUrl, uiUrl } = host.ready;
  const again = (wish: PortWish, wishBefore: PortWish, url: string | null): PortWish => {
    const same = url !== null && wish.port === wishBefore.port && wish.named === wishBefore.named;
    return same ? { ...wish, port: Number(new URL(url).port), named: wish.named && wish.port !== 0 } : wish;
  };
  const ui = again(settings.uiPort, old.uiPort, uiUrl);
  const isSame = uiUrl !== null && ui.port === Number(new URL(uiUrl).port);
  return {
    ...settings,
    proxyPort: again(settings.proxyPort, old.proxyPort, proxyUrl),
    rpcPort: again(settings.rpcPort, old.rpcPort, rpcUrl),
    uiPort: mustHaveUi && isSame ? { ...ui, named: true } : ui,
  };
}
