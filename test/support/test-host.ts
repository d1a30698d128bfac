import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRouterClient } from '@orpc/server';
import { onTestFinished } from 'vitest';
import { noCheckpoints } from '../../src-main/base/checkpoint.ts';
import { systemClock } from '../../src-main/base/clock.ts';
import type { HostClient } from '../../src-main/base/control-client.ts';
import { createFileLog } from '../../src-main/base/file-log.ts';
import { systemRandom } from '../../src-main/base/random.ts';
import {
  type BrowserWish,
  type CallContext,
  createHost,
  createUiSessions,
  type Host,
  loadConfig,
  operatorInside,
  type Surroundings,
} from '../../src-main/host/index.ts';
import { memoryKeychain } from './memory-keychain.ts';

/** Somebody in this process who gave the PIN. */
export const ownerInside: CallContext = { ...operatorInside, rank: 'owner', pinProven: true };

export const freshHome = () => mkdtempSync(join(tmpdir(), 'groat-home-'));

/** The surroundings of a test: real clock and randomness, a key file, every port free, the log in the home. */
export function testSurroundings(home: string, changes: Partial<Surroundings> = {}): Surroundings {
  return {
    clock: systemClock,
    random: systemRandom,
    log: createFileLog({ file: join(home, 'logs', 'groat.log'), level: 'debug', stderr: false }),
    env: { XDG_RUNTIME_DIR: home },
    keychain: memoryKeychain(),
    passphrasePrompt: null,
    reached: noCheckpoints,
    slotMs: 400,
    ...changes,
  };
}

export function testConfig(home: string, uiPort = 0) {
  return loadConfig({ proxyPort: 0, rpcPort: 0, uiPort, sealing: 'keyfile' }, { GROAT_HOME: home });
}

export interface TestHost {
  readonly home: string;
  readonly host: Host;
  readonly client: HostClient;
  readonly rpcUrl: string;
  readonly demoUrl: string;
  stop(): Promise<void>;
}

/** A whole host in this process, stopped when the test ends. */
export async function startTestHost(
  options: {
    home?: string;
    demo?: boolean;
    ui?: boolean | BrowserWish;
    uiPort?: number;
    surroundings?: Partial<Surroundings>;
  } = {},
): Promise<TestHost> {
  const home = options.home ?? freshHome();
  const around = testSurroundings(home, options.surroundings);
  const { ui = false } = options;
  const wished = typeof ui === 'object' ? ui : ui ? { sessions: createUiSessions(around) } : null;
  const host = await createHost(testConfig(home, options.uiPort), { demo: options.demo ?? true, ui: wished }, around);
  const stop = () => host.stop(1_000);
  onTestFinished(stop);
  const { rpcUrl, demoUrl } = host.ready;
  return {
    home,
    host,
    client: createRouterClient(host.router, { context: operatorInside }),
    rpcUrl: rpcUrl ?? '',
    demoUrl: demoUrl ?? '',
    stop,
  };
}
