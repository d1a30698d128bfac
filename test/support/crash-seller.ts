/**
 * A whole host in a process of its own that sells TARGET and kills itself (SIGKILL: no handler, no flush) at a named point
 * of the sale. Started by `till-crash.test.ts` as `node crash-seller.ts HOME POINT TARGET BUYER`; gives BUYER one USDC and
 * prints one line when ready.
 */
import { createRouterClient } from '@orpc/server';
import { checkpoints } from '../../src-main/base/checkpoint.ts';
import { systemClock } from '../../src-main/base/clock.ts';
import { silentLog } from '../../src-main/base/log-sink.ts';
import { systemRandom } from '../../src-main/base/random.ts';
import { createHost, loadConfig, operatorInside } from '../../src-main/host/index.ts';
import { memoryKeychain } from './memory-keychain.ts';

const [home = '', pointName = '', target = '', buyer = ''] = process.argv.slice(2);
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
await client.sandbox.fund({ address: buyer, amount: '1' });
const { gatewayUrl } = await client.shops.open({ name: 'stall', target, price: '0.01' });
armed = true;
process.stdout.write(`${JSON.stringify({ url: gatewayUrl, rpcUrl: host.ready.rpcUrl })}\n`);
