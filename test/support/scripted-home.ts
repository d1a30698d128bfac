/**
 * Makes a home with some days of history in it: `node scripted-home.ts HOME`. The host runs in this process, under a clock that
 * begins days ago and is set forward. Prints the agents' proxy URLs as one line of JSON, and ends.
 */
import { createRouterClient } from '@orpc/server';
import { noCheckpoints } from '../../src-main/base/checkpoint.ts';
import { systemClock } from '../../src-main/base/clock.ts';
import { createFileLog } from '../../src-main/base/file-log.ts';
import { systemRandom } from '../../src-main/base/random.ts';
import { createHost, loadConfig, operatorInside } from '../../src-main/host/index.ts';
import { memoryKeychain } from './memory-keychain.ts';
import { castAgents, openStreet, pastDays, playPast } from './scripted-day.ts';

const [home = ''] = process.argv.slice(2);
const now = Date.now();
/** How far the host's clock is behind. */
let behindMs = (pastDays + 1) * 24 * 60 * 60_000;
const host = await createHost(
  loadConfig({ proxyPort: 0, rpcPort: 0, uiPort: 0, sealing: 'keyfile' }, { GROAT_HOME: home }),
  { demo: false, ui: null },
  {
    clock: { ...systemClock, now: () => Date.now() - behindMs },
    random: systemRandom,
    log: createFileLog({ file: `${home}/logs/groat.log`, level: 'info', stderr: false }),
    env: { XDG_RUNTIME_DIR: home },
    keychain: memoryKeychain(),
    passphrasePrompt: null,
    reached: noCheckpoints,
    slotMs: 400,
  },
);
const stage = {
  client: createRouterClient(host.router, { context: operatorInside }),
  owner: createRouterClient(host.router, { context: { ...operatorInside, rank: 'owner', pinProven: true } }),
  rpcUrl: host.ready.rpcUrl ?? '',
};
const street = await openStreet(stage);
const cast = await castAgents(stage);
await playPast(stage, street, cast, {
  now,
  goTo: (at) => {
    behindMs = Math.min(behindMs, Date.now() - at);
  },
});
await street.close();
await host.stop(2_000);
process.stdout.write(`${JSON.stringify(cast)}\n`);
