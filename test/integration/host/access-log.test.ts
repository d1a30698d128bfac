import { readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { systemClock } from '../../../src-main/base/clock.ts';
import { silentLog } from '../../../src-main/base/log-sink.ts';
import { createAccessLog } from '../../../src-main/host/access-log.ts';
import { newBuyer, startApi } from '../../support/selling.ts';
import { freshHome, startTestHost } from '../../support/test-host.ts';

const linesOf = (file: string) =>
  readFileSync(file, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));

test('each request to a shop is a line, without its query and without a secret', async () => {
  const host = await startTestHost({ demo: false });
  const target = await startApi();
  const { gatewayUrl } = await host.client.shops.open({ name: 'a', target, price: '0.01' });
  const buyer = await newBuyer(host);
  expect((await buyer.fetch(`${gatewayUrl}/x?key=s3cret`)).status).toBe(200);
  await host.stop();
  const file = join(host.home, 'logs', 'access.log');
  expect(linesOf(file).map(({ at: _, ms: __, ...line }) => line)).toEqual([
    { event: 'request', shop: 'a', method: 'GET', path: '/x', status: 402, outcome: 'unpaid' },
    { event: 'request', shop: 'a', method: 'GET', path: '/x', status: 200, outcome: 'paid' },
  ]);
  expect(readFileSync(file, 'utf8')).not.toContain('s3cret');
  expect(statSync(file).mode & 0o777).toBe(0o600);
});

test('a full file makes place for a new one', async () => {
  const file = join(freshHome(), 'access.log');
  writeFileSync(file, 'old');
  truncateSync(file, 20 * 1024 * 1024 + 1);
  const access = createAccessLog(file, systemClock, silentLog);
  access.add('a', 'GET', '/x', 200, 'free', 1);
  await access.stop();
  expect(linesOf(file)).toMatchObject([{ shop: 'a' }]);
  expect(readFileSync(`${file}.1`, 'latin1').slice(0, 3)).toBe('old');
});

test('a disk that cannot be written to loses lines and nothing else', async () => {
  const home = freshHome();
  writeFileSync(join(home, 'file'), '');
  const access = createAccessLog(join(home, 'file', 'access.log'), systemClock, silentLog);
  access.add('a', 'GET', '/x', 200, 'free', 1);
  await access.stop();
});

test('a path that would break a line is written so that it does not', async () => {
  const file = join(freshHome(), 'access.log');
  const access = createAccessLog(file, systemClock, silentLog);
  const paths = ['/"', '/\\', '/\n{}', '/\u00e9', '/plain'];
  for (const path of paths) access.add('a', 'GET', path, 404, 'free', 1);
  await access.stop();
  expect(linesOf(file).map(({ path }) => path)).toEqual(paths);
});

test('what a flood brings beyond what is held is only counted', async () => {
  const file = join(freshHome(), 'access.log');
  const access = createAccessLog(file, systemClock, silentLog);
  // In one turn: nothing can be written meanwhile.
  const count = 120_000;
  for (let n = 0; n < count; n++) access.add('a', 'GET', '/x', 402, 'unpaid', 0);
  await access.stop();
  const lines = linesOf(file);
  expect(lines.length).toBeLessThan(count);
  expect(lines.at(-1)).toMatchObject({ event: 'lines lost', count: count + 1 - lines.length });
});
