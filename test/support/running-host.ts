import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createRouterClient } from '@orpc/server';
import { onTestFinished } from 'vitest';
import type { HostClient } from '../../src-main/base/control-client.ts';
import {
  type BrowserWish,
  type CallContext,
  type Config,
  type Host,
  operatorInside,
  type RunningHost,
  runHost,
  type SettingSource,
  type Surroundings,
} from '../../src-main/host/index.ts';
import { memoryKeychain } from './memory-keychain.ts';
import { freshHome, ownerInside, testSurroundings } from './test-host.ts';

export interface TestRun {
  readonly home: string;
  readonly running: RunningHost;
  /** The host that runs now. */
  host(): Host;
  /** Of the host that runs now, by default as its operator. */
  client(context?: CallContext): HostClient;
  owner(): HostClient;
  /** Waits for the host that comes after this one, as `act` wants it. */
  restarted(act: () => Promise<unknown>): Promise<Host>;
}

/** A host that can restart, with what `groat.json` says and any free ports. Stopped when the test ends. */
export async function startRunning(
  options: {
    readonly home?: string;
    readonly file?: Readonly<Record<string, unknown>>;
    readonly flags?: SettingSource;
    readonly env?: NodeJS.ProcessEnv;
    readonly demo?: boolean;
    /** Where browsers get in, at any free port; none without. */
    readonly ui?: BrowserWish;
    readonly stopWithinMs?: number;
    surroundings?(config: Config): Partial<Surroundings>;
  } = {},
): Promise<TestRun> {
  const home = options.home ?? freshHome();
  const file = options.file ?? { rpcPort: 0 };
  writeFileSync(join(home, 'groat.json'), JSON.stringify(file));
  const keychain = memoryKeychain();
  const running = await runHost({
    flags: { proxyPort: 0, ...options.flags },
    env: { GROAT_HOME: home, ...options.env },
    shell: 'headless',
    host: { demo: options.demo ?? false, ui: options.ui ?? null },
    ...(options.stopWithinMs === undefined ? {} : { stopWithinMs: options.stopWithinMs }),
    surroundings: (config) => testSurroundings(home, { keychain, ...options.surroundings?.(config) }),
  });
  onTestFinished(() => running.stop(500).catch(() => undefined));
  const host = () => {
    const found = running.current();
    if (found === null) throw new Error('no host runs');
    return found;
  };
  const client = (context: CallContext = operatorInside) => createRouterClient(host().router, { context });
  return {
    home,
    running,
    host,
    client,
    owner: () => client(ownerInside),
    async restarted(act) {
      const next = new Promise<Host>((resolve, reject) => {
        const end = running.onChanged((found) => {
          if (found === null) return;
          end();
          resolve(found);
        });
        running.ended.catch(reject);
      });
      next.catch(() => undefined);
      await act();
      return next;
    },
  };
}
