/**
 * A whole host in a process of its own that refunds a sale and kills itself (SIGKILL) at a named point of that. Started by
 * `refunds.test.ts` as `node refund-crash-host.ts HOME POINT SALE`.
 */
import { createRouterClient } from '@orpc/server';
import { checkpoints } from '../../src-main/base/checkpoint.ts';
import { systemClock } from '../../src-main/base/clock.ts';
import { silentLog } from '../../src-main/base/log-sink.ts';
import { systemRandom } from '../../src-main/base/random.ts';
import { createHost, loadConfig, operatorInside } from '../../src-main/host/index.ts';
import { memoryKeychain } from './memory-keychain.ts';

const [home = '', pointName = '', sale = ''] = process.argv.slice(2);
const point = checkpoints.find((name) => name === pointName);
if (point === undefined) throw new Error(`no such point: ${pointName}`);

const config = loadConfig({ proxyPort: 0, rpcPort: 0, sealing: 'keyfile' }, { GROAT_HOME: home });
const host = await createHost(
  config,
  { demo: false, ui: null },
  {
    clock: systemClock,
    random: systemRandom,
    log: silentLog,
    env: { XDG_RUNTIME_DIR: home },
    keychain: memoryKeychain(),
    passphrasePrompt: null,
    reached: (reached) => {
      if (reached === point) process.kill(process.pid, 'SIGKILL');
    },
    slotMs: 400,
  },
);
const context = { ...operatorInside, rank: 'owner', pinProven: true } as const;
await createRouterClient(host.router, { context }).shops.refund({ sale });
await host.stop(1_000);
