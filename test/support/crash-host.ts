/**
 * A whole host in a process of its own that kills itself (SIGKILL: no handler, no flush) at a named point of the
 * corridor. Started by `crash.test.ts` as `node crash-host.ts HOME POINT ready|boot SLOT_MS`; prints one line when ready.
 */
import { createRouterClient } from '@orpc/server';
import { checkpoints } from '../../src-main/base/checkpoint.ts';
import { systemClock } from '../../src-main/base/clock.ts';
import { silentLog } from '../../src-main/base/log-sink.ts';
import { systemRandom } from '../../src-main/base/random.ts';
import { createHost, loadConfig, operatorInside } from '../../src-main/host/index.ts';
import { memoryKeychain } from './memory-keychain.ts';

const [home = '', pointName = '', armedFrom = '', slotMs = '400'] = process.argv.slice(2);
const point = checkpoints.find((name) => name === pointName);
if (point === undefined && pointName !== 'never') throw new Error(`no such point: ${pointName}`);
let armed = armedFrom === 'boot';

const config = loadConfig({ proxyPort: 0, rpcPort: 0, sealing: 'keyfile' }, { GROAT_HOME: home });
const host = await createHost(
  config,
  { demo: true, ui: null },
  {
    clock: systemClock,
    random: systemRandom,
    log: silentLog,
    env: { XDG_RUNTIME_DIR: home },
    keychain: memoryKeychain(),
    passphrasePrompt: null,
    reached: (reached) => {
      if (armed && reached === point) process.kill(process.pid, 'SIGKILL');
    },
    slotMs: Number(slotMs),
  },
);
const client = createRouterClient(host.router, { context: operatorInside });
const { proxyUrl } = await client.agents.add({ agent: `buyer-${process.pid}` });
armed = true;
process.stdout.write(`${JSON.stringify({ proxyUrl, demoUrl: host.ready.demoUrl, rpcUrl: host.ready.rpcUrl })}\n`);
