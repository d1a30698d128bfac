import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRouterClient } from '@orpc/server';
import { noCheckpoints } from '../../src-main/base/checkpoint.ts';
import { systemClock } from '../../src-main/base/clock.ts';
import { silentLog } from '../../src-main/base/log-sink.ts';
import { systemRandom } from '../../src-main/base/random.ts';
import { createHost, loadConfig, operatorInside } from '../../src-main/host/index.ts';
import { memoryKeychain } from '../../test/support/memory-keychain.ts';
import { seedOrders } from '../seed-orders.ts';
import { type StartedHost, startHost } from '../started-host.ts';

const agents = ['research', 'shopper', 'build-bot', 'digest'] as const;
/** Seeded payments begin so long ago. */
const ageMs = 5 * 86_400_000;
const noLimits = {
  perMinute: 'none',
  perMinuteCount: 'none',
  perHour: 'none',
  perDay: 'none',
  perMonth: 'none',
} as const;

/** A running Groat that no limit holds back, and the doors of its agents. */
export interface BenchHost {
  readonly host: StartedHost;
  readonly proxyUrls: readonly string[];
  stop(): Promise<void>;
}

/**
 * `groat start --demo` on the sandbox with its screens, in a process of its own: several agents without limits, money enough,
 * the first run behind it, and so many payments of the last days.
 */
export async function startBenchHost(orders: number): Promise<BenchHost> {
  const home = mkdtempSync(join(tmpdir(), 'groat-bench-'));
  const remove = (): void => rmSync(home, { recursive: true, force: true, maxRetries: 3 });
  try {
    const doors = await found(home);
    if (orders > 0) seedOrders(join(home, 'sandbox', 'groat.db'), agents, orders);
    const args = ['--rpc-port', '0', '--ui-port', '0', '--demo'];
    const host = await startHost(home, { GROAT_SEALING: 'keyfile' }, args);
    const { port } = new URL(host.ready.proxyUrl);
    return {
      host,
      // Credentials outlive a restart; the port of the proxy does not.
      proxyUrls: doors.map((door) => Object.assign(new URL(door), { port }).href),
      async stop() {
        await host.stop();
        remove();
      },
    };
  } catch (error) {
    remove();
    throw error;
  }
}

/** Its first minute, lived some days ago, since a log never runs back: payments can be dated after it. */
async function found(home: string): Promise<readonly string[]> {
  const host = await createHost(
    loadConfig({ proxyPort: 0, rpcPort: 0, uiPort: 0, sealing: 'keyfile' }, { GROAT_HOME: home }),
    { demo: false, ui: null },
    {
      clock: { ...systemClock, now: () => Date.now() - ageMs },
      random: systemRandom,
      log: silentLog,
      env: { XDG_RUNTIME_DIR: home },
      keychain: memoryKeychain(),
      passphrasePrompt: null,
      reached: noCheckpoints,
      slotMs: 400,
    },
  );
  try {
    const client = createRouterClient(host.router, { context: operatorInside });
    const owner = createRouterClient(host.router, { context: { ...operatorInside, rank: 'owner', pinProven: true } });
    await client.owner.setPin({ pin: 'a pin for a benchmark' });
    await client.preferences.set({ welcomed: true });
    await owner.policy.set({ subject: 'desk', ...noLimits });
    await client.sandbox.fund({ address: host.ready.address, amount: '100000' });
    const doors: string[] = [];
    for (const agent of agents) {
      const { proxyUrl } = await owner.agents.add({ agent, perPayment: '1', ...noLimits });
      doors.push(proxyUrl);
    }
    return doors;
  } finally {
    await host.stop(2_000);
  }
}
