import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ShopWish } from '../../src-shared/contract/index.ts';
import { serverCpu } from '../proxy/contestants.ts';
import type { ServerProcess } from '../proxy/server-process.ts';
import { type StartedHost, startHost } from '../started-host.ts';

/** Limits that no bench reaches: what is measured is the path, not its brakes. */
export const unlimited: NonNullable<ShopWish['limits']> = {
  perPayerMinute: 1_000_000,
  perAddressMinute: 1_000_000,
  perRouteMinute: 10_000_000,
};

export interface PinnedHost extends StartedHost {
  readonly home: string;
  readonly rpcUrl: string;
}

/** A whole host on the sandbox, alone on its processor. `prepare` gets its home while it is stopped, once it has run. */
export async function startPinnedHost(
  closers: (() => Promise<unknown> | unknown)[],
  prepare: ((home: string) => void) | null = null,
): Promise<PinnedHost> {
  const home = mkdtempSync(join(tmpdir(), 'groat-bench-'));
  closers.push(() => rmSync(home, { recursive: true, force: true }));
  const start = () => startHost(home, { GROAT_SEALING: 'keyfile' }, ['--rpc-port', '0', '--ui-port', '0']);
  if (prepare !== null) {
    await (await start()).stop();
    prepare(home);
  }
  const host = await start();
  closers.push(() => host.stop());
  execFileSync('taskset', ['-a', '-p', '-c', String(serverCpu), String(host.ready.pid)], { stdio: 'ignore' });
  return { ...host, home, rpcUrl: host.ready.rpcUrl ?? '' };
}

/** One shop of a host as a contestant. */
export function shopOf(name: string, host: PinnedHost, url: string): ServerProcess {
  return {
    name,
    port: Number(new URL(url).port),
    credential: '',
    cpuMicros: host.cpuMicros,
    rss: () => host.residentMb() * 1024 ** 2,
    stop: host.stop,
  };
}
