import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { asOwner } from '../../support/selling.ts';
import { freshHome, startTestHost } from '../../support/test-host.ts';

const statusOf = async (url: string, token: string): Promise<number> =>
  (await fetch(`${url}/supported`, { headers: { authorization: `Bearer ${token}` } })).status;

test('the facilitator is off until the owner switches it on, and comes back with its address and token', async () => {
  const home = freshHome();
  const first = await startTestHost({ demo: false, home });
  expect(await first.client.facilitator.show()).toMatchObject({ enabled: false, url: null });
  await expect(first.client.facilitator.enable({})).rejects.toMatchObject({ data: { code: 'owner-required' } });
  const { url, token } = await asOwner(first).facilitator.enable({ solPerDay: '0.002', perMinute: 50 });
  expect(await statusOf(url, token)).toBe(200);
  expect(await statusOf(url, 'another')).toBe(401);
  await first.stop();

  const second = await startTestHost({ demo: false, home });
  expect(await second.client.facilitator.show()).toEqual({
    enabled: true,
    url,
    solPerDay: '0.002',
    solSpentToday: '0',
    perMinute: 50,
  });
  expect(await statusOf(url, token)).toBe(200);
  const renewed = await asOwner(second).facilitator.enable({});
  expect(renewed.url).toBe(url);
  expect(await statusOf(url, token)).toBe(401);
  expect(await statusOf(url, renewed.token)).toBe(200);
  expect(await second.client.facilitator.disable()).toMatchObject({ enabled: false, url: null });
  await expect(fetch(url)).rejects.toThrow();
  await second.stop();
  expect((await (await startTestHost({ demo: false, home })).client.facilitator.show()).enabled).toBe(false);
});

test('its token lies nowhere, and a switch that was altered from outside stays off', async () => {
  const home = freshHome();
  const first = await startTestHost({ demo: false, home });
  const { url, token } = await asOwner(first).facilitator.enable({});
  await first.stop();
  const file = join(home, 'sandbox', 'groat.db');
  for (const one of [file, join(home, 'logs', 'groat.log')]) expect(readFileSync(one, 'latin1')).not.toContain(token);
  const db = new Database(file);
  db.exec(`UPDATE shops SET plan = json_set(plan, '$.solPerDay', '1000') WHERE name = ':facilitator'`);
  db.close();
  const second = await startTestHost({ demo: false, home });
  expect(await second.client.facilitator.show()).toMatchObject({ enabled: false });
  await expect(fetch(url)).rejects.toThrow();
});

test('a port that cannot be had leaves it as it was', async () => {
  const host = await startTestHost();
  const { url, token } = await asOwner(host).facilitator.enable({});
  const port = Number(new URL(host.demoUrl).port);
  await expect(asOwner(host).facilitator.enable({ port })).rejects.toMatchObject({ data: { code: 'port-taken' } });
  expect(await statusOf(url, token)).toBe(200);
});
