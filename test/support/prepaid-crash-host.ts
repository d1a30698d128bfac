/**
 * A whole host in a process of its own that buys a package and kills itself (SIGKILL: no handler, no flush) at a named point on
 * the way. Started by `prepaid-crash.test.ts` as `node prepaid-crash-host.ts HOME POINT SELLER_URL SELLER_ADDRESS`.
 */
import { createRouterClient } from '@orpc/server';
import { checkpoints } from '../../src-main/base/checkpoint.ts';
import { systemClock } from '../../src-main/base/clock.ts';
import { silentLog } from '../../src-main/base/log-sink.ts';
import { systemRandom } from '../../src-main/base/random.ts';
import { createHost, loadConfig, operatorInside } from '../../src-main/host/index.ts';
import { memoryKeychain } from './memory-keychain.ts';

const [home = '', pointName = '', url = '', seller = ''] = process.argv.slice(2);
const point = checkpoints.find((name) => name === pointName);
if (point === undefined) throw new Error(`no such point: ${pointName}`);
let armed = false;
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
      if (armed && reached === point) process.kill(process.pid, 'SIGKILL');
    },
    slotMs: 400,
  },
);
const client = createRouterClient(host.router, { context: operatorInside });
await client.agents.add({ agent: 'bot' });
// Without a token account it could not be paid.
await client.sandbox.fund({ address: seller, amount: '0.01' });
armed = true;
const bought = await client.prepaid.buy({ url, package: 'p3d_100', agent: 'bot', form: 'ag402' });
throw new Error(`it was not killed: ${JSON.stringify(bought)}`);
