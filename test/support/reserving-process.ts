import { isMainThread, parentPort, workerData } from 'node:worker_threads';
import type { Judged } from '../../src-main/policy/ports.ts';
import { assembleStore, grantedAlways, requestOf, setClock } from './test-store.ts';

/**
 * A second writer of a file that is not its own: asks 200 times, ten at once, and tells what it was granted. It decides by the
 * day's limit alone and does not mind that somebody else writes, so that only the transaction keeps the two apart.
 */
const [file, limit] = (isMainThread ? (process.argv[2] ?? '') : String(workerData)).split(' ');
const refused: Judged = {
  kind: 'refused',
  entry: { kind: 'decision', agent: 'bot', subject: null, data: { decision: 'denied' } },
};
const store = assembleStore(setClock(1_000_000), file ?? '');
let granted = 0;
for (let round = 0; round < 20; round += 1) {
  const answers = await Promise.all(
    Array.from({ length: 10 }, (_, n) => {
      const request = requestOf(`ord_${process.hrtime.bigint()}_${n}`, 1n);
      return store.reservations.reserve(request, ({ usage }) =>
        usage('bot').day + 1n <= BigInt(limit ?? 0) ? grantedAlways(request) : refused,
      );
    }),
  );
  granted += answers.filter(({ kind }) => kind === 'granted').length;
}
store.crash();
if (isMainThread) console.log(granted);
else parentPort?.postMessage(granted);
