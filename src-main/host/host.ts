import type { HostStatus } from '../../src-shared/contract/index.ts';
import { formatDecimal } from '../../src-shared/model/index.ts';
import { controlSocketPath } from '../base/control-socket.ts';
import type { Config } from './config.ts';
import { startControlServer } from './control-server.ts';
import { lockInstance } from './instance-lock.ts';
import { openBooks } from './open-books.ts';
import { openChain } from './open-chain.ts';
import { type BrowserWish, openDoors } from './open-doors.ts';
import type { OwnerDoor } from './owner-door.ts';
import { openPreferences, type PreferenceBook } from './preferences.ts';
import type { HostRouter } from './procedures.ts';
import type { Runner } from './runner.ts';
import { createStopStack } from './stop-stack.ts';
import type { Surroundings } from './surroundings.ts';
import type { WindowDoor } from './window-door.ts';

export interface HostOptions {
  /** Also open the demo shop, and give an agent called `demo` a fresh credential. */
  readonly demo: boolean;
  /** Null: no browser gets in. */
  readonly ui: BrowserWish | null;
  /** False for a host that lives for one command: its shops stay closed. */
  readonly shops?: boolean;
  /** Who can start this host anew; left out where it lives for one command and its settings cannot be changed. */
  readonly runner?: Runner;
}

/** A running Groat without a face: the same in a terminal, on a server, and inside the tray app. */
export interface Host {
  readonly ready: HostStatus;
  /** The demo agent's proxy URL with its credential, shown once; null without the demo. */
  readonly demoProxyUrl: string | null;
  /** Free USDC at start, decimal. */
  readonly balance: string;
  /** The contract's procedures, for a door that runs in this process. */
  readonly router: HostRouter;
  /** Proves that a caller in this process is the owner. */
  readonly ownerDoor: OwnerDoor;
  /** For the windows of the app that this host runs in. */
  readonly windowDoor: WindowDoor;
  readonly preferences: PreferenceBook;
  /** Takes no new work, finishes what is in flight for `graceMs`, closes the books. Safe to call twice. */
  stop(graceMs: number): Promise<void>;
}

/**
 * Starts everything in order: lock, chain, books (reconciled before anything is served), shops, proxy, screens, control socket.
 * When any of it fails, what had started is stopped and the error passed on: there is no half-alive host.
 */
export async function createHost(config: Config, options: HostOptions, around: Surroundings): Promise<Host> {
  const stops = createStopStack();
  let deadline = 0;
  const leftMs = () => Math.max(0, deadline - around.clock.monotonic());
  try {
    const lock = lockInstance(config.home);
    stops.push('instance lock', () => lock.release());
    const open = await openChain(config, around, stops);
    const books = await openBooks(config, open, options.runner?.accepted ?? null, around, stops);
    const { demo, ui, shops = true, runner = null } = options;
    const preferences = openPreferences(config.home, around.log);
    const doors = await openDoors(config, { demo, ui, shops, runner, preferences }, around, open, books, stops, leftMs);
    const control = controlSocketPath(config.home, around.env);
    const door = await startControlServer(control, doors.router, doors.ownerDoor, around.log);
    let doorStopped: Promise<void> | null = null;
    const stopDoor = () => (doorStopped ??= door.stop(leftMs()));
    stops.push('control socket', stopDoor);
    lock.announce({ pid: process.pid, control });
    around.log.info('Groat is ready', { network: open.network.name, address: books.signer.addresses.spender });
    const { usdc } = open.network;
    let stopping: Promise<void> | null = null;
    return {
      ready: doors.status,
      demoProxyUrl: doors.demoProxyUrl,
      balance: formatDecimal(books.store.ledger.balance('available', usdc.mint), usdc.decimals),
      router: doors.router,
      ownerDoor: doors.ownerDoor,
      windowDoor: doors.windowDoor,
      preferences,
      stop(grace) {
        deadline = around.clock.monotonic() + grace;
        books.authority.endWatching();
        // All doors close at once and share the time; then the rest goes in reverse order.
        stopping ??= Promise.all([doors.drain(), stopDoor()])
          .finally(() => stops.unwind())
          .then(() => undefined);
        return stopping;
      },
    };
  } catch (error) {
    await stops.unwind().catch((failure) => around.log.error('could not stop what had started', { error: failure }));
    throw error;
  }
}
