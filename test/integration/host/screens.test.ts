import { createRouterClient } from '@orpc/server';
import { expect, test } from 'vitest';
import type { DeskUpdate } from '../../../src-shared/contract/index.ts';
import { throughProxy } from '../../support/proxy-client.ts';
import { startScriptedSeller } from '../../support/scripted-seller.ts';
import { ownerInside, startTestHost, type TestHost } from '../../support/test-host.ts';

const asOwner = ({ host }: TestHost) => createRouterClient(host.router, { context: ownerInside });

/** Follows until the updates so far are enough. */
async function followed(
  { client }: TestHost,
  enough: (all: readonly DeskUpdate[]) => boolean,
  begun = (): void => undefined,
) {
  const all: DeskUpdate[] = [];
  for await (const update of await client.desk.follow()) {
    all.push(update);
    if (all.length === 1) begun();
    if (enough(all)) break;
  }
  return all;
}

const settled = (all: readonly DeskUpdate[]): number =>
  new Set(all.flatMap(({ orders }) => orders.filter(({ state }) => state === 'settled').map(({ id }) => id))).size;

/** A host whose agents have paid the demo shop: two payments of ann, one of bob. */
async function afterThree(): Promise<TestHost> {
  const host = await startTestHost();
  const buy = async (agent: string, times: number) => {
    const { proxyUrl } = await host.client.agents.add({ agent });
    for (let i = 0; i < times; i++) expect((await throughProxy(proxyUrl, host.demoUrl)).status).toBe(200);
  };
  await followed(
    host,
    (all) => settled(all) === 3,
    () => void buy('ann', 2).then(() => buy('bob', 1)),
  );
  return host;
}

test('what was paid is shown over time, can be searched and taken out', async () => {
  const host = await afterThree();
  const { client } = host;
  const series = await client.spending.series({ by: 'agent', step: 'day', steps: 7 });
  expect(series.at).toHaveLength(7);
  expect(series.rows.map(({ key, total, amounts }) => [key, total, amounts.length])).toEqual([
    ['ann', '0.02', 7],
    ['bob', '0.01', 7],
  ]);
  const ofBob = await client.spending.series({ by: 'origin', step: 'hour', steps: 2, agent: 'bob' });
  expect(ofBob.rows).toMatchObject([{ key: new URL(host.demoUrl).origin, total: '0.01' }]);

  const first = await client.orders.search({ limit: 2 });
  expect(first.orders.map(({ seq, agent }) => [seq, agent])).toEqual([
    [3, 'bob'],
    [2, 'ann'],
  ]);
  const rest = await client.orders.search({ limit: 2, before: first.next ?? 0 });
  expect(rest).toMatchObject({ orders: [{ seq: 1 }], next: null });
  const [one] = first.orders;
  for (const text of [one?.signature?.toLowerCase(), one?.id.toUpperCase()])
    expect((await client.orders.search({ text: text ?? '' })).orders).toEqual([one]);
  expect((await client.orders.search({ states: ['unknown'] })).orders).toEqual([]);
  expect(await client.orders.open()).toEqual([]);

  await expect(client.orders.export({ format: 'csv' })).rejects.toMatchObject({ data: { code: 'owner-required' } });
  let csv = '';
  for await (const piece of await asOwner(host).orders.export({ format: 'csv', agent: 'ann' })) csv += piece;
  expect(csv.trimEnd().split('\r\n')).toHaveLength(3);
  let json = '';
  for await (const piece of await asOwner(host).orders.export({ format: 'json' })) json += piece;
  expect(JSON.parse(json)).toMatchObject([{ seq: 3, amount: '0.01', state: 'settled' }, { seq: 2 }, { seq: 1 }]);
  const exports = await client.log.recent({ kind: 'export' });
  expect(exports.map(({ data }) => data)).toEqual([
    { what: 'payments', format: 'json' },
    { what: 'payments', format: 'csv' },
  ]);
});

test('a question says what its payee has had from this desk, whichever agent it was', async () => {
  const host = await afterThree();
  const { client } = host;
  const { proxyUrl } = await client.agents.add({ agent: 'eve', alwaysAsk: true, holdMs: 0 });
  const asked = await throughProxy(proxyUrl, host.demoUrl);
  const { payeeHistory, payeeSince } = await client.approvals.show({ id: String(asked.headers['groat-approval']) });
  expect(payeeSince).toBeNull();
  expect(payeeHistory).toEqual({ payments: 3, total: '0.03', lastAt: expect.any(Number) });
});

test('"check now" finds a payment that landed after all, and changes nothing of one that is closed', async () => {
  const host = await startTestHost({ demo: false });
  const { client } = host;
  const { proxyUrl } = await client.agents.add({ agent: 'bot' });
  let settle = async (): Promise<string> => '';
  const seller = await startScriptedSeller(host, (paid) => {
    settle = paid.settle;
    paid.response.writeHead(402, { 'Content-Type': 'application/json' }).end('{}');
  });
  await followed(
    host,
    (all) => all.some(({ orders }) => orders.some(({ state }) => state === 'unknown')),
    () => void throughProxy(proxyUrl, seller.url),
  );
  const [open] = await client.orders.open();
  expect(open).toMatchObject({ seq: 1, state: 'unknown', signature: null });
  const id = open?.id ?? '';
  expect(await client.orders.check({ id })).toMatchObject({ id, state: 'unknown' });
  const signature = await settle();
  const checked = await client.orders.check({ id });
  expect(checked).toMatchObject({ state: 'failed', signature });
  expect(await client.orders.check({ id })).toEqual(checked);
  expect(await client.orders.open()).toEqual([]);
  await expect(client.orders.check({ id: 'ord_none' })).rejects.toMatchObject({ data: { code: 'order-unknown' } });
});

test('who follows is told of a new shop, a new agent and money from outside, and nothing holds up a stop', async () => {
  const host = await startTestHost();
  const { client } = host;
  const { address } = host.host.ready;
  const all = await followed(
    host,
    (updates) => {
      const later = updates.slice(1);
      return (
        later.some(({ rules }) => rules) &&
        later.some(({ shops }) => shops) &&
        later.some(({ status }) => status?.available === '107')
      );
    },
    () => {
      void client.agents.add({ agent: 'ann' });
      void client.shops.open({ name: 'mine', target: host.demoUrl, price: '0.5' });
      void client.sandbox.fund({ address, amount: '7' });
    },
  );
  expect(all[0]).toMatchObject({ rules: true, shops: true, status: { available: '100', payments: 0 } });

  const watched = followed(host, () => false);
  await host.stop();
  expect((await watched).length).toBeGreaterThan(0);
});
