import type { Clock } from '../../clock.ts';
import type { LogSink } from '../../log-sink.ts';
import type { Target } from '../target.ts';
import type { TargetGuard } from '../target-guard.ts';
import { Connection, type ConnectionHome } from './connection.ts';
import { type DialFailure, dial } from './dial.ts';
import { Inlet } from './inlet.ts';

/** Shorter than the 5 s after which common servers (Node's own among them) close an idle connection. */
const restMs = 4000;
const longestRestMs = 60_000;
const maxResting = 256;
const sweepMs = 1000;

export interface PoolOptions {
  readonly guard: TargetGuard;
  readonly connectTimeoutMs: number;
  readonly clock: Clock;
  readonly log: LogSink;
}

/** Keep-alive connections to origins. The one used last is used next: it is the least likely to have been closed. */
export class Pool implements ConnectionHome {
  readonly #options: PoolOptions;
  readonly #resting = new Map<string, Connection[]>();
  readonly #all = new Set<Connection>();
  readonly #sweeper: NodeJS.Timeout;
  #restingCount = 0;
  #stopped = false;

  constructor(options: PoolOptions) {
    this.#options = options;
    this.#sweeper = setInterval(() => this.#sweep(), sweepMs);
    this.#sweeper.unref();
  }

  /** A connection that rests here; null when a new one must be opened. */
  take(target: Target): Connection | null {
    const stack = this.#resting.get(target.origin);
    if (stack === undefined) return null;
    const now = this.#options.clock.monotonic();
    for (let connection = stack.pop(); connection !== undefined; connection = stack.pop()) {
      this.#restingCount -= 1;
      if (connection.usable && connection.restUntil > now) return connection;
      connection.destroy();
    }
    return null;
  }

  async open(target: Target): Promise<Connection | DialFailure> {
    const { guard, connectTimeoutMs } = this.#options;
    const inlet = new Inlet();
    const dialled = await dial(target, { guard, timeoutMs: connectTimeoutMs, inlet });
    if (dialled.kind !== 'connected') return dialled;
    const connection = new Connection(target.origin, dialled.socket, inlet, this);
    this.#all.add(connection);
    if (this.#stopped) connection.destroy();
    return connection;
  }

  /** Cuts every connection. */
  stop(): void {
    this.#stopped = true;
    clearInterval(this.#sweeper);
    for (const connection of [...this.#all]) connection.cut('Groat was stopped');
  }

  rested(connection: Connection): void {
    if (this.#stopped || this.#restingCount >= maxResting) {
      connection.destroy();
      return;
    }
    const told = connection.keepAliveMs;
    const rest = told === null ? restMs : Math.min(longestRestMs, told - 1000);
    connection.restUntil = this.#options.clock.monotonic() + rest;
    const stack = this.#resting.get(connection.origin);
    if (stack === undefined) this.#resting.set(connection.origin, [connection]);
    else stack.push(connection);
    this.#restingCount += 1;
  }

  closed(connection: Connection): void {
    if (!this.#all.delete(connection)) return;
    const stack = this.#resting.get(connection.origin);
    const at = stack?.indexOf(connection) ?? -1;
    if (stack === undefined || at === -1) return;
    stack.splice(at, 1);
    this.#restingCount -= 1;
  }

  faulted(error: unknown): void {
    this.#options.log.error('an exchange failed', { error });
  }

  #sweep(): void {
    const now = this.#options.clock.monotonic();
    for (const [origin, stack] of this.#resting) {
      if (stack.length === 0) this.#resting.delete(origin);
      for (const connection of stack) if (connection.restUntil <= now) connection.destroy();
    }
  }
}
