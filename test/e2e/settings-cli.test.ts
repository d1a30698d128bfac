import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/fetch';
import { expect, test } from 'vitest';
import type { HostClient } from '../../src-main/base/control-client.ts';
import { ownerPinHeader } from '../../src-main/base/control-socket.ts';
import { cliHome, groatJson, startGroat } from '../support/cli.ts';
import { throughProxy } from '../support/proxy-client.ts';

const pin = 'correct horse';

/** A page that was opened by a link: with and without its owner at the keys. */
async function openPage(link: string) {
  const { origin, hash } = new URL(link);
  const answer = await fetch(`${origin}/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ code: hash.slice('#code='.length) }),
  });
  const { token } = (await answer.json()) as { token: string };
  const clientWith = (headers: Readonly<Record<string, string>>): HostClient =>
    createORPCClient(
      new RPCLink({ url: `${origin}/rpc`, headers: () => ({ authorization: `Bearer ${token}`, ...headers }) }),
    );
  const proof = { [ownerPinHeader]: Buffer.from(pin).toString('base64url') };
  return { operator: clientWith({}), owner: clientWith(proof) };
}

test('settings that a page changes are in force after a restart in place: same process, same page, same agents', async () => {
  const home = cliHome();
  const running = await startGroat(home, 'start', '--json', '--demo', '--ui-port', '0');
  const { pid, uiUrl, proxyUrl, demoUrl } = JSON.parse(running.firstLine);
  const page = await openPage((await groatJson(home, 'ui')).json.url);
  const agent = await page.operator.agents.add({ agent: 'bot' });
  await page.operator.owner.setPin({ pin });

  const held = page.owner.settings.change({ uiPort: 1 });
  await expect(held).rejects.toMatchObject({ data: { what: expect.stringContaining('--ui-port holds it') } });
  await expect(page.operator.settings.change({ network: 'sandbox' })).rejects.toMatchObject({
    data: { code: 'owner-required' },
  });
  // The page watches; its stream ends with the host that goes.
  const watching = await page.operator.desk.watch();
  const ended = (async () => {
    for await (const _ of watching);
  })().catch(() => undefined);
  expect(await page.owner.settings.change({ network: 'sandbox' })).toEqual({ restarting: true });
  await ended;
  await expect.poll(() => page.operator.host.status().catch(() => null), { timeout: 15_000 }).not.toBeNull();
  expect(await page.operator.host.status()).toMatchObject({ pid, uiUrl, proxyUrl, problem: null });
  expect(JSON.parse(readFileSync(join(home.home, 'groat.json'), 'utf8'))).toEqual({ network: 'sandbox' });
  const { demoUrl: shop } = await page.operator.host.status();
  expect((await throughProxy(agent.proxyUrl, shop ?? demoUrl)).status).toBe(200);
  expect((await groatJson(home, 'status')).json).toMatchObject({ pid });

  // And a signal that comes while it restarts once more ends it as any signal does.
  expect(await page.owner.settings.change({ network: 'sandbox' })).toEqual({ restarting: true });
  running.child.kill('SIGTERM');
  const { code, stdout } = await running.ended;
  expect(code).toBe(0);
  expect(stdout.split('\n')).toHaveLength(2);
});

test('the key that a page’s owner takes out is in no line that Groat wrote', async () => {
  const home = cliHome();
  const running = await startGroat(home, 'start', '--json', '--ui-port', '0');
  const page = await openPage((await groatJson(home, 'ui')).json.url);
  await page.operator.owner.setPin({ pin });
  await expect(page.operator.wallet.exportKey({ confirm: 'export' })).rejects.toMatchObject({
    data: { code: 'owner-required' },
  });
  const { address, secretKey } = await page.owner.wallet.exportKey({ confirm: 'export' });
  expect(address).toBe(JSON.parse(running.firstLine).address);
  running.child.kill('SIGTERM');
  const { stdout, stderr } = await running.ended;
  const log = readFileSync(join(home.home, 'logs', 'groat.log'), 'utf8');
  for (const text of [stdout, stderr, log]) expect(text).not.toContain(secretKey);
});
