import { systemClock } from '../../src-main/base/clock.ts';
import { silentLog } from '../../src-main/base/log-sink.ts';
import { startProxy } from '../../src-main/proxy/index.ts';
import { toAgentName } from '../../src-shared/model/index.ts';

/** Our proxy alone in its process, with an agent directory in memory and nobody who pays. Prints its port. */
const credential = `Basic ${Buffer.from('bench:token').toString('base64')}`;
const bench = toAgentName('bench');

const proxy = await startProxy({
  port: 0,
  agents: { byProxyCredential: (given) => (given === credential ? bench : null) },
  payer: {
    mayPay: () => ({ kind: 'denied', reason: 'paused', detail: 'A benchmark pays nothing.' }),
    pay: () => Promise.resolve({ kind: 'denied', reason: 'paused', detail: 'A benchmark pays nothing.' }),
  },
  ownPorts: () => [],
  log: silentLog,
  clock: systemClock,
});
console.log(JSON.stringify({ port: proxy.port }));
process.on('SIGTERM', () => proxy.stop(0).then(() => process.exit(0)));
