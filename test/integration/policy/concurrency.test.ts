import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Worker } from 'node:worker_threads';
import { expect, test } from 'vitest';
import { toAgentName, toAtomic } from '../../../src-shared/model/index.ts';
import { assembleDesk, openTestDesk, withLimits } from '../../support/test-desk.ts';
import { freshFile, setClock } from '../../support/test-store.ts';

const program = join(import.meta.dirname, '../../support/reserving-process.ts');

test('of 200 at once under a limit that fits seven, seven are granted', async () => {
  const held = await openTestDesk({ calm: true });
  await held.admit('bot', withLimits({ perDay: toAtomic(79_999n) }));
  const all = await Promise.all(Array.from({ length: 200 }, () => held.ask()));
  expect(all.filter(({ kind }) => kind === 'granted')).toHaveLength(7);
  expect(held.store.usage.of('bot', held.clock.at).day).toBe(70_000n);
});

test('of 200 at once by three agents under a parent’s limit that fits seven, seven are granted', async () => {
  const held = await openTestDesk({ calm: true });
  await held.admit('bot', withLimits({ total: toAtomic(70_000n) }));
  await held.desk.delegate(toAgentName('bot'), toAgentName('b'), (whole) => whole);
  await held.desk.delegate(toAgentName('b'), toAgentName('c'), (whole) => whole);
  const names = ['bot', 'b', 'c'];
  const all = await Promise.all(Array.from({ length: 200 }, (_, n) => held.ask({ agent: names[n % 3] ?? 'bot' })));
  expect(all.filter(({ kind }) => kind === 'granted')).toHaveLength(7);
  expect(held.store.usage.of('c', held.clock.at).total).toBe(20_000n);
});

const inProcess = async (file: string): Promise<number> => {
  const { stdout } = await promisify(execFile)(process.execPath, [program, `${file} 150`]);
  return Number(stdout);
};

const inThread = (file: string): Promise<number> =>
  new Promise((resolve, reject) => {
    const worker = new Worker(program, { workerData: `${file} 150` });
    worker.once('message', resolve);
    worker.once('error', reject);
  });

test.for([
  ['two processes', inProcess],
  ['two worker threads', inThread],
] as const)('%s that open one file pass no limit together', async ([, reserve]) => {
  const file = freshFile();
  const first = await assembleDesk({ file, clock: setClock(1_000_000), calm: true });
  await first.admit('bot', withLimits({ perDay: toAtomic(150n), perMinuteCount: null }));
  await first.stop();
  const granted = await Promise.all([reserve(file), reserve(file)]);
  const sum = granted.reduce((a, b) => a + b, 0);
  expect(sum, 'all that the limit has room for, and nothing more').toBe(150);
  const again = await openTestDesk({ file, clock: setClock(1_000_000), calm: true });
  expect(again.store.usage.of('bot', 1_000_000).day).toBe(BigInt(sum));
  expect(again.store.checkBooks()).toBeNull();
});
